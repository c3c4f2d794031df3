"""What an answer states, read back from its Markdown as a reader sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass

MARKER = re.compile(r"(?<!\\)\[(\d+)\]")
_ENDS_IN_MARKERS = re.compile(r"^(?:- )?(?P<text>.+?)\s*(?P<markers>(?:(?<!\\)\[\d+\])+)$")
_ESCAPED = re.compile(r"\\([\\`*_\[\]<>|~#])")


@dataclass(frozen=True, slots=True)
class Said:
    """One statement, plain, with the numbers of its markers."""

    text: str
    numbers: tuple[int, ...]


def statements_of(markdown: str) -> list[Said]:
    """Every line of an answer that is not a heading; one without markers has no numbers."""
    lines = [line for line in markdown.splitlines() if line.strip() and not line.startswith("**")]
    return [_said(line) for line in lines]


def _said(line: str) -> Said:
    match = _ENDS_IN_MARKERS.match(line)
    text, markers = (match["text"], match["markers"]) if match else (line.removeprefix("- "), "")
    plain = _ESCAPED.sub(r"\1", text).replace("\u200b", "")
    return Said(plain, tuple(int(number) for number in MARKER.findall(markers)))
