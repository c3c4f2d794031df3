"""The shipped briefs set in every format that is read, with the furniture that such files have, so that it is known of
each line what it is.
"""

from __future__ import annotations

import html
import io
import quopri
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import docx
import openpyxl
import pptx
import yaml
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import BaseDocTemplate, Frame, ListFlowable, ListItem, PageTemplate, Paragraph

from advisor.library.blocks import parse_blocks
from evals.ground import CORPUS

HEAD, FOOT = "Customer review of the harbour towns", "Printed for members only"
BEFORE = (
    ("nav", "Home Services Our people Press Careers"),
    ("div class='cookie-bar'", "We use cookies to make this site better for you. Accept all or choose what you want."),
)
AFTER = (
    ("div class='share'", "Share this on every channel that you like"),
    ("div id='related-posts'", "Seven more things to read about queues this spring"),
    ("aside", "Sign up for our monthly letter and never miss a harbour again"),
    ("footer", "All rights reserved by the harbour towns. Terms and conditions apply to everything."),
)


@dataclass(frozen=True)
class Made:
    """A file with what a reader should find in it, (kind, words) by block, and the furniture on its `pages` pages."""

    name: str
    data: bytes
    truth: tuple[tuple[str, str], ...]
    furniture: tuple[str, ...]
    pages: int


def make_files(briefs: int) -> list[Made]:
    """Some briefs in each format, and the table of practices as CSV and XLSX."""
    makers: dict[str, Callable[[Sequence[tuple[str, str]]], tuple[bytes, tuple[str, ...], int]]] = {
        "one column.pdf": lambda blocks: _pdf(blocks, (Frame(50, 60, 495, 720),)),
        "two columns.pdf": lambda blocks: _pdf(blocks, (Frame(50, 60, 235, 720), Frame(310, 60, 235, 720))),
        "docx": _word, "pptx": _slides, "html": _page, "mht": _saved, "md": _markdown, "txt": _text,
    }  # fmt: skip
    made = []
    for path in sorted(CORPUS.glob("*.md"))[:briefs]:
        text = path.read_text(encoding="utf-8")
        blocks = tuple(
            (block.kind, " ".join(text[block.words : block.end].split()))
            for block in parse_blocks(text)
            if block.kind in ("heading", "item", "paragraph")
        )
        for ending, make in makers.items():
            data, furniture, pages = make(blocks)
            made.append(Made(f"{path.stem}.{ending}", data, blocks, furniture, pages))
    return made + _tables()


def _pdf(blocks: Sequence[tuple[str, str]], frames: Sequence[Frame]) -> tuple[bytes, tuple[str, ...], int]:
    target, styles, pages = io.BytesIO(), getSampleStyleSheet(), []

    def surround(canvas: object, template: BaseDocTemplate) -> None:
        pages.append(template.page)
        template.canv.setFont("Helvetica", 8)
        template.canv.drawString(50, 815, HEAD)
        template.canv.drawString(50, 30, FOOT)
        template.canv.drawRightString(545, 30, str(template.page))

    template = BaseDocTemplate(target, pagesize=A4)
    template.addPageTemplates([PageTemplate("all", list(frames), onPage=surround)])
    story = []
    for number, (kind, words) in enumerate(blocks):
        safe = html.escape(words)
        if kind == "heading":
            story.append(Paragraph(safe, styles["Heading2" if number else "Title"]))
        elif kind == "item":
            story.append(ListFlowable([ListItem(Paragraph(safe, styles["BodyText"]))], bulletType="bullet", start="•"))
        else:
            story.append(Paragraph(safe, styles["BodyText"]))
    template.build(story)
    return target.getvalue(), (HEAD, FOOT) * len(pages), len(pages)


def _word(blocks: Sequence[tuple[str, str]]) -> tuple[bytes, tuple[str, ...], int]:
    styles = {"heading": "Heading 1", "item": "List Bullet", "paragraph": "Normal"}
    document = docx.Document()
    for kind, words in blocks:
        document.add_paragraph(words, style=styles[kind])
    document.sections[0].header.paragraphs[0].text = HEAD
    document.sections[0].footer.paragraphs[0].text = FOOT
    return _saved_by(document), (HEAD, FOOT), 1


def _slides(blocks: Sequence[tuple[str, str]]) -> tuple[bytes, tuple[str, ...], int]:
    presentation = pptx.Presentation()
    count = 0
    for heading, below in _sections(blocks):
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = heading
        slide.placeholders[1].text_frame.text = "\n".join(below)
        count += 1
    return _saved_by(presentation), (), count


def _sections(blocks: Sequence[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    sections: list[tuple[str, list[str]]] = []
    for kind, words in blocks:
        if kind == "heading":
            sections.append((words, []))
        else:
            sections[-1][1].append(words)
    return sections


def _page(blocks: Sequence[tuple[str, str]]) -> tuple[bytes, tuple[str, ...], int]:
    body = ""
    for kind, group in groupby(blocks, key=lambda block: block[0]):
        inner = [html.escape(words) for _, words in group]
        marks = {"heading": "<h2>{}</h2>", "item": "<li>{}</li>", "paragraph": "<p>{}</p>"}
        told = "".join(marks[kind].format(words) for words in inner)
        body += f"<ul>{told}</ul>" if kind == "item" else told
    before, after = ("".join(f"<{tag}>{words}</{tag.split()[0]}>" for tag, words in parts) for parts in (BEFORE, AFTER))
    page = f"<html><body>{before}<div class='story'>{body}</div>{after}</body></html>"
    return page.encode(), tuple(words for _, words in (*BEFORE, *AFTER)), 1


def _saved(blocks: Sequence[tuple[str, str]]) -> tuple[bytes, tuple[str, ...], int]:
    page, furniture, pages = _page(blocks)
    head = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=cut\r\n\r\n--cut\r\n"
    head += b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head + quopri.encodestring(page) + b"\r\n--cut--\r\n", furniture, pages


def _markdown(blocks: Sequence[tuple[str, str]]) -> tuple[bytes, tuple[str, ...], int]:
    marks = {"heading": "## ", "item": "- ", "paragraph": ""}
    return "\n\n".join(marks[kind] + words for kind, words in blocks).encode(), (), 1


def _text(blocks: Sequence[tuple[str, str]]) -> tuple[bytes, tuple[str, ...], int]:
    marks = {"heading": "\n", "item": "• ", "paragraph": ""}
    return "\n\n".join(marks[kind] + words for kind, words in blocks).encode(), (), 1


def _tables() -> list[Made]:
    """The practices as rows; each row is to be a statement that names every column."""
    listed = yaml.safe_load((CORPUS / "practices.yaml").read_text(encoding="utf-8"))
    columns = ("action", "why", "horizon_days", "effort", "measure")
    rows = [[one[column] for column in columns] for one in listed]
    told = tuple(("item", "; ".join(f"{c}: {v}" for c, v in zip(columns, row, strict=True))) for row in rows)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (columns, *rows):
        sheet.append(list(row))
    lines = [";".join(f'"{value}"'.replace('""', "'") for value in row) for row in (columns, *rows)]
    return [
        Made("practices.csv", "\n".join(lines).encode(), told, (), 1),
        Made("practices.xlsx", _saved_by(book), told, (), 1),
    ]


def _saved_by(document: object) -> bytes:
    target = io.BytesIO()
    document.save(target)  # type: ignore[attr-defined]  # each of these libraries' documents has it
    return target.getvalue()


def files_below(folder: Path) -> list[Path]:
    """Every file of a folder of real ones, in order."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
