"""A deliverable as a file: which format is written by what, and Markdown itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from advisor.advice.contents import report_of, sheets_of
from advisor.advice.pdf import write_pdf
from advisor.advice.report import Grid, Heading, Points, Report, Text, evidence_lines
from advisor.advice.spreadsheet import write_csv, write_xlsx
from advisor.advice.word import write_docx
from advisor.answer.cite import inert
from advisor.types import Deliverable

Format: TypeAlias = Literal["md", "csv", "xlsx", "docx", "pdf"]
MEDIA = {
    "md": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file to be downloaded."""

    name: str
    media_type: str
    content: bytes


def export(made: Deliverable, form: Format) -> File:
    """A deliverable as a file; the same deliverable gives the same markers and evidence in every format."""
    writers: dict[Format, Callable[[Deliverable], bytes]] = {
        "md": lambda made: _markdown(report_of(made)).encode(),
        "csv": lambda made: write_csv(sheets_of(made)[0]),
        "xlsx": lambda made: write_xlsx(sheets_of(made)),
        "docx": lambda made: write_docx(report_of(made), made),
        "pdf": lambda made: write_pdf(report_of(made), made),
    }
    name = re.sub(r"[^a-z0-9]+", "-", made.title.lower()).strip("-")[:60].strip("-") or type(made).__name__.lower()
    return File(f"{name}.{form}", MEDIA[form], writers[form](made))


def _markdown(report: Report) -> str:
    lines = [f"# {inert(report.title)}", "", inert(report.subtitle)]
    for block in report.blocks:
        lines += ["", *_markdown_block(block)]
    if report.sources:
        lines += ["", "## Evidence", ""]
        lines += [f"{number}. {inert(line)}" for number, line in enumerate(evidence_lines(report), start=1)]
    return "\n".join(lines) + "\n"


def _markdown_block(block: object) -> list[str]:
    match block:
        case Heading(text, level):
            return [f"{'#' * (level + 1)} {inert(text)}"]
        case Text(text, note):
            return [f"> {_marked(text)}" if note else _marked(text)]
        case Points(points):
            return [f"- {_marked(point)}" for point in points]
        case Grid(head, rows):
            cells = [[_marked(cell).replace("|", "\\|").replace("\n", "<br>") for cell in row] for row in (head, *rows)]
            return [f"| {' | '.join(cells[0])} |", "|" + " --- |" * len(head)] + [
                f"| {' | '.join(r)} |" for r in cells[1:]
            ]
        case _:
            return []


def _marked(text: str) -> str:
    """The text without effect in Markdown, but for its markers and line breaks."""
    return re.sub(r"\\\[(\d+)\\\]", r"[\1]", "\n".join(inert(line) for line in text.split("\n")))
