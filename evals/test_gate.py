"""The gate: `pytest evals/` is red when a figure falls short; `-k refusal` runs one suite."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from evals.gate import HERE, loosened, misses, read_thresholds
from evals.outcome import Suite
from evals.session import SUITES

THRESHOLDS = read_thresholds()


@pytest.mark.parametrize("name", SUITES)
def test_suite_reaches_its_thresholds(name: str, run_suite: Callable[[str], Suite]) -> None:
    suite = run_suite(name)
    if suite.not_run:
        pytest.skip(suite.not_run)
    assert misses(suite, THRESHOLDS) == []


def test_no_threshold_is_lower_than_at_the_last_release() -> None:
    assert loosened(THRESHOLDS, read_thresholds(HERE / "released.yaml")) == []


def test_every_suite_has_thresholds() -> None:
    assert set(THRESHOLDS) == set(SUITES)
