"""From how managers say things to how books on the subject say them; the pairs stand in `thesaurus.yaml`."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from advisor.words import stem

REACH = 4  # words at most in a gap of a phrase: "pull … together" has room for "all our customer data"

_GAP = "…"
_WORD = re.compile(rf"[^\W_]+|{_GAP}|[.?!;](?=\s|$)")
_ENDS = frozenset(".?!;")  # no phrase goes on behind these
_NOT = re.compile(
    r"\b(?:(can|could|would|should)(?:n?[’']t|not)|(?:do|does|did|is|are|was|were|has|have|had)n[’']?t)\b",
    re.IGNORECASE,
)
_SHORTENED = re.compile(r"[’'](?:s|re|m|ve|ll|d)\b", re.IGNORECASE)
# Grammar that comes and goes inside a phrase: "what the right hand is doing", "they do not talk".
_GRAMMAR = frozenset(
    "a an the my our your his her its their this that these those do does did am is are was were be been".split()
)

# By each next stem or gap, the phrases that go on with it; by "", the term of the one that ends.
Phrases: TypeAlias = dict[str, Any]


def field_terms(text: str) -> list[str]:
    """The terms of the field for what a text says in other words, in order; the longest phrase counts."""
    read = [*_stems(text), "."]
    found, position = [], 0
    while position < len(read):
        term, position = _match(_phrases(), read, position)
        found.append(term)
    return list(dict.fromkeys(filter(None, found)))


@lru_cache(maxsize=1)
def familiar_stems() -> dict[str, frozenset[str]]:
    """The stem of every word that the thesaurus has, with the stems of the terms that it can stand for."""
    meant: defaultdict[str, set[str]] = defaultdict(set)
    for term, variants in _read("thesaurus.yaml").items():
        own = {stem(word) for word in _WORD.findall(term)}
        for text in (term, *variants):
            for word in _WORD.findall(text):
                meant[stem(word)] |= own
    return {word: frozenset(own) for word, own in meant.items()}


def base(word: str) -> str:
    """The base of an irregular form ("kept" → "keep"); any other word lower-cased."""
    return _bases().get(word.lower(), word.lower())


def _match(phrases: Phrases, read: list[str], start: int) -> tuple[str, int]:
    """The term of the longest phrase that starts there ("" when none does), and where to read on."""
    term, read_on, position = "", start + 1, start
    while True:
        if "" in phrases:
            term, read_on = phrases[""], position
        elif not term and _GAP in phrases:
            term = _match_after_gap(phrases[_GAP], read, position)  # what stands in the gap is read too
        if read[position] in phrases:
            phrases = phrases[read[position]]
        elif position == start or read[position] not in _GRAMMAR:
            return term, read_on
        position += 1


def _match_after_gap(phrases: Phrases, read: list[str], start: int) -> str:
    for position in range(start, start + REACH + 1):
        if read[position] in _ENDS:
            break
        if term := _match(phrases, read, position)[0]:
            return term
    return ""


@lru_cache(maxsize=1)
def _phrases() -> Phrases:
    """The whole thesaurus, to be walked word by word."""
    phrases: Phrases = {}
    for term, variants in _read("thesaurus.yaml").items():
        *full, last = term.split()
        short = [last, " ".join(full)] if full and last[1:2].isupper() else []  # "net promoter score NPS"
        for variant in [*variants, *short]:
            written = _stems(variant)
            going_on = phrases
            for place, word in enumerate(written):
                if place in (0, len(written) - 1) or word not in _GRAMMAR:
                    going_on = going_on.setdefault(word, {})
            going_on[""] = term
    return phrases


def _stems(text: str) -> list[str]:
    """The stems of a text, grammar as it is and ends of sentences among them; "don't" is read as "not"."""
    plain = _SHORTENED.sub("", _NOT.sub(r"\1 not", text)).lower()
    return [word if word in _GRAMMAR else stem(_bases().get(word, word)) for word in _WORD.findall(plain)]


@lru_cache(maxsize=1)
def _bases() -> dict[str, str]:
    """Forms that no ending gives away → their base: "kept" → "keep"."""
    return {form: base for base, forms in _read("forms.yaml")["irregular"].items() for form in forms.split()}


@lru_cache(maxsize=2)
def _read(name: str) -> Any:
    return yaml.load(Path(__file__).with_name(name).read_text(encoding="utf-8"), yaml.CSafeLoader)
