"""What each deliverable says, as a report and as tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import singledispatch

from advisor.advice.assess import questionnaire
from advisor.advice.checklist import by_horizon
from advisor.advice.profile import describe
from advisor.advice.report import Block, Grid, Heading, Numbers, Picture, Points, Report, Sheet, Text, markers
from advisor.errors import FormatError
from advisor.takeaways import Assessment, Brief, Cell, Comparison, Finding, Quality
from advisor.types import Checklist, ChecklistItem, Citation, Deliverable

STATUSES = {"open": "Open", "doing": "In progress", "done": "Done", "dropped": "Dropped"}
DRAWN = 40  # actions of a checklist that a picture on a page can show
UPRIGHT = 2  # subjects of a comparison that an upright page has room for
_DUE = {"0–30 days": 30, "30–90 days": 90}  # days after the checklist was made; what takes longer has no date yet


@singledispatch
def report_of(made: Deliverable) -> Report:
    """What a deliverable says."""
    raise NotImplementedError(type(made).__name__)


@singledispatch
def sheets_of(made: Deliverable) -> tuple[Sheet, ...]:
    """The deliverable's tables, the main one first and its evidence last. Raises FormatError for one that has none."""
    raise FormatError(f"A {type(made).__name__.lower()} is no table. Export it as docx, pdf or md.")


def _evidence_sheet(sources: Sequence[Citation]) -> Sheet:
    rows = tuple(
        (
            float(c.number),
            c.quote,
            c.title,
            float(c.page) if c.page else None,
            c.author,
            c.publisher,
            c.published,
            c.kind,
            c.reported_from,
            c.caveat,
            c.url,
        )
        for c in sources
    )
    head = ("No.", "Quote", "Source", "Page", "Author", "Publisher", "Published", "Kind", "Whose claim", "Mind", "Link")
    return Sheet("Evidence", head, rows, (6, 70, 36, 7, 20, 24, 12, 24, 36, 40, 40))


def _whom(made: Deliverable) -> str:
    whom = describe(made.profile)
    return f"For you because {whom}." if whom else "For any organisation: no profile was given."


# --- checklist ---


@report_of.register
def _(made: Checklist) -> Report:
    numbers = Numbers()
    blocks: list[Block] = [Text(note, note=True) for note in made.notes]
    if made.items:
        done = sum(item.status == "done" for item in made.items)
        blocks.append(Text(f"{len(made.items)} actions, {done} of them done."))
        if len(made.items) <= DRAWN:
            blocks.append(Picture("roadmap", "The actions over time, soonest first."))
    for horizon, items in by_horizon(made):
        blocks.append(Heading(horizon))
        rows = tuple(_row(item, numbers) for item in items)
        blocks.append(Grid(("", "Action", "Owner", "Measure", "Status"), rows, (0.05, 0.45, 0.14, 0.22, 0.14)))
    return Report(made.title, _whom(made), tuple(blocks), numbers.sources)


def _row(item: ChecklistItem, numbers: Numbers) -> tuple[str, ...]:
    lines = [item.action, f"{item.why} {numbers.markers(item.citations)}", item.fits_because or ""]
    status = STATUSES[item.status] + (f"\n{item.note}" if item.note else "")
    action = "\n".join(line for line in lines if line)
    return str(item.priority), action, item.owner or "–", item.measure or "–", status


@sheets_of.register
def _(made: Checklist) -> tuple[Sheet, ...]:
    numbers = Numbers()
    began = date.fromisoformat(made.created[:10])
    rows = tuple(
        (
            float(item.priority), item.action, item.why, item.theme, item.owner, item.horizon, _due(item, began),
            item.effort, item.measure, STATUSES[item.status], item.note, item.fits_because,
            numbers.markers(item.citations),
        )
        for item in made.items
    )  # fmt: skip
    head = (
        "No.", "Action", "Why", "Theme", "Owner", "Horizon", "Due", "Effort", "Measure", "Status", "Note",
        "Fits because", "Sources",
    )  # fmt: skip
    widths = (6, 55, 45, 20, 20, 14, 12, 10, 45, 14, 30, 40, 12)
    choices = {"Status": tuple(STATUSES.values()), "Effort": ("low", "medium", "high")}
    return Sheet("Checklist", head, rows, widths, choices), _evidence_sheet(numbers.sources)


def _due(item: ChecklistItem, began: date) -> date | None:
    days = _DUE.get(item.horizon or "")
    return began + timedelta(days=days) if days else None


# --- assessment ---


@report_of.register
def _(made: Assessment) -> Report:
    numbers = Numbers()
    texts = {question.id: question.text for question in questionnaire().questions}
    names = ", ".join(person.name for person in made.respondents)
    blocks: list[Block] = [
        Text(f"Overall {_level(made.overall)} of 5, from {len(made.respondents)} respondents: {names}."),
        Picture("radar", "The score of each dimension from 1 to 5; the table below has the figures."),
        Heading("Scores"),
        Grid(
            ("Dimension", "Score", "Lowest to highest", "Answered"),
            tuple(
                (s.name, _level(s.score), f"{_level(s.low)} to {_level(s.high)}", f"{s.answered} of {s.asked}")
                for s in made.scores
            ),
            (0.4, 0.16, 0.26, 0.18),
        ),
        Text(
            "A score is the average of all answers to a dimension's questions, every answer counting the same; lowest "
            "and highest are the averages of the respondents furthest apart."
        ),
    ]
    apart = tuple(texts[id] for score in made.scores for id in score.disagreements)
    if apart:
        blocks += [
            Heading("Where you see it differently"),
            Text("Answers lie two levels or more apart:"),
            Points(apart),
        ]
    if made.gaps:
        blocks.append(Heading("Gaps, widest first"))
    for gap in made.gaps:
        blocks.append(Heading(f"{gap.name}: {_level(gap.score)}, {_level(gap.distance)} below the level to reach", 2))
        blocks.append(Points(tuple(texts[id] for id in gap.questions)))
        if gap.citations:
            blocks.append(Text(f"What the library says on it: {numbers.markers(gap.citations)}"))
    return Report(made.title, _whom(made), tuple(blocks), numbers.sources)


