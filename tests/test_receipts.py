"""Saved answers against a library that has changed since."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from advisor.advisor import Advisor, build_advisor
from advisor.config import Settings
from advisor.library.build import build
from advisor.models.embeddings import Embedder
from advisor.receipts import main
from advisor.types import Answer, Deliverable

OWNERS = """# One owner for every call

## Owners

Northwind gave every caller one owner who stays with the problem. Repeat calls fell because one owner knows the caller.
"""
OFFERS = """# Personal offers

## Offers

Fabrikam sends personal offers only to shoppers who asked for them. Shoppers state their tastes before any offer.
"""
PRACTICES = """
- id: one-owner
  action: Give every caller one owner.
  why: Callers are passed on otherwise.
  theme: callers
  roles: [coo]
  sectors: [any]
  horizon_days: 30
  effort: low
  measure: Repeat calls
  evidence: [{document: owners.md, quote: Repeat calls fell because one owner knows the caller.}]
"""
CALLERS, SHOPPERS = "Who looks after callers?", "Who gets personal offers?"


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    for name, text in {"owners.md": OWNERS, "offers.md": OFFERS, "practices.yaml": PRACTICES}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


@pytest.fixture
def ingest(texts: Path, settings: Settings, embedder: Embedder) -> Callable[[], None]:
    """Brings the library up to date with the folder, what is gone from it removed."""

    def run() -> None:
        build([texts], settings, embedder, prune=True)

    return run


@pytest.fixture
def advisor(ingest: Callable[[], None], settings: Settings, embedder: Embedder) -> Iterator[Advisor]:
    ingest()
    advisor = build_advisor(settings, embedder)
    yield advisor
    advisor.close()


@pytest.fixture
def asked(advisor: Advisor) -> list[Answer]:
    """An answer from each of the two texts alone."""
    one_each = ((CALLERS, "owners"), (SHOPPERS, "offers"))
    return [advisor.ask(question, checklist=True, documents=[document]) for question, document in one_each]


@pytest.fixture
def receipts(settings: Settings, capsys: pytest.CaptureFixture[str]) -> Callable[[], tuple[int, Any]]:
    """The exit code of the command, and what it prints as JSON."""

    def run() -> tuple[int, Any]:
        capsys.readouterr()
        code = main(["--data-dir", str(settings.data_dir), "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


Receipts = Callable[[], tuple[int, Any]]


def changes(found: Any, made: Answer | Deliverable) -> dict[str, str]:
    """How the evidence of something saved has changed, by what it is used in."""
    return {
        finding["used_in"]: finding["change"]
        for stale in found["stale"]
        if stale["id"] == made.id
        for finding in stale["findings"]
    }


def test_unchanged_library_bears_out_every_answer(asked: list[Answer], receipts: Receipts) -> None:
    assert asked[0].checklist
    assert receipts() == (0, {"saved": 4, "stale": []})


def test_ingest_that_changes_nothing_bears_out_every_answer(
    asked: list[Answer], ingest: Callable[[], None], receipts: Receipts
) -> None:
    ingest()
    assert receipts()[0] == 0


def test_edited_quote_has_changed_in_answer_and_passage_and_in_its_checklist(
    asked: list[Answer], texts: Path, ingest: Callable[[], None], receipts: Receipts
) -> None:
    (texts / "owners.md").write_text(OWNERS.replace("Repeat calls fell", "Calls fell").replace("gave", "gives"))
    ingest()
    code, found = receipts()
    told = changes(found, asked[0])
    assert code == 1
    assert set(told.values()) == {"changed"}
    assert "citation [1]" in told
    assert asked[0].checklist
    assert changes(found, asked[0].checklist) == {"item “Give every caller one owner.”": "changed"}
    assert [used for used in told if used.startswith("passage ")]


def test_quote_that_stands_elsewhere_has_moved_and_its_passage_is_the_same(
    asked: list[Answer], texts: Path, ingest: Callable[[], None], receipts: Receipts
) -> None:
    (texts / "owners.md").write_text(f"\n\n\n{OWNERS}")
    ingest()
    code, found = receipts()
    told = changes(found, asked[0])
    assert code == 1
    assert set(told.values()) == {"moved"}
    assert not [used for used in told if used.startswith("passage ")]


def test_evidence_of_a_removed_document_is_gone(
    asked: list[Answer], texts: Path, ingest: Callable[[], None], receipts: Receipts
) -> None:
    (texts / "offers.md").unlink()
    ingest()
    code, found = receipts()
    assert code == 1
    assert set(changes(found, asked[1]).values()) == {"gone"}


def test_what_was_made_of_a_removed_document_is_listed_by_its_title(
    advisor: Advisor, texts: Path, ingest: Callable[[], None], receipts: Receipts
) -> None:
    made = [advisor.advice.make_checklist(CALLERS), advisor.advice.brief_question(CALLERS)]
    (texts / "owners.md").write_text(OFFERS.replace("offers", "deals"))
    (texts / "practices.yaml").unlink()
    ingest()
    found = receipts()[1]
    assert [(stale["kind"], stale["about"]) for stale in found["stale"]] == [
        ("checklist", made[0].title),
        ("brief", made[1].title),
    ]
    assert all(changes(found, one) for one in made)


def test_answer_that_still_stands_is_not_listed(
    asked: list[Answer], texts: Path, ingest: Callable[[], None], receipts: Receipts
) -> None:
    (texts / "offers.md").unlink()
    ingest()
    assert changes(receipts()[1], asked[0]) == {}


def test_plain_words_name_the_question_and_what_became_of_its_evidence(
    asked: list[Answer], texts: Path, ingest: Callable[[], None], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    (texts / "offers.md").unlink()
    ingest()
    capsys.readouterr()
    assert main(["--data-dir", str(settings.data_dir)]) == 1
    told = capsys.readouterr().out
    assert f"“{SHOPPERS}”" in told
    assert "its document is not in the library any more" in told
    assert asked[1].conversation_id not in told


def test_deleted_conversation_is_not_looked_at(asked: list[Answer], advisor: Advisor, receipts: Receipts) -> None:
    advisor.delete_conversation(asked[0].conversation_id)
    assert receipts() == (0, {"saved": 2, "stale": []})


def test_folder_without_answers_is_said_to_have_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data-dir", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "Nothing has been saved yet.\n"
    assert list(tmp_path.iterdir()) == []


def test_missing_folder_is_an_error_that_names_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data-dir", str(tmp_path / "nowhere")]) == 2
    assert "nowhere" in capsys.readouterr().err
