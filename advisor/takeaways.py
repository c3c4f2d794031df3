"""What managers take along beside an answer and its checklist: changes to it, the self-check, comparisons, briefs.

All of it is frozen, and the HTTP contract of the endpoints of the same names.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field, StringConstraints

from advisor.types import Checklist, ChecklistItem, Citation, Deliverable, Frozen, ItemStatus, Statement


class ItemChange(Frozen):
    """What is to become of an item; what is None stays as it is."""

    id: str = Field(max_length=200)
    status: ItemStatus | None = None
    note: str | None = Field(default=None, max_length=2000)
    owner: str | None = Field(default=None, max_length=200)


class ChecklistChange(Frozen):
    """What is to become of a checklist. `updated` is that of the version it was decided on; `order` has the ids of all
    items, first to do first.
    """

    updated: str = Field(max_length=40)
    items: tuple[ItemChange, ...] = Field(default=(), max_length=500)
    order: tuple[str, ...] | None = Field(default=None, max_length=500)


Level: TypeAlias = Annotated[int, Field(ge=1, le=5)]


class AssessmentQuestion(Frozen):
    """A question of the self-check; `anchors` describe the answers 1, 3 and 5, and 2 and 4 lie between them."""

    id: str
    dimension: str
    text: str
    anchors: dict[int, str]


class Questionnaire(Frozen):
    """What the self-check asks; `dimensions` are names by key, in the order they are shown."""

    dimensions: dict[str, str]
    questions: tuple[AssessmentQuestion, ...]


class Respondent(Frozen):
    """One person's answers by the id of the question, 1 to 5; what is left out was not answered."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    answers: dict[str, Level] = Field(max_length=100)


class DimensionScore(Frozen):
    """How a dimension scores, 1 to 5; None where nobody has answered. `answered` of `asked` questions have an answer.

    `low` and `high` are the averages of the respondents furthest apart; `disagreements` are the questions whose answers
    lie two levels or more apart.
    """

    dimension: str
    name: str
    score: float | None
    answered: int
    asked: int
    low: float | None
    high: float | None
    disagreements: tuple[str, ...]


class Gap(Frozen):
    """A dimension below the level to reach, how far, the questions that pull it down, and the evidence on them."""

    dimension: str
    name: str
    score: float
    distance: float
    questions: tuple[str, ...]
    citations: tuple[Citation, ...]


class Assessment(Deliverable):
    """A self-check as it stands: every respondent's answers, and what follows from them."""

    respondents: tuple[Respondent, ...] = ()
    scores: tuple[DimensionScore, ...] = ()
    overall: float | None = None
    gaps: tuple[Gap, ...] = ()
    checklist: Checklist | None = None


class Cell(Frozen):
    """What the library says of one subject in one dimension; no statement where it says nothing."""

    statements: tuple[Statement, ...] = ()


class ComparisonRow(Frozen):
    """A dimension with a cell for each subject, in the order of the subjects."""

    dimension: str
    cells: tuple[Cell, ...]


class Comparison(Deliverable):
    """Subjects side by side. `notes` say which of them the library does not know, and what it says of none of them."""

    subjects: tuple[str, ...]
    rows: tuple[ComparisonRow, ...]
    citations: tuple[Citation, ...]
    notes: tuple[str, ...] = ()


class Finding(Frozen):
    """What an answer, or a gap of an assessment, contributes to a brief: under its question or name, what was found."""

    about: str
    statements: tuple[Statement, ...]


class Option(Frozen):
    """One way to begin: a theme, its first action, and how many actions of the checklist belong to it."""

    name: str
    action: ChecklistItem
    actions: int


class Quality(Frozen):
    """How good the evidence of one document is: `quotes` are the numbers of its citations."""

    title: str
    publisher: str | None
    kind: str | None
    published: str | None
    whose: str
    caveats: tuple[str, ...]
    quotes: tuple[int, ...]


class Brief(Deliverable):
    """A page or two for a board. Every citation in it bears the number that it has in `citations`."""

    situation: tuple[str, ...]
    findings: tuple[Finding, ...]
    options: tuple[Option, ...]
    items: tuple[ChecklistItem, ...]
    evidence: tuple[Quality, ...]
    citations: tuple[Citation, ...]
    notes: tuple[str, ...] = ()
