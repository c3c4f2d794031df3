"""XLSX → text: a heading a sheet, a statement a row. Values as last calculated; formulas are never run."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import openpyxl

from advisor.library.loaders.content import CannotReadError, Content, Limits
from advisor.library.loaders.properties import properties
from advisor.library.loaders.tables import statements

_MAX_EMPTY = 1000  # rows; more of them in a row are the end of a sheet that says it has a million


def read_sheets(data: bytes, limits: Limits, keep_all: bool = False) -> Content:
    """Every sheet that has values, hidden ones left out unless `keep_all`."""
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    if len(book.worksheets) > limits.pages:
        raise CannotReadError(
            f"has {len(book.worksheets):,} sheets, more than the {limits.pages:,} that are read; split it."
        )
    blocks: list[str] = []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible" and not keep_all:
            continue
        sheet.reset_dimensions()  # what it says of its size may be wrong
        rows = list(statements(_rows(sheet.iter_rows(values_only=True))))
        blocks += [f"## {sheet.title}", *rows] if rows else []
    known = book.properties
    made = known.created.date().isoformat() if known.created and known.creator not in (None, "openpyxl") else None
    return Content("\n\n".join(blocks) + "\n" if blocks else "", properties(known.title, known.creator, made))


def _rows(rows: Iterator[Sequence[object]]) -> Iterator[Sequence[object]]:
    """The rows without empty ones, up to a long stretch of these."""
    empty = 0
    for row in rows:
        if any(value is not None for value in row):
            empty = 0
            yield row
            continue
        empty += 1
        if empty > _MAX_EMPTY:
            return
