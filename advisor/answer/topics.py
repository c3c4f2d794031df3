"""Subjects of the trade that a question asks for and the library does not deal with; they are listed in `topics.yaml`.

The thesaurus leads from such a subject to a broader one that the library has ("lifetime value" to "value"), as likeness
of meaning does: both find what is near, and neither tells that the thing itself is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import yaml

from advisor.answer.strangers import Vocabulary
from advisor.words import POSSESSIVE, stem, words

LONGEST = 5  # words of a phrase in the list

Subjects: TypeAlias = Mapping[tuple[str, ...], tuple[str, ...]]  # by its words, all ways of saying the same

# What is asked for stands between a word that asks and the next that joins something to it.
_ASKS = re.compile(
    r"\b(?:what|which|whose|how|explain|define|describe|write|draft|recommend|give (?:me|us)|list|name|show (?:me|us)|"
    r"tell (?:me|us)|difference between)\b",
    re.IGNORECASE,
)
_JOINS = re.compile(
    r"[,;:.?!–()]|\s-\s|\b(?:to|for|in|on|at|with|after|before|when|if|that|so|because|from|by|about|into|than|as|per|"
    r"during|while|once|until|through|without|within|against|over|and|or|but|wh\w+|how)\b",
    re.IGNORECASE,
)


def find_absent_topics(asks: str, library: Vocabulary) -> list[str]:
    """The subjects that a question asks for, in its own words, and the library does not have in any."""
    listed = _listed()
    found = [*_subjects(asks, listed["anywhere"])]
    for asked_for in _asked_for(asks):
        found.extend(_subjects(asked_for, listed["asked_for"]))
    return list(dict.fromkeys(as_asked for as_asked, ways in found if not any(_has(library, way) for way in ways)))


def _asked_for(asks: str) -> Iterator[str]:
    for match in _ASKS.finditer(asks):
        rest = asks[match.end() :]
        joined = _JOINS.search(rest, 1)
        yield rest[: joined.start()] if joined else rest


def _subjects(text: str, subjects: Subjects) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The longest phrase of the list at each place of a text, as the text has it, with all ways of saying it."""
    written, position = words(text), 0
    read = _read(text)
    while position < len(read):
        lengths = (n for n in range(LONGEST, 0, -1) if read[position : position + n] in subjects)
        length = next(lengths, 0)
        if length:
            phrase = read[position : position + length]
            yield " ".join(written[position : position + length]), subjects[phrase]
        position += length or 1


def _has(library: Vocabulary, way: str) -> bool:
    """Whether the library has a word in some form, or a phrase word for word."""
    return library.has(way) if " " in way or "-" in way else library.knows(stem(way), as_name=True)


def _read(text: str) -> tuple[str, ...]:
    """The words of a text, lower-cased, plural and possessive endings off; stems would take "boarding" for "board"."""
    return tuple(POSSESSIVE.sub("", word).lower().removesuffix("s") for word in words(text))


@lru_cache(maxsize=1)
def _listed() -> dict[str, Subjects]:
    data = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    entries = {place: [tuple(entry.split("|")) for entry in listed] for place, listed in data.items()}
    return {place: {_read(way): ways for ways in listed for way in ways} for place, listed in entries.items()}
