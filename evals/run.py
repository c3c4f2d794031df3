"""Scores the golden questions over HTTP: `make evals`, or `make evals SEEDS=folder`.

The sets in `golden/` are over the shipped corpus and over five published texts that are not part of the project; the
latter run where SEEDS names a folder with those texts, and are reported as not run elsewhere.
"""

from __future__ import annotations

import os
import sys
import tempfile
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import fmean, median
from typing import Any

import yaml

from evals.metrics import Span, cites_evidence, quotes_verbatim, retrieves_evidence, stray_markers
from evals.server import CORPUS, get, ingest, post, running

GOLDEN = Path(__file__).parent / "golden"
SEEDS = Path(os.environ["SEEDS"]) if "SEEDS" in os.environ else None  # the folder with the published texts
FIRST_PASSAGES = 5
# What a set must reach, and (upper bounds) must not exceed.
AT_LEAST = {"cited": 0.90, "retrieved": 0.95, "verbatim": 1.0, "refused_unanswerable": 0.75}
AT_MOST = {"stray_markers": 0.0, "refused_answerable": 0.08}


@dataclass(frozen=True, slots=True)
class Scores:
    """Shares over a set's questions, except `stray_markers` (a count) and `seconds` (the median of an answer)."""

    answerable: int
    unanswerable: int
    cited: float
    retrieved: float
    verbatim: float
    stray_markers: int
    refused_unanswerable: float
    refused_answerable: float
    seconds: float

    def failures(self) -> list[str]:
        """The measures that miss their bound, in words."""
        low = [
            f"{name} {getattr(self, name):.3f} < {bound}"
            for name, bound in AT_LEAST.items()
            if getattr(self, name) < bound
        ]
        high = [
            f"{name} {getattr(self, name):.3f} > {bound}"
            for name, bound in AT_MOST.items()
            if getattr(self, name) > bound
        ]
        return low + high


Item = Mapping[str, Any]


def score(items: Sequence[Item], url: str, on_done: Callable[[], None] = lambda: None) -> Scores:
    """Asks every question of a set at a server that has its texts; the set's follow-ups come after their turns."""
    documents = {
        summary["id"]: get(f"{url}/v1/documents/{summary['id']}") for summary in get(f"{url}/v1/documents")["documents"]
    }
    texts = {id: document["text"] for id, document in documents.items()}
    answers: list[tuple[Item, Mapping[str, Any]]] = []
    for item in items:
        conversation = uuid.uuid4().hex
        for turn in [*item.get("turns", ()), item["question"]]:
            answer = post(f"{url}/v1/ask", {"question": turn, "conversation_id": conversation})
        answers.append((item, answer))
        on_done()
    yes = [(answer, _evidence(item, texts)) for item, answer in answers if item.get("evidence")]
    no = [answer for item, answer in answers if not item.get("evidence")]
    return Scores(
        answerable=len(yes),
        unanswerable=len(no),
        cited=fmean(cites_evidence(answer, evidence) for answer, evidence in yes),
        retrieved=fmean(retrieves_evidence(answer, evidence, FIRST_PASSAGES) for answer, evidence in yes),
        verbatim=fmean(quotes_verbatim(answer, texts.__getitem__) for _, answer in answers),
        stray_markers=sum(stray_markers(answer) for _, answer in answers),
        refused_unanswerable=fmean(answer["status"] == "refused" for answer in no),
        refused_answerable=fmean(answer["status"] == "refused" for answer, _ in yes),
        seconds=median(answer["seconds"]["total"] for _, answer in answers),
    )


def _evidence(item: Item, texts: Mapping[str, str]) -> list[Span]:
    """The item's evidence, given by offsets or by a quote, in the documents as they are stored."""
    spans = []
    for piece in item["evidence"]:
        id = Path(piece["document"]).stem
        start = texts[id].index(piece["quote"]) if "quote" in piece else piece["start"]
        spans.append(Span(id, start, start + len(piece["quote"]) if "quote" in piece else piece["end"]))
    return spans


def read_set(name: str) -> list[Item]:
    """The items of one golden set."""
    items: list[Item] = yaml.safe_load((GOLDEN / f"{name}.yaml").read_text(encoding="utf-8"))
    return items


def run_sets(names: Sequence[str], source: Path, on_done: Callable[[], None] = lambda: None) -> dict[str, Scores]:
    """Ingests a folder of texts into a temporary library, serves it and scores the sets over it."""
    with tempfile.TemporaryDirectory() as folder:
        ingest(source, Path(folder))
        with running(Path(folder)) as (url, _):
            return {name: score(read_set(name), url, on_done) for name in names}


def main() -> int:
    """0 when every set that ran reaches its bounds, 1 otherwise."""
    over_seeds = ["seeds"]
    results = run_sets(["corpus"], CORPUS, _tick)
    if SEEDS:
        results |= run_sets(over_seeds, SEEDS, _tick)
    print(file=sys.stderr)
    print(f"{'':>22}", *(f"{name:>14}" for name in results))
    for field in fields(Scores):
        print(f"{field.name:>22}", *(f"{getattr(scores, field.name):>14.4g}" for scores in results.values()))
    if not SEEDS:
        print(f"Not run: {', '.join(over_seeds)} (SEEDS names no folder with their texts).")
    failures = [f"{name}: {failure}" for name, scores in results.items() for failure in scores.failures()]
    print(*failures, sep="\n")
    return 1 if failures else 0


def _tick() -> None:
    print(".", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
