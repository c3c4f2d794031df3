"""A text as the check reads it: its words with their stems, which of them mean something, and what it denies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path

import yaml

from advisor.answer.lexicon import Pole, groups_of, poles_of
from advisor.words import POSSESSIVE, STOP_WORDS, in_digits, stem

SCOPE = 8  # words that a denial reaches over at most, within its clause

_TOKEN = re.compile(r"[^\W_]+(?:[’'&.][^\W_]+)*|[,;:.!?¶()\[\]—–\"“”]")
_CLAUSE_OPENS = frozenset("but where which who whose because while when if whether although though so".split())
_DENIAL = re.compile(
    r"(?:(?:instead|rather|other) (?:of|than)|in (?:place|lieu) of|no longer|no more|away from|free (?:of|from)|"
    r"(?:fail\w*|unable|refus\w*|ceas\w*) to|(?:lack\w*|absence|devoid) of|lack\w*|"
    r"not|no|never|none|nobody|nothing|neither|nor|without|cannot|hardly|non|\w+n[’']t)(?= |$)",
    re.IGNORECASE,
)
_GIVEN_UP = frozenset({"replac", "substitut", "swap"})


@dataclass(frozen=True)
class Word:
    """One word as written without its possessive ending, its stem, its clause, and whether it says something new."""

    text: str
    stem: str
    clause: int
    content: bool


class Reading:
    """The words of a text, in order; what is found in it is given as positions among them."""

    def __init__(self, text: str) -> None:
        self.words = list(_words(text))
        self.stems = [word.stem for word in self.words]
        self.content = [position for position, word in enumerate(self.words) if word.content]

    @cached_property
    def groups(self) -> list[frozenset[int]]:
        """For each word the groups of synonyms it belongs to."""
        return groups_of(self.stems)

    @cached_property
    def poles(self) -> list[Pole]:
        """The words that have an opposite; those that make up a denial ("no longer") are none."""
        denying = {position for start, end, _ in self._denials for position in range(start, end)}
        found = poles_of(self.stems) + [
            Pole(0, 0, position, position + 1)  # "harder" is "more"
            for position, word in enumerate(self.words)
            if word.text.lower() in forms().comparatives
        ]
        return [pole for pole in found if pole.start not in denying]

    @cached_property
    def denials(self) -> list[list[int]]:
        """What each denial reaches over, nearest first."""
        return [reach for _, _, reach in self._denials if reach]

    @cached_property
    def denied(self) -> frozenset[int]:
        """Everything that is denied or given up."""
        return frozenset(position for reach in self.denials + self.given_up for position in reach)

    @cached_property
    def given_up(self) -> list[list[int]]:
        """What "from A to B", "replace A with B" and "A is replaced by B" leave behind: A."""
        found = []
        for position, word in enumerate(self.words):
            if word.text.lower() == "from" and (end := self._next(position, {"to", "toward", "towards", "into"})):
                found.append(self._within(position + 1, end, word.clause))
            if word.stem in _GIVEN_UP and (end := self._next(position, {"with", "by"})):
                start, end = (0, position) if end == position + 1 else (position + 1, end)
                found.append(self._within(start, end, word.clause))
        return [reach for reach in found if reach]

    @cached_property
    def parts(self) -> list[tuple[int, int]]:
        """For each word what it stands in between commas and "and"s: the same for words of one entry of a list."""
        joined = accumulate(word.text.lower() in ("and", "or") for word in self.words)
        return [(word.clause, before) for word, before in zip(self.words, joined, strict=True)]

    @cached_property
    def _denials(self) -> list[tuple[int, int, list[int]]]:
        """Where each denial starts and ends, and what it reaches over: up to the next one at most."""
        found: list[tuple[int, int, list[int]]] = []
        for start, end in reversed(self._denying):
            upto = found[-1][0] if found else len(self.words)
            found.append((start, end, self._reach(end, upto) or self._reach(end, len(self.words))))
        return found[::-1]

    @cached_property
    def _denying(self) -> list[tuple[int, int]]:
        """Where the words stand that deny; "not without" asks for a thing."""
        found: list[tuple[int, int]] = []
        for position, word in enumerate(self.words):
            ahead = " ".join(word.text for word in self.words[position : position + 3])
            match = _DENIAL.match(ahead)
            if not match or (found and position < found[-1][1]):
                continue
            if found and word.text.lower() == "without" and self.words[found[-1][0]].clause == word.clause:
                found.pop()
            else:
                found.append((position, position + len(match.group().split())))
        return found

    def _reach(self, start: int, end: int) -> list[int]:
        """The words between two positions that a denial reaches over: in its clause, or in the next one at its end."""
        for clause in sorted({word.clause for word in self.words[start : start + SCOPE]}):
            if reach := self._within(start, end, clause)[:SCOPE]:
                return reach
        return []

    def _next(self, position: int, which: set[str]) -> int | None:
        """Where the next of these words stands in the same clause."""
        for ahead in range(position + 1, min(position + 2 * SCOPE, len(self.words))):
            if self.words[ahead].clause != self.words[position].clause:
                return None
            if self.words[ahead].text.lower() in which:
                return ahead
        return None

    def _within(self, start: int, end: int, clause: int) -> list[int]:
        """The words of a clause between two positions that are more than grammar."""
        among = ((position, self.words[position]) for position in range(start, end))
        return [p for p, word in among if word.clause == clause and word.text.lower() not in STOP_WORDS]


def _words(text: str) -> Iterator[Word]:
    clause = 0
    for token in _TOKEN.findall(in_digits(forms().filler.sub("", text)).replace("%", " percent")):
        if not token[0].isalnum():
            clause += 1
            continue
        plain = POSSESSIVE.sub("", token)
        lower = plain.lower()
        clause += lower in _CLAUSE_OPENS
        content = lower not in STOP_WORDS and lower not in forms().light
        yield Word(plain, stem(forms().bases.get(lower, plain)), clause, content)


@dataclass(frozen=True)
class Forms:
    """What `forms.yaml` says of single words, all in lower case."""

    light: frozenset[str]
    general: frozenset[str]
    limits: frozenset[str]
    hedges: frozenset[str]
    filler: re.Pattern[str]
    bases: dict[str, str]  # forms that no ending gives away, comparatives and superlatives → their base
    comparatives: frozenset[str]  # those that say more


@lru_cache(maxsize=1)
def forms() -> Forms:
    """What the check has to know about single words."""
    data = yaml.safe_load(Path(__file__).with_name("forms.yaml").read_text(encoding="utf-8"))
    irregular = {form: base for base, forms in data["irregular"].items() for form in forms.split()}
    growing, gradable = data["growing"].split(), data["growing"].split() + data["gradable"].split()
    levelled = {_root(adjective) + ending: adjective for adjective in gradable for ending in ("er", "est")}
    return Forms(
        **{name: frozenset(data[name].split()) for name in ("light", "general", "limits", "hedges")},
        filler=re.compile(rf"\b(?:{'|'.join(data['filler'])})\b", re.IGNORECASE),
        bases=irregular | levelled,
        comparatives=frozenset(_root(adjective) + "er" for adjective in growing),
    )


def _root(adjective: str) -> str:
    """What "-er" and "-est" are put to."""
    if adjective.endswith("y"):
        return adjective[:-1] + "i"
    return adjective + "g" if adjective == "big" else adjective.removesuffix("e")
