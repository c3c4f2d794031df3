"""Groundedness: the share of an answer's statements that its citations support (RAGAS calls it faithfulness)."""

from __future__ import annotations

from advisor.types import Answer
from evals.metrics.statements import statements_of
from evals.metrics.support import supports


def groundedness(answer: Answer) -> float:
    """The share, 0 to 1, of statements that their quotes together support; 0.0 when nothing is stated."""
    quotes = {citation.number: citation.quote for citation in answer.citations}
    said = statements_of(answer.text)
    held = [supports(" ".join(quotes.get(number, "") for number in one.numbers), one.text) for one in said]
    return sum(held) / len(held) if held else 0.0
