"""Query → ranked passages: meaning and words together, near-copies out, no document flooding the rest.

Two stages: Chroma and BM25 propose passages, then each proposed passage is judged by its best single sentence too,
because what answers a question is mostly one sentence among ten. The weights are measured in evals/LOG.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from advisor.library.index import Index
from advisor.library.library import Library, StoredPassage
from advisor.types import RankedPassage, Vectors

PASSAGE, WORDS, SENTENCE = 0.2, 0.3, 0.5  # weights of the passage's cosine, BM25, and the best sentence's cosine
POOL = 40  # passages judged by their sentences
FLOOD = 0.96  # a passage's score is multiplied by this for each better one of the same document
SAME = 0.6  # two passages that share this much of the shorter one's text are the same evidence


def retrieve(
    query: str,
    vector: Vectors,
    index: Index,
    library: Library,
    top_k: int,
    fetch_k: int,
    documents: Collection[str] = (),
) -> list[RankedPassage]:
    """At most `top_k` passages for a query and its vector, best first; only from `documents` when some are named."""
    dense, sparse = dict(index.dense(vector, fetch_k)), dict(index.sparse(query, fetch_k))
    found = library.passages(_best(_sum((PASSAGE, dense), (WORDS, sparse)), POOL if not documents else 2 * fetch_k))
    if documents:
        found = {id: stored for id, stored in found.items() if stored.passage.document_id in documents}
    best_sentence = {id: float((stored.sentence_vectors @ vector).max()) for id, stored in found.items()}
    scores = _sum((PASSAGE, dense), (WORDS, sparse), (SENTENCE, best_sentence))
    chosen = _choose(found, scores, top_k)
    return [_ranked(found[id], rank, score, vector) for rank, (id, score) in enumerate(chosen, start=1)]


def _ranked(stored: StoredPassage, rank: int, score: float, vector: Vectors) -> RankedPassage:
    cosines = tuple((stored.sentence_vectors @ vector).tolist())
    cosine = float(stored.vector @ vector)
    return RankedPassage(stored.passage, rank, score, cosine, cosines, stored.sentence_vectors, stored.provenance)


def with_places(
    ranked: Sequence[RankedPassage], places: Collection[tuple[str, int, int]], vector: Vectors, library: Library
) -> list[RankedPassage]:
    """The ranked passages, and after them those of places (document, start, end), as near as the best of them."""
    passages = [p for document in {place[0]: None for place in places} for p in library.passages_of(document)]
    around = (
        next((p.id for p in passages if p.document_id == document and p.start <= start and end <= p.end), None)
        for document, start, end in places
    )
    best = max((one.score for one in ranked), default=0.0)
    return add(ranked, dict.fromkeys(filter(None, around)), vector, library, best)


def add(
    ranked: Sequence[RankedPassage], ids: Collection[str], vector: Vectors, library: Library, score: float = 0.0
) -> list[RankedPassage]:
    """The ranked passages, and after them those of the ids that are not among them, with a score."""
    known = {one.passage.id for one in ranked}
    more = library.passages([id for id in ids if id not in known]).values()
    return [*ranked, *(_ranked(stored, rank, score, vector) for rank, stored in enumerate(more, len(ranked) + 1))]


def _sum(*weighted: tuple[float, Mapping[str, float]]) -> dict[str, float]:
    """The convex sum of score lists, each scaled to 0-1; what a list lacks counts 0 in it.

    Bruch, Gai and Ingber 2023 (ACM TOIS 42:20).
    """
    scaled = [(weight, _scaled(scores)) for weight, scores in weighted]
    ids = {id for _, scores in scaled for id in scores}
    return {id: sum(weight * scores.get(id, 0.0) for weight, scores in scaled) for id in ids}


def _scaled(scores: Mapping[str, float]) -> dict[str, float]:
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    return {id: (score - low) / (high - low) if high > low else 1.0 for id, score in scores.items()}


def _best(scores: Mapping[str, float], count: int) -> list[str]:
    return sorted(scores, key=lambda id: (-scores[id], id))[:count]


def _choose(found: Mapping[str, StoredPassage], scores: Mapping[str, float], top_k: int) -> list[tuple[str, float]]:
    """Greedy: the best passage left, after its score paid for what its document already gave."""
    chosen: list[tuple[str, float]] = []
    left = _best({id: scores[id] for id in found}, len(found))
    taken: Counter[str] = Counter()

    def after_paying(id: str) -> float:
        return scores[id] * FLOOD ** taken[found[id].passage.document_id]

    while left and len(chosen) < top_k:
        best = max(left, key=after_paying)
        left.remove(best)
        if not any(_same(found[best], found[id]) for id, _ in chosen):
            chosen.append((best, after_paying(best)))
            taken[found[best].passage.document_id] += 1
    return chosen


def _same(one: StoredPassage, other: StoredPassage) -> bool:
    a, b = one.passage, other.passage
    if a.document_id == b.document_id:
        shared = min(a.end, b.end) - max(a.start, b.start)
        return shared > SAME * min(a.end - a.start, b.end - b.start)
    first, second = ({p.slice(s) for s in p.sentences} for p in (a, b))
    return len(first & second) > SAME * min(len(first), len(second))
