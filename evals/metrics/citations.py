"""Citations: do they support what they stand behind, and do they cover the expected evidence."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.types import Answer, Citation
from evals.metrics.spans import Span, overlap
from evals.metrics.statements import MARKER, statements_of
from evals.metrics.support import supports


def citation_precision(answer: Answer) -> float:
    """The share of (statement, citation) pairs whose quote supports the statement; 0.0 when nothing is cited.

    A statement that rests on several quotes only together counts for each of them when together they support it.
    """
    quotes = {citation.number: citation.quote for citation in answer.citations}
    right: list[bool] = []
    for said in statements_of(answer.text):
        cited = [quotes.get(number, "") for number in said.numbers]
        together = supports(" ".join(cited), said.text)
        shares = [supports(quote, said.text) or (together and len(cited) > 1 and bool(quote)) for quote in cited]
        right += shares
    return sum(right) / len(right) if right else 0.0


def citation_recall(citations: Sequence[Citation], evidence: Sequence[Span]) -> float:
    """The share, 0 to 1, of the pieces of evidence that a cited quote overlaps."""
    return sum(any(overlap(cited, piece) > 0 for cited in citations) for piece in evidence) / len(evidence)


def evidence_cited(citations: Sequence[Citation], evidence: Sequence[Span]) -> float:
    """1.0 when at least one cited quote overlaps the evidence, else 0.0."""
    return float(citation_recall(citations, evidence) > 0)


def stray_markers(answer: Answer) -> float:
    """Markers in the text without a citation, plus citations without a marker."""
    markers = {int(number) for number in MARKER.findall(answer.text)}
    return float(len(markers ^ {citation.number for citation in answer.citations}))
