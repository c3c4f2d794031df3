"""A public retrieval benchmark with exact excerpts: `python -m benchmarks.retrieval DATA`.

DATA is the folder of chunking_evaluation (github.com/brandonstarxel/chunking_evaluation, MIT), published with Chroma's
report "Evaluating Chunking Strategies for Retrieval": `corpora/*.md` and `questions_df.csv`, five texts and 472
questions, each with the characters that answer it. The data is not part of the project. Recall, precision and
intersection over union are means over the questions, in characters; nDCG takes a passage's share of newly covered
excerpts as its gain, 1.0 being all of them at rank 1.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from rich.progress import track

from advisor.advisor import build_advisor
from advisor.config import load_settings
from advisor.library.build import build
from advisor.models.embeddings import load_embedder
from evals.metrics.spans import Place, Span

K = 5
PUBLISHED = "82.4"  # recall at 5 of the best chunker with all-MiniLM-L6-v2 in the report's tables


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the excerpts that answer it."""

    text: str
    excerpts: tuple[Span, ...]


def read_questions(path: Path) -> list[Question]:
    """The questions of the benchmark, whose excerpts count characters of the corpus file they name."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Question(
                row["question"],
                tuple(
                    Span(row["corpus_id"], int(piece["start_index"]), int(piece["end_index"]))
                    for piece in json.loads(row["references"])
                ),
            )
            for row in csv.DictReader(file)
        ]


def score(passages: Sequence[Place], excerpts: Sequence[Span]) -> dict[str, float]:
    """Recall, precision, intersection over union and nDCG, 0 to 1, in characters."""
    wanted = {(e.document_id, place) for e in excerpts for place in range(e.start, e.end)}
    covered: set[tuple[str, int]] = set()
    gained, retrieved = 0.0, 0
    for rank, passage in enumerate(passages, start=1):
        retrieved += passage.end - passage.start
        new = {(passage.document_id, place) for place in range(passage.start, passage.end)} & wanted - covered
        gained += len(new) / len(wanted) / math.log2(rank + 1)
        covered |= new
    return {
        "recall": len(covered) / len(wanted),
        "precision": len(covered) / retrieved if retrieved else 0.0,
        "iou": len(covered) / (retrieved + len(wanted) - len(covered)),
        "ndcg": gained,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the benchmark was run, 2 when its data is not there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retrieval", description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder with corpora/ and questions_df.csv")
    data = parser.parse_args(arguments).data
    if not (data / "questions_df.csv").exists():
        print(f"{data} has no questions_df.csv. Name the folder of the chunking_evaluation data.", file=sys.stderr)
        return 2
    questions = read_questions(data / "questions_df.csv")
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(data_dir=Path(folder))
        embedder = load_embedder(settings.embedding_model, settings.embedding_query_prefix, settings.threads)
        print("Ingesting the corpora (some minutes) ...", file=sys.stderr)
        report = build([data / "corpora"], settings, embedder)
        advisor = build_advisor(settings, embedder)
        scores = [score(advisor.search(q.text, K), q.excerpts) for q in track(questions, "asking")]
        advisor.close()
    print(f"{len(questions)} questions, {report.total_passages} passages, first {K}; means in per cent")
    print("| recall | precision | IoU | nDCG | best published recall, same model |\n|---|---|---|---|---|")
    means = [100 * fmean(one[name] for one in scores) for name in ("recall", "precision", "iou", "ndcg")]
    print(f"| {' | '.join(f'{mean:.1f}' for mean in means)} | {PUBLISHED} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
