"""Checked drafts → numbered citations and the answer's Markdown. Numbers are given here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from advisor.types import Bibliography, CheckedStatement, Citation, Draft, Evidence, Statement
from advisor.words import POSSESSIVE

_NAME = r"[A-Z][\w&’'-]*(?: (?:[A-Z][\w&’'-]*|of|for|and(?= [A-Z])))*"
_REPORTS = tuple(
    re.compile(pattern.replace("NAME", _NAME), re.MULTILINE)
    for pattern in (
        r"\b[Aa]ccording to (?:the )?(NAME)",
        r"\b(NAME)[’']s? (?:[A-Z]\w+ )*(?:research|survey|study|definition)\b",
        r"^Source: ([^\n]+)",
        r"\b(NAME)(?: \d{4})?,? as (?:reported|cited|quoted) by\b",
        r"\b(?:The )?(NAME)(?: \d{4})?, cited by\b",
        r"\b(NAME) defines\b",
    )
)
_FORECAST = re.compile(r"\b(?:will|forecast|goal|target|expects?|predicts?|persist)\b", re.IGNORECASE)
_BY_YEAR = re.compile(r"\b(?:by|for|in|until) (20\d\d)\b")
_LINKS_ITSELF = re.compile(r":(?=//)|\bwww(?=\.)|@(?=\w)", re.IGNORECASE)  # a zero-width space after it stops that
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~#])")


def cite(
    drafts: Sequence[Draft], bibliography: Callable[[str], Bibliography]
) -> tuple[list[Statement], list[Citation]]:
    """Statements with their numbers, and each citation once, numbered from 1 in the order of first use."""
    citations: dict[tuple[str, int, int], Citation] = {}
    statements = []
    for draft in drafts:
        for evidence in draft.evidence:
            place = (evidence.document_id, evidence.start, evidence.end)
            if place not in citations:
                source = bibliography(evidence.document_id)
                citations[place] = make_citation(len(citations) + 1, evidence, source)
        numbers = [citations[e.document_id, e.start, e.end].number for e in draft.evidence]
        statements.append(Statement(text=draft.text, aspect=draft.aspect, citations=tuple(dict.fromkeys(numbers))))
    return statements, list(citations.values())


def make_citation(number: int, evidence: Evidence, source: Bibliography) -> Citation:
    """One citation, with whose claim it is and what weakens it."""
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
        start=evidence.start,
        end=evidence.end,
        quote=evidence.quote,
        reported_from=_whose_claim(evidence.quote, source),
        caveat=_caveat(evidence.quote, source, datetime.now(UTC).year),
    )


def _whose_claim(quote: str, source: Bibliography) -> str | None:
    """Whom the quote reports, when it is not the source's own claim: "McKinsey, as reported by ..."."""
    own = " ".join(filter(None, (source.title, source.author, source.publisher, source.about)))
    for pattern in _REPORTS:
        for match in pattern.finditer(quote):
            name = POSSESSIVE.sub("", match.group(1).strip())
            if name not in own and name.split()[-1] not in own:
                return f"{name}, as reported by {source.about or source.publisher or source.title}"
    return f"A brief of {source.about}" if source.about else None


def _caveat(quote: str, source: Bibliography, this_year: int) -> str | None:
    past = [int(year) for year in _BY_YEAR.findall(quote) if int(year) < this_year]
    if past and _FORECAST.search(quote):
        return f"Looks ahead to {max(past)}, which has passed."
    if source.kind and "vendor" in source.kind.lower():
        return "The publisher sells services or products on this subject."
    return None


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


def inert(text: str) -> str:
    """Text from a document as Markdown that shows it and does nothing: no link, image, tag, marker or emphasis."""
    return _LINKS_ITSELF.sub("\\g<0>\u200b", _MARKDOWN.sub(r"\\\1", text))
