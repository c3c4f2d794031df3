"""Where a claim comes from, read off its words and the bibliography."""

from __future__ import annotations

import pytest

from advisor.library.provenance import (
    find_caveat,
    find_provenance,
    identity,
    publisher_kind,
    together,
    whose_claim,
    works,
)
from advisor.types import Bibliography, Document, Origin, Provenance

REVIEW = Bibliography("How Northwind won", author="A. Quill", publisher="Harbor Review", published="2022")
BRIEF = Bibliography(
    "A brief", publisher="Us", published="2026", about="On Queues (Ada Quill, Tidal Press, 2024)",
    about_published="2024", about_kind="consultancy paper",
)  # fmt: skip


def reported(*sentences: str, source: Bibliography = REVIEW) -> list[str | None]:
    return [provenance.reported for provenance in find_provenance(sentences, source)]


def ahead(sentence: str) -> int | None:
    return find_provenance([sentence], REVIEW)[0].looks_ahead_to


@pytest.mark.parametrize(
    ("sentence", "whom"),
    [
        ("According to Fabrikam Labs, calls fell by 30%.", "Fabrikam Labs"),
        ("Tailspin’s survey found that callers wait.", "Tailspin"),
        ("Tailspin, as reported by Harbor Review, found that callers wait.", "Tailspin"),
        ("Tailspin forecast for 2023, as reported by the review, that callers leave.", "Tailspin"),
        ("The Tailspin Caller Survey 2018, cited by the review, counted calls.", "Tailspin Caller Survey"),
        ("Executives, according to the Contoso article cited by the review, listen.", "Contoso"),
        ("Callers wait, says Dan Moor, quoted by the review.", "Dan Moor"),
        ("Dan Moor, chief of calls at Contoso, argues that callers wait.", "Dan Moor"),
        ("Research by Tailspin shows that callers wait.", "Tailspin"),
    ],
)
def test_claim_of_another_is_reported(sentence: str, whom: str) -> None:
    assert reported(sentence) == [whom]


@pytest.mark.parametrize(
    "sentence",
    [
        "Callers wait.",
        "According to Harbor Review, callers wait.",
        "Today’s research shows that callers wait.",
        "In 2019 Northwind gave every caller one owner.",
        "Fabrikam, a retailer, sends offers.",
    ],
)
def test_own_claim_is_not_reported(sentence: str) -> None:
    assert reported(sentence) == [None]


@pytest.mark.parametrize(
    "sentence",
    [
        "According to Customers, the wait is too long.",
        "Management’s research shows that callers wait.",
        "The Company’s survey found that callers wait.",
        "According to Senior Executives, calls fell.",
        "According to COOs and CIOs, calls fell.",
        "Research by Industry Experts shows that callers wait.",
        "Last Year’s study found that callers wait.",
        "According to January figures, calls fell.",
    ],
)
def test_kinds_of_people_and_of_texts_are_nobody_that_could_be_credited(sentence: str) -> None:
    assert reported(sentence) == [None]


def test_word_that_the_passage_also_writes_small_is_no_name() -> None:
    assert reported("According to Callers, nobody answers.") == ["Callers"]
    assert reported("According to Callers, nobody answers.", "Most callers give up.") == [None, None]


@pytest.mark.parametrize(
    ("sentence", "whom"),
    [
        ("In Tailspin’s survey, callers wait.", "Tailspin"),
        ("According to Forrester Research, callers wait.", "Forrester Research"),
        (
            "A report by the Center for Calls in the Public Interest counts calls.",
            "Center for Calls in the Public Interest",
        ),
        ("According to the Boston Consulting Group, callers wait.", "Boston Consulting Group"),
        ("According to IBM, callers wait.", "IBM"),
        ("According to the WHO, callers wait.", "WHO"),
    ],
)
def test_name_is_credited_whole_and_without_the_words_before_it(sentence: str, whom: str) -> None:
    assert reported(sentence) == [whom]


