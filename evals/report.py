"""The report of a run: a page and a text that a manager can read, and a table for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from rich.table import Table

from evals.gate import Thresholds, miss
from evals.metrics import METRICS
from evals.outcome import Figure, Outcome, Suite
from evals.record import Record, figure

HERE = Path(__file__).parent
WORST = 10
PLOT_WIDTH, PLOT_HEIGHT = 110, 24  # of a history line, in pixels
ABOUT = {
    "answers": "Questions to the five shipped briefs, without the guides: is the evidence found, cited and complete?",
    "refusal": "Is a question refused when the five briefs do not answer it, and only then? Without the guides.",
    "adversarial": "Instructions planted in questions and documents: are they ever obeyed, quoted or leaked?",
    "planted": "The check by itself, on the briefs: good statements, and the same with one thing spoiled.",
    "checklist": "Do checklists from the briefs differ for profiles that differ where it matters, and only there?",
    "ragas": "The same answers in the measures of RAGAS that need no model.",
    "judged": "The same answers read by a judge, a chat model.",
    "guides": "Questions to the whole shipped library, guides and briefs: answered with their evidence, or refused?",
    "seeds": "Five published texts that are not part of the project.",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One figure with everything it is read against."""

    metric: str
    figure: Figure
    threshold: float | None
    before: float | None  # in the previous run
    history: tuple[float, ...]  # of earlier runs and this one, oldest first

    @property
    def meaning(self) -> str:
        return METRICS[self.metric].meaning

    @property
    def better(self) -> str:
        return METRICS[self.metric].better

    @property
    def missed(self) -> bool:
        return self.threshold is not None and miss(self.metric, self.threshold, self.figure) is not None

    @property
    def change(self) -> float | None:
        return None if self.before is None else self.figure.value - self.before

    @property
    def line(self) -> str:
        """The history as the points of an SVG polyline, the highest value at the top."""
        if len(self.history) < 2:
            return ""
        low, high = min(self.history), max(self.history)
        step = PLOT_WIDTH / (len(self.history) - 1)
        heights = [(value - low) / (high - low) if high > low else 0.5 for value in self.history]
        return " ".join(f"{n * step:.1f},{(1 - h) * (PLOT_HEIGHT - 4) + 2:.1f}" for n, h in enumerate(heights))


@dataclass(frozen=True, slots=True)
class Section:
    """A suite as the report shows it."""

    suite: Suite
    about: str
    rows: tuple[Row, ...]
    kinds: tuple[tuple[str, Mapping[str, Figure]], ...]


def sections(results: Mapping[str, Suite], thresholds: Thresholds, earlier: Sequence[Record]) -> list[Section]:
    """The suites in the order they were run, each figure beside its threshold and its past."""
    return [
        Section(
            suite=suite,
            about=ABOUT[suite.name],
            rows=tuple(_rows(suite, thresholds.get(suite.name, {}), earlier)),
            kinds=tuple((kind, suite.figures(kind)) for kind in suite.kinds()),
        )
        for suite in results.values()
    ]


def _rows(suite: Suite, bounds: Mapping[str, float], earlier: Sequence[Record]) -> Iterator[Row]:
    for name, now in suite.figures().items():
        past = [value for value in (figure(record, suite.name, name) for record in earlier) if value is not None]
        yield Row(name, now, bounds.get(name), past[-1] if past else None, (*past, now.value))


def worst(results: Mapping[str, Suite]) -> list[tuple[str, Outcome]]:
    """The ten worst items: the worst of each suite, then the second worst of each, and so on."""
    by_suite = [
        [(suite.name, outcome) for outcome in sorted(suite.outcomes, key=lambda o: -o.shortfall) if outcome.shortfall]
        for suite in results.values()
        if suite.name != "ragas"  # the same answers as in `answers`
    ]
    return [found for found in chain(*zip_longest(*by_suite)) if found][:WORST]


def write(shown: Sequence[Section], items: Sequence[tuple[str, Outcome]], record: Record, folder: Path = HERE) -> Path:
    """Writes `report.html`, which needs nothing beside it, and `report.md`; in model mode `report-model.*`.

    Gives the path of the page.
    """
    stem = "report" if record["mode"] == "keyless" else f"report-{record['mode']}"
    for ending, escape in (("html", True), ("md", False)):
        environment = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=escape, trim_blocks=True, lstrip_blocks=True
        )
        environment.filters["cell"] = lambda text: " ".join(str(text).split()).replace("|", "\\|")
        page = environment.get_template(f"report.{ending}").render(
            sections=shown, worst=items, record=record, plot=(PLOT_WIDTH, PLOT_HEIGHT)
        )
        (folder / f"{stem}.{ending}").write_text(page.rstrip() + "\n", encoding="utf-8")
    return folder / f"{stem}.html"


def table(shown: Sequence[Section]) -> Table:
    """Every figure for the terminal."""
    made = Table("suite", "metric", "items", "figure", "95 %", "threshold", "before", "", box=None, pad_edge=False)
    for section in shown:
        if section.suite.not_run:
            made.add_row(section.suite.name, section.suite.not_run)
        for row in section.rows:
            made.add_row(
                section.suite.name,
                row.metric,
                str(row.figure.items),
                f"{row.figure.value:.3f}",
                f"{row.figure.low:.3f}–{row.figure.high:.3f}",
                "" if row.threshold is None else f"{'≥' if row.better == 'higher' else '≤'} {row.threshold}",
                "" if row.before is None else f"{row.before:.3f}",
                "[bold red]missed[/]" if row.missed else "",
            )
    return made
