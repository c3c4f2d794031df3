"""An answer with a model: what it is given, which of its statements hold, and what a reader is told of the rest."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template
from typing import Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from advisor.answer.merge import Check, Merge, joined
from advisor.answer.naming import named_in
from advisor.answer.rewrite import Query
from advisor.errors import (
    MalformedReplyError,
    ProviderAuthError,
    ProviderError,
    ProviderRestingError,
    ProviderTimeoutError,
    RateLimitedError,
)
from advisor.library.addressed import addresses_a_machine
from advisor.types import Draft
from advisor.words import listed

log = logging.getLogger(__name__)

MOST_SPARE = 6  # statements offered beyond those of the composed answer
MOST_JOINED = 3  # sentences that only together support a statement
LONGEST = 700  # characters of a statement

# Links, references and markers, also in disguise: "example.com", "[3]", "E4", "³".
_REFERENCE = re.compile(r"://|\bwww\b|[\[\]<>{}|`@#*_\\¹²³⁰-⁹]|\bE\d+\b|[a-z0-9-]\.[a-z]{2,}\b", re.IGNORECASE)
_ENDED = (".", "!", "?", ".”", '."', ".)")

Item = TypeVar("Item", bound=BaseModel)


class Writer(Protocol):
    """A chat model."""

    @property
    def name(self) -> str: ...

    def write(self, instructions: str, data: str, item: type[Item]) -> Iterator[Item]:
        """Each item as the model writes it. Raises ProviderError."""

    def close(self) -> None: ...


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
    fault: str | None  # the kind of ProviderError that the model ended with


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
    answer = Merge(composed, [draft for draft in spare if not addresses_a_machine(draft.text)][:MOST_SPARE], check)
    offered = {f"E{n}": part for n, part in enumerate(answer.places, start=1)}
    left_out: Counter[str] = Counter()
    fault, held = None, 0
    try:
        for proposal in writer.write(*_prompt(query, offered), Proposal):
            left_out[_UNKNOWN] += sum(label not in offered for label in proposal.labels)
            cited = [offered[label] for label in dict.fromkeys(proposal.labels) if label in offered]
            near = answer.of_one_entry(cited)
            text = _one_line(proposal.text)
            if reason := _unfit(text, cited):
                left_out[reason] += 1
            elif not (support := _support(text, near if in_order else cited, near == cited, check)):
                left_out["did not pass the check"] += 1
            else:
                held += 1
                answer.take(text, support)
                show(answer.settled())
    except ProviderError as error:
        log.warning("model mode: %s", error)
        fault = error
    used = len(answer.used())
    left_out["not needed beside the sources' own words"] = held - used
    kind = type(fault).__name__ if fault else None
    return Written(answer.drafts(), used, _notes(used, +left_out, fault), kind)


def _prompt(query: Query, offered: Mapping[str, Draft]) -> tuple[str, str]:
    """Instructions and data. Every line of the data opens with words of ours, so that none of it can end the fence."""
    instructions, data = _template().split("\n---\n")
    sentences = "\n".join(f"{label}: {_one_line(part.text)}" for label, part in offered.items())
    filled = {"question": _one_line(query.question), "query": _one_line(query.text), "sentences": sentences}
    return instructions, Template(data).substitute(filled)


@cache
def _template() -> str:
    return files("advisor.answer").joinpath("prompts", "statements.md").read_text(encoding="utf-8")


def _one_line(text: str) -> str:
    return " ".join(text.split())


# --- one statement of the model ---

_UNKNOWN = "unknown label"


def _unfit(text: str, cited: Sequence[Draft]) -> str | None:
    """Why a text cannot be a statement whatever its sources say, or None: it has to be a finished sentence for a
    person, rest on something, and have nothing in it that code has to give.
    """
    if not cited:
        return "rested on nothing"
    hidden = any(unicodedata.category(character)[0] == "C" for character in text)
    whole = text.endswith(_ENDED) and not text[:1].islower() and len(text) <= LONGEST
    if hidden or not whole or _REFERENCE.search(text) or addresses_a_machine(text):
        return "had a link, a reference or no end"
    return None


def _support(text: str, cited: Sequence[Draft], neighbours: bool, check: Check) -> list[Draft]:
    """Those of the cited sentences that bear a text out: each by itself, or else a few together.

    Sentences that are no neighbours do so only where nobody is named, or else one company's deed could become
    another's.
    """
    alone = [part for part in cited if check([Draft(text, None, part.evidence)])]
    together = neighbours or (len(cited) <= MOST_JOINED and not named_in(text) and not re.search(r"\d", text))
    if alone or not together:
        return alone
    return list(cited) if check([joined(text, cited)]) else []


# --- what a reader is told ---

_DID: tuple[tuple[type[ProviderError], str], ...] = (
    (ProviderTimeoutError, "did not answer in time"),
    (ProviderRestingError, "failed a moment ago and is left alone for a while"),
    (RateLimitedError, "takes no more questions at the moment"),
    (ProviderAuthError, "refused the key it was given"),
    (MalformedReplyError, "gave no usable reply"),
    (ProviderError, "could not be reached"),
)


def _notes(by_model: int, left_out: Mapping[str, int], fault: ProviderError | None) -> tuple[str, ...]:
    notes = []
    if fault and by_model:
        notes.append(f"The chat model stopped early (it {_did(fault)}); the rest is in the sources' own sentences.")
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
