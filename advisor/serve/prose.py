"""An answer's Markdown read line by line, for front ends that show it as something else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

Piece: TypeAlias = str | int  # words as they are, or the number of a citation

_MARKER = re.compile(r"(?<!\\)\[(\d+)\]")  # brackets from documents come escaped, so these are citations
_ESCAPED = re.compile(r"\\([\\`*_\[\]<>|~#])")


@dataclass(frozen=True, slots=True)
class Line:
    """A line in its pieces; a blank one is a paragraph without any."""

    kind: Literal["heading", "item", "paragraph"]
    pieces: tuple[Piece, ...]


def read_lines(markdown: str) -> list[Line]:
    """The lines of an answer's text, or of a part of it, in their order."""
    return [_line(line) for line in markdown.split("\n")]


def _line(line: str) -> Line:
    if line.startswith("**") and line.endswith("**"):
        return Line("heading", (_plain(line[2:-2]),))
    if line.startswith("- "):
        return Line("item", _pieces(line[2:]))
    return Line("paragraph", _pieces(line))


def _pieces(line: str) -> tuple[Piece, ...]:
    parts = _MARKER.split(line)  # words at even places, numbers at odd ones
    read: list[Piece] = [int(part) if at % 2 else _plain(part) for at, part in enumerate(parts)]
    return tuple(piece for piece in read if piece != "")


def _plain(text: str) -> str:
    """The text without Markdown's escapes, and without what keeps addresses from becoming links there."""
    return _ESCAPED.sub(r"\1", text).replace("\u200b", "")
