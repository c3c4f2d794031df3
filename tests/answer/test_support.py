"""Whether one sentence bears a whole question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from advisor.answer.asked import Asked
from advisor.answer.support import LOWEST, doubt, least_added, measure, weigh
from advisor.models.embeddings import Embedder
from advisor.types import Vectors

EVIDENCE = [
    "Northwind gave every caller one owner who stays with the problem until it is solved.",
    "Repeat calls fell by 30% within two years.",
    "Fabrikam sends personal offers only to shoppers who asked for them.",
]
NEAR = 0.5


@pytest.fixture(scope="module")
def evidence(embedder: Embedder) -> Vectors:
    return np.asarray(embedder.embed_documents(EVIDENCE), dtype=np.float32)


def _asked(question: str) -> Asked:
    return Asked(question, question, frozenset(), (), {})


def _added(embedder: Embedder, evidence: Vectors, question: str) -> float:
    return least_added(question, evidence, evidence, embedder.embed_documents)


@pytest.mark.parametrize(
    ("borne", "unborne"),
    [
        ("Who owns the problem of a caller?", "Who insures the problem of a caller?"),
        ("Which shoppers get personal offers?", "Which shoppers get printed vouchers?"),
        ("By how much did repeat calls fall?", "By how much did parking fines fall?"),
    ],
)
def test_a_word_that_no_sentence_bears_adds_less_than_one_that_a_sentence_bears(
    embedder: Embedder, evidence: Vectors, borne: str, unborne: str
) -> None:
    assert _added(embedder, evidence, unborne) < _added(embedder, evidence, borne)


def test_words_borne_by_different_sentences_are_not_borne_together(embedder: Embedder, evidence: Vectors) -> None:
    apart, together = "Which callers get personal offers?", "Which shoppers get personal offers?"
    added = [least_added(asks, evidence, evidence, embedder.embed_documents) for asks in (apart, together)]
    assert added[0] < added[1]


def test_a_question_without_content_words_is_weighed_as_a_whole(evidence: Vectors) -> None:
    embed = _Embed(evidence)
    least_added("And what is it?", evidence, evidence, embed)
    assert embed.asked == [["And what is it?", ""]]


def test_the_short_name_of_the_subject_is_written_out(evidence: Vectors) -> None:
    embed = _Embed(evidence)
    least_added("Who chairs a CX council?", evidence, evidence, embed)
    assert embed.asked[0][0] == "Who chairs a customer experience council?"


def test_nothing_is_embedded_where_no_word_could_raise_the_doubt_enough(evidence: Vectors) -> None:
    embed, asked = _Embed(evidence), _asked("Who owns the problem of a caller?")
    most = weigh(measure(asked, NEAR))
    assert doubt(asked, evidence, evidence, NEAR, embed, most + 0.1) == most
    assert not embed.asked
    assert measure(asked, NEAR).joint == LOWEST


class _Embed:
    """Gives every text the same vector and keeps what it was asked for."""

    def __init__(self, evidence: Vectors) -> None:
        self.asked: list[Sequence[str]] = []
        self._vector: list[float] = evidence[0].tolist()

    def __call__(self, texts: list[str]) -> list[list[float]]:
        self.asked.append(texts)
        return [self._vector for _ in texts]
