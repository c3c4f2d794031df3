"""Words that say the same (`synonyms.yaml`) and words that contradict each other (`opposites.yaml`), in a text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from advisor.words import stem, words

Phrase: TypeAlias = tuple[str, ...]  # stems, in order


@dataclass(frozen=True)
class Pole:
    """A word or phrase on one side (0 or 1) of a pair of opposites; it fills positions `start` to `end` of a text."""

    pair: int
    side: int
    start: int
    end: int
    phrase: Phrase


def groups_of(stems: Sequence[str]) -> list[frozenset[int]]:
    """For each of a text's stems, the groups of synonyms that it belongs to, alone or within a phrase."""
    found: list[set[int]] = [set() for _ in stems]
    for start, phrase, groups in _matches(stems, _synonyms()):
        for position in range(start, start + len(phrase)):
            found[position].update(groups)
    return [frozenset(groups) for groups in found]


def poles_of(stems: Sequence[str]) -> list[Pole]:
    """Every word and phrase, in a text given as its stems, that has an opposite."""
    return [
        Pole(side // 2, side % 2, start, start + len(phrase), phrase)
        for start, phrase, sides in _matches(stems, _opposites())
        for side in sorted(sides)
    ]


def _matches(
    stems: Sequence[str], entries: dict[Phrase, frozenset[int]]
) -> Iterator[tuple[int, Phrase, frozenset[int]]]:
    longest = max(map(len, entries))
    for start in range(len(stems)):
        for end in range(start + 1, min(start + longest, len(stems)) + 1):
            phrase = tuple(stems[start:end])
            if phrase in entries:
                yield start, phrase, entries[phrase]


@lru_cache(maxsize=1)
def _synonyms() -> dict[Phrase, frozenset[int]]:
    return _by_phrase(_read("synonyms.yaml"))


@lru_cache(maxsize=1)
def _opposites() -> dict[Phrase, frozenset[int]]:
    """Sides by phrase: 2n and 2n + 1 are the two sides of entry n."""
    return _by_phrase([side for entry in _read("opposites.yaml") for side in entry])


def _read(name: str) -> Any:
    return yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8"))


def _by_phrase(groups: Sequence[Sequence[str]]) -> dict[Phrase, frozenset[int]]:
    found: defaultdict[Phrase, set[int]] = defaultdict(set)
    for number, group in enumerate(groups):
        for phrase in group:
            found[tuple(stem(word) for word in words(phrase))].add(number)
    return {phrase: frozenset(numbers) for phrase, numbers in found.items()}
