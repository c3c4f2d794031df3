"""Practices mined from documents that nobody curated practices from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from advisor.advice.checklist import make_checklist_of
from advisor.config import Settings
from advisor.library.build import build, remove_document
from advisor.library.library import Library
from advisor.library.mine import MOST
from advisor.models.embeddings import Embedder
from advisor.types import Bibliography, Origin, Practice, Profile

ORCHARD = """# Notes from the orchard shop

## The queue

The till stands beside the door. Shop staff should greet people in the queue within a minute. Start by counting how
many people leave without paying. Must the till be so slow? Queues must be measured. We sold nine tons in May.
"""
ADVICE = {"Greet people in the queue within a minute.", "Start by counting how many people leave without paying."}


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


@pytest.fixture
def ingest(tmp_path: Path, settings: Settings, embedder: Embedder) -> Callable[..., list[Practice]]:
    """The practices of the library once texts by name have been taken in."""

    def run(prune: bool = False, **texts: str) -> list[Practice]:
        folder = tmp_path / "texts"
        folder.mkdir(exist_ok=True)
        for name, text in texts.items():
            (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
        assert build([folder], settings, embedder, prune=prune).rejected == ()
        return practices(settings)

    return run


Ingest = Callable[..., list[Practice]]


def practices(settings: Settings) -> list[Practice]:
    with Library(settings.data_dir) as library:
        return [practice for practice, _ in library.embedded_practices()]


def test_sentences_that_advise_become_mined_practices_and_no_others(ingest: Ingest) -> None:
    mined = ingest(orchard_md=ORCHARD)
    assert {practice.action for practice in mined} == ADVICE
    assert all(practice.mined and practice.theme == "The queue" for practice in mined)
    assert all(practice.evidence[0].quote in ORCHARD for practice in mined)


def test_mined_item_leaves_open_what_its_sentence_does_not_tell(ingest: Ingest, settings: Settings) -> None:
    ingest(orchard_md=ORCHARD)
    with Library(settings.data_dir) as library:
        embedded = library.embedded_practices()
    made = make_checklist_of("Next", embedded, lambda one: 1.0, Profile(), lambda e: Origin(Bibliography("Orchard")))
    for item in made.items:
        assert (item.owner, item.horizon, item.effort, item.measure) == (None, None, None, None)
        assert item.fits_because == "Mined from “Orchard”."


def test_mined_practices_survive_a_pruning_ingest_and_go_with_their_document(
    ingest: Ingest, settings: Settings
) -> None:
    assert len(ingest(orchard_md=ORCHARD)) == len(ingest(prune=True)) == len(ADVICE)
    remove_document("orchard", settings)
    assert practices(settings) == []


def test_other_documents_keep_their_mined_practices_when_one_is_removed(ingest: Ingest, settings: Settings) -> None:
    ingest(orchard_md=ORCHARD, dairy_md="# Dairy\n\nDairies should label every single bottle with its farm.\n")
    remove_document("orchard", settings)
    assert [practice.action for practice in practices(settings)] == ["Label every single bottle with its farm."]


def test_folder_with_curated_practices_is_not_mined(ingest: Ingest) -> None:
    curated = """
- {id: count, action: Count who leaves., why: It tells., theme: t, horizon_days: 30, effort: low, measure: m,
   evidence: [{document: orchard.md, quote: The till stands beside the door.}]}
"""
    assert [practice.id for practice in ingest(orchard_md=ORCHARD, practices_yaml=curated)] == ["count"]


def test_no_document_gives_more_than_its_share(ingest: Ingest) -> None:
    long = "# Long\n\n" + " ".join(f"Shop number {n} should repaint its wooden door soon." for n in range(30))
    assert len(ingest(long_md=long)) <= MOST
