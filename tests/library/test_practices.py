"""Practices: every quote is verified, and one that fails is named and left out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from advisor.config import Settings
from advisor.library.build import IngestReport, build
from advisor.library.library import Library
from advisor.models.embeddings import Embedder
from advisor.types import Practice

GOOD = """- id: greet
  action: Greet every guest.
  why: It is remembered.
  theme: service
  roles: [coo]
  sectors: [any]
  horizon_days: 30
  effort: low
  measure: Share of guests greeted
  evidence:
    - document: desk.md
      quote: A greeting costs nothing and is remembered for years.
"""


@pytest.fixture
def ingest(
    folder: Path, make_settings: Callable[..., Settings], embedder: Embedder
) -> Callable[[str], tuple[IngestReport, list[Practice]]]:
    def run(practices: str) -> tuple[IngestReport, list[Practice]]:
        (folder / "practices.yaml").write_text(practices, encoding="utf-8")
        settings = make_settings()
        report = build([folder], settings, embedder)
        with Library(settings.data_dir) as library:
            return report, library.practices()

    return run


Ingest = Callable[[str], tuple[IngestReport, list[Practice]]]


def test_quote_is_found_with_its_passage_and_section(ingest: Ingest, folder: Path) -> None:
    report, (practice,) = ingest(GOOD)
    (evidence,) = practice.evidence
    text = (folder / "desk.md").read_text()
    assert report.rejected == ()
    assert report.total_practices == 1
    assert text[evidence.start : evidence.end] == evidence.quote
    assert (evidence.document_id, evidence.heading, practice.roles) == ("desk", ("Greeting",), ("coo",))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("remembered for years", "remembered forever"), "the quote is not in desk.md"),
        (("desk.md", "gone.md"), "gone.md is not in the library"),
        (("effort: low", "effort: tiny"), "effort"),
        (("  why: It is remembered.\n", ""), "why"),
        (("horizon_days: 30", "horizon_days: -1"), "horizon_days"),
        (("theme: service", "theme: service\n  colour: red"), "colour"),
    ],
)
def test_practice_that_fails_is_named_and_left_out(ingest: Ingest, change: tuple[str, str], message: str) -> None:
    other = GOOD.replace("id: greet", "id: second").replace(*change)
    report, practices = ingest(GOOD + other)
    (rejected,) = report.rejected
    assert [practice.id for practice in practices] == ["greet"]
    assert "second" in rejected.message
    assert message in rejected.message


def test_id_used_twice_is_reported(ingest: Ingest) -> None:
    report, practices = ingest(GOOD + GOOD)
    assert len(practices) == 1
    assert "used twice" in report.rejected[0].message


def test_practices_that_do_not_parse_leave_the_old_ones(ingest: Ingest) -> None:
    ingest(GOOD)
    report, practices = ingest("- id: [unclosed")
    assert len(practices) == 1
    assert "practices.yaml does not parse" in report.rejected[0].message


def test_practice_of_a_changed_document_is_verified_again(ingest: Ingest, folder: Path) -> None:
    ingest(GOOD)
    (folder / "desk.md").write_text("# The front desk\n\nNobody greets here any more, and guests notice it.\n")
    report, practices = ingest(GOOD)
    assert practices == []
    assert len(report.rejected) == 1
