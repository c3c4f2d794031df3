"""What every loader returns, what it may use up, and how it says that it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PAGE_BREAK = "\f"  # on a line of its own before each page but the first, so that a place in the text has a page

Metadata = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Part of a document that never became text: a navigation bar, a hidden element, a running head."""

    reason: str
    sample: str


@dataclass(frozen=True, slots=True)
class Content:
    """Markdown-like text, what the document says of itself under `Bibliography`'s names, and what was left out."""

    text: str
    metadata: Metadata
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one input may be or cost. Megabytes are 1,000,000 bytes; `memory_mb` is of the whole parser."""

    file_mb: int = 40
    unpacked_mb: int = 200
    pages: int = 3000
    seconds: int = 60
    memory_mb: int = 1500
    fetch_seconds: int = 30


class CannotReadError(Exception):
    """Why a document cannot be read and what to do, to be put after its name: "is empty; remove it"."""
