"""PDF → text with page breaks, by pdfium: letters with their places; `layout` finds the reading order in them."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium

from advisor.library.loaders import layout
from advisor.library.loaders.content import PAGE_BREAK, CannotReadError, Content, LeftOut, Limits
from advisor.library.loaders.properties import properties

_MAX_PAGE_CHARACTERS = 100_000
_SENTENCE_END = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"'”’)]))\s+(?=[\"'“‘(]?[^\W\d_a-z])")
_HYPHEN = 2  # how pdfium gives a hyphen that parts a word at the end of a line


def read_pdf(data: bytes, limits: Limits, keep_all: bool = False) -> Content:
    """Every page's text; headings by the size of their letters, running heads and page numbers out."""
    pdf = _opened(data)
    if len(pdf) > limits.pages:
        raise CannotReadError(
            f"has {len(pdf):,} pages, more than the {limits.pages:,} that are read; "
            "split it or raise ADVISOR_MAX_PAGES."
        )
    pages, heights = [], []
    for number in range(len(pdf)):
        lines, height = _page(pdf, number)
        pages.append(lines)
        heights.append(height)
    if not any(pages):
        raise CannotReadError("holds no text, only pictures or empty pages; run text recognition (OCR) on it first.")
    gone: list[str] = []
    if not keep_all:
        pages, gone = layout.without_repeated(pages, heights)
    usual = layout.usual_size(pages)
    sizes = layout.heading_sizes(pages, usual)
    text = _across_pages([layout.paragraphs(lines, usual, sizes) for lines in pages])
    left_out = tuple(LeftOut("running head or page number", sample) for sample in gone)
    return Content(text, _properties(pdf), left_out)


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD:
            raise CannotReadError("is protected by a password; save it without one.") from error
        raise CannotReadError("is a damaged PDF, or one without pages; open it elsewhere and save it again.") from error


def _page(pdf: pypdfium2.PdfDocument, number: int) -> tuple[list[layout.Line], float]:
    """The lines of a page and its height; none for a page that is damaged."""
    try:
        page = pdf[number]
        letters = page.get_textpage()
    except pypdfium2.PdfiumError:
        return [], 0.0
    try:
        pieces = [piece for piece in _pieces(letters) if piece.text]
        height = page.get_height()
        if page.get_rotation() in (90, 270):  # places are those of the page before it was turned
            return [line for piece in pieces for line in layout.lines_in_order([piece])], height
        return layout.lines_in_order(pieces), height
    finally:
        letters.close()
        page.close()


def _pieces(letters: pypdfium2.PdfTextPage) -> Iterator[layout.Piece]:
    """Letters that follow each other on a line, up to the next wide gap."""
    count = min(letters.count_chars(), _MAX_PAGE_CHARACTERS)
    box = pdfium.FS_RECTF()
    words: list[str] = []
    left = bottom = right = top = 0.0
    first = 0
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(letters, index)
        if code in (10, 13):
            if words:
                yield _piece(letters, words, first, left, bottom, right, top)
            words = []
            continue
        if not pdfium.FPDFText_GetLooseCharBox(letters, index, ctypes.byref(box)):
            continue
        size = max(top - bottom, 1.0)
        elsewhere = box.left - right > 1.2 * size or box.left < left - size or abs(box.bottom - bottom) > 0.6 * size
        if words and code != 32 and elsewhere:
            yield _piece(letters, words, first, left, bottom, right, top)
            words = []
        if not words:
            if code == 32:
                continue
            left, bottom, right, top, first = box.left, box.bottom, box.right, box.top, index
        words.append(
            "-" if code == _HYPHEN else chr(code) if 31 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " "
        )
        if code != 32:
            right = max(right, box.right)
        if code == _HYPHEN:
            yield _piece(letters, words, first, left, bottom, right, top)
            words = []
    if words:
        yield _piece(letters, words, first, left, bottom, right, top)


def _piece(
    letters: pypdfium2.PdfTextPage, words: list[str], first: int, left: float, bottom: float, right: float, top: float
) -> layout.Piece:
    text = " ".join("".join(words).split())
    return layout.Piece(text, left, bottom, right, top, max(top - bottom, 1.0), _is_bold(letters, first))


def _is_bold(letters: pypdfium2.PdfTextPage, index: int) -> bool:
    name = ctypes.create_string_buffer(128)
    length = pdfium.FPDFText_GetFontInfo(letters, index, name, len(name), ctypes.byref(ctypes.c_int()))
    return 0 < length <= len(name) and re.search(rb"bold|black|heavy|semibold", name.value, re.I) is not None


def _across_pages(pages: list[list[str]]) -> str:
    """The pages with breaks between them. A sentence that runs over an edge stays whole, on the page it begins on."""
    text = ""
    for number, blocks in enumerate(pages):
        last = text[text.rfind("\n") + 1 :]
        goes_on = (
            bool(blocks) and blocks[0][:1].islower() and last[:1] not in ("", "#", "|") and last[-1] not in ".!?:;"
        )
        if goes_on:
            rest, *further = _SENTENCE_END.split(blocks[0], maxsplit=1)
            text, blocks = layout.joined(text, rest), further + blocks[1:]
        if number:
            text += ("" if text.endswith("\n") else "\n") + PAGE_BREAK + "\n"
        text += "\n\n".join(blocks)
    return text + "\n"


def _properties(pdf: pypdfium2.PdfDocument) -> dict[str, str]:
    known = pdf.get_metadata_dict(skip_empty=True)
    made = re.match(r"D:(\d{4})(\d\d)?(\d\d)?", known.get("CreationDate", ""))
    date = "-".join(part for part in made.groups() if part) if made else None
    return properties(known.get("Title"), known.get("Author"), date)
