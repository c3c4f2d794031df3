"""RAGAS with a judge: a chat model behind the OpenAI protocol reads each answer. Not run when none is configured.

The judge sees at most so many questions, spread over the set. Whatever it does (hang, fail, talk nonsense), each metric
it does not give counts as failed, and the suite ends within its time limit.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from langchain_core.embeddings import Embeddings

from advisor.config import Settings
from advisor.models.chat import OPENAI
from evals.aside import run_aside
from evals.golden import Question
from evals.ground import Ground
from evals.metrics import METRICS
from evals.metrics.ragas_offline import Sample, ragas_embeddings
from evals.metrics.statements import statements_of
from evals.outcome import Outcome, Suite
from evals.suites import Tick, outcome_of, sample, worst

JUDGED = (
    "faithfulness response_relevancy context_precision context_recall factual_correctness noise_sensitivity"
).split()
AT_ONCE = 4  # questions judged side by side
NO_JUDGE = "not run: no judge"


def judged(on: Ground, items: Sequence[Question], settings: Settings, tick: Tick) -> Suite:
    """The judged metrics of every n-th question, so that `judge_items` are judged."""
    if not settings.judge_model:
        return Suite("judged", not_run=NO_JUDGE)
    started = time.perf_counter()
    some = items[:: max(1, len(items) // settings.judge_items)][: settings.judge_items]
    judge = Judge(settings, on.embedder)
    outcomes = run_aside(_judge_all(judge, on, some, settings.judge_seconds, tick))
    spent = {"judge": settings.judge_model, "calls": judge.calls, "tokens": dict(judge.tokens)}
    return Suite("judged", outcomes, seconds=time.perf_counter() - started, extra=spent)


async def _judge_all(judge: Judge, on: Ground, items: Sequence[Question], seconds: int, tick: Tick) -> list[Outcome]:
    """The outcome of each item; those that are not done when the time is up have failed."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(item: Question) -> Outcome:
        async with turn:
            outcome = await _judge_one(judge, on, item)
        tick()
        return outcome

    tasks = [asyncio.create_task(one(item)) for item in items]
    await asyncio.wait(tasks, timeout=seconds)
    for task in tasks:
        task.cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    await judge.close()
    late = f"the judge was not done within {seconds} seconds"
    return [
        came if isinstance(came, Outcome) else outcome_of(item, on.ask(item), worst(JUDGED), late)
        for item, came in zip(items, done, strict=True)
    ]


async def _judge_one(judge: Judge, on: Ground, item: Question) -> Outcome:
    came = on.ask(item)
    if isinstance(came, Exception) or came.status == "refused":  # nothing to judge is a failure, not a gap
        return outcome_of(item, came, worst(JUDGED))
    scores, remarks = await judge.score(item.question, sample(on, item, came))
    return outcome_of(item, came, scores, *remarks)


@dataclass
class Judge:
    """The judged metrics over one client."""

    settings: Settings
    embedder: Embeddings
    calls: int = 0
    tokens: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        # RAGAS and openai take seconds to import and are needed by this suite only
        import ragas.metrics.collections as collections
        from openai import AsyncOpenAI
        from ragas.llms import llm_factory

        self._client = AsyncOpenAI(
            base_url=self.settings.judge_base_url or OPENAI,  # else the client takes OPENAI_BASE_URL, the advisor's own
            api_key=self.settings.openai_api_key.get_secret_value() or "none",  # a local server wants none
            timeout=self.settings.judge_seconds / 4,
            max_retries=1,
        )
        self._count_calls()
        llm = llm_factory(self.settings.judge_model, client=self._client, max_tokens=4096)
        self._metrics = {
            "faithfulness": collections.Faithfulness(llm=llm),
            "response_relevancy": collections.AnswerRelevancy(llm=llm, embeddings=ragas_embeddings(self.embedder)),
            "context_precision": collections.ContextPrecision(llm=llm),
            "context_recall": collections.ContextRecall(llm=llm),
            "factual_correctness": collections.FactualCorrectness(llm=llm),
            "noise_sensitivity": collections.NoiseSensitivity(llm=llm),
        }

    async def score(self, question: str, of: Sample) -> tuple[dict[str, float], list[str]]:
        """Each judged metric, and a remark on each that the judge did not give and that therefore failed."""
        said = " ".join(one.text for one in statements_of(of.answer.text))
        known: Mapping[str, Any] = {
            "user_input": question,
            "response": said,
            "reference": " ".join(of.evidence),
            "retrieved_contexts": [passage.text for passage in of.answer.passages],
        }
        takes = {
            "faithfulness": "user_input response retrieved_contexts",
            "response_relevancy": "user_input response",
            "context_precision": "user_input reference retrieved_contexts",
            "context_recall": "user_input reference retrieved_contexts",
            "factual_correctness": "response reference",
            "noise_sensitivity": "user_input response reference retrieved_contexts",
        }
        scores, remarks = {}, []
        for name, metric in self._metrics.items():
            arguments = {key: known[key] for key in takes[name].split()}
            scores[name], remark = await _value(name, partial(metric.ascore, **arguments))
            remarks += [remark] if remark else []
        return scores, remarks

    async def close(self) -> None:
        """Lets go of the connections."""
        await self._client.close()

    def _count_calls(self) -> None:
        """Counts calls and tokens, since RAGAS does not pass the usage on."""
        create = self._client.chat.completions.create

        async def counted(*args: Any, **kwargs: Any) -> Any:
            self.calls += 1
            reply = await create(*args, **kwargs)
            usage = getattr(reply, "usage", None)
            self.tokens.update({"prompt": getattr(usage, "prompt_tokens", 0) or 0})
            self.tokens.update({"completion": getattr(usage, "completion_tokens", 0) or 0})
            return reply

        self._client.chat.completions.create = counted  # type: ignore[method-assign]  # a wrapper of the same shape


async def _value(name: str, score: Callable[[], Awaitable[Any]]) -> tuple[float, str | None]:
    """What a judged metric gives; an exception or a NaN is its worst value, with a remark."""
    try:
        value = float((await score()).value)
    except Exception as error:
        return METRICS[name].worst, f"{name}: the judge failed ({type(error).__name__})"
    return (METRICS[name].worst, f"{name}: the judge gave no number") if math.isnan(value) else (value, None)
