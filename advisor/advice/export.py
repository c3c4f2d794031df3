"""Deliverables as files: Markdown, Word and PDF from the report, CSV and Excel from the tables."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeAlias
from xml.sax.saxutils import escape

from advisor.advice.pictures import draw
from advisor.advice.report import (
    Grid,
    Heading,
    Picture,
    Points,
    Report,
    Sheet,
    Text,
    evidence_lines,
    report_of,
    sheets_of,
)
from advisor.answer.cite import inert
from advisor.takeaways import Assessment
from advisor.types import Checklist, Deliverable

Format: TypeAlias = Literal["md", "csv", "xlsx", "docx", "pdf"]
MEDIA = {
    "md": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
LINE_HEIGHT, HIGHEST = 15, 409  # points: of a line in a spreadsheet, and of the highest row that Excel opens
NUMBER = 10  # characters: a column narrower than that has numbers
INK, ACCENT, SOFT, MUTED = "1B2A29", "0F5C5C", "E0ECEA", "566461"
DISCLAIMER = "Every source is quoted word for word; check what matters to you there."
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with which spreadsheets begin a formula
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # which XML cannot hold


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
        "csv": lambda made: _csv(sheets_of(made)[0]),
        "xlsx": lambda made: _xlsx(sheets_of(made)),
        "docx": _docx,
        "pdf": _pdf,
    }
    name = re.sub(r"[^a-z0-9]+", "-", made.title.lower()).strip("-")[:60].strip("-") or type(made).__name__.lower()
    return File(f"{name}.{form}", MEDIA[form], writers[form](made))


# --- Markdown ---


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


# --- CSV and Excel ---


def _csv(sheet: Sheet) -> bytes:
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


def _xlsx(sheets: Sequence[Sheet]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        _fill(book.create_sheet(sheet.name), sheet)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _fill(page: Any, sheet: Sheet) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.properties import PageSetupProperties

    for column, name in enumerate(sheet.head, start=1):
        cell = page.cell(1, column)
        _write_cell(cell, name)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor=ACCENT)
        cell.alignment = Alignment(vertical="center")
    for row, values in enumerate(sheet.rows, start=2):
        for column, value in enumerate(values, start=1):
            _write_cell(page.cell(row, column), value)
        lines = max(len(str(value)) // width + 1 for value, width in zip(values, sheet.widths, strict=True))
        page.row_dimensions[row].height = min(HIGHEST, LINE_HEIGHT * lines)
    for column, width in enumerate(sheet.widths, start=1):
        page.column_dimensions[get_column_letter(column)].width = width
    numbered = sheet.widths[0] < NUMBER  # then the second column names the row
    page.freeze_panes = ("C2" if numbered else "B2") if len(sheet.head) > 4 else "A2"
    page.auto_filter.ref = page.dimensions
    page.page_setup.orientation, page.print_title_rows = "landscape", "1:1"
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
        cell.value = _CONTROL.sub("", value)
        cell.data_type, cell.quotePrefix = "s", value.startswith(_FORMULA)  # never a formula
    else:
        cell.value = value
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"


# --- Word ---


def _docx(made: Deliverable) -> bytes:
    from docx import Document

    report = report_of(made)
    document = Document()
    _docx_page(document, report, made)
    _docx_styles(document.styles)
    document.add_heading(_CONTROL.sub("", report.title), 0)
    document.add_paragraph(_CONTROL.sub("", report.subtitle))
    for block in report.blocks:
        _docx_block(document, block, made)
    if report.sources:
        document.add_heading("Evidence", 1)
        for number, line in enumerate(evidence_lines(report), start=1):
            document.add_paragraph(_CONTROL.sub("", f"[{number}] {line}"), style="Body Text 3")
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _docx_page(document: Any, report: Report, made: Deliverable) -> None:
    """A4, on its side for a wide report, with the date and the disclaimer at its foot."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm, Pt

    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE if report.wide else WD_ORIENT.PORTRAIT
    short, long = Cm(21), Cm(29.7)
    section.page_width, section.page_height = (long, short) if report.wide else (short, long)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
    foot = section.footer.paragraphs[0].add_run(f"CX Advisor · {made.updated[:10]} · {DISCLAIMER}")
    foot.font.size = Pt(8)


