"""From a query to ranked passages."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.answer.graph import Sources
from advisor.answer.retrieve import _scaled, _sum, retrieve, with_places
from advisor.models.embeddings import Embedder
from advisor.types import RankedPassage

QUESTIONS = ["How do silos hurt customers?", "What are the parts of an operating model?", "Who owns a call?"]
Find = Callable[..., list[RankedPassage]]
SCORES = st.dictionaries(st.sampled_from("abcdef"), st.floats(-1e6, 1e6))


@pytest.fixture
def find(sources: Sources, embedder: Embedder) -> Find:
    def find(query: str, top_k: int = 4, documents: tuple[str, ...] = ()) -> list[RankedPassage]:
        vector = np.asarray(embedder.embed_query(query), dtype=np.float32)
        return retrieve(query, vector, sources.index, sources.library, top_k, 100, documents)

    return find


@pytest.mark.parametrize(
    ("query", "document"),
    [
        ("How do silos hurt customers?", "silos"),
        ("Ada Quill", "northwind"),
        ("suggestions tailored to what people like", "fabrikam"),
        ("retention", "measures"),
    ],
)
def test_passage_on_the_subject_comes_first(find: Find, query: str, document: str) -> None:
    assert find(query)[0].passage.document_id == document


@pytest.mark.parametrize("query", QUESTIONS)
def test_ranks_count_from_one_and_scores_fall(find: Find, query: str) -> None:
    found = find(query)
    scores = [ranked.score for ranked in found]
    assert [ranked.rank for ranked in found] == list(range(1, len(found) + 1))
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


@pytest.mark.parametrize("top_k", [1, 2, 50])
def test_no_more_passages_than_asked_for_and_none_twice(find: Find, sources: Sources, top_k: int) -> None:
    ids = [ranked.passage.id for ranked in find(QUESTIONS[0], top_k)]
    assert len(ids) == len(set(ids)) == min(top_k, sources.index.size)


def test_cosines_are_those_of_the_vectors(find: Find, embedder: Embedder) -> None:
    ranked = find(QUESTIONS[0])[0]
    texts = [ranked.passage.slice(sentence) for sentence in ranked.passage.sentences]
    assert len(ranked.sentence_cosines) == len(texts)
    assert all(-1.0001 <= cosine <= 1.0001 for cosine in (ranked.cosine, *ranked.sentence_cosines))


def test_named_documents_are_the_only_ones_searched(find: Find) -> None:
    found = find(QUESTIONS[0], 50, ("measures", "fabrikam"))
    assert {ranked.passage.document_id for ranked in found} == {"measures", "fabrikam"}


def test_document_that_is_not_there_gives_nothing(find: Find) -> None:
    assert find(QUESTIONS[0], 50, ("nobody",)) == []


def test_query_without_a_word_of_the_library_still_finds_the_nearest(find: Find) -> None:
    assert len(find("zxqv")) == 4


@given(SCORES)
def test_scaled_scores_lie_between_nought_and_one_in_the_same_order(scores: dict[str, float]) -> None:
    scaled = _scaled(scores)
    assert scaled.keys() == scores.keys()
    assert all(0 <= score <= 1 for score in scaled.values())
    assert all(scaled[a] <= scaled[b] for a in scores for b in scores if scores[a] <= scores[b])


@given(SCORES, SCORES)
def test_fused_scores_stay_within_their_weights(one: dict[str, float], other: dict[str, float]) -> None:
    fused = _sum((0.25, one), (0.75, other))
    assert fused.keys() == one.keys() | other.keys()
    assert all(0 <= score <= 1 for score in fused.values())


def test_passages_of_places_are_added_as_near_as_the_best(find: Find, sources: Sources, embedder: Embedder) -> None:
    ranked, far = find("How do silos hurt customers?", 1), find("Ada Quill", 1)[0].passage
    vector = np.asarray(embedder.embed_query("silos"), dtype=np.float32)
    first, added = with_places(ranked, [(far.document_id, far.start, far.start + 9)], vector, sources.library)
    assert (first, added.passage, added.score) == (ranked[0], far, ranked[0].score)
