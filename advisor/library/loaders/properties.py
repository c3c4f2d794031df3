"""What an office program noted of a document: kept where a person wrote it, not where the program filled it in."""

from __future__ import annotations

import re

_FILLED_IN = re.compile(
    r"untitled|(?:word|powerpoint|excel)? ?(?:document|presentation|workbook|slide)\s?\d*"
    r"|microsoft (?:word|powerpoint|excel)\b.*"
    r"|.*\.(?:docx?|pptx?|xlsx?|pdf|indd|tex|rtf|odt)|slide 1|anonymous|unspecified|\(anonymous\)|\(unspecified\)",
    re.IGNORECASE,
)
_PROGRAMS = re.compile(
    r"python-docx|openpyxl|xlsxwriter|admin(?:istrator)?|user|owner|author|unknown|steve canny", re.IGNORECASE
)


def properties(title: str | None, author: str | None, published: str | None) -> dict[str, str]:
    """The bibliography that properties give, under `Bibliography`'s names. A date is when the document was made."""
    known: dict[str, str] = {}
    if title and not _FILLED_IN.fullmatch(title.strip()):
        known["title"] = title
    if author and not (_PROGRAMS.fullmatch(author.strip()) or _FILLED_IN.fullmatch(author.strip())):
        known["author"] = author
    if published:
        known["published"] = published
    return known
