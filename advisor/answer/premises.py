"""What a question takes for granted about somebody, and whether the evidence on them has anything of the kind.

"Why did X abandon Y?" presupposes that X did; so does "How did X's app drive its costs up?". The phrases that tell such
a thing are grouped in `premises.yaml`: evidence has to tell the same in some words or other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import yaml

from advisor.answer.align import kin, kindred
from advisor.answer.reading import Reading, Word
from advisor.words import words

NEAR = 2  # words at most between what rises or falls and the word for it
GAP = 5  # words that "..." stands for
_NOT = re.compile(r"n[’']t\b", re.IGNORECASE)


def find_false_premise(question: str, subjects: frozenset[str], texts: Sequence[str]) -> bool:
    """Whether a question takes something for granted that no text has, or that the texts have ended.

    `subjects` are words of the question, lower-cased, that name whom it is about and tell nothing themselves.
    """
    claim = _Told(" ".join(word for word in words(_NOT.sub(" not", question)) if word.lower() not in subjects))
    if not claim.events and not claim.in_use:
        return False
    told = [_Told(_NOT.sub(" not", text)) for text in texts]
    things = claim.things
    bears_on = (one for one in told if not things or one.is_about(things))
    if claim.events.difference(*(one.events | one.twins for one in bears_on)):
        return True
    return any(_is_over(thing, told) for thing in claim.in_use)


def _is_over(thing: str, told: Sequence[_Told]) -> bool:
    """Whether the texts speak of a thing, and only of its end or its absence."""
    over = [kindred(thing, word) for one in told for word in one.over]
    mentions = [kindred(thing, word.text.lower()) for one in told for word in one.reading.words]
    return any(over) and sum(over) >= sum(mentions)


class _Told:
    """What a text tells, as its stems with a bar between clauses."""

    def __init__(self, text: str) -> None:
        self.reading = Reading(text)
        clauses: dict[int, list[str]] = {}
        for word in self.reading.words:
            clauses.setdefault(word.clause, []).append(word.stem)
        self._stems = "| " + " | ".join(" ".join(stems) for stems in clauses.values()) + " |"

    @property
    def things(self) -> list[Word]:
        """What it is about: its content words but for those that tell the events."""
        telling = _premises().telling
        return [word for word in self.reading.words if word.content and word.stem not in telling]

    def is_about(self, things: Sequence[Word]) -> bool:
        """Whether it has one of these words in some form."""
        return any(kin(word, thing) for thing in things for word in self.reading.words)

    @cached_property
    def events(self) -> set[str]:
        """The groups of events that it has a phrase of."""
        premises = _premises()
        found = {name for name, phrases in premises.events.items() if phrases.search(self._stems)}
        return found | ({"harmed"} if premises.harm.search(self._stems) else set())

    @property
    def twins(self) -> set[str]:
        """The groups of events that it tells in a phrase that need not be one."""
        return {name for name, phrases in _premises().twins.items() if phrases.search(self._stems)}

    @cached_property
    def in_use(self) -> list[str]:
        """The words for what it says is in use."""
        return [word for found in _premises().in_use.finditer(self._stems) for word in self._after(found.end())]

    @cached_property
    def over(self) -> list[str]:
        """The words for what it says is ended or not there."""
        return [word for found in _premises().over.finditer(self._stems) for word in self._after(found.end())]

    def _after(self, place: int) -> list[str]:
        """The content words of the same clause that follow, so many as a noun with its adjectives has."""
        first = len(self._stems[:place].replace("|", "").split())
        ahead = range(first, min(first + GAP, len(self.reading.words)))
        clause = self.reading.words[first].clause if ahead else 0
        return [w.text.lower() for w in (self.reading.words[p] for p in ahead) if w.content and w.clause == clause]


@dataclass(frozen=True, slots=True)
class _Premises:
    events: dict[str, re.Pattern[str]]
    twins: dict[str, re.Pattern[str]]
    harm: re.Pattern[str]
    in_use: re.Pattern[str]
    over: re.Pattern[str]
    telling: frozenset[str]


@lru_cache(maxsize=1)
def _premises() -> _Premises:
    data = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    events = data["events"]
    bad, good = _any_of(data["bad"]), _any_of(data["good"])
    between = rf"(?:[^| ]+ ){{0,{NEAR}}}"
    harm = "|".join(
        (
            f"{_any_of(data['raises'])}{between}{bad}",
            f"{bad}{between}{_any_of(data['rises'])}",
            f"{_any_of(data['lowers'])}{between}{good}",
            f"{good}{between}{_any_of(data['falls'])}",
        )
    )
    spared = rf"(?!{between}{bad})"
    return _Premises(
        {name: re.compile(rf"(?<= ){_any_of(event['phrases'])}{spared}") for name, event in events.items()},
        {name: re.compile(rf"(?<= ){_any_of(event['twins'])}") for name, event in events.items() if "twins" in event},
        re.compile(rf"(?<= )(?:{harm})"),
        re.compile(rf"(?<= ){_any_of(data['in_use'])}"),
        re.compile(rf"(?<= ){_any_of([*events['ended']['phrases'], *events['ended']['twins'], 'not'])}"),
        frozenset(word for event in events.values() for phrase in event["phrases"] for word in _stems(phrase).split()),
    )


def _any_of(phrases: Sequence[str]) -> str:
    """A pattern for any of some phrases, over stems with a space after each."""
    return "(?:" + "|".join(map(_pattern, sorted(phrases, key=len, reverse=True))) + ")"


def _pattern(phrase: str) -> str:
    gap = rf"(?:[^| ]+ ){{1,{GAP}}}?"
    return "".join(gap if part == "..." else _stems(part) for part in phrase.split())


def _stems(part: str) -> str:
    return "".join(f"{re.escape(word.stem)} " for word in Reading(part).words)
