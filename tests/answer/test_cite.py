"""Numbers for citations, and Markdown in which only they are live."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from advisor.answer.cite import cite, inert, make_citation, read_text, render_statement, render_text
from advisor.types import Bibliography, Draft, Evidence, Origin, Provenance, Statement
from evals.metrics.statements import MARKER

BOOK = Bibliography(title="How Northwind won", author="A. Quill", publisher="Harbor Review", published="2022")


def quote(start: int, text: str = "Callers wait.", document_id: str = "doc") -> Evidence:
    return Evidence(document_id, f"{document_id}-p", start, start + len(text), text)


def draft(*evidence: Evidence, aspect: str | None = None) -> Draft:
    return Draft("Callers wait.", aspect, evidence)


def origin(evidence: Evidence) -> Origin:
    return Origin(BOOK)


def test_numbers_run_from_one_in_the_order_of_first_use() -> None:
    a, b, c = quote(0), quote(50), quote(0, document_id="other")
    statements, citations = cite([draft(b), draft(c, b), draft(a)], origin)
    assert [statement.citations for statement in statements] == [(1,), (2, 1), (3,)]
    assert [(c.number, c.document_id, c.start) for c in citations] == [(1, "doc", 50), (2, "other", 0), (3, "doc", 0)]


def test_place_cited_twice_by_a_statement_has_one_marker() -> None:
    statements, citations = cite([draft(quote(0), quote(0))], origin)
    assert statements[0].citations == (1,)
    assert len(citations) == 1


def test_quote_that_says_the_same_is_cited_behind_a_statement_s_own() -> None:
    said = replace(draft(quote(0)), also=(quote(0, document_id="other"),))
    statements, citations = cite([said], origin)
    assert statements[0].citations == (1, 2)
    assert citations[1].document_id == "other"


def test_citation_carries_the_bibliography_and_the_place() -> None:
    citation = make_citation(1, quote(0), Origin(BOOK))
    assert (citation.title, citation.author, citation.publisher, citation.published) == (
        "How Northwind won", "A. Quill", "Harbor Review", "2022",
    )  # fmt: skip
    assert (citation.quote, citation.start, citation.end) == ("Callers wait.", 0, 13)
    assert (citation.reported_from, citation.caveat) == (None, None)


def test_citation_carries_whose_claim_it_is_and_what_weakens_it() -> None:
    provenance = Provenance(reported="Fabrikam Labs", looks_ahead_to=2020, publisher_kind="vendor")
    citation = make_citation(1, quote(0), Origin(BOOK, provenance))
    assert citation.reported_from == "Fabrikam Labs, as reported by Harbor Review"
    assert "2020" in (citation.caveat or "")
    assert "sells" in (citation.caveat or "")


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


@given(
    st.lists(st.tuples(st.text("ab [*]_.\\`<>|~#:/@w-", min_size=1), st.sampled_from([None, "*Silos*", "What to do"])))
)
def test_statements_are_read_from_an_answer_as_they_were_written(said: list[tuple[str, str | None]]) -> None:
    order = {None: 0, "*Silos*": 1, "What to do": 2}
    statements = [
        Statement(text=f"A{text.strip()}.", aspect=aspect, citations=(n, n + 1))
        for n, (text, aspect) in enumerate(sorted(said, key=lambda one: order[one[1]]), start=1)
    ]
    assert read_text(render_text(statements)) == statements
