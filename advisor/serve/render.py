"""What the front ends show, as HTML and Markdown. Pure functions; the templates escape every value."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote as url_quote

from jinja2 import Environment, FileSystemLoader

from advisor.advice.checklist import by_horizon
from advisor.advice.profile import describe
from advisor.advice.report import STATUSES
from advisor.answer.cite import inert
from advisor.serve.prose import read_lines
from advisor.serve.shelf import Shelf
from advisor.types import (
    Answer,
    Assessment,
    Brief,
    CheckedStatement,
    Checklist,
    Citation,
    Comparison,
    Document,
    DocumentSummary,
    Questionnaire,
)

MOST_LISTED = 40  # documents beside the chat; all of them have their page
CONTEXT = 150  # characters shown either side of a quote
FORMATS = {"docx": "Word", "xlsx": "Excel", "pdf": "PDF", "csv": "CSV", "md": "Markdown"}
DOCUMENTS = {format: FORMATS[format] for format in ("docx", "pdf", "md")}  # of a deliverable that is no table
MODES = {
    "keyless": "Keyless mode: every sentence is quoted from the library",
    "model": "Model mode: every sentence is checked against the library",
}
_MARKER = re.compile(r"(?<!\\)\[(\d+)\]")  # brackets from documents come escaped, so these are citations
_HEADING_LINE = re.compile(r"^#{1,6}[ \t]+.*$", re.MULTILINE)
_LINE_MARKUP = re.compile(r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]+", re.MULTILINE)


# --- answers, as Markdown ---


def answer_markdown(answer: Answer) -> str:
    """An answer for the chat: its text with markers that lead to their cards, then its notes."""
    notes = "".join(f"\n\n> {inert(note)}" for note in answer.notes)
    return _link_markers(answer.text, answer.id) + notes


def statements_markdown(statements: Sequence[CheckedStatement], answer_id: str) -> str:
    """The part of an answer that has been checked so far, for the chat."""
    return _link_markers(lay_out(statements), answer_id)


def lay_out(statements: Sequence[CheckedStatement]) -> str:
    """The Markdown of the statements so far: the answer's text begins with it."""
    text, aspect = "", None
    for statement in statements:
        if statement.aspect is None:
            text += f"\n\n{statement.text}"
        elif statement.aspect == aspect:
            text += f"\n- {statement.text}"
        else:
            text += f"\n\n**{inert(statement.aspect)}**\n\n- {statement.text}"
        aspect = statement.aspect
    return text.strip()


def _link_markers(text: str, answer_id: str) -> str:
    return _MARKER.sub(lambda m: f"[{m.group(1)}](#{_anchor(answer_id, int(m.group(1)))})", text)


def _anchor(answer_id: str, number: int) -> str:
    return f"source-{answer_id[:12]}-{number}"


def answer_page(answer: Answer) -> str:
    """An answer as a page of its own: its whole text, then every quote it cites."""
    return _render(
        "answer.html",
        root="../",
        answer=answer,
        lines=[line for line in read_lines(answer.text) if line.pieces],
        href=lambda c: source_href(c.document_id, c.start, c.end),
    )


def answer_href(answer_id: str) -> str:
    """Where an answer is shown whole, relative to the chat page."""
    return f"answers/{answer_id}"


# --- sources and checklist beside the chat ---


@dataclass(frozen=True, slots=True)
class Card:
    """A citation as it is shown: the quote in the words around it, and where both stand."""

    citation: Citation
    before: str
    after: str
    anchor: str
    href: str  # relative to the chat page


@dataclass(frozen=True, slots=True)
class SourceGroup:
    """The cards of one question."""

    question: str
    refused: bool
    cards: tuple[Card, ...]


def make_cards(citations: Sequence[Citation], answer_id: str, text_of: Callable[[str], str | None]) -> tuple[Card, ...]:
    """A card for each citation. `text_of` gives a document's stored text by id, or None when it has gone."""
    return tuple(_card(citation, answer_id, text_of(citation.document_id)) for citation in citations)


