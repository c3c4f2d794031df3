"""Checked drafts → numbered citations and the answer's Markdown. Numbers are given here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from advisor.library.provenance import find_caveat, whose_claim
from advisor.types import CheckedStatement, Citation, Draft, Evidence, Origin, Statement

_LINKS_ITSELF = re.compile(r":(?=//)|\bwww(?=\.)|@(?=\w)", re.IGNORECASE)  # a zero-width space after it stops that
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~#])")


def cite(drafts: Sequence[Draft], origin: Callable[[Evidence], Origin]) -> tuple[list[Statement], list[Citation]]:
    """Statements with their numbers, and each citation once, numbered from 1 in the order of first use.

    `origin` gives what the library knows of a quote's source.
    """
    citations: dict[tuple[str, int, int], Citation] = {}
    statements = []
    for draft in drafts:
        for evidence in draft.quotes:
            place = (evidence.document_id, evidence.start, evidence.end)
            if place not in citations:
                citations[place] = make_citation(len(citations) + 1, evidence, origin(evidence))
        numbers = [citations[e.document_id, e.start, e.end].number for e in draft.quotes]
        statements.append(Statement(text=draft.text, aspect=draft.aspect, citations=tuple(dict.fromkeys(numbers))))
    return statements, list(citations.values())


def make_citation(number: int, evidence: Evidence, origin: Origin) -> Citation:
    """One citation, with whose claim it is and what weakens it."""
    source = origin.bibliography
    return Citation(
        number=number,
        document_id=evidence.document_id,
        passage_id=evidence.passage_id,
        title=source.title,
        author=source.author,
        publisher=source.publisher,
        published=source.published,
        kind=source.kind,
        url=source.url,
        heading=evidence.heading,
        page=origin.page,
        start=evidence.start,
        end=evidence.end,
        quote=evidence.quote,
        reported_from=whose_claim(origin),
        caveat=find_caveat(origin.provenance, datetime.now(UTC).year),
    )


def checked_statement(statement: Statement, citations: Sequence[Citation]) -> CheckedStatement:
    """A statement as it is streamed, with those of the citations that it rests on."""
    cited = tuple(citation for citation in citations if citation.number in statement.citations)
    return CheckedStatement(text=render_statement(statement), aspect=statement.aspect, citations=cited)


def render_text(statements: Sequence[Statement]) -> str:
    """The answer's Markdown: the leading statement, then a heading and its statements for each aspect."""
    blocks: list[str] = []
    aspect: str | None = None
    for statement in statements:
        line = render_statement(statement)
        if statement.aspect is None:
            blocks.append(line)
            continue
        if statement.aspect != aspect:
            aspect = statement.aspect
            blocks.append(f"**{inert(aspect)}**\n")
        blocks[-1] += f"\n- {line}"
    return "\n\n".join(blocks)


def render_statement(statement: Statement) -> str:
    """A statement with its markers, as Markdown."""
    return inert(statement.text) + " " + "".join(f"[{number}]" for number in statement.citations)


def read_text(text: str) -> list[Statement]:
    """The statements of an answer's Markdown, as `render_text` wrote them."""
    statements: list[Statement] = []
    aspect: str | None = None
    for line in text.split("\n"):
        if heading := re.fullmatch(r"\*\*(.+)\*\*", line):
            aspect = _plain(heading[1])
        elif match := re.fullmatch(r"(?:- )?(.+?) ((?:\[\d+\])+)", line):
            numbers = tuple(int(number) for number in re.findall(r"\d+", match[2]))
            statements.append(Statement(text=_plain(match[1]), aspect=aspect, citations=numbers))
    return statements


def _plain(text: str) -> str:
    """The text that `inert` was given."""
    return re.sub(r"\\([\\`*_\[\]<>|~#])", r"\1", text).replace("\u200b", "")


def inert(text: str) -> str:
    """Text from a document as Markdown that shows it and does nothing: no link, image, tag, marker or emphasis."""
    return _LINKS_ITSELF.sub("\\g<0>\u200b", _MARKDOWN.sub(r"\\\1", text))
