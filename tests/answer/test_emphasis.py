"""What a profile puts first, and that it changes nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from advisor.advice.profile import find_emphases
from advisor.advisor import Advisor
from advisor.answer.emphasis import emphasize
from advisor.types import Answer, Emphasis, Passage, Profile, RankedPassage

QUESTION = "How do companies measure customer experience?"
TELECOM = Profile(sector="telecom")
Make = Callable[..., Passage]
Rank = Callable[..., list[RankedPassage]]


@pytest.fixture(scope="module")
def plain(advisor: Advisor) -> Answer:
    return advisor.ask(QUESTION)


@pytest.fixture(scope="module")
def telecom(advisor: Advisor) -> Answer:
    return advisor.ask(QUESTION, profile=TELECOM)


def place(answer: Answer, document_id: str) -> int:
    return min(one.rank for one in answer.passages if one.document_id == document_id)


def test_telecom_profile_brings_the_telecom_passage_forward_and_says_so(plain: Answer, telecom: Answer) -> None:
    assert place(telecom, "northwind") < place(plain, "northwind")
    assert [note for note in telecom.notes if note not in plain.notes] == [
        "Put first what speaks of telecoms, as your profile says; without it the order is another one."
    ]


def test_every_citation_of_a_profiled_answer_still_stands_in_its_document(advisor: Advisor, telecom: Answer) -> None:
    assert telecom.citations
    for cited in telecom.citations:
        document = advisor.document(cited.document_id)
        assert document
        assert document.text[cited.start : cited.end] == cited.quote


def test_empty_profile_changes_nothing(advisor: Advisor, plain: Answer) -> None:
    empty = advisor.ask(QUESTION, profile=Profile())
    assert (empty.text, empty.citations, empty.passages, empty.notes) == (
        plain.text, plain.citations, plain.passages, plain.notes
    )  # fmt: skip


@pytest.mark.parametrize("question", ["What is the capital of France?", "What did Northwind pay for its owners?"])
def test_refusal_does_not_hang_on_who_asks(advisor: Advisor, question: str) -> None:
    answers = [advisor.ask(question, profile=profile) for profile in (None, TELECOM)]
    assert [answer.reason for answer in answers] == [answers[0].reason] * 2
    assert answers[0].status == "refused"


def test_gain_never_lifts_a_passage_over_one_that_is_further_ahead_than_it(make_passage: Make, rank: Rank) -> None:
    near, far = make_passage("Desks share a goal."), make_passage("A telco did so.", document_id="telco")
    ranked = rank(near, far)  # scores 1.0 and 0.5
    after = emphasize(ranked, [Emphasis("telecoms", ("telco",), 0.4)], 2)
    assert [one.passage.document_id for one in after] == ["doc", "telco"]
    assert [(one.rank, one.score) for one in after] == [(1, 1.0), (2, 0.9)]


def test_way_of_saying_counts_as_whole_words_only(make_passage: Make, rank: Rank) -> None:
    passage = make_passage("Embankments are long.")
    assert emphasize(rank(passage), find_emphases(Profile(sector="banking")), 1) == rank(passage)
