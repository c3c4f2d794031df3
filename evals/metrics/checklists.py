"""Checklist sensitivity: lists differ for profiles that differ where it matters, and only there."""

from __future__ import annotations

from collections.abc import Collection

from advisor.types import Checklist

ASPECTS = ("items", "order", "owners", "reasons")


def differences(one: Checklist, other: Checklist) -> set[str]:
    """The aspects in which two checklists differ; order, owners and reasons of the items that both have."""
    first, second = ({item.action: item for item in checklist.items} for checklist in (one, other))
    shared = first.keys() & second.keys()
    found = {"items"} if first.keys() != second.keys() else set()
    if [action for action in first if action in shared] != [action for action in second if action in shared]:
        found.add("order")
    if any(first[action].owner != second[action].owner for action in shared):
        found.add("owners")
    if any(first[action].fits_because != second[action].fits_because for action in shared):
        found.add("reasons")
    return found


def score_pair(one: Checklist, other: Checklist, must_differ_in: Collection[str]) -> dict[str, float]:
    """What one pair adds to sensitivity; an empty `must_differ_in` means that they may not differ at all.

    A pair with an empty checklist has failed either way.
    """
    changed = differences(one, other)
    filled = bool(one.items and other.items)
    if must_differ_in:
        return {"changes_when_it_should": float(filled and bool(changed & set(must_differ_in)))}
    return {"stays_when_it_should": float(filled and not changed)}
