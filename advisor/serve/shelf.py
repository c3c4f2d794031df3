"""Which documents the page of the library shows: those that have the words sought, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from advisor.types import DocumentSummary

ON_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Shelf:
    """The documents of one page, and how many there are: found by the words `sought`, and in all."""

    documents: tuple[DocumentSummary, ...]
    sought: str
    page: int  # starts at 1
    pages: int
    found: int
    all: int


def look_up(documents: Sequence[DocumentSummary], sought: str, page: int) -> Shelf:
    """Page `page`, or the nearest there is, of the documents in whose bibliography every word of `sought` stands."""
    words = sought.casefold().split()
    found = [document for document in documents if _has(document, words)]
    pages = max(1, -(-len(found) // ON_A_PAGE))
    page = min(max(1, page), pages)
    shown = found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    return Shelf(tuple(shown), sought, page, pages, len(found), len(documents))


def _has(document: DocumentSummary, words: Sequence[str]) -> bool:
    fields = (document.title, document.author, document.publisher, document.published, document.kind)
    text = " ".join(field or "unknown" for field in fields).casefold()
    return all(word in text for word in words)
