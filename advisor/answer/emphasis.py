"""What the asker's profile makes come first among the passages that answer a question as well as others do.

It moves passages by a bounded share of a score, after it was settled whether there is an answer at all, and touches
neither a sentence nor a citation: the profile never changes what is true.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from advisor.types import Emphasis, RankedPassage
from advisor.words import listed

WIDER = 2  # times as many passages are looked at, so that one just behind the others can come in


def emphasize(ranked: Sequence[RankedPassage], emphases: Sequence[Emphasis], top_k: int) -> list[RankedPassage]:
    """The best `top_k` of the passages, best first, once those that speak of a subject have gained its weight."""
    gained = [
        replace(one, score=min(1.0, one.score + sum(e.weight for e in emphases if _speaks_of(one, e))))
        for one in ranked
    ]
    best = sorted(gained, key=lambda one: (-one.score, one.rank))[:top_k]
    return [replace(one, rank=rank) for rank, one in enumerate(best, start=1)]


def moved_up(before: Sequence[RankedPassage], after: Sequence[RankedPassage]) -> frozenset[str]:
    """The ids of the passages that stand further ahead than before, among those that had a place."""
    places = {one.passage.id: one.rank for one in before}
    return frozenset(one.passage.id for one in after if one.rank < places.get(one.passage.id, 0))


def tell_emphasis(
    ranked: Sequence[RankedPassage], moved: Collection[str], emphases: Sequence[Emphasis]
) -> tuple[str, ...]:
    """A note on the subjects for which passages were put first; none where none were."""
    shown = [one for one in ranked if one.passage.id in moved]
    names = [emphasis.name for emphasis in emphases if any(_speaks_of(one, emphasis) for one in shown)]
    if not names:
        return ()
    return (f"Put first what speaks of {listed(names)}, as your profile says; without it the order is another one.",)


def _speaks_of(ranked: RankedPassage, emphasis: Emphasis) -> bool:
    said = " ".join((*ranked.passage.heading, ranked.passage.text)).lower()
    plain = f" {' '.join(re.findall(r'[a-z0-9]+', said))} "
    return any(f" {way} " in plain for way in emphasis.ways)
