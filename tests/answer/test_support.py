"""Whether one sentence bears a whole question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from advisor.answer.asked import Asked
from advisor.answer.support import doubt, measure
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


def _doubt(embedder: Embedder, evidence: Vectors, question: str) -> float:
    return doubt(_asked(question), evidence, evidence, NEAR, embedder.embed_documents)


@pytest.mark.parametrize(
    ("borne", "unborne"),
    [
        ("Who owns the problem of a caller?", "Who insures the problem of a caller?"),
        ("Which shoppers get personal offers?", "Which shoppers get printed vouchers?"),
        ("By how much did repeat calls fall?", "By how much did parking fines fall?"),
    ],
)
def test_a_word_that_no_sentence_bears_raises_the_doubt(
    embedder: Embedder, evidence: Vectors, borne: str, unborne: str
) -> None:
    assert _doubt(embedder, evidence, unborne) > _doubt(embedder, evidence, borne)


def test_words_borne_by_different_sentences_are_not_borne_together(embedder: Embedder, evidence: Vectors) -> None:
    question = "Which callers get personal offers?"
    together = measure(_asked(question), evidence, evidence, NEAR, embedder.embed_documents)
    twin = measure(_asked("Which shoppers get personal offers?"), evidence, evidence, NEAR, embedder.embed_documents)
    assert together.joint < twin.joint


def test_a_question_without_content_words_is_measured_as_a_whole(evidence: Vectors) -> None:
    asked: list[Sequence[str]] = []

    def embed(texts: list[str]) -> list[list[float]]:
        asked.append(texts)
        return [evidence[0].tolist() for _ in texts]

    assert measure(_asked("And what is it?"), evidence, evidence, NEAR, embed).words == 1
    assert asked == [["And what is it?", ""]]


def test_the_short_name_of_the_subject_is_written_out(evidence: Vectors) -> None:
    asked: list[Sequence[str]] = []

    def embed(texts: list[str]) -> list[list[float]]:
        asked.append(texts)
        return [evidence[0].tolist() for _ in texts]

    measure(_asked("Who chairs a CX council?"), evidence, evidence, NEAR, embed)
    assert asked[0][0] == "Who chairs a customer experience council?"
