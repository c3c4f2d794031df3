"""What the command line shows: answers with their citations, passages and checklists, as text for a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from rich.console import Console, RenderableType
from rich.markdown import Markdown
from rich.padding import Padding
from rich.text import Text

from advisor.advice.checklist import by_horizon
from advisor.types import Answer, Checklist, Citation, RetrievedPassage

Shown: TypeAlias = Answer | Checklist | list[RetrievedPassage]

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # what could steer a terminal


def plain(text: str) -> str:
    """Text of a document's or a server's without what a terminal would obey."""
    return _CONTROL.sub("", text)


def show(result: Shown, console: Console) -> None:
    """Prints a result as a person reads it."""
    parts = _answer(result) if isinstance(result, Answer) else _other(result)
    for part in parts:
        console.print(part, soft_wrap=False)


def _answer(answer: Answer) -> Iterable[RenderableType]:
    yield Markdown(plain(answer.text), hyperlinks=False)
    for note in answer.notes:
        yield _indented(f"Note: {note}", "italic")
    yield from _citations(answer.citations)
    if answer.checklist:
        yield from _checklist(answer.checklist)
    if answer.follow_ups:
        yield _heading("You could ask next")
        yield from (_indented(f"- {question}") for question in answer.follow_ups)
    yield _indented(f"conversation {answer.conversation_id}", "dim")


def _other(result: Checklist | list[RetrievedPassage]) -> Iterable[RenderableType]:
    if isinstance(result, Checklist):
        return _checklist(result)
    return _passages(result)


def _citations(citations: Sequence[Citation]) -> Iterable[RenderableType]:
    if citations:
        yield _heading("Sources")
    for citation in citations:
        about = [citation.title, citation.author, citation.publisher, citation.published]
        yield _indented(f"[{citation.number}] {', '.join(part for part in about if part)}", "bold")
        yield _indented(f"“{' '.join(citation.quote.split())}”", indent=6)
        for said in (citation.reported_from, citation.caveat, citation.url):
            if said:
                yield _indented(said, "dim", indent=6)


def _checklist(checklist: Checklist) -> Iterable[RenderableType]:
    yield _heading(f"Checklist: {checklist.title}")
    for horizon, items in by_horizon(checklist):
        yield _indented(horizon, "bold")
        for item in items:
            yield _indented(f"[{'x' if item.status == 'done' else ' '}] {item.action}", indent=4)
            for said in (item.why, item.measure and f"Measure: {item.measure}", item.fits_because):
                if said:
                    yield _indented(said, "dim", indent=8)
            rests = "; ".join(f"{c.title}: “{' '.join(c.quote.split())}”" for c in item.citations)
            yield _indented(f"From {rests}", "dim", indent=8)
    yield from (_indented(f"Note: {note}", "italic") for note in checklist.notes)
    yield _indented(f"checklist {checklist.id}", "dim")


def _passages(passages: Sequence[RetrievedPassage]) -> Iterable[RenderableType]:
    for passage in passages:
        place = f"{passage.rank}. {passage.document_id} {passage.start}-{passage.end}  score {passage.score:.3f}"
        yield _indented(place, "bold", indent=0)
        yield _indented(" ".join(passage.text.split()), indent=3)


def _heading(text: str) -> RenderableType:
    return Padding(Text(plain(text), "bold underline"), (1, 0, 0, 0))


def _indented(text: str, style: str = "", indent: int = 2) -> RenderableType:
    return Padding(Text(plain(text), style), (0, 0, 0, indent))