def _docx_styles(styles: Any) -> None:
    from docx.shared import Cm, Pt, RGBColor

    styles["Normal"].font.name, styles["Normal"].font.size = "Calibri", Pt(10.5)
    for name, size in (("Title", 24), ("Heading 1", 15), ("Heading 2", 12)):
        styles[name].font.name, styles[name].font.size = "Calibri", Pt(size)
        styles[name].font.color.rgb = RGBColor.from_string(ACCENT)
    note, small = styles["Intense Quote"], styles["Body Text 3"]
    note.font.color.rgb, note.font.bold, note.font.italic = RGBColor.from_string(MUTED), False, False
    note.paragraph_format.left_indent = note.paragraph_format.right_indent = Cm(0.3)
    small.font.size, small.paragraph_format.space_after = Pt(8.5), Pt(4)


def _docx_block(document: Any, block: object, made: Deliverable) -> None:
    from docx.shared import Cm

    match block:
        case Heading(text, level):
            document.add_heading(_CONTROL.sub("", text), level)
        case Text(text, note):
            document.add_paragraph(_CONTROL.sub("", text), style="Intense Quote" if note else None)
        case Points(points):
            for point in points:
                document.add_paragraph(_CONTROL.sub("", point), style="List Bullet")
        case Grid():
            _docx_table(document, block)
        case Picture() if isinstance(made, Assessment | Checklist):
            document.add_picture(io.BytesIO(draw(made, "png")), width=Cm(16))


