"""Words that say the same (`synonyms.yaml`) and words that contradict each other (`opposites.yaml`), in a text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import yaml

from advisor.words import in_digits, stem, words

Phrase: TypeAlias = tuple[str, ...]  # stems, in order
Group = TypeVar("Group")


@dataclass(frozen=True)
class Pole:
    """A word or phrase on one side of an entry of `opposites.yaml`; it fills positions `start` to `end` of a text."""

    entry: int
    side: int
    start: int
    end: int


def groups_of(stems: Sequence[str]) -> list[frozenset[int]]:
    """For each of a text's stems, the groups of synonyms that it belongs to, alone or within a phrase."""
    found: list[set[int]] = [set() for _ in stems]
    for start, phrase, groups in _matches(stems, _synonyms()):
        for position in range(start, start + len(phrase)):
            found[position].update(groups)
    return [frozenset(groups) for groups in found]


def poles_of(stems: Sequence[str]) -> list[Pole]:
    """Every word and phrase, in a text given as its stems, that another contradicts."""
    return [
        Pole(entry, side, start, start + len(phrase))
        for start, phrase, sides in _matches(stems, _opposites())
        for entry, side in sorted(sides)
    ]


def _matches(
    stems: Sequence[str], entries: Mapping[Phrase, frozenset[Group]]
) -> Iterator[tuple[int, Phrase, frozenset[Group]]]:
    longest = max(map(len, entries))
    for start in range(len(stems)):
        for end in range(start + 1, min(start + longest, len(stems)) + 1):
            phrase = tuple(stems[start:end])
            if phrase in entries:
                yield start, phrase, entries[phrase]


@lru_cache(maxsize=1)
def _synonyms() -> dict[Phrase, frozenset[int]]:
    return _by_phrase(enumerate(_read("synonyms.yaml")))


@lru_cache(maxsize=1)
def _opposites() -> dict[Phrase, frozenset[tuple[int, int]]]:
    entries = enumerate(_read("opposites.yaml"))
    return _by_phrase(((number, side), words) for number, sides in entries for side, words in enumerate(sides))


def _read(name: str) -> Any:
    return yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8"))


def _by_phrase(groups: Iterable[tuple[Group, Sequence[str]]]) -> dict[Phrase, frozenset[Group]]:
    found: defaultdict[Phrase, set[Group]] = defaultdict(set)
    for group, phrases in groups:
        for phrase in phrases:
            found[tuple(stem(word) for word in words(in_digits(phrase)))].add(group)
    return {phrase: frozenset(groups) for phrase, groups in found.items()}
