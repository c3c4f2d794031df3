"""The gate: what each suite must reach. `thresholds.yaml` moves one way only, from where `released.yaml` has it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import yaml

from evals.metrics import METRICS
from evals.outcome import Figure, Suite

HERE = Path(__file__).parent
Thresholds: TypeAlias = Mapping[str, Mapping[str, float]]  # by suite, then by metric


def read_thresholds(path: Path = HERE / "thresholds.yaml") -> Thresholds:
    """One number per suite and metric."""
    thresholds: Thresholds = yaml.safe_load(path.read_text(encoding="utf-8"))
    return thresholds


def misses(suite: Suite, thresholds: Thresholds) -> list[str]:
    """The metrics of a suite that fall short, each in words; a metric with a threshold and no figure falls short."""
    figures = suite.figures()
    told = [miss(name, bound, figures.get(name)) for name, bound in thresholds.get(suite.name, {}).items()]
    return [why for why in told if why]


def miss(name: str, bound: float, figure: Figure | None) -> str | None:
    """Why a metric falls short, or None when it does not."""
    if figure is None:
        return f"{name}: no item gave a figure"
    if METRICS[name].is_worse(figure.value, bound):
        side = "at least" if METRICS[name].better == "higher" else "at most"
        return f"{name}: {figure.value:.4f}, {side} {bound} needed ({METRICS[name].meaning})"
    return None


def loosened(now: Thresholds, released: Thresholds) -> list[str]:
    """The thresholds that are gone or lower than they were at the last release."""
    return [
        f"{suite} {name}: {now.get(suite, {}).get(name)}, was {bound}"
        for suite, bounds in released.items()
        for name, bound in bounds.items()
        if name not in now.get(suite, {}) or METRICS[name].is_worse(now[suite][name], bound)
    ]
