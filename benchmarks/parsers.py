"""Other parsers than the project's, for comparison, where they are installed: the project does not need them."""

from __future__ import annotations

import importlib
import io
from collections.abc import Callable
from functools import partial
from typing import Any

from advisor.library.loaders.html import read_html

Read = Callable[[Any, bytes], str]  # by a parser's module

_READERS: dict[str, dict[str, Read]] = {
    "pdf": {
        "pypdf": lambda m, data: "\n".join(page.extract_text() for page in m.PdfReader(io.BytesIO(data)).pages),
        "pdfminer.high_level": lambda m, data: m.extract_text(io.BytesIO(data)),
        "pypdfium2": lambda m, data: "\n".join(page.get_textpage().get_text_range() for page in m.PdfDocument(data)),
    },
    "docx": {
        "mammoth": lambda m, data: read_html(m.convert_to_html(io.BytesIO(data)).value, keep_all=True).text,
        "docx2txt": lambda m, data: m.process(io.BytesIO(data)),
    },
    "html": {
        "trafilatura": lambda m, data: m.extract(data, output_format="markdown") or "",
        "readability": lambda m, data: read_html(m.Document(data.decode()).summary(), keep_all=True).text,
    },
    "xlsx": {"python_calamine": lambda m, data: _cells(m.load_workbook(io.BytesIO(data)))},
}


def others(ending: str) -> dict[str, Callable[[bytes], str]]:
    """The text of a file by each other parser of its kind that is installed, by the parser's name."""
    found: dict[str, Callable[[bytes], str]] = {}
    for name, read in _READERS.get(ending, {}).items():
        try:
            found[name] = partial(read, importlib.import_module(name))
        except ImportError:
            continue
    return found


def _cells(book: Any) -> str:
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    return "\n".join(" ".join(map(str, row)) for rows in sheets for row in rows)
