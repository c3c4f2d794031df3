"""Whether one sentence bears a whole question: what each of its words adds to the likeness with the evidence.

Near a subject that the library covers, the best sentences are like a question whether or not they answer it. A word
that they say nothing to gives it away: without that word the question is no less like them. The measures are weighed in
`support.yaml`, fitted on questions with and without an answer; the curve is in evals/LOG.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, fields, replace
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
LOWEST = -0.03  # what a word takes from a likeness counts up to here
STORY = 25  # words beyond which a question is long

_HOW_TO = re.compile(r"\bhow (?:to|(?:do|can|could|should|would|shall) (?:we|i|you|one))\b", re.IGNORECASE)
_SHORT = re.compile(r"\bcx\b", re.IGNORECASE)  # the model has no vector worth having for it

Embed: TypeAlias = Callable[[list[str]], Sequence[Sequence[float]]]


@dataclass(frozen=True, slots=True)
class Measures:
    """What is weighed."""

    joint: float  # see least_added
    words: float  # content words of what is asked: the more, the less the least adds
    story: float  # 1 for a long question: much in it needs no sentence to bear it
    how_to: float  # 1 where the asker wants to know how to do something
    near: float  # how near the passages are


def doubt(asked: Asked, best: Vectors, every: Vectors, near: float, embed: Embed, enough: float) -> float:
    """The log-odds that the passages do not answer the question, or a lower figure where it cannot come to `enough`.

    `best` are the vectors of the sentences that would answer it, `every` those of all sentences and headings of the
    passages, a row each; `near` is how near the passages are.
    """
    measures = measure(asked, near)
    if weigh(measures) < enough:
        return weigh(measures)
    return weigh(replace(measures, joint=max(LOWEST, least_added(asked.asks, best, every, embed))))


def measure(asked: Asked, near: float) -> Measures:
    """The measures of a question that cost nothing, and for the other what raises the doubt most."""
    return Measures(
        joint=LOWEST,
        words=float(len(_content(asked.asks))),
        story=float(len(words(asked.question)) > STORY),
        how_to=float(bool(_HOW_TO.search(asked.asks))),
        near=near,
    )


def weigh(measures: Measures) -> float:
    """The log-odds that go with the measures."""
    constant, weights = _fitted()
    weighed: list[float] = [weight * value for weight, value in zip(weights, astuple(measures), strict=True)]
    return constant + sum(weighed)


def least_added(asks: str, best: Vectors, every: Vectors, embed: Embed) -> float:
    """What the least borne word of a question adds to the likeness with a sentence, for the one that bears it best."""
    written_out = _SHORT.sub("customer experience", asks)
    texts = [written_out, *(_without(written_out, word) for word in _content(asks))]
    whole, *without = np.asarray(embed(texts), dtype=np.float32)
    nearest = every[np.argsort(-(every @ whole), kind="stable")[:NEAREST]]
    evidence = np.concatenate([best, nearest])
    adds = (evidence @ whole)[:, None] - evidence @ np.stack(without).T  # a row per sentence, a column per word
    return float(adds.min(axis=1).max())


def _content(asks: str) -> list[str]:
    """The content words of a question, each once; all of it when it has none."""
    return [word for word in dict.fromkeys(words(asks)) if word.lower() not in STOP_WORDS] or [asks]


def _without(text: str, word: str) -> str:
    """A text without a word of it, wherever that stands."""
    return " ".join(text.replace(word, " ").split())


@lru_cache(maxsize=1)
def _fitted() -> tuple[float, tuple[float, ...]]:
    """The constant and a weight for each measure, in their order."""
    data = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return data["constant"], tuple(data["weights"][field.name] for field in fields(Measures))
