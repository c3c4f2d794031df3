"""Places in documents: a piece of evidence, a passage, a quote, and how they overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

HALF = 0.5  # a passage holds a piece of evidence when it has this share of it


class Place(Protocol):
    """Whatever stands at `text[start:end]` of a document."""

    @property
    def document_id(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of evidence: `text[start:end]` of a document."""

    document_id: str
    start: int
    end: int


def overlap(one: Place, other: Place) -> int:
    """Characters that two places share; 0 or less when they share none."""
    if one.document_id != other.document_id:
        return 0
    return min(one.end, other.end) - max(one.start, other.start)


def holds(passage: Place, piece: Place) -> bool:
    """Whether a passage has at least half of a piece of evidence."""
    return overlap(passage, piece) >= HALF * (piece.end - piece.start)


def held(passages: Sequence[Place], evidence: Sequence[Span]) -> set[Span]:
    """The pieces of evidence that one of the passages holds."""
    return {piece for piece in evidence if any(holds(passage, piece) for passage in passages)}
