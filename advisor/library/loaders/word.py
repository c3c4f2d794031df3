"""DOCX → text: headings, list items and tables in the order of the body; what was deleted stays deleted."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import docx
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from lxml import etree

from advisor.library.loaders.content import Content, LeftOut, Limits
from advisor.library.loaders.properties import properties
from advisor.library.loaders.tables import statements

_GONE = frozenset(map(qn, ("w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:sectPr"))) | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # says the same again for old programs
}
_BREAKS = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}


def read_word(data: bytes, limits: Limits, keep_all: bool = False) -> Content:
    """The body of a document, then its notes; its headers and footers go, or stand at the end with `keep_all`."""
    document = docx.Document(io.BytesIO(data))
    names = {style.style_id: str(style.name or "") for style in document.styles}
    lines = list(_blocks(document.element.body, names))
    notes = list(_notes(document, names))
    lines += ["## Notes", *notes] if notes else []
    around = _heads_and_feet(document)
    lines += around if keep_all else []
    known = document.core_properties
    made = known.created.date().isoformat() if known.created and known.author != "python-docx" else None
    gone = () if keep_all else tuple(LeftOut("running head or page number", line) for line in around)
    text = "\n\n".join(lines) + "\n" if lines else ""
    return Content(text, properties(known.title, known.author, made) | _language(known.language), gone)


def _blocks(parent: etree._Element, names: dict[str, str]) -> Iterator[str]:
    """The blocks below an element. Looks into whatever holds paragraphs: content controls, text boxes, insertions."""
    waiting = list(reversed(parent))
    while waiting:
        element = waiting.pop()
        if element.tag == qn("w:tbl"):
            yield from statements(_rows(element))
        elif element.tag == qn("w:p"):
            yield from _paragraph(element, names)
            waiting += reversed([box for box in element.iter(qn("w:txbxContent")) if not _within_fallback(box)])
        elif element.tag not in _GONE:
            waiting += reversed(element)


def _paragraph(paragraph: etree._Element, names: dict[str, str]) -> Iterator[str]:
    text = _words(paragraph)
    if not text:
        return
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    name = names.get(style.get(qn("w:val")) or "", "") if style is not None else ""
    numbered = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None
    if match := re.match(r"heading (\d)", name, re.IGNORECASE):
        yield "#" * min(6, int(match[1]) + 1) + " " + " ".join(text.split())
    elif name.lower() == "title":
        yield "# " + " ".join(text.split())
    elif re.match(r"(?:toc|header|footer)\b", name, re.IGNORECASE):
        return
    elif numbered or name.lower().startswith("list"):
        yield "- " + " ".join(text.split())
    else:
        yield from (_unmarked(line) for line in text.split("\n") if line.strip())


def _unmarked(line: str) -> str:
    line = " ".join(line.split())
    return "\\" + line if re.match(r"#{1,6}\s", line) else line


def _words(element: etree._Element) -> str:
    """The words of a paragraph without those of text boxes in it."""
    parts: list[str] = []
    waiting = list(reversed(element))
    while waiting:
        child = waiting.pop()
        if child.tag == qn("w:t") or str(child.tag).endswith("/math}t"):
            parts.append(child.text or "")
        elif child.tag in _BREAKS:
            parts.append(_BREAKS[child.tag])
        elif child.tag not in _GONE and child.tag != qn("w:txbxContent"):
            waiting += reversed(child)
    return "".join(parts).strip()


def _within_fallback(element: etree._Element) -> bool:
    return any(ancestor.tag in _GONE for ancestor in element.iterancestors())


def _rows(table: etree._Element) -> Iterator[list[str]]:
    for row in table.iter(qn("w:tr")):
        if next(row.iterancestors(qn("w:tbl"))) is table:  # not of a table inside a cell, which is told in its cell
            yield [" ".join(_words(p) for p in cell.iter(qn("w:p"))) for cell in row.iter(qn("w:tc"))]


def _notes(document: WordDocument, names: dict[str, str]) -> Iterator[str]:
    """Footnotes and endnotes, without the rules that part them from the text."""
    for part in (rel.target_part for rel in document.part.rels.values() if not rel.is_external):
        if part.partname.endswith(("/footnotes.xml", "/endnotes.xml")):
            for note in parse_xml(part.blob):
                if note.get(qn("w:type")) is None:
                    yield from (f"- {line}" for line in _blocks(note, names))


def _heads_and_feet(document: WordDocument) -> list[str]:
    parts = [part for section in document.sections for part in (section.header, section.footer)]
    lines = (" ".join(p.text.split()) for part in parts if not part.is_linked_to_previous for p in part.paragraphs)
    return list(dict.fromkeys(line for line in lines if line))


def _language(language: str | None) -> dict[str, str]:
    return {"language": language} if language else {}
