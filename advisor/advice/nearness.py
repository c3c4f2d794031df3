"""What a practice has to do with a question, whoever asks: by meaning, by words, and by the evidence they share."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from advisor.types import Draft, Evidence, Practice
from advisor.words import stems

SHARED, CITED = 0.5, 0.2  # what the question's own words in a practice add to its cosine, and resting on a cited quote

Embedded: TypeAlias = tuple[Practice, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Found:
    """What a checklist is made from: the question, what it asks (without who asks), the vector of that and the field's
    terms for it, of unit length, the answer's statements, and those terms.
    """

    question: str
    asked: str
    vector: NDArray[np.float32]
    drafts: Sequence[Draft]
    terms: str = ""


def nearness_to(found: Found, practices: Sequence[Embedded]) -> Callable[[Embedded], float]:
    """How near each of the practices, with its vector of unit length, is to the question: -1 to 1.7.

    A word counts by how few practices have it: "complaint" tells where to look, "customer" hardly does. Words that no
    practice has count among all of the question's, so that a few chance ones of a long story tell little. The own words
    of the question and the field's say the same twice, so the better of the two counts.
    """
    said = {practice.id: _words_of(practice) for practice, _ in practices}
    wanted = [_weights(set(stems(text)), said.values()) for text in (found.asked, found.terms)]
    cited = [(e.document_id, e.start, e.end) for draft in found.drafts for e in draft.evidence]

    def nearness(embedded: Embedded) -> float:
        practice, vector = embedded
        shared = max(_share(weights, said[practice.id]) for weights in wanted)
        on_cited = any(overlaps(evidence, cited) for evidence in practice.evidence)
        return float(vector @ found.vector) + SHARED * shared + CITED * on_cited

    return nearness


def _words_of(practice: Practice) -> set[str]:
    return set(stems(f"{practice.action} {practice.why} {practice.theme}"))


def _weights(wanted: set[str], said: Iterable[set[str]]) -> dict[str, float]:
    """The weight of each wanted word: 1 when at most one practice says it, near 0 when all do."""
    texts = list(said)
    counts = Counter(word for text in texts for word in text & wanted)
    every = 1 + max(1, len(texts))
    return {word: math.log(every / max(1, counts[word])) / math.log(every) for word in sorted(wanted)}


def _share(weights: Mapping[str, float], said: set[str]) -> float:
    """How much of the wanted words is said; few and common ones are no whole."""
    return sum(weights[word] for word in weights.keys() & said) / max(1.0, sum(weights.values()))


def overlaps(evidence: Evidence, cited: Iterable[tuple[str, int, int]]) -> bool:
    """Whether a quote shares characters with one of the places (document, start, end)."""
    return any(evidence.document_id == id and evidence.start < end and start < evidence.end for id, start, end in cited)
