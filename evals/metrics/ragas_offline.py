"""What RAGAS measures without a model: ID-based and string-based context metrics, similarity, presence, quoted spans.

Passages of the library stand for context IDs; for the string-based pair the cited quotes are the contexts, since a
passage of ten sentences is never near one sentence in letters. An exception or a NaN scores 0, never "missing".
"""

from __future__ import annotations

import math
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.embeddings import Embeddings

from advisor.types import Answer
from evals.aside import run_aside
from evals.metrics.facts import level, wordings
from evals.metrics.statements import statements_of

os.environ["RAGAS_DO_NOT_TRACK"] = "true"  # it calls out otherwise; read when it is imported
_INNER_QUOTES = str.maketrans(dict.fromkeys("\"'`´“”„‟‘’", " "))  # RAGAS takes any of these for the end of a span


@dataclass(frozen=True, slots=True)
class Sample:
    """An answer with what it is compared to."""

    answer: Answer
    evidence: tuple[str, ...]  # the words of each piece of expected evidence
    evidence_passages: tuple[str, ...]  # ids of the library's passages that hold a piece of it
    facts: tuple[str, ...]


class RagasOffline:
    """The metrics, made once."""

    def __init__(self, embedder: Embeddings) -> None:
        # RAGAS takes seconds to import and is needed by this suite only
        from ragas.dataset_schema import SingleTurnSample
        from ragas.metrics._context_precision import IDBasedContextPrecision, NonLLMContextPrecisionWithReference
        from ragas.metrics._context_recall import IDBasedContextRecall, NonLLMContextRecall
        from ragas.metrics.collections import QuotedSpansAlignment, SemanticSimilarity, StringPresence

        self._sample = SingleTurnSample
        self._id_precision, self._id_recall = IDBasedContextPrecision(), IDBasedContextRecall()
        self._precision, self._recall = NonLLMContextPrecisionWithReference(), NonLLMContextRecall()
        self._quotes, self._strings = QuotedSpansAlignment(), StringPresence()
        self._similarity = SemanticSimilarity(embeddings=ragas_embeddings(embedder))

    def score(self, sample: Sample) -> dict[str, float]:
        """Each metric of one answer, 0 to 1."""
        return run_aside(self._score(sample))

    async def _score(self, sample: Sample) -> dict[str, float]:
        answer = sample.answer
        said = " ".join(one.text for one in statements_of(answer.text)) if answer.status == "answered" else ""
        ids = self._sample(
            retrieved_context_ids=[passage.passage_id for passage in answer.passages],
            reference_context_ids=list(sample.evidence_passages),
        )
        contexts = self._sample(
            retrieved_contexts=[citation.quote for citation in answer.citations],
            reference_contexts=list(sample.evidence),
        )
        scores = {
            "ragas_id_precision": await _value(lambda: self._id_precision.single_turn_ascore(ids)),
            "ragas_id_recall": await _value(lambda: self._id_recall.single_turn_ascore(ids)),
            "ragas_context_precision": await _value(lambda: self._precision.single_turn_ascore(contexts)),
            "ragas_context_recall": await _value(lambda: self._recall.single_turn_ascore(contexts)),
            "ragas_similarity": await self._similar(" ".join(sample.evidence), said),
            "ragas_quotes": await self._quoted(answer),
        }
        return scores | ({"ragas_strings": await self._present(sample.facts, said)} if sample.facts else {})

    async def _similar(self, reference: str, said: str) -> float:
        if not said:  # a refusal has nothing to compare
            return 0.0
        return await _value(lambda: self._similarity.ascore(reference=reference, response=said))

    async def _present(self, facts: Sequence[str], said: str) -> float:
        best = [max([await self._has(wording, said) for wording in wordings(fact)]) for fact in facts]
        return sum(best) / len(best)

    async def _has(self, wording: str, said: str) -> float:
        return await _value(lambda: self._strings.ascore(level(wording), level(said)))

    async def _quoted(self, answer: Answer) -> float:
        spans = " ".join(f'"{citation.quote.translate(_INNER_QUOTES)}"' for citation in answer.citations)
        if not spans:  # RAGAS gives 1.0 when nothing is quoted
            return 0.0
        passages = [passage.text.translate(_INNER_QUOTES) for passage in answer.passages]
        return await _value(lambda: self._quotes.ascore(response=spans, retrieved_contexts=passages))


async def _value(score: Callable[[], Awaitable[Any]]) -> float:
    """What a RAGAS metric gives, as a number; 0.0 for an exception or a NaN."""
    try:
        result = await score()
    except Exception:
        return 0.0
    value = float(getattr(result, "value", result))
    return 0.0 if math.isnan(value) else value


def ragas_embeddings(embedder: Embeddings) -> Any:
    """The advisor's own embedding model in the form that RAGAS takes."""
    from ragas.embeddings.base import BaseRagasEmbedding  # as above

    class Local(BaseRagasEmbedding):
        def embed_text(self, text: str, **kwargs: Any) -> list[float]:
            return embedder.embed_documents([text])[0]

        async def aembed_text(self, text: str, **kwargs: Any) -> list[float]:
            return self.embed_text(text)

    return Local()
