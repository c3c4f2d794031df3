"""The tables of a deliverable as CSV and as an Excel workbook, in which no cell is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from advisor.advice.report import ACCENT, CONTROL, Sheet

LINE_HEIGHT, HIGHEST = 15, 409  # points: of a line in a spreadsheet, and of the highest row that Excel opens
FONT, LINE = "Calibri", "DDD8CB"
LEADING = ("Action", "Dimension")  # heads of columns that a reader looks for a row in
WIDE = 200  # characters: a table wider than that is printed on A3
A4, A3 = 9, 8  # by the numbers of the file format
NUMBER = 10  # characters: a column narrower than that has numbers
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with which spreadsheets begin a formula


def write_csv(sheet: Sheet) -> bytes:
    """The table for any spreadsheet: with a byte-order mark, by which Excel knows UTF-8."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerows([_plain_cell(value) for value in row] for row in (sheet.head, *sheet.rows))
    return written.getvalue().encode("utf-8-sig")


def _plain_cell(value: str | float | date | None) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def write_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """A page for each table, with filters, a head that stays, and lists of what a cell may be."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        _fill(book.create_sheet(sheet.name), sheet)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _fill(page: Any, sheet: Sheet) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.properties import PageSetupProperties

    for column, name in enumerate(sheet.head, start=1):
        cell = page.cell(1, column)
        _write_cell(cell, name)
        cell.font, cell.fill = Font(name=FONT, bold=True, color="FFFFFF"), PatternFill("solid", fgColor=ACCENT)
        cell.alignment = Alignment(vertical="center")
    for row, values in enumerate(sheet.rows, start=2):
        for column, value in enumerate(values, start=1):
            _write_cell(page.cell(row, column), value)
            page.cell(row, column).font = Font(name=FONT, bold=sheet.head[column - 1] in LEADING)
            page.cell(row, column).border = Border(bottom=Side("thin", color=LINE))
        lines = max(len(str(value)) // width + 1 for value, width in zip(values, sheet.widths, strict=True))
        page.row_dimensions[row].height = min(HIGHEST, LINE_HEIGHT * lines)
    for column, width in enumerate(sheet.widths, start=1):
        page.column_dimensions[get_column_letter(column)].width = width
    numbered = sheet.widths[0] < NUMBER  # then the second column names the row
    page.freeze_panes = ("C2" if numbered else "B2") if len(sheet.head) > 4 else "A2"
    page.auto_filter.ref = page.dimensions
    page.page_setup.orientation, page.print_title_rows = "landscape", "1:1"
    page.page_setup.paperSize = A3 if sum(sheet.widths) > WIDE else A4
    page.row_dimensions[1].height = 1.5 * LINE_HEIGHT
    page.page_margins.left = page.page_margins.right = 0.4  # inches
    page.page_setup.fitToHeight, page.sheet_properties.pageSetUpPr = 0, PageSetupProperties(fitToPage=True)
    for name, choices in sheet.choices.items():
        letter = get_column_letter(sheet.head.index(name) + 1)
        rule = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
        rule.add(f"{letter}2:{letter}{max(2, len(sheet.rows) + 1)}")
        page.add_data_validation(rule)


def _write_cell(cell: Any, value: str | float | date | None) -> None:
    from openpyxl.styles import Alignment

    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if isinstance(value, str):
        cell.value = CONTROL.sub("", value)
        cell.data_type, cell.quotePrefix = "s", value.startswith(_FORMULA)  # never a formula
    else:
        cell.value = value
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"
