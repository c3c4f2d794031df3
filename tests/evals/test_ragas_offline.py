"""RAGAS without a model: the figures it gives for an answer by hand, and what a failing metric counts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from advisor.models.embeddings import Embedder
from advisor.types import Answer
from evals.metrics.ragas_offline import RagasOffline, Sample
from tests.evals.conftest import citation_of, passage_of

CITED = {"citations": (citation_of(14, 38),), "passages": (passage_of(0, 26), passage_of(14, 38, 2))}


@pytest.fixture(scope="module")
def score(embedder: Embedder, make_answer: Callable[..., Answer]) -> Callable[..., dict[str, float]]:
    metrics = RagasOffline(embedder)

    def run(text: str, facts: tuple[str, ...] = ("owners care",), **fields: object) -> dict[str, float]:
        evidence = ("Owners care. Desks help.",)
        return metrics.score(Sample(make_answer(text, **fields), evidence, ("p2", "p9"), facts))

    return run


def test_good_answer_scores_what_can_be_counted(score: Callable[..., dict[str, float]]) -> None:
    got = score("Owners care. Desks help. [1]", facts=("Owners care", "a fact | desks  help", "absent"), **CITED)
    assert got["ragas_similarity"] == pytest.approx(1.0, abs=1e-5)
    assert got["ragas_strings"] == pytest.approx(2 / 3)
    assert (got["ragas_id_precision"], got["ragas_id_recall"]) == (0.5, 0.5)
    assert got["ragas_context_precision"] == pytest.approx(1.0)
    assert (got["ragas_context_recall"], got["ragas_quotes"]) == (1.0, 1.0)


def test_refusal_scores_nothing_instead_of_going_missing(score: Callable[..., dict[str, float]]) -> None:
    got = score("I have no answer.", status="refused", reason="not_in_library")
    assert set(got.values()) == {0.0}
    assert len(got) == 7


def test_quote_that_is_in_no_passage_is_misaligned(score: Callable[..., dict[str, float]]) -> None:
    false = {**CITED, "citations": (citation_of(14, 38, quote="Owners care “deeply” about desks."),)}
    assert score("Owners care. [1]", **false)["ragas_quotes"] == 0.0
