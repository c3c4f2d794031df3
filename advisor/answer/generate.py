"""An answer with a model: its wording where that holds, the composed one everywhere else.

The composed statements are the floor. A statement of the model takes the place of those whose content it keeps, after
it has passed the check; it can remove nothing, change no order and open no heading. What it adds comes last.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from string import Template
from typing import Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from advisor.answer.rewrite import Query
from advisor.errors import (
    MalformedReplyError,
    ProviderAuthError,
    ProviderError,
    ProviderTimeoutError,
    RateLimitedError,
)
from advisor.library.addressed import addresses_a_machine
from advisor.types import Draft
from advisor.words import figures, listed, names, negations, plain_words, stems, units

log = logging.getLogger(__name__)

MOST_SPARE = 6  # sentences offered beyond those of the composed answer
MOST_ADDED = 2  # statements of the model that rest on those
MOST_JOINED = 3  # sentences that only together support a statement
KEPT = 0.6  # share of a sentence's content words that a statement in its place has
LONGEST = 700  # characters of a statement
ALSO = "Also relevant"  # what the model adds stands under this heading

# Links, references and markers, also in disguise: "example.com", "[3]", "E4", "³".
_REFERENCE = re.compile(r"://|\bwww\b|[\[\]<>{}|`@#*_\\¹²³⁰-⁹]|\bE\d+\b|[a-z0-9-]\.[a-z]{2,}\b", re.IGNORECASE)
_ENDED = (".", "!", "?", ".”", '."', ".)")

Item = TypeVar("Item", bound=BaseModel)
Check = Callable[[Sequence[Draft]], Sequence[Draft]]  # those of the drafts that hold


class Writer(Protocol):
    """A chat model."""

    @property
    def name(self) -> str: ...

    def write(self, instructions: str, data: str, item: type[Item]) -> Iterator[Item]:
        """Each item as the model writes it. Raises ProviderError."""


class Proposal(BaseModel):
    """One statement as the model replies it."""

    model_config = ConfigDict(extra="forbid")

    text: str
    labels: list[str]


@dataclass(frozen=True, slots=True)
class Written:
    """The answer's statements, how many of them are the model's, and what a reader should know of the rest."""

    drafts: Sequence[Draft]
    by_model: int
    notes: tuple[str, ...]


def generate(
    writer: Writer,
    query: Query,
    composed: Sequence[Draft],
    spare: Sequence[Draft],
    in_order: bool,
    check: Check,
    show: Callable[[Sequence[Draft]], None] = lambda drafts: None,
) -> Written:
    """The composed statements, which have been checked, in the model's words where those hold.

    `spare` are further statements that the model may add; `in_order` says that the composed ones are a list, of which
    no two entries may become one. `show` is given the beginning of the answer each time another statement is settled.
    Never raises a ProviderError: what the model does not give stays as it was composed.
    """
    offered = _offered(composed, spare)
    answer = _Forming(composed, in_order)
    left_out: Counter[str] = Counter()
    fault = None
    try:
        for proposal in writer.write(*_prompt(query, offered), Proposal):
            reason = _consider(proposal, offered, answer, check)
            left_out.update(reason)
            show(answer.settled())
    except ProviderError as error:
        log.warning("model mode: %s", error)
        fault = error
    by_model = len(answer.own())
    return Written(answer.drafts(), by_model, _notes(by_model, left_out, fault))


def _offered(composed: Sequence[Draft], spare: Sequence[Draft]) -> dict[str, Draft]:
    """What the model may rest a statement on, by label: the composed statements, then the spare ones."""
    harmless = [draft for draft in spare if not addresses_a_machine(draft.text)][:MOST_SPARE]
    return {f"E{n}": draft for n, draft in enumerate([*composed, *harmless], start=1)}


def _prompt(query: Query, offered: Mapping[str, Draft]) -> tuple[str, str]:
    """Instructions and data. Every line of the data opens with words of ours, so that none of it can end the fence."""
    instructions, data = _template().split("\n---\n")
    sentences = "\n".join(f"{label}: {_one_line(draft.text)}" for label, draft in offered.items())
    filled = {"question": _one_line(query.question), "query": _one_line(query.text), "sentences": sentences}
    return instructions, Template(data).substitute(filled)


@cache
def _template() -> str:
    return files("advisor.answer").joinpath("prompts", "statements.md").read_text(encoding="utf-8")


def _one_line(text: str) -> str:
    return " ".join(text.split())


# --- one statement of the model ---


def _consider(proposal: Proposal, offered: Mapping[str, Draft], answer: _Forming, check: Check) -> Iterator[str]:
    """Takes a statement into the answer; otherwise gives the reason why not, and one for each label nobody gave it."""
    yield from (_UNKNOWN for label in proposal.labels if label not in offered)
    cited = [offered[label] for label in dict.fromkeys(proposal.labels) if label in offered]
    text = _one_line(proposal.text)
    if not cited:
        yield "rested on nothing"
    elif not _plain(text):
        yield "had a link, a reference or no end"
    elif not (support := _support(text, cited, check)):
        yield "did not pass the check"
    elif not answer.take(text, support):
        yield "said less than their source, or the same again"


_UNKNOWN = "unknown label"


def _plain(text: str) -> bool:
    """Whether a text is a finished sentence for a person, with nothing in it that code has to give."""
    hidden = any(unicodedata.category(character)[0] == "C" for character in text)
    whole = text.endswith(_ENDED) and not text[:1].islower() and len(text) <= LONGEST
    return whole and not hidden and not _REFERENCE.search(text) and not addresses_a_machine(text)


def _support(text: str, cited: Sequence[Draft], check: Check) -> list[Draft]:
    """Those of the cited sentences that bear a statement out: each by itself, or else a few together."""
    alone = [draft for draft in cited if check([Draft(text, None, draft.evidence)])]
    if alone or len(cited) > MOST_JOINED or not _of_one_source(text, cited):
        return alone
    together = tuple(evidence for draft in cited for evidence in draft.evidence)
    return list(cited) if check([Draft(text, None, together)]) else []


def _of_one_source(text: str, cited: Sequence[Draft]) -> bool:
    """Whether one of the sentences has every name and figure of a text: one company's deed is not another's."""
    return any(figures(text) <= figures(d.text) and names(text) <= plain_words(d.text) for d in cited)


def _keeps(text: str, draft: Draft) -> bool:
    """Whether a text says what a composed statement says: its figures, names and denials, and most of its words."""
    if figures(draft.text) - figures(text) or units(draft.text) - units(text):
        return False
    if names(draft.text) - plain_words(text) or negations(draft.text) != negations(text):
        return False
    own = set(stems(draft.text))
    return len(own & set(stems(text))) >= KEPT * len(own)


@dataclass
class _Forming:
    """The answer while the model writes: which of the composed statements have been put in its words."""

    composed: Sequence[Draft]
    in_order: bool
    _instead: dict[int, Draft] = field(default_factory=dict)  # by place in `composed`
    _added: list[Draft] = field(default_factory=list)

    def take(self, text: str, support: Sequence[Draft]) -> bool:
        """Puts a statement where the ones stood that it keeps, or last; False when it keeps none that is left."""
        kept = [draft for draft in support if _keeps(text, draft)]
        evidence = tuple(evidence for draft in support for evidence in draft.evidence)
        open_places = [n for n, draft in enumerate(self.composed) if n not in self._instead and draft in kept]
        if open_places:
            statement = Draft(text, self.composed[open_places[0]].aspect, evidence)
            self._instead.update(dict.fromkeys(open_places[: 1 if self.in_order else None], statement))
            return True
        cited = {evidence for draft in self.drafts() for evidence in draft.evidence}
        if kept and not cited & set(evidence) and len(self._added) < MOST_ADDED:
            self._added.append(Draft(text, ALSO, evidence))
            return True
        return False

    def drafts(self) -> list[Draft]:
        """The whole answer as it is now."""
        whole = [self._instead.get(n, draft) for n, draft in enumerate(self.composed)]
        return [*dict.fromkeys(whole), *self._added]

    def settled(self) -> list[Draft]:
        """The beginning of the answer that no further statement of the model can change."""
        first_open = next((n for n in range(len(self.composed)) if n not in self._instead), len(self.composed))
        return list(dict.fromkeys(self._instead[n] for n in range(first_open)))

    def own(self) -> set[Draft]:
        """The model's statements in the answer."""
        return {*self._instead.values(), *self._added}


