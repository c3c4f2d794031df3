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
_SPACE = 32
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
        pieces = list(_pieces(letters))
        height = page.get_height()
        if page.get_rotation() in (90, 270):  # places are those of the page before it was turned
            return [line for piece in pieces for line in layout.lines_in_order([piece])], height
        return layout.lines_in_order(pieces), height
    finally:
        letters.close()
        page.close()


def _pieces(letters: pypdfium2.PdfTextPage) -> Iterator[layout.Piece]:
    """Letters that follow each other on a line, up to the next wide gap."""
    box = pdfium.FS_RECTF()
    run = _Run(letters)
    for index in range(min(letters.count_chars(), _MAX_PAGE_CHARACTERS)):
        code = pdfium.FPDFText_GetUnicode(letters, index)
        if code in (10, 13):
            yield from run.ended()
        elif pdfium.FPDFText_GetLooseCharBox(letters, index, ctypes.byref(box)):
            if code != _SPACE and run.is_away_from(box):
                yield from run.ended()
            run.add(index, code, box)
            if code == _HYPHEN:
                yield from run.ended()
    yield from run.ended()


class _Run:
    """Letters set one after the other."""

    def __init__(self, letters: pypdfium2.PdfTextPage) -> None:
        self._letters = letters
        self._words: list[str] = []
        self._left = self._bottom = self._right = self._top = 0.0
        self._first: int | None = None  # letter of a word; a bullet before it may be of another font

    def is_away_from(self, box: pdfium.FS_RECTF) -> bool:
        size = max(self._top - self._bottom, 1.0)
        sideways = box.left - self._right > 1.2 * size or box.left < self._left - size
        return bool(self._words) and (sideways or abs(box.bottom - self._bottom) > 0.6 * size)

    def add(self, index: int, code: int, box: pdfium.FS_RECTF) -> None:
        if code == _SPACE and not self._words:
            return
        char = chr(code) if _SPACE < code < 0x110000 and not 0xD800 <= code < 0xE000 else " "
        if not self._words:
            self._left, self._right = box.left, box.right
        if not self._words or (self._first is None and char.isalnum()):
            self._bottom, self._top = box.bottom, box.top
            self._first = index if char.isalnum() else None
        self._words.append("-" if code == _HYPHEN else char)
        if code != _SPACE:
            self._right = max(self._right, box.right)

    def ended(self) -> Iterator[layout.Piece]:
        """The piece that the letters are, if there are any; then begins anew."""
        text = " ".join("".join(self._words).split())
        if text:
            size = max(self._top - self._bottom, 1.0)
            bold = self._first is not None and _is_bold(self._letters, self._first)
            yield layout.Piece(text, self._left, self._bottom, self._right, self._top, size, bold)
        self._words, self._first = [], None


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
