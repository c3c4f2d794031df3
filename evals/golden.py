"""The golden sets: what an item looks like, read from `golden/*.yaml` and checked; evidence as places in documents."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from advisor.types import Profile
from evals.metrics.checklists import ASPECTS
from evals.metrics.spans import Span

GOLDEN = Path(__file__).parent / "golden"
SETS = ("answerable", "refusals", "adversarial", "planted", "checklists", "guides", "seeds")


class _Item(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    note: str | None = None  # for the next reviewer


class Piece(BaseModel):
    """A piece of evidence: a verbatim quote of a document, or its offsets where the text is not ours to repeat."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    document: str
    quote: str | None = None
    start: int | None = None
    end: int | None = None

    @model_validator(mode="after")
    def _has_a_place(self) -> Self:
        if self.quote is None and (self.start is None or self.end is None):
            raise ValueError("evidence needs a quote, or start and end")
        return self

    def span(self, texts: Mapping[str, str]) -> Span:
        """Where the piece stands in the stored texts. Raises ValueError when its quote does not."""
        id = Path(self.document).stem
        if self.quote is None:
            return Span(id, self.start or 0, self.end or 0)
        start = texts[id].index(self.quote)
        return Span(id, start, start + len(self.quote))


class Question(_Item):
    """A question; without evidence it is one that must be refused."""

    kind: str
    question: str
    turns: tuple[str, ...] = ()  # what was asked before in the same conversation
    evidence: tuple[Piece, ...] = ()
    facts: tuple[str, ...] = ()  # what a good answer must contain; " | " between wordings of one fact


class Adversarial(_Item):
    """A question or a document with something planted in it; see `evals.metrics.injections` for `forbidden`."""

    kind: Literal["question", "visible", "hidden_html", "title", "bibliography"]
    question: str
    answerable: bool
    forbidden: tuple[str, ...]
    forbidden_in: Literal["everywhere", "text"] = "everywhere"
    file: str | None = None
    content: str | None = None
    sources: Mapping[str, str | None] = Field(default_factory=dict)


class Spoiled(BaseModel):
    """One thing of a good statement spoiled: its words, its quote, or the passage it cites."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: Literal[
        "number",
        "company",
        "negation",
        "opposite",
        "invented",
        "scope",
        "modality",
        "swap",
        "moved_marker",
        "altered_quote",
    ]
    statement: str | None = None
    document: str | None = None
    quote: str | None = None


class Planted(_Item):
    """A good statement with the quote that bears it out, and spoiled versions of it."""

    document: str
    quote: str
    statement: str
    spoiled: tuple[Spoiled, ...]


class ChecklistPair(_Item):
    """Two profiles for one question whose checklists must, or must not, differ."""

    question: str
    one: Profile | None
    other: Profile | None
    expect: Literal["same", "differs"]
    where: tuple[Literal["items", "order", "owners", "reasons"], ...] = ()

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if bool(self.where) != (self.expect == "differs") or not set(self.where) <= set(ASPECTS):
            raise ValueError("a pair that differs says where, one that is the same does not")
        return self


T = TypeVar("T", bound=_Item)


def read(name: str, kind: type[T]) -> tuple[T, ...]:
    """The items of one set, in order. Raises ValueError for an item that does not fit or an id that stands twice."""
    adapter: TypeAdapter[list[T]] = TypeAdapter(list[kind])  # type: ignore[valid-type]  # a type at run time, to pydantic
    items = tuple(adapter.validate_python(_raw(name)))
    ids = [item.id for item in items]
    if twice := {id for id in ids if ids.count(id) > 1}:
        raise ValueError(f"{name}.yaml has the ids {sorted(twice)} more than once.")
    return items


def evidence_of(item: Question, texts: Mapping[str, str]) -> list[Span]:
    """The places of an item's evidence in the stored texts."""
    return [piece.span(texts) for piece in item.evidence]


def versions(names: Sequence[str] = SETS) -> dict[str, dict[str, str | int]]:
    """Each set's number of items and the hash that changes with it."""
    return {
        name: {"items": len(_raw(name)), "version": hashlib.sha256(_path(name).read_bytes()).hexdigest()[:12]}
        for name in names
    }


@cache
def _raw(name: str) -> list[object]:
    loaded: list[object] = yaml.load(_path(name).read_text(encoding="utf-8"), yaml.CSafeLoader)
    return loaded


def _path(name: str) -> Path:
    return GOLDEN / f"{name}.yaml"
