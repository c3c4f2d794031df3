"""Numbers for citations, and Markdown in which only they are live."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.answer.cite import cite, inert, make_citation, render_statement, render_text
from advisor.types import Bibliography, Citation, Draft, Evidence, Statement
from evals.metrics.statements import MARKER

BOOK = Bibliography(title="How Northwind won", author="A. Quill", publisher="Harbor Review", published="2022")


def quote(start: int, text: str = "Callers wait.", document_id: str = "doc") -> Evidence:
    return Evidence(document_id, f"{document_id}-p", start, start + len(text), text)


def draft(*evidence: Evidence, aspect: str | None = None) -> Draft:
    return Draft("Callers wait.", aspect, evidence)


def citation_of(text: str, source: Bibliography = BOOK) -> Citation:
    return make_citation(1, quote(0, text), source)


def test_numbers_run_from_one_in_the_order_of_first_use() -> None:
    a, b, c = quote(0), quote(50), quote(0, document_id="other")
    statements, citations = cite([draft(b), draft(c, b), draft(a)], lambda id: BOOK)
    assert [statement.citations for statement in statements] == [(1,), (2, 1), (3,)]
    assert [(c.number, c.document_id, c.start) for c in citations] == [(1, "doc", 50), (2, "other", 0), (3, "doc", 0)]


def test_place_cited_twice_by_a_statement_has_one_marker() -> None:
    statements, citations = cite([draft(quote(0), quote(0))], lambda id: BOOK)
    assert statements[0].citations == (1,)
    assert len(citations) == 1


def test_citation_carries_the_bibliography_and_the_place() -> None:
    citation = citation_of("Callers wait.")
    assert (citation.title, citation.author, citation.publisher, citation.published) == (
        "How Northwind won", "A. Quill", "Harbor Review", "2022",
    )  # fmt: skip
    assert (citation.quote, citation.start, citation.end) == ("Callers wait.", 0, 13)
    assert (citation.reported_from, citation.caveat) == (None, None)


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("According to Fabrikam Labs, calls fell by 30%.", "Fabrikam Labs"),
        ("Tailspin’s survey found that callers wait.", "Tailspin"),
        ("Callers wait.\nSource: Tailspin", "Tailspin"),
    ],
)
def test_claim_of_another_is_told_as_reported(text: str, whose: str) -> None:
    assert citation_of(text).reported_from == f"{whose}, as reported by Harbor Review"


def test_brief_says_what_it_is_a_brief_of() -> None:
    brief = Bibliography(title="A brief", about="Tailspin, 2020")
    assert citation_of("Callers wait.", brief).reported_from == "A brief of Tailspin, 2020"


def test_forecast_that_has_passed_is_marked_and_one_to_come_is_not() -> None:
    assert "2020" in (citation_of("Tailspin expects that by 2020 nobody waits.").caveat or "")
    assert citation_of("Tailspin expects that by 2099 nobody waits.").caveat is None
    assert citation_of("In 2019 Northwind gave callers one owner.").caveat is None


def test_vendor_is_labelled_as_one() -> None:
    assert "sells" in (citation_of("Callers wait.", Bibliography(title="T", kind="vendor article")).caveat or "")


def test_statements_stand_below_their_aspect_and_the_leading_one_above_all() -> None:
    said = [(None, 1), ("Owners", 2), ("Owners", 3), ("Desks", 4)]
    statements = [Statement(text=f"S{n}.", aspect=aspect, citations=(n,)) for aspect, n in said]
    assert render_text(statements) == "S1. [1]\n\n**Owners**\n\n- S2. [2]\n- S3. [3]\n\n**Desks**\n\n- S4. [4]"


def test_markers_of_a_statement_are_its_citations() -> None:
    rendered = render_statement(Statement(text="See [7] and \\[8].", aspect=None, citations=(1, 3)))
    assert MARKER.findall(rendered) == ["1", "3"]
    assert rendered.endswith("[1][3]")


@given(st.text(alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from("[]\\()!<>*_`~#|19"))))
def test_inert_text_never_has_a_live_marker_tag_or_emphasis(text: str) -> None:
    shown = inert(text)
    assert not MARKER.search(shown)
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>|~#]", shown)
    assert not re.search(r"https?://|www\.", shown)


@given(st.text())
def test_inert_text_shows_every_character(text: str) -> None:
    shown = re.sub(r"\\([\\`*_\[\]<>|~#])", r"\1", inert(text)).replace("\u200b", "")
    assert shown == text.replace("\u200b", "")
