"""Files made for tests: real ones, by the libraries that write each format."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

import docx
import openpyxl
import pptx
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

STYLES = getSampleStyleSheet()
COLUMNS = (Frame(50, 60, 235, 720), Frame(310, 60, 235, 720))
WHOLE = (Frame(50, 60, 495, 720),)


def pdf(story: Sequence[Flowable], frames: Sequence[Frame] = WHOLE, head: str = "", **properties: str) -> bytes:
    """A PDF set as a book is, with a running head and a number on each page where `head` is given."""

    def draw_head(canvas: Canvas, template: BaseDocTemplate) -> None:
        if head:
            canvas.setFont("Helvetica", 8)
            canvas.drawString(50, 815, head)
            canvas.drawCentredString(300, 30, str(template.page))

    target = io.BytesIO()
    template = BaseDocTemplate(target, pagesize=A4, **properties)
    template.addPageTemplates([PageTemplate("all", list(frames), onPage=draw_head)])
    template.build(list(story))
    return target.getvalue()


def pdf_pages(texts: Sequence[str]) -> bytes:
    """A PDF with a line a page."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    for text in texts:
        canvas.drawString(60, 500, text)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def word(*paragraphs: tuple[str, str], table: Sequence[Sequence[str]] = (), head: str = "") -> bytes:
    """A DOCX of (style, text) paragraphs, then a table."""
    document = docx.Document()
    for style, text in paragraphs:
        document.add_paragraph(text, style=style)
    if table:
        made = document.add_table(len(table), len(table[0]))
        for row, values in zip(made.rows, table, strict=True):
            for cell, value in zip(row.cells, values, strict=True):
                cell.text = value
    document.sections[0].header.paragraphs[0].text = head
    return _saved(document)


def slides(*made: tuple[str, Sequence[str], str]) -> bytes:
    """A PPTX of slides with a title, points and notes."""
    presentation = pptx.Presentation()
    for title, points, notes in made:
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text_frame.text = "\n".join(points)
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
    return _saved(presentation)


def sheets(**named: Sequence[Sequence[object]]) -> bytes:
    """An XLSX with a sheet a name."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in named.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return _saved(book)


def archive(files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of files by name."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return target.getvalue()


def _saved(document: object) -> bytes:
    target = io.BytesIO()
    document.save(target)  # type: ignore[attr-defined]  # each of these libraries' documents has it
    return target.getvalue()
