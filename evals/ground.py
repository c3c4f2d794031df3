"""What a suite stands on: an advisor over a folder of texts in a library of its own, asked each question once."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from advisor.advisor import Advisor, build_advisor
from advisor.answer.graph import Steps
from advisor.config import Settings
from advisor.library.build import build
from advisor.library.library import Library
from advisor.models.embeddings import Embedder
from advisor.types import Answer, Passage
from evals.golden import Question

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "corpus"


@dataclass
class Ground:
    """An advisor with what it can be held against; keeps the answer to each golden question."""

    advisor: Advisor
    steps: Steps
    embedder: Embedder
    passages: Sequence[Passage]
    texts: dict[str, str]  # by document id
    _asked: dict[str, Answer | Exception] = field(default_factory=dict)

    def ask(self, item: Question) -> Answer | Exception:
        """The answer to a golden question after its earlier turns; an exception is what its asker would have got."""
        if item.id not in self._asked:
            self._asked[item.id] = self._ask(item)
        return self._asked[item.id]

    def _ask(self, item: Question) -> Answer | Exception:
        try:
            conversation_id = None
            for turn in item.turns:
                conversation_id = self.advisor.ask(turn, conversation_id).conversation_id
            return self.advisor.ask(item.question, conversation_id)
        except Exception as error:  # whatever it is, the question has failed and counts as failed
            return error


@contextmanager
def briefs() -> Iterator[Path]:
    """A temporary folder with the corpus as its golden questions knew it: its briefs without the guides.

    Beside the documents of kind "brief" stand their bibliography and the practices that they bear out.
    """
    listed: list[dict[str, Any]] = yaml.safe_load((CORPUS / "sources.yaml").read_text(encoding="utf-8"))
    kept = {entry["file"]: entry for entry in listed if entry["kind"] == "brief"}
    practices: list[dict[str, Any]] = yaml.safe_load((CORPUS / "practices.yaml").read_text(encoding="utf-8"))
    borne_out = [{**p, "evidence": [e for e in p["evidence"] if e["document"] in kept]} for p in practices]
    with tempfile.TemporaryDirectory() as name:
        for file in kept:
            shutil.copy(CORPUS / file, name)
        _write(Path(name) / "sources.yaml", list(kept.values()))
        _write(Path(name) / "practices.yaml", [practice for practice in borne_out if practice["evidence"]])
        yield Path(name)


def _write(path: Path, entries: list[dict[str, Any]]) -> None:
    path.write_text(yaml.safe_dump(entries, allow_unicode=True, sort_keys=False), encoding="utf-8")


@contextmanager
def library(folders: Sequence[Path], settings: Settings, embedder: Embedder) -> Iterator[Settings]:
    """The settings for a temporary library with all texts of the folders. Raises RuntimeError when one is rejected."""
    with tempfile.TemporaryDirectory() as data_dir:
        there = settings.model_copy(update={"data_dir": Path(data_dir)})
        report = build(folders, there, embedder)
        if report.rejected:
            raise RuntimeError(f"Not everything below {folders} could be ingested: {report.rejected}")
        yield there


@contextmanager
def ground(settings: Settings, embedder: Embedder, steps: Steps) -> Iterator[Ground]:
    """An advisor over the library of these settings, closed afterwards."""
    advisor = build_advisor(settings, embedder, steps)
    try:
        with Library(settings.data_dir) as stored:
            documents = [stored.document(summary.id) for summary in stored.documents()]
            passages = [passage for document in documents if document for passage in stored.passages_of(document.id)]
        yield Ground(advisor, steps, embedder, passages, {d.id: d.text for d in documents if d})
    finally:
        advisor.close()
