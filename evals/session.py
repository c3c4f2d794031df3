"""One evaluation run: builds what the suites stand on when a suite first needs it, and keeps what came of each."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from advisor.answer.graph import Steps
from advisor.config import Settings
from advisor.models.embeddings import Embedder, load_embedder
from evals import judge, suites
from evals.golden import Adversarial, ChecklistPair, Planted, Question, read
from evals.ground import CORPUS, Ground, briefs, ground, library
from evals.outcome import Suite
from evals.suites import Tick

NO_SEEDS = "not run: SEEDS names no folder with the published texts"
SUITES = ("answers", "refusal", "adversarial", "planted", "checklist", "ragas", "judged", "guides", "seeds")


class Session:
    """The suites of one run, each run once. `steps` replaces functions of the advisor's chain."""

    def __init__(self, settings: Settings, steps: Steps, embedder: Embedder | None = None) -> None:
        self.settings = settings
        self.results: dict[str, Suite] = {}
        self._steps = steps
        self._embedder = embedder
        self._briefs: Ground | None = None
        self._open = ExitStack()
        self._seeds = Path(os.environ["SEEDS"]) if "SEEDS" in os.environ else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def suite(self, name: str, tick: Tick = lambda: None) -> Suite:
        """What came of a suite; it is run when it has not been."""
        if name not in self.results:
            run: dict[str, Callable[[Tick], Suite]] = {
                "answers": lambda tick: suites.answers(self.briefs, self._answerable, tick),
                "refusal": lambda tick: suites.refusal(self.briefs, self._answerable + self._refusals, tick),
                "adversarial": lambda tick: suites.adversarial(
                    self.settings, self.embedder, self._steps, read("adversarial", Adversarial), tick
                ),
                "planted": lambda tick: suites.planted(self.briefs, read("planted", Planted), tick),
                "checklist": lambda tick: suites.checklist(self.briefs, read("checklists", ChecklistPair), tick),
                "ragas": lambda tick: suites.ragas(self.briefs, self._answerable, tick),
                "judged": lambda tick: judge.judged(self.briefs, self._answerable, self.settings, tick),
                "guides": lambda tick: self._both("guides", CORPUS, tick),
                "seeds": self._run_seeds,
            }
            self.results[name] = run[name](tick)
        return self.results[name]

    @property
    def complete(self) -> bool:
        """Whether every suite was run or could not be."""
        return set(self.results) == set(SUITES)

    @property
    def embedder(self) -> Embedder:
        """The embedding model of the settings."""
        if self._embedder is None:
            settings = self.settings
            self._embedder = load_embedder(settings.embedding_model, settings.embedding_query_prefix, settings.threads)
        return self._embedder

    @property
    def briefs(self) -> Ground:
        """The advisor over the shipped briefs alone, for the questions written before there were guides."""
        if self._briefs is None:
            folder = self._open.enter_context(briefs())
            there = self._open.enter_context(library([folder], self.settings, self.embedder))
            self._briefs = self._open.enter_context(ground(there, self.embedder, self._steps))
        return self._briefs

    @property
    def _answerable(self) -> tuple[Question, ...]:
        return read("answerable", Question)

    @property
    def _refusals(self) -> tuple[Question, ...]:
        return read("refusals", Question)

    def _run_seeds(self, tick: Tick) -> Suite:
        if self._seeds is None:
            return Suite("seeds", not_run=NO_SEEDS)
        return self._both("seeds", self._seeds, tick)

    def _both(self, name: str, folder: Path, tick: Tick) -> Suite:
        """A golden set with questions to answer and to refuse, over all texts of a folder."""
        with (
            library([folder], self.settings, self.embedder) as there,
            ground(there, self.embedder, self._steps) as on,
        ):
            return suites.both(name, on, read(name, Question), tick)
