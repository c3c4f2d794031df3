"""How much of the expected evidence was retrieved, and how near the top."""

from __future__ import annotations

import math
from collections.abc import Sequence

from evals.metrics.spans import Place, Span, held


def evidence_found(passages: Sequence[Place], evidence: Sequence[Span], k: int) -> float:
    """1.0 when one of the first `k` passages holds a piece of the evidence, else 0.0."""
    return float(bool(held(passages[:k], evidence)))


def evidence_recall(passages: Sequence[Place], evidence: Sequence[Span]) -> float:
    """The share, 0 to 1, of the pieces of evidence that the passages hold."""
    return len(held(passages, evidence)) / len(evidence)


def ndcg(passages: Sequence[Place], evidence: Sequence[Span], library: Sequence[Place]) -> float:
    """Normalised discounted cumulative gain, 0 to 1 (Järvelin and Kekäläinen 2002, ACM TOIS 20:4).

    A passage's gain is the number of pieces that it is the first to hold, so a second copy gains nothing. The ideal
    order takes, from all passages of the `library`, the one with the most new pieces each time.
    """
    ideal = _ideal_gains(evidence, library, len(passages))
    best = _discounted(ideal)
    return min(1.0, _discounted(_gains(passages, evidence)) / best) if best else 0.0


def _gains(passages: Sequence[Place], evidence: Sequence[Span]) -> list[int]:
    seen: set[Span] = set()
    gains = []
    for passage in passages:
        new = held([passage], evidence) - seen
        seen |= new
        gains.append(len(new))
    return gains


def _ideal_gains(evidence: Sequence[Span], library: Sequence[Place], k: int) -> list[int]:
    useful = [pieces for pieces in (held([passage], evidence) for passage in library) if pieces]
    seen: set[Span] = set()
    gains: list[int] = []
    while useful and len(gains) < k:
        best = max(useful, key=lambda pieces: len(pieces - seen))
        gains.append(len(best - seen))
        seen |= best
        useful.remove(best)
    return gains


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