def _card(citation: Citation, answer_id: str, text: str | None) -> Card:
    before, after = context(text, citation.start, citation.end) if text else ("", "")
    href = source_href(citation.document_id, citation.start, citation.end)
    return Card(citation, before, after, _anchor(answer_id, citation.number), href)


def source_href(document_id: str, start: int, end: int) -> str:
    """Where a quote is shown in its source, relative to the chat page."""
    return f"sources/{url_quote(document_id, safe='')}?start={start}&end={end}#quote"


def context(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after `text[start:end]` in the same section, cut at words, without its markup."""
    before = _HEADING_LINE.split(text[max(0, start - CONTEXT) : start])[-1]
    after = _HEADING_LINE.split(text[end : end + CONTEXT])[0]
    if start > CONTEXT and len(before) == CONTEXT:
        before = "… " + before.partition(" ")[2]
    if end + CONTEXT < len(text) and len(after) == CONTEXT:
        after = after.rpartition(" ")[0] + " …"
    return _plain(before), _plain(after)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", _LINE_MARKUP.sub("", text))


def panel(
    groups: Sequence[SourceGroup],
    checklist: Checklist | None,
    documents: Sequence[DocumentSummary],
    conversation: str | None = None,
) -> str:
    """The panel beside the chat: the newest question's cards, the earlier ones' folded, and the checklist.

    `conversation` is the id of the one that a brief can be made of.
    """
    return _render(
        "panel.html",
        latest=groups[-1] if groups else None,
        earlier=list(reversed(groups[:-1])),
        checklist=checklist,
        horizons=by_horizon(checklist) if checklist else (),
        item_href=lambda c: source_href(c.document_id, c.start, c.end),
        whom=describe(checklist.profile) if checklist else None,
        conversation=conversation,
        documents=documents,
        most_listed=MOST_LISTED,
    )


def checklists_page() -> str:
    """The page on which the browser lists what it has made; the server does not know whose is whose."""
    return _render("checklists.html", root="./")


def library_page(shelf: Shelf) -> str:
    """The library's documents with their bibliography, a page of them at a time."""
    return _render("library.html", root="./", shelf=shelf)


def checklist_page(checklist: Checklist) -> str:
    """A page to work with a checklist: every change there is saved at once."""
    return _render(
        "checklist.html",
        root="../",
        checklist=checklist,
        whom=describe(checklist.profile),
        horizons=by_horizon(checklist),
        statuses=STATUSES,
        formats=FORMATS,
        href=lambda c: source_href(c.document_id, c.start, c.end),
    )


def assess_page(asked: Questionnaire, made: Assessment | None) -> str:
    """The self-check: the form, and above it what came of the answers so far."""
    return _render(
        "assess.html",
        root="../" if made else "./",
        asked=asked,
        texts={question.id: question.text for question in asked.questions},
        made=made,
        whom=describe(made.profile) if made else None,
        href=lambda c: source_href(c.document_id, c.start, c.end),
        formats=FORMATS,
    )


def compare_page(made: Comparison | None) -> str:
    """The form of what to compare, or what came of it with the form below."""
    return _render(
        "compare.html",
        root="../" if made else "./",
        made=made,
        whom=describe(made.profile) if made else None,
        href=lambda c: source_href(c.document_id, c.start, c.end),
        formats=FORMATS,
    )


def brief_page(brief: Brief) -> str:
    """A brief, laid out as its documents are."""
    return _render(
        "brief.html",
        root="../",
        made=brief,
        href=lambda c: source_href(c.document_id, c.start, c.end),
        formats=DOCUMENTS,
    )


def header(mode: Literal["keyless", "model"]) -> str:
    """The top of the chat page."""
    return _render("header.html", mode=MODES[mode])


# --- pages of their own ---


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a block's text, inside the quote or outside of it."""

    text: str
    marked: bool
    first: bool  # the first marked piece of the page, which links lead to


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph or list item of a source page."""

    kind: Literal["heading", "item", "paragraph", "row"]
    level: int
    pieces: tuple[Piece, ...]


def source_page(document: Document, quoted: Citation | None, misplaced: bool = False) -> str:
    """A page with a document's text, the quote of a citation highlighted and judged where there is one."""
    quote = (quoted.start, quoted.end) if quoted else None
    return _render(
        "source.html",
        root="../",
        document=document,
        about=document.bibliography,
        url=_safe_url(document.bibliography.url),
        safe=_safe_url,
        blocks=_without_title(_blocks(document.text, quote), document.bibliography.title),
        quoted=quoted,
        misplaced=misplaced,
    )


def _without_title(blocks: list[Block], title: str) -> list[Block]:
    """The blocks without a first heading that repeats the title standing above them."""
    first = "".join(piece.text for piece in blocks[0].pieces) if blocks else ""
    return blocks[1:] if first.strip() == title and not any(p.marked for p in blocks[0].pieces) else blocks


def notice_page(title: str, message: str, refresh: int | None = None, root: str = "./") -> str:
    """A page that says one thing, and loads itself again after `refresh` seconds; `root` is the way to the chat."""
    return _render("notice.html", title=title, message=message, refresh=refresh, root=root)


def sign_in_page(way_on: str, name: str | None, complaint: str | None = None) -> str:
    """The page that asks for a key, or says as whose key's holder the browser is signed in; `way_on` is where it goes
    afterwards.
    """
    return _render("signin.html", root="./", way_on=way_on, name=name, complaint=complaint)


_LINE = re.compile(
    r"[ \t]*(?:(?P<heading>#{1,6})[ \t]+|(?P<item>[-*+][ \t]+|\d{1,3}[.)][ \t]+)|(?P<row>\|))?(?P<text>[^\n]*)"
)


def _blocks(text: str, quote: tuple[int, int] | None) -> list[Block]:
    """The text's lines joined into blocks, as Markdown would join them."""
    spans: list[tuple[Literal["heading", "item", "paragraph", "row"], int, int, int]] = []
    at, joins = 0, False
    while at < len(text):
        line = _LINE.match(text, at)
        assert line is not None  # every part of the pattern may be empty
        start, end = line.span("text")
        if not text[start:end].strip():
            joins = False
        elif line["heading"]:
            spans.append(("heading", len(line["heading"]), start, end))
            joins = False
        elif line["item"]:
            number = line["item"].strip()
            spans.append(("item", 0, start if number in "-*+" else line.start("item"), end))
            joins = True
        elif line["row"]:
            spans.append(("row", 0, line.start("row"), end))
            joins = False
        elif joins:
            kind, level, first, _ = spans[-1]
            spans[-1] = (kind, level, first, end)
        else:
            spans.append(("paragraph", 0, start, end))
            joins = True
        at = line.end() + 1
    firsts = iter([True])
    return [Block(kind, level, _pieces(text, start, end, quote, firsts)) for kind, level, start, end in spans]


def _pieces(text: str, start: int, end: int, quote: tuple[int, int] | None, firsts: Any) -> tuple[Piece, ...]:
    """The block cut where the quote begins and ends."""
    if quote is None or quote[1] <= start or quote[0] >= end:
        return (Piece(text[start:end], False, False),)
    left, right = max(start, quote[0]), min(end, quote[1])
    return (
        Piece(text[start:left], False, False),
        Piece(text[left:right], True, next(firsts, False)),
        Piece(text[right:end], False, False),
    )


def _safe_url(url: str | None) -> str | None:
    return url if url and re.match(r"https?://", url, re.IGNORECASE) else None


@cache
def _templates() -> Environment:
    folder = Path(__file__).parent / "templates"
    return Environment(loader=FileSystemLoader(folder), autoescape=True, trim_blocks=True, lstrip_blocks=True)


def _render(template: str, **values: object) -> str:
    return _templates().get_template(template).render(**values)
