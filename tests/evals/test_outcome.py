"""Figures of a suite: failures count, intervals hold the mean, items without a metric stay out."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pytest

from evals.gate import loosened, misses
from evals.outcome import Outcome, Suite


def outcome(scores: Mapping[str, float], kind: str = "fact", item: str = "one") -> Outcome:
    return Outcome(item, kind, "How?", "So.", (), scores)


def suite(*values: float, metric: str = "evidence_cited") -> Suite:
    return Suite("answers", [outcome({metric: value}) for value in values])


def test_figure_is_the_mean_with_an_interval_around_it() -> None:
    figure = suite(*[1.0] * 80, *[0.0] * 20).figures()["evidence_cited"]
    assert (figure.value, figure.items) == (0.8, 100)
    assert 0.70 < figure.low < 0.76 < 0.84 < figure.high < 0.90


def test_not_a_number_counts_as_a_failure() -> None:
    assert suite(1.0, math.nan).figures()["evidence_cited"].value == 0.5
    assert suite(0.0, math.nan, metric="wrongly_refused").figures()["wrongly_refused"].value == 0.5


def test_seconds_are_a_median() -> None:
    assert suite(0.1, 0.2, 9.0, metric="seconds").figures()["seconds"].value == 0.2


def test_item_without_a_metric_has_no_part_in_it_and_kinds_stand_apart() -> None:
    mixed = Suite("answers", [outcome({"detection": 1.0}, "number"), outcome({"false_alarms": 1.0}, "good")])
    assert mixed.figures()["detection"].items == 1
    assert set(mixed.figures("good")) == {"false_alarms"}
    assert mixed.kinds() == ["number", "good"]


def test_what_went_wrong_is_told_by_metric() -> None:
    bad = outcome({"evidence_cited": 0.0, "wrongly_refused": 1.0, "groundedness": 0.9})
    assert bad.went_wrong() == ["evidence_cited 0.00", "wrongly_refused 1.00"]
    assert bad.shortfall == pytest.approx((1 + 1 + 0.1) / 3)


def test_gate_names_what_falls_short_in_either_direction() -> None:
    bounds = {"answers": {"evidence_cited": 0.9, "wrongly_refused": 0.1}}
    good = Suite("answers", [outcome({"evidence_cited": 0.9, "wrongly_refused": 0.1})])
    assert misses(good, bounds) == []
    bad = Suite("answers", [outcome({"evidence_cited": 0.89, "wrongly_refused": 0.11})])
    assert [told.split(":")[0] for told in misses(bad, bounds)] == ["evidence_cited", "wrongly_refused"]


def test_threshold_without_a_figure_falls_short() -> None:
    assert misses(Suite("answers"), {"answers": {"evidence_cited": 0.1}}) == ["evidence_cited: no item gave a figure"]


def test_threshold_that_is_looser_or_gone_is_told() -> None:
    released = {"refusal": {"refusal_recall": 0.8, "wrongly_refused": 0.1}}
    assert loosened(released, released) == []
    assert loosened({"refusal": {"refusal_recall": 0.9, "wrongly_refused": 0.05}}, released) == []
    assert len(loosened({"refusal": {"refusal_recall": 0.79, "wrongly_refused": 0.11}}, released)) == 2
    assert len(loosened({"refusal": {"refusal_recall": 0.8}}, released)) == 1
    assert len(loosened({}, released)) == 2
