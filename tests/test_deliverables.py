"""Deliverables: what is saved comes back whole, changes are never lost, and goes with its conversation."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from advisor.advice.checklist import make_checklist
from advisor.deliverables import Deliverables
from advisor.errors import ConflictError, UnknownDeliverableError
from advisor.takeaways import Assessment
from advisor.types import Checklist, Profile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "kept.sqlite3"


@pytest.fixture
def kept(path: Path) -> Iterator[Deliverables]:
    kept = Deliverables(path)
    yield kept
    kept.close()


@pytest.fixture
def checklist() -> Checklist:
    return make_checklist("Next steps", Profile(role="COO", size="4,000 staff"), (), ("Nothing near.",))


def test_what_is_saved_comes_back_whole_after_a_restart(kept: Deliverables, path: Path, checklist: Checklist) -> None:
    kept.add(checklist)
    kept.close()
    again = Deliverables(path)
    assert again.get(checklist.id, Checklist) == checklist
    again.close()


def test_unknown_id_and_one_of_another_kind_are_told(kept: Deliverables, checklist: Checklist) -> None:
    kept.add(checklist)
    with pytest.raises(UnknownDeliverableError, match="no checklist with the id 'gone'"):
        kept.get("gone", Checklist)
    with pytest.raises(UnknownDeliverableError, match="no assessment"):
        kept.get(checklist.id, Assessment)


def test_changes_at_the_same_time_all_hold(kept: Deliverables, path: Path, checklist: Checklist) -> None:
    kept.add(checklist)
    other = Deliverables(path)  # another process has its own connection

    def note(number: int) -> None:
        (kept, other)[number % 2].change(
            checklist.id, Checklist, lambda known: known.model_copy(update={"notes": (*known.notes, str(number))})
        )

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(note, range(40)))
    other.close()
    assert sorted(kept.get(checklist.id, Checklist).notes[1:], key=int) == [str(n) for n in range(40)]


def test_change_that_fails_leaves_what_was(kept: Deliverables, checklist: Checklist) -> None:
    kept.add(checklist)

    def fail(known: Checklist) -> Checklist:
        raise ConflictError("no")

    with pytest.raises(ConflictError):
        kept.change(checklist.id, Checklist, fail)
    assert kept.get(checklist.id, Checklist) == checklist
    kept.change(checklist.id, Checklist, lambda known: known.model_copy(update={"title": "Then"}))
    assert kept.get(checklist.id, Checklist).title == "Then"


def test_what_belongs_to_a_conversation_goes_with_it(kept: Deliverables, checklist: Checklist) -> None:
    kept.add(checklist, "talk")
    kept.add(checklist.model_copy(update={"id": "own"}))
    kept.delete_of("talk")
    assert [one.id for one in kept.saved(Checklist)] == ["own"]