# --- what a reader is told ---

_DID: tuple[tuple[type[ProviderError], str], ...] = (
    (ProviderTimeoutError, "did not answer in time"),
    (RateLimitedError, "takes no more questions at the moment"),
    (ProviderAuthError, "refused the key it was given"),
    (MalformedReplyError, "gave no usable reply"),
    (ProviderError, "could not be reached"),
)


def _notes(by_model: int, left_out: Mapping[str, int], fault: ProviderError | None) -> tuple[str, ...]:
    notes = []
    if fault and by_model:
        notes.append(f"The chat model {_did(fault)} to the end, so the rest is in the sources' own sentences.")
    elif fault:
        notes.append(f"The chat model {_did(fault)}, so this answer is in the sources' own sentences.")
    elif not by_model:
        notes.append("Nothing the chat model wrote could be used, so this answer is in the sources' own sentences.")
    reasons = [f"{count} {reason}" for reason, count in left_out.items() if reason != _UNKNOWN]
    if reasons:
        notes.append(f"Statements of the chat model that were left out: {listed(reasons)}.")
    if unknown := left_out.get(_UNKNOWN):
        notes.append(f"Sources that the chat model named and that do not exist: {unknown}.")
    return tuple(notes)


def _did(fault: ProviderError) -> str:
    return next(words for kind, words in _DID if isinstance(fault, kind))
