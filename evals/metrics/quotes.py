"""Quotes: word for word at their place, and shown with every statement."""

from __future__ import annotations

from collections.abc import Callable

from advisor.types import Answer
from evals.metrics.statements import statements_of

SHORTEST = 3  # words; RAGAS leaves shorter spans out


def quote_fidelity(answer: Answer, text_of: Callable[[str], str]) -> float:
    """The share of citations whose quote is `text[start:end]` of the stored document; 1.0 without citations."""
    cited = answer.citations
    good = sum(bool(c.quote) and text_of(c.document_id)[c.start : c.end] == c.quote for c in cited)
    return good / len(cited) if cited else 1.0


def quote_coverage(answer: Answer) -> float:
    """The share of statements with a quote of three words or more; 0.0 when nothing is stated."""
    long_enough = {c.number for c in answer.citations if len(c.quote.split()) >= SHORTEST}
    said = statements_of(answer.text)
    return sum(bool(long_enough & set(one.numbers)) for one in said) / len(said) if said else 0.0
