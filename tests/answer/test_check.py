"""No statement that its source does not bear out is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.answer.check import check, find_fault
from advisor.answer.whole import wording
from advisor.types import Draft, Evidence

QUOTE = "In 2019 Northwind gave every caller one owner. Calls fell by 30% within two years."
TEXT = f"Before. {QUOTE} After."
START = TEXT.index(QUOTE)
EVIDENCE = Evidence("doc", "p", START, START + len(QUOTE), QUOTE)
GOOD = Draft(QUOTE, None, (EVIDENCE,))


def fault(draft: Draft, retrieved: tuple[str, ...] = ("p",)) -> str | None:
    return find_fault(draft, retrieved, {"doc": TEXT}.get)


@pytest.mark.parametrize(
    "statement",
    [
        QUOTE,
        "Calls fell by 30% within two years.",
        "Within 2 years, calls fell by 30%.",
        "Northwind gave each caller one owner in 2019.",
    ],
)
def test_statement_that_its_quote_bears_out_holds(statement: str) -> None:
    assert fault(replace(GOOD, text=statement)) is None


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (QUOTE.replace("30%", "40%"), "40"),
        (QUOTE.replace("2019", "2018"), "2018"),
        (QUOTE.replace("two years", "three years"), "3"),
        (QUOTE.replace("Northwind", "Fabrikam"), "fabrikam"),
        (QUOTE.replace("Calls fell", "At KPMG calls fell"), "kpmg"),
        (QUOTE.replace("gave", "never gave"), "denies"),
        (QUOTE.replace("fell", "didn’t fall"), "denies"),
        ("Shoppers state their tastes before a retailer recommends anything.", "not in the source"),
    ],
)
def test_statement_that_says_otherwise_is_removed_and_told_why(statement: str, named: str) -> None:
    kept, (told,) = check([replace(GOOD, text=statement)], ["p"], {"doc": TEXT}.get)
    assert kept == []
    assert named in told


@given(st.text(min_size=1).filter(str.strip))
def test_statement_that_is_its_quote_holds(quote: str) -> None:
    evidence = Evidence("doc", "p", 0, len(quote), quote)
    for text in (quote, wording(quote)):
        assert find_fault(Draft(text, None, (evidence,)), ["p"], {"doc": quote}.get) is None


def test_one_whole_sentence_of_its_quote_holds() -> None:
    assert fault(replace(GOOD, text="Calls fell by 30% within two years.")) is None


def test_added_clause_is_an_invention() -> None:
    assert "suppliers" in (fault(replace(GOOD, text=QUOTE[:-1] + " and suppliers were trained.")) or "")


def test_word_that_differs_is_an_error_in_a_statement_that_keeps_to_its_quote() -> None:
    assert fault(replace(GOOD, text="In 2019 Northwind gave every caller one trampoline."))


def test_free_rewording_may_have_a_word_that_no_list_knows() -> None:
    quote = "Employees predict the demand of every region with the help of a dashboard."
    evidence = Evidence("doc", "p", 0, len(quote), quote)
    statement = Draft("Staff forecast the demand of each region with the help of a cockpit.", None, (evidence,))
    assert find_fault(statement, ["p"], {"doc": quote}.get) is None


def test_words_of_two_quotes_are_not_read_as_one_sentence() -> None:
    first, second = "Callers do not wait", "owners answer"
    text = f"{first} {second}"
    quotes = tuple(Evidence("doc", "p", text.index(q), text.index(q) + len(q), q) for q in (first, second))
    assert find_fault(Draft("Owners answer and callers do not wait.", None, quotes), ["p"], {"doc": text}.get) is None
    assert find_fault(Draft("Callers do not wait and owners do not answer.", None, quotes), ["p"], {"doc": text}.get)


def test_denial_that_is_dropped_is_noticed() -> None:
    quote = "Owners never pass a caller on."
    evidence = Evidence("doc", "p", 0, len(quote), quote)
    assert find_fault(Draft("Owners pass a caller on.", None, (evidence,)), ["p"], {"doc": quote}.get)


@pytest.mark.parametrize(
    "evidence",
    [
        replace(EVIDENCE, quote=QUOTE.replace("30%", "40%")),
        replace(EVIDENCE, quote=QUOTE.lower()),
        replace(EVIDENCE, start=START + 1),
        replace(EVIDENCE, end=START + len(QUOTE) - 1),
        replace(EVIDENCE, start=10_000, end=10_000 + len(QUOTE)),
        replace(EVIDENCE, start=0, end=0, quote=""),
    ],
    ids=["number", "case", "start", "end", "far", "empty"],
)
def test_quote_that_does_not_stand_at_its_place_is_no_evidence(evidence: Evidence) -> None:
    assert fault(replace(GOOD, text=evidence.quote or "It is so.", evidence=(evidence,)))


def test_passage_that_was_not_found_for_the_question_is_no_evidence() -> None:
    assert fault(GOOD, retrieved=("other",))


def test_deleted_document_is_no_evidence() -> None:
    assert find_fault(GOOD, ["p"], lambda document_id: None)


def test_statement_without_evidence_is_removed() -> None:
    assert fault(replace(GOOD, evidence=()))


def test_one_broken_citation_among_good_ones_removes_the_statement() -> None:
    assert fault(replace(GOOD, evidence=(EVIDENCE, replace(EVIDENCE, start=START + 1))))


def test_statement_may_rest_on_several_quotes() -> None:
    first, second = (
        Evidence("doc", "p", TEXT.index(part), TEXT.index(part) + len(part), part)
        for part in ("Northwind gave every caller one owner.", "Calls fell by 30% within two years.")
    )
    joined = Draft("Northwind gave every caller one owner and calls fell by 30%.", None, (first, second))
    assert fault(joined) is None
    assert fault(replace(joined, evidence=(first,)))


def test_what_holds_stays_in_order() -> None:
    second = replace(GOOD, text="Calls fell by 30%.")
    bad = replace(GOOD, text="Calls fell by 50%.")
    kept, failed = check([GOOD, bad, second], ["p"], {"doc": TEXT}.get)
    assert kept == [GOOD, second]
    assert len(failed) == 1
