"""What came of a suite: the scores of every item, and its figures with their intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.stats import bootstrap

from evals.metrics import METRICS

RESAMPLES = 2000
MISSED = 0.5  # an item that scores worse than this is told as a failure of it


@dataclass(frozen=True, slots=True)
class Outcome:
    """One item: what was asked, what came, and what each metric gives for it."""

    item: str
    kind: str
    question: str
    shown: str  # what the asker saw
    expected: tuple[str, ...]
    scores: Mapping[str, float]
    remarks: tuple[str, ...] = ()  # what went wrong, where the scores do not say it

    @property
    def shortfall(self) -> float:
        """How far the item is from perfect, 0 to 1, over its metrics."""
        lost = [_lost(name, value) for name, value in self.scores.items() if name != "seconds"]
        return sum(lost) / len(lost) if lost else 0.0

    def went_wrong(self) -> list[str]:
        """What went wrong, in words."""
        missed = [f"{name} {value:.2f}" for name, value in self.scores.items() if _lost(name, value) > MISSED]
        return [*self.remarks, *missed]


def _lost(name: str, value: float) -> float:
    return min(1.0, value) if METRICS[name].better == "lower" else 1.0 - value


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric over a suite with its 95 % bootstrap interval (percentile method, Efron 1979) and number of items."""

    value: float
    low: float
    high: float
    items: int


@dataclass(frozen=True)
class Suite:
    """The outcomes of a suite, or why it was not run."""

    name: str
    outcomes: Sequence[Outcome] = ()
    not_run: str | None = None
    seconds: float = 0.0
    extra: Mapping[str, object] = field(default_factory=dict)  # what a run cost, for the record

    def figures(self, kind: str | None = None) -> dict[str, Figure]:
        """Every metric of the suite, or of its items of one kind; an item without a metric has no part in it."""
        scores: dict[str, list[float]] = {}
        for outcome in self.outcomes:
            if kind is None or outcome.kind == kind:
                for name, value in outcome.scores.items():
                    scores.setdefault(name, []).append(METRICS[name].worst if math.isnan(value) else value)
        return {name: _figure(name, scores[name]) for name in METRICS if name in scores}

    def kinds(self) -> list[str]:
        """The kinds of items, in the order they came up."""
        return list(dict.fromkeys(outcome.kind for outcome in self.outcomes))


def _figure(name: str, values: Sequence[float]) -> Figure:
    average = np.mean if METRICS[name].average == "mean" else np.median
    value = float(average(values))
    if min(values) == max(values):  # nothing to resample
        return Figure(value, value, value, len(values))
    interval = bootstrap(
        (values,), average, n_resamples=RESAMPLES, method="percentile", rng=np.random.default_rng(0)
    ).confidence_interval
    return Figure(value, float(interval.low), float(interval.high), len(values))
