"""Comparisons: what is to be compared, and cells that hold evidence on their subject or say that there is none."""

from __future__ import annotations

import numpy as np
import pytest

from advisor.advice.compare import (
    MOST_DIMENSIONS,
    Compared,
    build_comparison,
    compared,
    is_named,
    read_comparison,
    usual_dimensions,
)
from advisor.answer.graph import Sources
from advisor.errors import QuestionError
from advisor.models.embeddings import Embedder
from advisor.takeaways import Comparison
from advisor.types import Profile


@pytest.mark.parametrize(
    ("question", "subjects", "dimensions"),
    [
        ("Compare Zara, Disney and USAA", ("Zara", "Disney", "USAA"), ()),
        ("Zara vs. Disney", ("Zara", "Disney"), ()),
        ("Compare zara with netflix", ("zara", "netflix"), ()),
        ("How do Monzo and Uber differ in technology?", ("Monzo", "Uber"), ("technology",)),
        ("Compare how Zara and Disney use technology", ("Zara", "Disney"), ()),
        ("What did Zara do that Disney did not?", ("Zara", "Disney"), ()),
        ("Compare people silos and process silos", ("people silos", "process silos"), ()),
        (
            "What is the difference between Alfa Bank and Beta Bank on loyalty, cost?",
            ("Alfa Bank", "Beta Bank"),
            ("loyalty", "cost"),
        ),
        ("Compare journeys in banking and journeys in retail", ("journeys in banking", "journeys in retail"), ()),
    ],
)
def test_subjects_and_dimensions_are_read_from_a_question(
    question: str, subjects: tuple[str, ...], dimensions: tuple[str, ...]
) -> None:
    assert read_comparison(question) == Compared(subjects, dimensions)


def test_repetition_and_blanks_are_not_compared() -> None:
    assert compared([" Zara ", "zara", "", "Disney"], ["time", "Time "]).subjects == ("Zara", "Disney")
    assert len(compared(["Zara", "Disney"], ["time", "Time "]).dimensions) == 1


@pytest.mark.parametrize(
    ("subjects", "dimensions", "told"),
    [
        ([], [], "names none"),
        (["Zara"], [], "“Zara”"),
        (["Zara", " zara"], [], "two to five"),
        ([f"S{n}" for n in range(20)], [], "and 14 more"),
        (["Zara", "…"], [], "no letters"),
        (["Zara", "x" * 101], [], "too long"),
        (["Zara", "Disney"], [f"d{n}" for n in range(MOST_DIMENSIONS + 1)], "at most 10 dimensions"),
    ],
)
def test_what_cannot_be_compared_is_told(subjects: list[str], dimensions: list[str], told: str) -> None:
    with pytest.raises(QuestionError, match=told):
        compared(subjects, dimensions)


@pytest.mark.parametrize("question", ["Compare Zara", "Compare", "?", "how are you"])
def test_question_that_names_fewer_than_two_is_told(question: str) -> None:
    with pytest.raises(QuestionError):
        read_comparison(question)


@pytest.fixture(scope="module")
def build(sources: Sources, embedder: Embedder):  # type: ignore[no-untyped-def]  # a closure over both
    def make(*subjects: str, dimensions: tuple[str, ...] = ()) -> Comparison:
        def embed(text: str) -> np.ndarray:
            return np.asarray(embedder.embed_query(text), dtype=np.float32)

        return build_comparison(compared(subjects, dimensions), Profile(), sources, embed)

    return make


@pytest.fixture(scope="module")
def made(build) -> Comparison:  # type: ignore[no-untyped-def]
    return build("Northwind", "Fabrikam", "Contoso")  # type: ignore[no-any-return]


def test_every_statement_quotes_a_text_that_names_its_subject(made: Comparison, sources: Sources) -> None:
    cited = {citation.number: citation for citation in made.citations}
    assert any(cell.statements for row in made.rows for cell in row.cells)
    for row in made.rows:
        for subject, cell in zip(made.subjects, row.cells, strict=True):
            for statement in cell.statements:
                assert statement.citations
                for citation in (cited[number] for number in statement.citations):
                    text = sources.text(citation.document_id) or ""
                    assert text[citation.start : citation.end] == citation.quote
                    assert is_named(subject, " ".join((citation.quote, citation.title, *citation.heading)))


def test_statement_is_where_its_words_belong(made: Comparison) -> None:
    northwind = {row.dimension: " ".join(one.text for one in row.cells[0].statements) for row in made.rows}
    assert "Repeat calls fell by 30%" in northwind["Results and figures"]


def test_unknown_subject_has_an_empty_column_and_a_note(made: Comparison) -> None:
    assert all(not row.cells[2].statements for row in made.rows)
    assert any("never mentions “Contoso”" in note for note in made.notes)


def test_usual_dimension_without_any_statement_is_left_out_and_named(made: Comparison) -> None:
    shown = [row.dimension for row in made.rows]
    missing = [name for name in usual_dimensions() if name not in shown]
    assert missing
    assert all(any(f"“{name}”" in note for note in made.notes) for name in missing)


def test_dimension_that_was_asked_for_stays_though_nothing_is_said(build) -> None:  # type: ignore[no-untyped-def]
    made = build("Northwind", "Fabrikam", dimensions=("share price", "results"))
    assert [row.dimension for row in made.rows] == ["share price", "results"]
    assert not any(cell.statements for cell in made.rows[0].cells)


def test_nobody_known_gives_all_cells_empty_and_no_citations(build) -> None:  # type: ignore[no-untyped-def]
    made = build("Contoso", "Wingtip")
    assert [row.dimension for row in made.rows] == list(usual_dimensions())
    assert made.citations == ()
    assert sum("never mentions" in note for note in made.notes) == 2


def test_numbers_run_from_one_in_the_order_of_reading(made: Comparison) -> None:
    read = [number for row in made.rows for cell in row.cells for one in cell.statements for number in one.citations]
    assert list(dict.fromkeys(read)) == [citation.number for citation in made.citations]
    assert [citation.number for citation in made.citations] == list(range(1, len(made.citations) + 1))


@pytest.mark.parametrize(
    ("subject", "text", "named"),
    [
        ("process silos", "Process silos arise.", True),
        ("process silos", "A process has silos.", False),
        ("people silos", "people, process and technology silos", False),
        ("Northwind", "Northwind’s callers", True),
        ("the COO", "KPMG advises COOs.", True),
        ("IT", "IT runs the desk.", True),
        ("IT", "Nobody runs it.", False),
    ],
)
def test_subject_is_named_by_its_words_in_a_row(subject: str, text: str, named: bool) -> None:
    assert is_named(subject, text) == named
