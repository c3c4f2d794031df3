"""An answer as Slack's blocks, within Slack's limits. Text of documents is shown and does nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeAlias

from advisor.serve.prose import Line, read_lines
from advisor.serve.render import answer_href, source_href
from advisor.types import Answer, Citation

Block: TypeAlias = dict[str, Any]

SECTION = 2900  # characters; Slack takes 3,000
WHOLE = 12_500  # characters over all blocks; Slack refuses messages of more than about 13,000
CITATIONS = 8000  # characters of them at most
_QUOTE = 240  # characters of a quote that are shown; the link leads to all of it
_LABEL = 75  # characters of a button
_FOLLOW_UPS = 3
_CUT_ENTITY = re.compile(r"&[a-z]*$")


@dataclass(frozen=True, slots=True)
class Web:
    """Where people reach the pages of this server; without an address nothing is linked."""

    url: str

    def link(self, path: str, words: str) -> str:
        """A link to a page in mrkdwn, or the words alone. The words are already `inert`."""
        return f"<{self.url.rstrip('/')}/{escape(path)}|{words}>" if self.url else words

    def cite(self, citation: Citation, words: str) -> str:
        """A link to the quote in its source."""
        return self.link(source_href(citation.document_id, citation.start, citation.end), words)


def answer_blocks(answer: Answer, web: Web, whom: str | None = None, asked: str | None = None) -> list[Block]:
    """At most 50 blocks: prose, citations, notes and buttons. When they are too long the prose is cut.

    `whom` says whom the answer is for, as a clause; `asked` is the question where nobody else can see it in Slack.
    """
    first = [section(f">{inert(asked, 500)}")] if asked else []
    more = web.link(answer_href(answer.id), "Read all of it.") if web.url else "Ask about one part of it."
    last = [*_citations(answer.citations, web), *_notes(answer.notes, whom), *_follow_ups(answer), _buttons(answer)]
    cut = f"_The answer goes on, but Slack takes no longer message._ {more}"
    room = WHOLE - sum(len(block.get("text", {}).get("text", "")) for block in first + last) - len(cut)
    return [*first, *_sections(_within(prose_lines(answer.text, answer.citations, web), room, cut)), *last]


def prose_blocks(markdown: str, citations: Sequence[Citation], web: Web) -> list[Block]:
    """A part of an answer's text as it is streamed."""
    return list(_sections(prose_lines(markdown, citations, web)))


def prose_lines(markdown: str, citations: Sequence[Citation], web: Web) -> list[str]:
    """The lines of an answer's text as mrkdwn, none longer than a section, their markers linked to the sources."""
    cited = {citation.number: citation for citation in citations}
    return list(chain.from_iterable(_split(_line(line, cited, web)) for line in read_lines(markdown)))


def escape(text: str) -> str:
    """Text in which Slack finds neither links nor mentions."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def inert(text: str, longest: int) -> str:
    """The text on one line, escaped, and cut to `longest` characters of what is sent."""
    escaped = escape(" ".join(text.split()))
    return escaped if len(escaped) <= longest else _CUT_ENTITY.sub("", escaped[: longest - 1]) + "…"


def in_short(markdown: str) -> str:
    """The first words of a text, for notifications."""
    pieces = (piece for line in read_lines(markdown) for piece in line.pieces if isinstance(piece, str))
    return inert(" ".join(pieces), 300)


def section(text: str) -> Block:
    """A section whose bare addresses and names are not made into links."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def button(text: str, action: str, value: str) -> Block:
    """A button, for a block of actions."""
    return {"type": "button", "action_id": action, "value": value, "text": {"type": "plain_text", "text": text}}


def _line(line: Line, cited: dict[int, Citation], web: Web) -> str:
    said = "".join(_marker(piece, cited, web) if isinstance(piece, int) else escape(piece) for piece in line.pieces)
    return f"*{said}*" if line.kind == "heading" else f"• {said}" if line.kind == "item" else said


def _marker(number: int, cited: dict[int, Citation], web: Web) -> str:
    return web.cite(cited[number], f"[{number}]") if number in cited else f"[{number}]"


def _split(line: str) -> list[str]:
    """A line in pieces of at most a section, cut at spaces."""
    pieces = []
    while len(line) > SECTION:
        at = line.rfind(" ", 0, SECTION)
        at = at if at > 0 else SECTION
        pieces.append(line[:at])
        line = line[at:].lstrip()
    return [*pieces, line]


def _within(lines: Sequence[str], room: int, instead: str) -> Iterator[str]:
    """The lines that fit into `room` characters, and where some do not, what is said instead of the rest."""
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            yield instead
            return
        yield line


def _sections(lines: Iterator[str] | Sequence[str]) -> Iterator[Block]:
    """Lines joined into as few sections as hold them."""
    text = ""
    for line in lines:
        if len(text) + len(line) + 1 > SECTION:
            yield section(text)
            text = ""
        text = f"{text}\n{line}" if text else line
    if text.strip():
        yield section(text)


def _citations(citations: Sequence[Citation], web: Web) -> Iterator[Block]:
    """What each number stands for, with how good the evidence is; without quotes where all would be too long."""
    if not citations:
        return
    lines = [_citation(citation, web, quoted=True) for citation in citations]
    if sum(map(len, lines)) > CITATIONS:
        lines = [_citation(citation, web, quoted=False) for citation in citations]
    fitting = list(_within(lines, CITATIONS, ""))
    if not fitting[-1]:
        fitting[-1] = f"… and {len(lines) - len(fitting) + 1} more sources"
    yield {"type": "divider"}
    yield from _sections(["*Sources*", *fitting])


def _citation(citation: Citation, web: Web, quoted: bool) -> str:
    page = f"page {citation.page}" if citation.page else None
    about = (citation.publisher, citation.published, citation.kind, page)
    title = web.cite(citation, inert(citation.title, 120))
    line = f"[{citation.number}] " + ", ".join([title, *(inert(part, 80) for part in about if part)])
    if not quoted:
        return line
    line += f"\n>{inert(citation.quote, _QUOTE)}"
    if citation.reported_from:
        line += f"\nReported from {inert(citation.reported_from, 120)}"
    return line + (f"\n*Mind* {inert(citation.caveat, 300)}" if citation.caveat else "")


def _notes(notes: Sequence[str], whom: str | None) -> Iterator[Block]:
    said = [f"For you because {inert(whom, 300)}. `/cx profile` changes that."] if whom else []
    yield from _sections([*said, *(inert(note, 500) for note in notes[:4])])


def _follow_ups(answer: Answer) -> Iterator[Block]:
    """What could be asked next, a click each. Buttons show words as they are."""
    if answer.follow_ups:
        asks = enumerate(answer.follow_ups[:_FOLLOW_UPS])
        yield {"type": "actions", "elements": [button(_cut(text, _LABEL), f"ask_{n}", text) for n, text in asks]}


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _buttons(answer: Answer) -> Block:
    checklist = [button("Make a checklist", "checklist", answer.id)] if answer.status == "answered" else []
    votes = [button("Helpful", "vote_up", answer.id), button("Not helpful", "vote_down", answer.id)]
    return {"type": "actions", "elements": [*checklist, *votes]}