def _docx_table(document: Any, grid: Grid) -> None:
    from docx.shared import Pt, RGBColor

    section = document.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    table = document.add_table(rows=1 + len(grid.rows), cols=len(grid.head), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, grid.widths, strict=True):
        column.width = int(room * width)
    for row, values in zip(table.rows, (grid.head, *grid.rows), strict=True):
        is_head = values is grid.head
        _set(row._tr.get_or_add_trPr(), "w:tblHeader" if is_head else "w:cantSplit", val="true")
        for cell, value, width in zip(row.cells, values, grid.widths, strict=True):
            cell.width = int(room * width)
            first, *rest = _CONTROL.sub("", value).split("\n")
            run = cell.paragraphs[0].add_run(first)
            run.bold, run.font.size = is_head or (grid.leads and bool(rest)), Pt(9.5 if grid.leads else 9)
            if is_head:
                _set(cell._tc.get_or_add_tcPr(), "w:shd", val="clear", fill=ACCENT)
                run.font.color.rgb = RGBColor.from_string("FFFFFF")
            for line in rest:
                cell.add_paragraph().add_run(line).font.size = Pt(9)
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    _set(table._tbl.tblPr, "w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        _set(table._tbl.tblPr[-1], f"w:{side}", val="single", sz="4", color="DDD8CB")
    for side in ("left", "right", "insideV"):
        _set(table._tbl.tblPr[-1], f"w:{side}", val="nil")


def _set(parent: Any, tag: str, **attributes: str) -> None:
    """Adds an element that python-docx has no name for: repeated heads, rows kept whole, shading, borders."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    parent.append(element)


# --- PDF ---


def _pdf(made: Deliverable) -> bytes:
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.lib.units import cm
    from reportlab.platypus import CondPageBreak, Paragraph, SimpleDocTemplate, Spacer

    report, styles = report_of(made), _pdf_styles()
    size = landscape(A4) if report.wide else A4
    room = size[0] - 4 * cm - 12  # less the margins and the padding of the frame
    flow: list[Any] = [
        Paragraph(escape(report.title), styles["title"]),
        Paragraph(escape(report.subtitle), styles["text"]),
    ]
    for block in report.blocks:
        if isinstance(block, Heading):
            flow.append(CondPageBreak(3.5 * cm))  # a heading goes with what it heads
        flow += [Spacer(1, 0.15 * cm), *_pdf_block(block, made, styles, room)]
    if report.sources:
        flow += [CondPageBreak(3.5 * cm), Paragraph("Evidence", styles["h1"])]
        lines = enumerate(evidence_lines(report), start=1)
        flow += [Paragraph(escape(f"[{number}] {line}"), styles["small"]) for number, line in lines]
    written = io.BytesIO()
    document = SimpleDocTemplate(
        written, pagesize=size, title=report.title, author="CX Advisor", invariant=1,
        leftMargin=2 * cm, rightMargin=2 * cm, topMargin=2 * cm, bottomMargin=2 * cm,
    )  # fmt: skip

    def foot(canvas: Any, page: Any) -> None:
        canvas.setFont("Body", 8)
        canvas.setFillColor(f"#{MUTED}")
        canvas.drawString(2 * cm, 1.2 * cm, f"CX Advisor · {made.updated[:10]} · {DISCLAIMER}")
        canvas.drawRightString(size[0] - 2 * cm, 1.2 * cm, str(page.page))

    document.build(flow, onFirstPage=foot, onLaterPages=foot)
    return written.getvalue()


def _pdf_styles() -> dict[str, Any]:
    """Paragraph styles in DejaVu, which comes with matplotlib and has more alphabets than PDF's own fonts."""
    import matplotlib
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    pdfmetrics.registerFont(TTFont("Body", fonts / "DejaVuSans.ttf"))
    pdfmetrics.registerFont(TTFont("Bold", fonts / "DejaVuSans-Bold.ttf"))
    text = ParagraphStyle(
        "text", fontName="Body", fontSize=9.5, leading=13.5, textColor=f"#{INK}", embeddedHyphenation=1
    )

    def like(name: str, **changes: Any) -> ParagraphStyle:
        return ParagraphStyle(name, parent=text, **changes)

    heading = {"fontName": "Bold", "textColor": f"#{ACCENT}", "spaceAfter": 6}
    return {
        "text": text,
        "title": like("title", fontSize=20, leading=25, **heading),
        "h1": like("h1", fontSize=13, leading=17, spaceBefore=12, **heading),
        "h2": like("h2", fontSize=10.5, leading=14, spaceBefore=8, **heading),
        "point": like("point", leftIndent=12, bulletIndent=1, spaceAfter=3),
        "note": like("note", backColor=f"#{SOFT}", borderPadding=6, spaceBefore=6, spaceAfter=9),
        "small": like("small", fontSize=8, leading=11, spaceAfter=4),
        "bold": like("bold", fontName="Bold", fontSize=8.5, leading=11),
        "head": like("head", fontName="Bold", fontSize=8.5, leading=11, textColor="#FFFFFF"),
    }


def _pdf_block(block: object, made: Deliverable, styles: dict[str, Any], room: float) -> list[Any]:
    from reportlab.lib.utils import ImageReader
    from reportlab.platypus import Image, Paragraph

    match block:
        case Heading(text, level):
            return [Paragraph(escape(text), styles[f"h{level}"])]
        case Text(text, note):
            return [Paragraph(escape(text), styles["note" if note else "text"])]
        case Points(points):
            return [Paragraph(escape(point), styles["point"], bulletText="•") for point in points]
        case Grid():
            return [_pdf_table(block, styles, room)]
        case Picture() if isinstance(made, Assessment | Checklist):
            drawn = draw(made, "png")
            wide, high = ImageReader(io.BytesIO(drawn)).getSize()
            width = min(440, 600 * wide / high)
            return [Image(io.BytesIO(drawn), width=width, height=width * high / wide)]
    return []


def _pdf_table(grid: Grid, styles: dict[str, Any], room: float) -> Any:
    from reportlab.platypus import LongTable, Paragraph

    def cell(value: str) -> list[Any]:
        first, *rest = value.split("\n")
        return [
            Paragraph(escape(first), styles["bold" if rest and grid.leads else "small"]),
            *(Paragraph(escape(line), styles["small"]) for line in rest),
        ]

    rows: list[Any] = [[Paragraph(escape(name), styles["head"]) for name in grid.head]]
    rows += [[cell(value) for value in row] for row in grid.rows]
    style = [
        ("BACKGROUND", (0, 0), (-1, 0), f"#{ACCENT}"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, "#DDD8CB"),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    return LongTable(rows, colWidths=[room * width for width in grid.widths], repeatRows=1, style=style, splitInRow=1)