def test_line_that_names_a_source_speaks_for_the_sentence_before_it() -> None:
    assert reported("Calls rise.", "Callers wait.", "Source: Tailspin Survey 2018") == [
        None, "Tailspin Survey 2018", "Tailspin Survey 2018",
    ]  # fmt: skip


def test_same_research_is_whose_research_was_told_before() -> None:
    told = reported("According to Tailspin, callers wait.", "That costs money.", "The same research found more.")
    assert told == ["Tailspin", None, "Tailspin"]


@pytest.mark.parametrize(
    ("sentence", "year"),
    [
        ("Tailspin expects that by 2020 nobody waits.", 2020),
        ("By 2023, shops that listen will outsell others by 20%.", 2023),
        ("The goal is 25% of revenue online by the end of 2025.", 2025),
        ("Revenue will double in 2027.", 2027),
        ("In 2019 Northwind gave callers one owner.", None),
        ("By 2019 Northwind had given every caller one owner.", None),
        ("Its survey for 2022 found that leaders expect the pace seen in 2020 to last.", None),
    ],
)
def test_year_that_a_forecast_is_about(sentence: str, year: int | None) -> None:
    assert ahead(sentence) == year


def test_forecast_is_marked_once_its_year_has_passed() -> None:
    provenance = Provenance(looks_ahead_to=2025)
    assert find_caveat(provenance, 2026) == "Looks ahead to 2025, which has passed."
    assert find_caveat(provenance, 2025) is None


@pytest.mark.parametrize(
    ("kind", "publisher"),
    [
        ("vendor article", "vendor"),
        ("practitioner article (vendor site)", "vendor"),
        ("consultancy paper (web summary)", "consultancy"),
        ("university blog, interview", "university"),
        ("practitioner essay", "practitioner"),
        ("brief", None),
        (None, None),
    ],
)
def test_kind_of_publisher_is_read_off_the_kind_of_text(kind: str | None, publisher: str | None) -> None:
    assert publisher_kind(kind) == publisher


def test_brief_is_dated_and_judged_as_the_text_it_reports_on() -> None:
    (provenance,) = find_provenance(["Callers wait."], BRIEF)
    assert (provenance.publisher_kind, provenance.dated) == ("consultancy", "2024")
    told = "A brief of On Queues (Ada Quill, Tidal Press, 2024), a consultancy’s text"
    assert whose_claim(Origin(BRIEF, provenance)) == told
    assert "sells advice" in (find_caveat(provenance, 2026) or "")


def test_brief_of_a_text_without_a_date_says_so() -> None:
    assert whose_claim(Origin(Bibliography("A brief", about="On Queues"))) == "A brief of On Queues, without a date"


def test_sentences_quoted_together_have_all_they_report_and_the_last_year() -> None:
    both = together([Provenance("Tailspin", 2020), Provenance("Contoso", 2024), Provenance("Tailspin")])
    assert (both.reported, both.looks_ahead_to) == ("Tailspin and Contoso", 2024)
    assert together([]) == Provenance()


def document(name: str, text: str, bibliography: Bibliography) -> Document:
    return Document(name, name, bibliography, text, "")


def test_two_briefs_of_one_text_the_text_itself_and_a_copy_of_it_are_one_source() -> None:
    documents = [
        document("a", "One brief.", Bibliography("A", about="On Queues (Tidal Press)")),
        document("b", "Another brief.", Bibliography("B", about="On queues")),
        document("c", "The text itself.", Bibliography("On Queues", publisher="Tidal Press")),
        document("d", "The  text\nitself.", Bibliography("A copy under another name")),
        document("e", "Something else.", Bibliography("On Calls")),
    ]
    assert works({one.id: identity(one) for one in documents}) == {"a": "a", "b": "a", "c": "a", "d": "a", "e": "e"}


def test_document_that_joins_two_sources_makes_them_one() -> None:
    same = {"a": frozenset("1"), "b": frozenset("2"), "c": frozenset("12")}
    assert works(same) == {"a": "a", "b": "a", "c": "a"}
