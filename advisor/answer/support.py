"""Whether one sentence bears a whole question: what each of its words adds to the likeness with the evidence.

Near a subject that the library covers, the best sentences are like a question whether or not they answer it. A word
that they say nothing to gives it away: without that word the question is no less like them. The measures are weighed in
`support.yaml`, fitted on questions with and without an answer; the curve is in evals/LOG.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
import yaml

from advisor.answer.asked import Asked
from advisor.types import Vectors
from advisor.words import STOP_WORDS, words

BEST = 6  # candidates that are evidence
NEAREST = 8  # sentences and headings that are evidence beside the best, by the bare question
STORY = 25  # words beyond which a question is long

_HOW_TO = re.compile(r"\bhow (?:to|(?:do|can|could|should|would|shall) (?:we|i|you|one))\b", re.IGNORECASE)
_SHORT = re.compile(r"\bcx\b", re.IGNORECASE)  # the model has no vector worth having for it

Embed: TypeAlias = Callable[[list[str]], Sequence[Sequence[float]]]


@dataclass(frozen=True, slots=True)
class Measures:
    """What is weighed."""

    joint: float  # what the least borne word adds to the likeness with one sentence, for the sentence with most of it
    words: float  # content words of what is asked: the more, the less the least adds
    story: float  # 1 for a long question: much in it needs no sentence to bear it
    how_to: float  # 1 where the asker wants to know how to do something
    near: float  # how near the passages are


def doubt(asked: Asked, best: Vectors, every: Vectors, near: float, embed: Embed) -> float:
    """The log-odds that the passages do not answer the question.

    `best` are the vectors of the sentences that would answer it, `every` those of all sentences and headings of the
    passages, a row each; `near` is how near the passages are.
    """
    constant, weights = _fitted()
    measures = astuple(measure(asked, best, every, near, embed))
    weighed: list[float] = [weight * value for weight, value in zip(weights, measures, strict=True)]
    return constant + sum(weighed)


def measure(asked: Asked, best: Vectors, every: Vectors, near: float, embed: Embed) -> Measures:
    """The measures for a question and its evidence."""
    asks = _SHORT.sub("customer experience", asked.asks)
    content = [word for word in dict.fromkeys(words(asked.asks)) if word.lower() not in STOP_WORDS] or [asks]
    whole, *without = np.asarray(embed([asks, *(_without(asks, word) for word in content)]), np.float32)
    nearest = every[np.argsort(-(every @ whole), kind="stable")[:NEAREST]]
    evidence = np.concatenate([best, nearest])
    adds = (evidence @ whole)[:, None] - evidence @ np.stack(without).T  # a row per sentence, a column per word
    return Measures(
        joint=float(adds.min(axis=1).max()),
        words=float(len(content)),
        story=float(len(words(asked.question)) > STORY),
        how_to=float(bool(_HOW_TO.search(asked.asks))),
        near=near,
    )


def _without(text: str, word: str) -> str:
    """A text without a word of it, wherever that stands."""
    return " ".join(text.replace(word, " ").split())


@lru_cache(maxsize=1)
def _fitted() -> tuple[float, tuple[float, ...]]:
    """The constant and a weight for each measure, in their order."""
    data = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return data["constant"], tuple(data["weights"][field.name] for field in fields(Measures))
