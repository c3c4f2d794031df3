"""An answer as Slack's blocks, within Slack's limits. Text of documents is shown and does nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, TypeAlias

from advisor.serve.render import source_href
from advisor.types import Answer, Citation

Block: TypeAlias = dict[str, Any]

SECTION = 2900  # characters; Slack takes 3,000
WHOLE = 12_500  # characters over all blocks; Slack refuses messages of more than about 13,000
CITATIONS = 8000  # characters of them at most
_QUOTE = 240  # characters of a quote that are shown; the link leads to all of it
_MARKER = re.compile(r"((?<!\\)\[\d+\])")
_ESCAPED = re.compile(r"\\([\\`*_\[\]<>|~#])")  # as the answer's Markdown escapes what is quoted
CUT = "_The answer goes on, but Slack takes no longer message. Ask about one part of it to read the rest._"


def answer_blocks(answer: Answer, public_url: str) -> list[Block]:
    """At most 50 blocks: prose, citations, notes and buttons. When they are too long the prose is cut."""
    links = {citation.number: _href(citation, public_url) for citation in answer.citations}
    last = [*_citations(answer.citations, public_url), *_notes(answer.notes), _buttons(answer)]
    room = WHOLE - sum(len(block.get("text", {}).get("text", "")) for block in last) - len(CUT)
    return [*_prose([_line(line, links) for line in answer.text.split("\n")], room), *last]


def escape(text: str) -> str:
    """Text in which Slack finds neither links nor mentions."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def section(text: str) -> Block:
    """A section whose bare addresses and names are not made into links."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _line(line: str, links: dict[int, str]) -> str:
    """A line of the answer's Markdown as Slack's mrkdwn, its markers linked to their sources."""
    mark, line = ("• ", line[2:]) if line.startswith("- ") else ("", line)
    if line.startswith("**") and line.endswith("**"):
        return f"*{_plain(line[2:-2])}*"
    pieces = (_marker(piece, links) or _plain(piece) for piece in _MARKER.split(line))
    return mark + "".join(pieces)


def _plain(text: str) -> str:
    return escape(_ESCAPED.sub(r"\1", text))


def _marker(piece: str, links: dict[int, str]) -> str | None:
    if not _MARKER.fullmatch(piece):
        return None
    href = links.get(int(piece[1:-1]))
    return f"<{href}|{piece}>" if href else piece


def _prose(lines: Sequence[str], room: int) -> Iterator[Block]:
    """Lines joined into sections; those beyond `room` characters are left out, and it is said."""
    kept: list[str] = []
    for line in chain.from_iterable(map(_split, lines)):
        room -= len(line) + 1
        if room < 0:
            kept.append(CUT)
            break
        kept.append(line)
    yield from _sections(kept)


def _split(line: str) -> list[str]:
    """A line in pieces of at most a section, cut at spaces."""
    pieces = []
    while len(line) > SECTION:
        at = line.rfind(" ", 0, SECTION)
        at = at if at > 0 else SECTION
        pieces.append(line[:at])
        line = line[at:].lstrip()
    return [*pieces, line]


def _sections(lines: Sequence[str]) -> Iterator[Block]:
    text = ""
    for line in lines:
        if len(text) + len(line) + 1 > SECTION:
            yield section(text)
            text = ""
        text = f"{text}\n{line}" if text else line
    if text.strip():
        yield section(text)


def _citations(citations: Sequence[Citation], public_url: str) -> Iterator[Block]:
    """What each number stands for, with how good the evidence is; without quotes where all would be too long."""
    if not citations:
        return
    lines = [_citation(citation, public_url, quoted=True) for citation in citations]
    if sum(map(len, lines)) > CITATIONS:
        lines = [_citation(citation, public_url, quoted=False) for citation in citations]
    shown: list[str] = []
    left = CITATIONS
    for line in lines:
        left -= len(line) + 1
        if left < 0:
            shown.append(f"… and {len(lines) - len(shown)} more sources")
            break
        shown.append(line)
    yield {"type": "divider"}
    yield from _sections(["*Sources*", *shown])


def _citation(citation: Citation, public_url: str, quoted: bool) -> str:
    title = escape(_short(citation.title, 120))
    href = _href(citation, public_url)
    page = f"page {citation.page}" if citation.page else None
    about = [citation.publisher, citation.published, citation.kind, page]
    line = f"[{citation.number}] " + ", ".join([f"<{href}|{title}>" if href else title, *_said(about)])
    if not quoted:
        return line
    line += f"\n>{escape(_short(citation.quote, _QUOTE))}"
    if citation.reported_from:
        line += f"\nReported from {escape(_short(citation.reported_from, 120))}"
    return line + (f"\n*Mind* {escape(_short(citation.caveat, 300))}" if citation.caveat else "")


def _said(parts: Sequence[str | None]) -> list[str]:
    return [escape(_short(part, 80)) for part in parts if part]


def _short(text: str, longest: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _href(citation: Citation, public_url: str) -> str:
    if not public_url:
        return ""
    return f"{public_url.rstrip('/')}/{escape(source_href(citation.document_id, citation.start, citation.end))}"


def _notes(notes: Sequence[str]) -> Iterator[Block]:
    if notes:
        yield from _sections([escape(_short(note, 500)) for note in notes[:4]])


def _buttons(answer: Answer) -> Block:
    def button(text: str, action: str) -> Block:
        label = {"type": "plain_text", "text": text}
        return {"type": "button", "action_id": action, "value": answer.id, "text": label}

    return {"type": "actions", "elements": [button("Helpful", "vote_up"), button("Not helpful", "vote_down")]}
