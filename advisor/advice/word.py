"""A report as a Word document."""

from __future__ import annotations

import io
from typing import Any

from advisor.advice.pictures import draw
from advisor.advice.report import (
    ACCENT,
    CONTROL,
    DISCLAIMER,
    MUTED,
    Grid,
    Heading,
    Picture,
    Points,
    Report,
    Text,
    evidence_lines,
)
from advisor.takeaways import Assessment
from advisor.types import Checklist, Deliverable

CELL_PADDING = 108  # twentieths of a point: Word's own, by which a table stands out to the left


def write_docx(report: Report, made: Deliverable) -> bytes:
    """The report of a deliverable, whose own data its pictures are drawn from."""
    from docx import Document

    document = Document()
    _page(document, report, made)
    _styles(document.styles)
    document.add_heading(CONTROL.sub("", report.title), 0)
    document.add_paragraph(CONTROL.sub("", report.subtitle))
    for block in report.blocks:
        _block(document, block, made)
    if report.sources:
        document.add_heading("Evidence", 1)
        for number, line in enumerate(evidence_lines(report), start=1):
            document.add_paragraph(CONTROL.sub("", f"[{number}] {line}"), style="Body Text 3")
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _page(document: Any, report: Report, made: Deliverable) -> None:
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


def _styles(styles: Any) -> None:
    from docx.shared import Cm, Pt, RGBColor

    styles["Normal"].font.name, styles["Normal"].font.size = "Calibri", Pt(10.5)
    for name, size in (("Title", 24), ("Heading 1", 15), ("Heading 2", 12)):
        styles[name].font.name, styles[name].font.size = "Calibri", Pt(size)
        styles[name].font.color.rgb = RGBColor.from_string(ACCENT)
    note, small = styles["Intense Quote"], styles["Body Text 3"]
    note.font.color.rgb, note.font.bold, note.font.italic = RGBColor.from_string(MUTED), False, False
    note.paragraph_format.left_indent = note.paragraph_format.right_indent = Cm(0.3)
    small.font.size, small.paragraph_format.space_after = Pt(8.5), Pt(4)


def _block(document: Any, block: object, made: Deliverable) -> None:
    from docx.shared import Cm

    match block:
        case Heading(text, level):
            document.add_heading(CONTROL.sub("", text), level)
        case Text(text, note):
            document.add_paragraph(CONTROL.sub("", text), style="Intense Quote" if note else None)
        case Points(points):
            for point in points:
                document.add_paragraph(CONTROL.sub("", point), style="List Bullet")
        case Grid():
            _table(document, block)
        case Picture() if isinstance(made, Assessment | Checklist):
            document.add_picture(io.BytesIO(draw(made, "png")), width=Cm(16))


def _table(document: Any, grid: Grid) -> None:
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
            first, *rest = CONTROL.sub("", value).split("\n")
            run = cell.paragraphs[0].add_run(first)
            run.bold, run.font.size = is_head or (grid.leads and bool(rest)), Pt(9.5 if grid.leads else 9)
            if is_head:
                _set(cell._tc.get_or_add_tcPr(), "w:shd", val="clear", fill=ACCENT)
                run.font.color.rgb = RGBColor.from_string("FFFFFF")
            for line in rest:
                cell.add_paragraph().add_run(line).font.size = Pt(9)
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    document.add_paragraph().paragraph_format.space_after = Pt(0)  # what follows keeps its distance
    _set(table._tbl.tblPr, "w:tblInd", w=str(CELL_PADDING), type="dxa")  # the head ends where the text does
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
