"""Rows of a table → statements that say what each value is of: "Region: North; NPS: 41."

Shared by all formats that have tables; CSV is nothing else.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Sequence

from advisor.library.loaders.content import CannotReadError, Content

_MAX_CELLS = 2_000_000
_SAMPLE = 20_000


def read_table(text: str) -> Content:
    """A CSV file of any usual delimiter as statements, a row each."""
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:_SAMPLE], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    try:
        lines = list(statements(csv.reader(io.StringIO(text, newline=""), dialect)))
    except csv.Error as error:
        raise CannotReadError("is no table: a cell is longer than any is; check its quotes.") from error
    return Content("\n\n".join(lines) + "\n" if lines else "", {})


def statements(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """A list item for each row that has values, told with the headers above; a table without headers as bare values.

    The first row with more than one value holds the headers, if all its values are words and differ; what stands above
    it is its caption.
    """
    headers: list[str] | None = None
    for row in _without_lone_headers(_counted(rows)):
        cells = [one_line(cell) for cell in row]
        filled = [cell for cell in cells if cell]
        if headers is None and len(filled) >= 2:
            headers = cells if _are_headers(filled) else []
            if headers:
                continue
        if headers is None and filled:
            yield filled[0]
        elif filled:
            yield "- " + _told(headers or [], cells)


def _without_lone_headers(rows: Iterator[Sequence[object]]) -> Iterator[Sequence[object]]:
    """The rows; a table of one row has no headers, so that its row becomes a single cell."""
    first = next(rows, None)
    second = next(rows, None)
    if first is not None:
        yield first if second is not None else ["; ".join(filter(None, map(one_line, first)))]
    if second is not None:
        yield from itertools.chain([second], rows)


def _counted(rows: Iterable[Sequence[object]]) -> Iterator[Sequence[object]]:
    count = 0
    for row in rows:
        count += len(row)
        if count > _MAX_CELLS:
            raise CannotReadError(f"has more than the {_MAX_CELLS:,} cells that are read; split it.")
        yield row


def _are_headers(filled: Sequence[str]) -> bool:
    return len(set(filled)) == len(filled) and not any(_is_number(cell) or len(cell) > 80 for cell in filled)


def _is_number(cell: str) -> bool:
    return cell.strip("+-()%$€£ ").replace(",", "").replace(".", "").isdigit()


def _told(headers: Sequence[str], cells: Sequence[str]) -> str:
    named = itertools.zip_longest(headers, cells, fillvalue="")
    parts = [f"{header}: {cell}" if header else cell for header, cell in named if cell]
    return "; ".join(parts).rstrip(".") + "."


def one_line(value: object) -> str:
    """A cell's value as a person would write it; a whole number without its ".0", a date without midnight."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, float):
        return f"{value:.10g}"
    return " ".join(str(value).split()).removesuffix(" 00:00:00")[:5000]
