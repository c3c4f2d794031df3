"""Practices: every quote is verified, and one that fails is named and left out; what holds for all that ship."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from graphlib import TopologicalSorter
from pathlib import Path

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray

from advisor.advice.profile import vocabulary
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


# --- the library that ships ---

CORPUS = Path(__file__).parents[2] / "corpus"
THEMES = """customer-centricity agile-operations data-analytics technology culture silos center-of-excellence leadership
personas journey frictionless-design partners trust measurement voice-of-customer life-events digital-platforms
executive-roles complexity customer-types core-and-innovation automation artificial-intelligence personalization
operating-model governance strategy people-skills complaints contact-centre service-standards accessibility""".split()
# A share or a median, or something over, per, out of or against something else, or before and after.
DEFINED = re.compile(r"\b(share of|median|over|per|out of|against|compared with|before and after)\b", re.IGNORECASE)

Shipped = tuple[IngestReport, list[tuple[Practice, NDArray[np.float32]]]]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Shipped:
    settings = Settings(_env_file=None, data_dir=tmp_path_factory.mktemp("shipped"))  # type: ignore[call-arg]  # an option of pydantic-settings
    report = build([CORPUS], settings, embedder)
    with Library(settings.data_dir) as library:
        return report, library.embedded_practices()


@pytest.fixture
def practices(shipped: Shipped) -> dict[str, Practice]:
    return {practice.id: practice for practice, _ in shipped[1]}


def test_every_shipped_practice_is_verified(shipped: Shipped) -> None:
    report, practices = shipped
    listed = yaml.safe_load((CORPUS / "practices.yaml").read_text(encoding="utf-8"))
    assert report.rejected == ()
    assert [practice.id for practice, _ in practices] == [entry["id"] for entry in listed]
    assert len(practices) >= 150


def test_shipped_practices_are_tagged_with_words_of_the_profile(practices: dict[str, Practice]) -> None:
    known = {kind: terms.keys() for kind, terms in vocabulary().items()}
    for one in practices.values():
        for kind, given, anywhere in (
            ("roles", one.roles, set()),
            ("sectors", one.sectors, {"any"}),
            ("channels", one.channels, {"any"}),
            ("aims", one.aims, set()),
        ):
            assert given, (one.id, kind)
            assert set(given) <= known[kind] | anywhere, (one.id, kind)


def test_shipped_practices_serve_two_goals_at_most_and_levels_in_order(practices: dict[str, Practice]) -> None:
    assert [one.id for one in practices.values() if len(one.aims) > 2 or one.maturity[0] > one.maturity[1]] == []


def test_what_comes_before_a_shipped_practice_exists_and_can_be_done_where_it_can(
    practices: dict[str, Practice],
) -> None:
    for one in practices.values():
        for before in (practices[id] for id in one.after):
            assert before.horizon_days <= one.horizon_days, (before.id, one.id)
            assert before.staff_at_least <= one.staff_at_least, (before.id, one.id)
            assert before.maturity[0] <= one.maturity[0], (before.id, one.id)


def test_no_shipped_practice_waits_for_itself(practices: dict[str, Practice]) -> None:
    order = list(TopologicalSorter({one.id: one.after for one in practices.values()}).static_order())
    assert sorted(order) == sorted(practices)


def test_every_theme_has_three_practices_and_there_is_no_other_theme(practices: dict[str, Practice]) -> None:
    themes = Counter(one.theme for one in practices.values())
    assert sorted(themes) == sorted(THEMES)
    assert min(themes.values()) >= 3, themes


def test_every_measure_says_over_or_against_what_it_is_taken(practices: dict[str, Practice]) -> None:
    assert [one.id for one in practices.values() if not DEFINED.search(one.measure)] == []


def test_no_two_shipped_practices_say_the_same(shipped: Shipped) -> None:
    vectors = np.stack([vector for _, vector in shipped[1]])
    likeness = np.triu(vectors @ vectors.T, k=1)
    assert float(likeness.max()) < 0.9


@pytest.mark.parametrize("level", range(1, 6))
def test_small_organisation_of_any_level_finds_something_for_every_goal(
    practices: dict[str, Practice], level: int
) -> None:
    open_to = [p for p in practices.values() if p.staff_at_least <= 10 and p.maturity[0] <= level <= p.maturity[1]]
    assert {aim for one in open_to for aim in one.aims} == vocabulary()["aims"].keys()
    assert sum(one.horizon_days <= 90 for one in open_to) >= 12
