"""A detail that is asked for has to stand in the evidence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from advisor.answer.asked import read_question
from advisor.answer.compose import candidates
from advisor.answer.details import find_missing_details
from advisor.answer.graph import Sources
from advisor.answer.rewrite import rewrite
from advisor.types import Passage, RankedPassage

SUBJECT = "At Northwind every caller has one owner."


@pytest.fixture
def missing(
    make_passage: Callable[..., Passage], rank: Callable[..., list[RankedPassage]], sources: Sources
) -> Callable[..., str | None]:
    def find(question: str, *sentences: str) -> str | None:
        ranked = rank(make_passage(*sentences))
        asked = read_question(rewrite(question, (), lambda word: None), ranked, lambda token: 1.0)
        (missing,) = find_missing_details(asked, candidates(asked, ranked), sources)
        return missing.what if missing else None

    return find


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How much did Northwind spend on owners?", "Northwind spent $2 million on owners."),
        ("How many callers does Northwind have?", "Northwind has 40,000 callers."),
        ("How long did it take Northwind?", "It took Northwind two years."),
        ("What is the churn rate of Northwind?", "The churn rate of Northwind is 12%."),
        ("What year did Northwind start?", "Northwind started in 2019."),
        ("When did Northwind name owners?", "Northwind named owners in 2019."),
        ("Who is the head of Northwind?", "Ada Quill is chief executive of Northwind."),
        ("Is Northwind in the top ten?", "Northwind is in the top ten."),
        ("Which software does Northwind use?", "The software of Northwind shows every call."),
        ("Why did Northwind abandon its owners?", "Northwind abandoned its owners after a storm."),
        ("What led Northwind to paint its vans?", "Northwind painted its vans after a storm."),
        ("How often does Northwind ask its callers?", "Northwind asks its callers every month."),
        ("Where is Northwind located?", "Northwind is located in Leeds."),
    ],
)
def test_detail_is_missed_when_it_is_not_there_and_only_then(
    missing: Callable[..., str | None], question: str, sentence: str
) -> None:
    assert missing(question, SUBJECT, sentence) is None
    told = missing(question, SUBJECT, "Callers of Northwind stay.")
    assert told
    assert "library" in told


def test_detail_of_somebody_else_does_not_count(missing: Callable[..., str | None]) -> None:
    assert missing("How many callers does Northwind have?", SUBJECT, "Fabrikam has 40,000 callers.")


def test_what_is_missing_is_told_with_whom_it_is_about(missing: Callable[..., str | None]) -> None:
    assert "Northwind" in (missing("How much did Northwind spend on owners?", SUBJECT) or "")


def test_no_detail_asked_for_is_none_missing(missing: Callable[..., str | None]) -> None:
    assert missing("How does Northwind treat every caller?", SUBJECT) is None
    assert missing("Why do owners matter?", SUBJECT) is None


def test_how_to_work_out_a_number_asks_for_no_number(missing: Callable[..., str | None]) -> None:
    assert missing("How many owners do we need?", SUBJECT)
    assert missing("How do we work out how many owners we need?", SUBJECT) is None


def test_exact_share_is_no_minority(missing: Callable[..., str | None]) -> None:
    question = "What exact share of callers stays with Northwind?"
    assert missing(question, "A minority of callers stays with Northwind.")
    assert missing(question, "Of all callers 12% stay with Northwind.") is None


def test_subject_that_the_library_does_not_have_is_missing(missing: Callable[..., str | None]) -> None:
    assert "Kano model" in (missing("Explain the Kano model.", SUBJECT) or "")


def test_what_is_asked_of_a_person_who_is_not_named_is_missing_too(
    make_passage: Callable[..., Passage], rank: Callable[..., list[RankedPassage]], sources: Sources
) -> None:
    ranked = rank(make_passage(SUBJECT, "Northwind was rebuilt within two years."))
    question = "Who is the head of Northwind, and what did he change?"
    asked = read_question(rewrite(question, (), lambda word: None), ranked, lambda token: 1.0)
    head, change = find_missing_details(asked, candidates(asked, ranked), sources)
    assert head
    assert change == head
