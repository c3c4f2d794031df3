"""Speed and memory as ratios to baselines of the same run: `make bench`.

Machines are shared and noisy, so each figure pairs what is measured with its baseline, alternating, and tells the
median of the pairs.
"""

from __future__ import annotations

import http.client
import json
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import chromadb
import numpy as np

from advisor.config import Settings
from advisor.library.build import build
from advisor.library.library import Library
from advisor.models.embeddings import Embedder, load_embedder
from benchmarks.server import running
from evals.golden import Question, read
from evals.ground import CORPUS

ROUNDS = 3
COPIES = 8  # of the corpus, so that an ingest takes long enough to time


def main() -> int:
    """0 when every ratio keeps its bound, 1 otherwise."""
    settings = Settings(_env_file=None)  # type: ignore[call-arg]  # an option of pydantic-settings
    embedder = load_embedder(settings.embedding_model, settings.embedding_query_prefix, settings.threads)
    with tempfile.TemporaryDirectory() as folder:
        build([CORPUS], settings.model_copy(update={"data_dir": Path(folder)}), embedder)
        seconds, megabytes, ratio, listed = _ask(Path(folder), embedder)
        throughput = _ingest(Path(folder), settings, embedder)
    print(f"ask: {ratio:.2f} × (embed the query + one raw Chroma query), median; at most 3")
    print(f"checklist: {listed:.2f} × the answer it stands on, from a question to its checklist, median; at most 1.5")
    print(f"ingest: {throughput:.2f} × the throughput of encode() alone on the same passages; at least 0.8")
    print(f"start: {seconds:.1f} s and {megabytes:.0f} MiB at most resident from `python app.py` to the first answer")
    return 0 if ratio <= 3 and listed <= 1.5 and throughput >= 0.8 else 1


def _ask(data_dir: Path, embedder: Embedder) -> tuple[float, float, float, float]:
    """Seconds and peak resident MiB up to the first answer, and the median ratios of warm questions and checklists."""
    questions = [item.question for item in read("answerable", Question) if not item.turns]
    library = Library(data_dir)
    stored = list(library.indexed())
    library.close()
    collection = chromadb.EphemeralClient().create_collection("baseline", configuration={"hnsw": {"space": "cosine"}})
    collection.add([passage.id for _, passage, _ in stored], embeddings=np.stack([vector for _, _, vector in stored]))

    def baseline(question: str) -> None:
        collection.query(query_embeddings=np.asarray([embedder.embed_query(question)], np.float32), n_results=10)

    started = time.perf_counter()
    with running(data_dir) as (url, process):
        connection = http.client.HTTPConnection(urlsplit(url).netloc)

        def post(path: str, question: str) -> None:
            body = json.dumps({"question": question})
            connection.request("POST", path, body, {"content-type": "application/json"})
            connection.getresponse().read()

        ask, make_checklist = partial(post, "/v1/ask"), partial(post, "/v1/checklists")

        ask(questions[0])
        seconds = time.perf_counter() - started
        megabytes = _peak_memory(process.pid)
        for question in questions[:10]:
            ask(question)
            baseline(question)
        make_checklist(questions[0])
        timed = [
            (_timed(ask, q), _timed(baseline, q), _timed(make_checklist, q)) for _ in range(ROUNDS) for q in questions
        ]
    ratio, listed = (median(asked / base for asked, base, _ in timed), median(made / asked for asked, _, made in timed))
    return seconds, megabytes, ratio, listed


def _ingest(indexed: Path, settings: Settings, embedder: Embedder) -> float:
    """How much of the bare encoder's throughput an ingest has on the same passages, median of the rounds."""
    from sentence_transformers import SentenceTransformer  # the baseline only

    encoder: SentenceTransformer = embedder._model
    texts = [path.read_text() for path in sorted(CORPUS.glob("*.md"))]
    ratios = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "texts"
            source.mkdir()
            for copy in range(COPIES):
                for number, text in enumerate(texts):
                    # each copy says something else, or its sentences would be embedded once for all
                    (source / f"{copy}-{number}.md").write_text(text.replace(" the ", f" the {copy}th "))
            data_dir = Path(folder) / "data"
            there = settings.model_copy(update={"data_dir": data_dir})
            ours = _timed(partial(build, settings=there, embedder=embedder), [source])
            library = Library(data_dir)
            passages = [passage.text for _, passage, _ in library.indexed()]
            library.close()
        bare = _timed(lambda some: encoder.encode(some, show_progress_bar=False), passages)
        ratios.append(bare / ours)
        print(f"  {len(passages)} passages: ingest {ours:.1f} s, encode() alone {bare:.1f} s", file=sys.stderr)
    return median(ratios)


def _timed(work: Callable[[Any], Any], argument: Any) -> float:
    started = time.perf_counter()
    work(argument)
    return time.perf_counter() - started


def _peak_memory(process_id: int) -> float:
    """Peak resident MiB of a process, as Linux tells it; not a number elsewhere."""
    status = Path(f"/proc/{process_id}/status")
    if not status.exists():
        return float("nan")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    sys.exit(main())
