"""Whether the numbers of a statement stand in its quote: how often, of what unit, and of what they count."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from advisor.answer.align import kindred
from advisor.words import MONTHS, STOP_WORDS, in_digits, listed, stem, words

MOST_COUNTED = 12  # entries of a list that are counted
NEAR = 3  # words after a number among which what it counts stands

_UNIT = re.compile(
    r"[\s-]*(%|percentage points?|per ?cent\b|thousand|million|billion|trillion|fold\b|times\b|hours?\b|days?\b|"
    r"weeks?\b|months?\b|years?\b|degrees?\b)|\s*(?:[-–]|to|and|or)\s*\d[\d.,]*\s*(%|per ?cent\b)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*|\b(?:half|quarter)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_SAID_OTHERWISE = {
    "single": "1",
    "sole": "1",
    "a": "1",
    "an": "1",
    "both": "2",
    "pair": "2",
    "twice": "2",
    "double": "2",
    "dozen": "12",
}
_SIZES = frozenset("thousand million billion trillion hundred fold".split())
_CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen"}
_BELOW_ZERO = re.compile(r"(?<![\w.,)–-])[-−](\d+(?:[.,]\d+)*)")
_LIST = re.compile(r"[:(—–]\s*([^.;:()]+)")


@dataclass(frozen=True)
class Number:
    """A number in digits, its unit ("" when it has none) and the words, lower-cased, that follow it."""

    value: str
    unit: str
    followed_by: tuple[str, ...]


def find_false_number(statement: str, quoted: str) -> str | None:
    """What a statement's numbers say that its quote does not, or None."""
    mine, theirs = list(numbers(statement)), list(numbers(quoted))
    said, stands = Counter(n.value for n in mine), Counter(n.value for n in theirs)
    stands += Counter(_SAID_OTHERWISE[w] for w in _lower(quoted) if w in _SAID_OTHERWISE)
    if missing := {value for value in said if value not in stands and value not in _counted(statement, quoted)}:
        return f"the source does not give {listed(sorted(missing))}"
    if stands.keys() - said.keys() and (again := {value for value in said if said[value] > stands[value] > 0}):
        return f"the source does not give {listed(sorted(again))} for all of that"
    if foreign := _currencies(statement, quoted):
        return f"the source does not say {listed(foreign)}"
    if turned := _negative(statement) ^ (_negative(quoted) & said.keys()):
        return f"the source does not give {listed(sorted(turned))} with that sign"
    if missing := _sizes(statement) - _sizes(quoted):
        return f"the source does not say {listed(sorted(missing))}"
    for number in mine:
        same = [other for other in theirs if other.value == number.value]
        if same and number.unit not in {other.unit for other in same}:
            return f"the source gives {number.value} of something else"
        if _counts_other(number, theirs):
            return f"the source does not give {number.value} for “{number.followed_by[0]}”"
    return None


def numbers(text: str) -> Iterator[Number]:
    """The numbers of a text in order, in digits or words: "10,000" → 10000, "three" → 3, "93 percent" → 93 %."""
    digits = in_digits(text)
    for match in _NUMBER.finditer(digits):
        rest = digits[match.end() : match.end() + 80]
        unit = _UNIT.match(rest)
        after = [word for word in words(rest.lower()) if word not in STOP_WORDS][:NEAR]
        value = match.group().replace(",", "").rstrip(".").lower()
        yield Number(
            value, _level(unit.group(1) or unit.group(2)) if unit else "", tuple(w for w in after if w.isalpha())
        )


def _level(unit: str) -> str:
    plain = unit.lower().replace(" ", "")
    return "%" if plain == "percent" else plain.rstrip("s")


def _counts_other(number: Number, theirs: list[Number]) -> bool:
    """Whether the quote has what the number counts, after another number only."""
    if not number.followed_by:
        return False
    counted = number.followed_by[0]
    others = [
        n for n in theirs if n.followed_by and (n.followed_by[0] == counted or kindred(n.followed_by[0], counted))
    ]
    wide = [n for n in theirs if n.value == number.value and any(kindred(word, counted) for word in n.followed_by)]
    return bool(others) and not wide


def _counted(statement: str, quoted: str) -> set[str]:
    """How many entries the lists of a statement have, when the quote has their words: a count anybody can take."""
    known = {stem(word) for word in _lower(quoted)}
    counts = set()
    for match in _LIST.finditer(statement):
        entries = [entry for entry in re.split(r",\s*(?:and\s+)?|\s+and\s+", match.group(1)) if entry.strip()]
        if 1 < len(entries) <= MOST_COUNTED and all(stem(e.split()[-1]) in known for e in entries):
            counts.add(str(len(entries)))
    return counts


def _currencies(statement: str, quoted: str) -> list[str]:
    """The signs of currencies that a statement has and its quote has neither as sign nor as word."""
    low = quoted.lower()
    return [sign for sign, word in _CURRENCIES.items() if sign in statement and sign not in quoted and word not in low]


def _negative(text: str) -> set[str]:
    """The numbers below zero, without their sign; a dash of a range or between words is none."""
    return {match.group(1).replace(",", "") for match in _BELOW_ZERO.finditer(text)}


def _sizes(text: str) -> set[str]:
    """The words of a text that give a number its size, and its months."""
    months = {word.lower() for word in _WORD.findall(text) if word[0].isupper() and word.lower() in MONTHS}
    return months | {word for word in _lower(text) if word in _SIZES}


def _lower(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]