def _level(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


@sheets_of.register
def _(made: Assessment) -> tuple[Sheet, ...]:
    numbers = Numbers()
    gaps = {gap.dimension: gap for gap in made.gaps}
    scores = tuple(
        (
            s.name, s.score, s.low, s.high, float(s.answered), float(s.asked),
            gaps[s.dimension].distance if s.dimension in gaps else None,
            numbers.markers(gaps[s.dimension].citations) if s.dimension in gaps else None,
        )
        for s in made.scores
    )  # fmt: skip
    head = ("Dimension", "Score", "Lowest", "Highest", "Answered", "Asked", "Gap", "Sources")
    asked = questionnaire()
    answers = tuple(
        (
            asked.dimensions[q.dimension],
            q.text,
            *(float(p.answers[q.id]) if q.id in p.answers else None for p in made.respondents),
        )
        for q in asked.questions
    )
    people = tuple(person.name for person in made.respondents)
    return (
        Sheet("Scores", head, scores, (32, 10, 10, 10, 10, 10, 10, 30)),
        Sheet("Answers", ("Dimension", "Question", *people), answers, (32, 70, *(16 for _ in people))),
        _evidence_sheet(numbers.sources),
    )


# --- comparison ---


@report_of.register
def _(made: Comparison) -> Report:
    share = 0.84 / len(made.subjects)
    grid = Grid(("", *made.subjects), _cells(made), (0.16, *(share for _ in made.subjects)), leads=False)
    blocks: list[Block] = [*(Text(note, note=True) for note in made.notes), grid]
    return Report(made.title, _whom(made), tuple(blocks), made.citations, wide=len(made.subjects) > UPRIGHT)


def _cells(made: Comparison) -> tuple[tuple[str, ...], ...]:
    return tuple((row.dimension, *(said(cell) for cell in row.cells)) for row in made.rows)


def said(cell: Cell) -> str:
    """What a cell of a comparison reads: its statements with their markers, or that there is none."""
    lines = (f"{one.text} {markers(one.citations)}" for one in cell.statements)
    return "\n".join(lines) or "The sources do not say."


@sheets_of.register
def _(made: Comparison) -> tuple[Sheet, ...]:
    head = ("Dimension", *made.subjects)
    return (
        Sheet("Comparison", head, _cells(made), (24, *(60 for _ in made.subjects))),
        _evidence_sheet(made.citations),
    )


# --- brief ---


@report_of.register
def _(made: Brief) -> Report:
    blocks: list[Block] = [
        Heading("Situation"),
        *(Text(line) for line in made.situation),
        *(Text(note, note=True) for note in made.notes),
        Heading("What the sources say"),
        *(block for finding in made.findings for block in _finding(finding, len(made.findings) > 1)),
        *([] if made.findings else [Text("The sources do not say.")]),
    ]
    if made.options:
        blocks += [Heading("Options: where to begin"), _options(made)]
    if made.items:
        blocks += [Heading("Recommended actions and their measures"), _actions(made)]
    if made.evidence:
        blocks += [Heading("How good the evidence is"), _qualities(made)]
    return Report(made.title, f"For the board, {made.created[:10]}", tuple(blocks), made.citations, judged=True)


def _finding(finding: Finding, named: bool) -> list[Block]:
    points = Points(tuple(f"{one.text} {markers(one.citations)}" for one in finding.statements))
    return [Heading(finding.about, 2), points] if named else [points]


def _options(made: Brief) -> Grid:
    rows = tuple(
        (
            f"{one.name}\n{_count(one.actions, 'action')} of the checklist",
            f"{one.action.action}\n{one.action.why} {_numbers(one.action)}",
            one.action.effort or "–",
            one.action.horizon or "–",
        )
        for one in made.options
    )
    return Grid(("Begin with", "First step, and why", "Effort", "Shows within"), rows, (0.18, 0.53, 0.13, 0.16))


def _actions(made: Brief) -> Grid:
    rows = tuple(
        (str(place), f"{item.action} {_numbers(item)}", item.owner or "–", item.horizon or "–", item.measure or "–")
        for place, item in enumerate(made.items, start=1)
    )
    return Grid(("", "Action", "Owner", "Horizon", "Measure"), rows, (0.05, 0.37, 0.13, 0.13, 0.32))


def _qualities(made: Brief) -> Grid:
    rows = tuple(
        (f"{one.title} {markers(one.quotes)}\n{_published(one)}", one.whose, _caveats(one)) for one in made.evidence
    )
    return Grid(("Source", "Whose claims", "Mind"), rows, (0.37, 0.37, 0.26))


def _published(one: Quality) -> str:
    return ", ".join(part for part in (one.publisher, one.kind, one.published or "undated") if part)


def _caveats(one: Quality) -> str:
    return " ".join(one.caveats) or "–"


def _numbers(item: ChecklistItem) -> str:
    return markers(citation.number for citation in item.citations)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
