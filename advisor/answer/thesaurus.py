"""From how managers say things to how books on the subject say them; the pairs stand in `thesaurus.yaml`."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

import yaml

from advisor.words import stem

_WORD = re.compile(r"[^\W_]+")


def field_terms(text: str) -> list[str]:
    """The terms of the field for what a text says in other words, in order; the longest phrase counts."""
    terms = _terms_by_stems()
    longest = max(map(len, terms))
    stemmed = [stem(word) for word in _WORD.findall(text)]
    found, position = [], 0
    while position < len(stemmed):
        for length in range(min(longest, len(stemmed) - position), 0, -1):
            if term := terms.get(tuple(stemmed[position : position + length])):
                found.append(term)
                position += length - 1
                break
        position += 1
    return list(dict.fromkeys(found))


@lru_cache(maxsize=1)
def familiar_stems() -> dict[str, frozenset[str]]:
    """The stem of every word that the thesaurus has, with the stems of the terms that it can stand for."""
    meant: defaultdict[str, set[str]] = defaultdict(set)
    for variant, term in _terms_by_stems().items():
        own = {stem(word) for word in _WORD.findall(term)}
        for word in (*variant, *own):
            meant[word] |= own
    return {word: frozenset(own) for word, own in meant.items()}


@lru_cache(maxsize=1)
def _terms_by_stems() -> dict[tuple[str, ...], str]:
    pairs: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    terms: dict[tuple[str, ...], str] = {}
    for term, variants in pairs.items():
        *full, last = term.split()
        short = [last, " ".join(full)] if full and last[1:2].isupper() else []  # "net promoter score NPS"
        terms |= {tuple(stem(word) for word in _WORD.findall(variant)): term for variant in [*variants, *short]}
    return terms
