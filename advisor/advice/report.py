"""What a report is made of, before any file format: headings, texts, tables, pictures; and a table of its own.

Citations are numbered once over the whole of a report, so that a number means the same in every format.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from advisor.types import Citation

INK, ACCENT, SOFT, MUTED = "1B2A29", "0F5C5C", "E0ECEA", "566461"
DISCLAIMER = "Every source is quoted word for word; check what matters to you there."
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # which XML cannot hold


@dataclass(frozen=True, slots=True)
class Heading:
    """A title inside the report; level 1 begins a part."""

    text: str
    level: Literal[1, 2] = 1


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; a `note` is set apart."""

    text: str
    note: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """A list of points."""

    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; `widths` are shares of the page. Of several lines in a cell, the first is the main one if it `leads`."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    leads: bool = True


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing of the deliverable itself, and what it shows in words."""

    kind: Literal["radar", "roadmap"]
    alt: str


Block: TypeAlias = Heading | Text | Points | Grid | Picture


@dataclass(frozen=True, slots=True)
class Report:
    """A whole deliverable as it is written down; `sources` are what the markers in it stand for, by number.

    `wide` asks for pages on their side; `judged` says that the blocks tell how good the sources are already.
    """

    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    sources: tuple[Citation, ...]
    wide: bool = False
    judged: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table for a spreadsheet: widths in characters; `choices` are what a column's cells may be."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[str | float | date | None, ...], ...]
    widths: tuple[int, ...]
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)


class Numbers:
    """Gives each place that is cited its number, the first one 1."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, int, int], Citation] = {}

    def numbered(self, citations: Iterable[Citation]) -> tuple[Citation, ...]:
        """The citations under their numbers."""
        found = []
        for citation in citations:
            place = (citation.document_id, citation.start, citation.end)
            new = citation.model_copy(update={"number": len(self._places) + 1})
            found.append(self._places.setdefault(place, new))
        return tuple(found)

    def markers(self, citations: Iterable[Citation]) -> str:
        """The markers for citations, as "[1][3]"."""
        return markers(citation.number for citation in self.numbered(citations))

    @property
    def sources(self) -> tuple[Citation, ...]:
        """Everything that was numbered, by number."""
        return tuple(self._places.values())


def markers(numbers: Iterable[int]) -> str:
    """The numbers of citations as they stand in a text: "[1][3]"."""
    return "".join(f"[{number}]" for number in numbers)


def evidence_lines(report: Report) -> list[str]:
    """The sources of a report in the order of their numbers, a line each, without the number."""
    return [f"“{c.quote}” {c.title}." if report.judged else _evidence_line(c) for c in report.sources]


def _evidence_line(citation: Citation) -> str:
    """A source as one line: the quote, where it stands, whose claim it is and what to mind."""
    page = f"page {citation.page}" if citation.page else None
    where = ", ".join(part for part in (citation.title, citation.publisher, citation.published, page) if part)
    more = [part for part in (citation.reported_from, f"Mind: {citation.caveat}" if citation.caveat else None) if part]
    return f"“{citation.quote}” {where}." + "".join(f" {part.rstrip('.')}." for part in more)
