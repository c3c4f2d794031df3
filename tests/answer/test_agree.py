"""Notes on sources that agree and on sources that differ, over a real library and its vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from advisor.answer.agree import compare, find_said, quantities
from advisor.answer.retrieve import add
from advisor.config import Settings
from advisor.library.build import build
from advisor.library.library import Library
from advisor.models.embeddings import Embedder
from advisor.types import Draft, Evidence

OWNER = "Every customer journey needs one owner who answers for the whole of it."
REWORDED = "Every customer journey needs a single owner who answers for all of it."
FELL = "Repeat calls of customers fell by 30% after every caller had one owner."

Notes = Callable[..., tuple[str, ...]]


@pytest.fixture
def notes(tmp_path: Path, make_settings: Callable[..., Settings], embedder: Embedder) -> Notes:
    """What is noted on an answer that quotes the first text's first sentence, when all texts were retrieved."""

    def note(*texts: str, sources: Sequence[str] = ()) -> tuple[str, ...]:
        folder = tmp_path / "texts"
        folder.mkdir()
        for number, text in enumerate(texts):
            headed = text if text.startswith("#") else f"# Title {number}\n\n## Part\n\n{text}\n"
            (folder / f"{number}.md").write_text(headed, encoding="utf-8")
        if sources:
            (folder / "sources.yaml").write_text("".join(f"- {line}\n" for line in sources), encoding="utf-8")
        settings = make_settings()
        assert not build([folder], settings, embedder).rejected
        with Library(settings.data_dir) as library:
            ids = [passage.id for known in library.documents() for passage in library.passages_of(known.id)]
            every = add([], ids, np.asarray(embedder.embed_query("anything"), np.float32), library)
            said = find_said(every, library.catalogue([d.id for d in library.documents()]))
            return compare([quoting(library, "0")], said)

    return note


def quoting(library: Library, document_id: str) -> Draft:
    passage = library.passages_of(document_id)[0]
    first = next(sentence for sentence in passage.sentences if sentence.kind != "heading")
    quote = passage.slice(first)
    return Draft(quote, None, (Evidence(document_id, passage.id, first.start, first.end, quote),))


def test_statement_that_two_of_three_sources_make_is_told_with_their_titles(notes: Notes) -> None:
    (note,) = notes(OWNER, REWORDED, "Complaints are answered within one day.")
    assert note == f"Two of the three sources that were found say this: “{OWNER}” (“Title 0” and “Title 1”)."


def test_statement_that_every_source_makes_is_told_as_such(notes: Notes) -> None:
    assert notes(OWNER, REWORDED)[0].startswith("Both sources that were found say this")


@pytest.mark.parametrize(
    "other",
    [
        "Complaints are answered within one day.",
        "Customer journeys are drawn on a map of all touchpoints.",
        "No customer journey needs one owner who answers for the whole of it.",
        "Hardly any customer journey needs one owner who answers for the whole of it.",
        "Every customer journey needs two owners who answer for the whole of it.",
        "Every customer journey of Contoso needs one owner who answers for the whole of it.",
    ],
)
def test_other_subject_denial_figure_or_name_is_no_agreement(notes: Notes, other: str) -> None:
    assert not [note for note in notes(OWNER, other) if "say this" in note]


def test_opposites_are_no_agreement(notes: Notes) -> None:
    assert (
        notes(
            "One owner for every caller raises the costs of service.",
            "One owner for every caller lowers the costs of service.",
        )
        == ()
    )


def test_two_briefs_of_one_text_do_not_agree(notes: Notes) -> None:
    about = "about: {title: On Journeys, publisher: Tidal Press}"
    assert notes(OWNER, REWORDED, sources=[f"{{file: 0.md, {about}}}", f"{{file: 1.md, {about}}}"]) == ()


def test_identical_texts_under_two_titles_do_not_agree(notes: Notes) -> None:
    text = f"# Part\n\n{OWNER}\n\n## Again\n\n{REWORDED}\n"
    assert notes(text, text, sources=["{file: 0.md, title: One}", "{file: 1.md, title: Other}"]) == ()


def test_two_texts_that_report_one_finding_do_not_agree(notes: Notes) -> None:
    told = "According to Tailspin, every customer journey needs one owner who answers for the whole of it."
    retold = "According to Tailspin, every customer journey needs a single owner who answers for all of it."
    assert notes(told, retold) == ()


def test_figures_that_differ_are_told_side_by_side(notes: Notes) -> None:
    other = "Repeat calls of customers fell by 45% after each caller had one owner."
    (note,) = notes(FELL, other)
    assert note == f"Sources differ in a figure: “{FELL}” (“Title 0”) – “{other}” (“Title 1”)."


@pytest.mark.parametrize(
    "other",
    [
        "Repeat calls of customers fell by 30% once every caller had one owner.",
        "Repeat calls of customers fell within 3 weeks after every caller had one owner.",
        "Repeat calls of customers of Contoso fell by 45% after every caller had one owner.",
        "The budget of the complaints desk rose by 45% in a year.",
    ],
)
def test_same_figure_other_unit_other_name_or_other_subject_is_no_difference(notes: Notes, other: str) -> None:
    assert not [note for note in notes(FELL, other) if "differ" in note]


def test_one_document_does_not_differ_from_itself(notes: Notes) -> None:
    assert notes(f"{FELL}\n\nRepeat calls of customers fell by 45% after each caller had one owner.") == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Revenues rise 5-10% faster in two years.", {"%": {"5", "10"}, "year": {"2"}}),
        ("From 20 to 30 per cent of 1,500 callers in 2019.", {"%": {"20", "30"}, "caller": {"1500"}}),
        ("One owner for each call.", {}),
    ],
)
def test_quantities_are_numbers_by_what_they_count(text: str, found: dict[str, set[str]]) -> None:
    assert quantities(text) == found
