"""Scores of single answers against golden items: pure functions over the JSON of an answer, unit-tested."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MARKER = re.compile(r"(?<!\\)\[(\d+)\]")
HALF = 0.5  # a passage holds a piece of evidence when it holds this share of it


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of evidence: `text[start:end]` of a document."""

    document_id: str
    start: int
    end: int


def cites_evidence(answer: Mapping[str, Any], evidence: Sequence[Span]) -> bool:
    """Whether at least one cited quote overlaps the evidence."""
    return any(_overlap(cited, span) > 0 for cited in answer["citations"] for span in evidence)


def retrieves_evidence(answer: Mapping[str, Any], evidence: Sequence[Span], k: int) -> bool:
    """Whether one of the first `k` passages holds most of a piece of evidence."""
    return any(
        _overlap(passage, span) >= HALF * (span.end - span.start)
        for passage in answer["passages"][:k]
        for span in evidence
    )


def quotes_verbatim(answer: Mapping[str, Any], text_of: Callable[[str], str]) -> float:
    """The share of citations whose quote stands at its offsets in the stored text; 1.0 without citations."""
    cited = answer["citations"]
    good = sum(text_of(c["document_id"])[c["start"] : c["end"]] == c["quote"] for c in cited)
    return good / len(cited) if cited else 1.0


def stray_markers(answer: Mapping[str, Any]) -> int:
    """Markers in the text without a citation, plus citations without a marker."""
    markers = {int(number) for number in MARKER.findall(answer["text"])}
    return len(markers ^ {c["number"] for c in answer["citations"]})


def _overlap(piece: Mapping[str, Any], span: Span) -> int:
    if piece["document_id"] != span.document_id:
        return 0
    return int(min(piece["end"], span.end) - max(piece["start"], span.start))
