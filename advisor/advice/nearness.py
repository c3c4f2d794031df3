"""What a practice has to do with a question, whoever asks: by meaning, by words, and by the evidence they share."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from advisor.types import Draft, Evidence, Practice
from advisor.words import stems

SHARED, CITED = 0.5, 0.2  # what the question's own words in a practice add to its cosine, and resting on a cited quote
FEW = 0.8  # of all words' weight, below which a question has too few to tell practices apart by: one rare word's

Embedded: TypeAlias = tuple[Practice, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Found:
    """What a checklist is made from: the question, what it asks (without who asks, with the field's terms for it)
    and the vector of that, of unit length, and the answer's statements.
    """

    question: str
    asked: str
    vector: NDArray[np.float32]
    drafts: Sequence[Draft]


def nearness_to(found: Found, practices: Sequence[Embedded]) -> Callable[[Embedded], float]:
    """How near each of the practices, with its vector of unit length, is to the question: -1 to 1.7.

    A word counts by how few practices have it: "complaint" tells where to look, "customer" hardly does, and one that no
    practice has does not count at all.
    """
    said = {practice.id: _words_of(practice) for practice, _ in practices}
    weights = _weights(set(stems(found.asked)), said.values())
    whole = max(FEW, sum(weights.values()))
    cited = [(e.document_id, e.start, e.end) for draft in found.drafts for e in draft.evidence]

    def nearness(embedded: Embedded) -> float:
        practice, vector = embedded
        shared = sum(weights[word] for word in weights.keys() & said[practice.id]) / whole
        on_cited = any(overlaps(evidence, cited) for evidence in practice.evidence)
        return float(vector @ found.vector) + SHARED * shared + CITED * on_cited

    return nearness


def _words_of(practice: Practice) -> set[str]:
    return set(stems(f"{practice.action} {practice.why} {practice.theme}"))


def _weights(wanted: set[str], said: Iterable[set[str]]) -> dict[str, float]:
    """The weight of each wanted word that is said: 1 when a single practice has it, near 0 when all do."""
    texts = list(said)
    counts = Counter(word for text in texts for word in text & wanted)
    rarest = math.log(1 + len(texts))
    return {word: math.log((1 + len(texts)) / count) / rarest for word, count in counts.items()}


def overlaps(evidence: Evidence, cited: Iterable[tuple[str, int, int]]) -> bool:
    """Whether a quote shares characters with one of the places (document, start, end)."""
    return any(evidence.document_id == id and evidence.start < end and start < evidence.end for id, start, end in cited)
