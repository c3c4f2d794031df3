"""The gate: `pytest evals/` fails when answers over the golden sets get worse than their bounds."""

from __future__ import annotations

import pytest

from evals.run import SEEDS, run_sets
from evals.server import CORPUS


def test_answers_over_the_corpus_reach_their_bounds() -> None:
    assert run_sets(["corpus"], CORPUS)["corpus"].failures() == []


def test_answers_over_the_published_texts_reach_their_bounds() -> None:
    if SEEDS is None:
        pytest.skip("SEEDS names no folder with the published texts, which are not part of the project")
    scores = run_sets(["seeds"], SEEDS)
    assert {name: found.failures() for name, found in scores.items() if found.failures()} == {}
