"""A report as a PDF."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from advisor.advice.pictures import draw
from advisor.advice.report import (
    ACCENT,
    DISCLAIMER,
    INK,
    MUTED,
    SOFT,
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

HIGHEST_ROW = 400  # points: a page on its side has some 480
PADDING = 12  # points of a cell, left and right together


def write_pdf(report: Report, made: Deliverable) -> bytes:
    """The report of a deliverable, whose own data its pictures are drawn from; the same each time."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.lib.units import cm
    from reportlab.platypus import CondPageBreak, Paragraph, SimpleDocTemplate, Spacer

    styles = _styles()
    size = landscape(A4) if report.wide else A4
    room = size[0] - 4 * cm - 12  # less the margins and the padding of the frame
    flow: list[Any] = [
        Paragraph(escape(report.title), styles["title"]),
        Paragraph(escape(report.subtitle), styles["text"]),
    ]
    for block in report.blocks:
        if isinstance(block, Heading):
            flow.append(CondPageBreak(3.5 * cm))  # a heading goes with what it heads
        flow += [Spacer(1, 0.15 * cm), *_block(block, made, styles, room)]
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


def _styles() -> dict[str, Any]:
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


def _block(block: object, made: Deliverable, styles: dict[str, Any], room: float) -> list[Any]:
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
            return [_table(block, styles, room)]
        case Picture() if isinstance(made, Assessment | Checklist):
            drawn = draw(made, "png")
            wide, high = ImageReader(io.BytesIO(drawn)).getSize()
            width = min(440, 600 * wide / high)
            return [Image(io.BytesIO(drawn), width=width, height=width * high / wide)]
    return []


def _table(grid: Grid, styles: dict[str, Any], room: float) -> Any:
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
    columns = [room * width for width in grid.widths]
    # A row stays whole on a page unless it is too high for one.
    tallest = max((_height(cells, columns) for cells in rows[1:]), default=0.0)
    return LongTable(rows, colWidths=columns, repeatRows=1, style=style, splitInRow=int(tallest > HIGHEST_ROW))


def _height(cells: Sequence[Sequence[Any]], columns: Sequence[float]) -> float:
    """The height of a row, in points."""
    heights: list[float] = [
        sum(part.wrap(width - PADDING, HIGHEST_ROW)[1] for part in cell)
        for cell, width in zip(cells, columns, strict=True)
    ]
    return max(heights)
