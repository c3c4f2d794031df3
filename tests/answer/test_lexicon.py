"""The lists of words that say the same and of words that contradict each other."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from advisor.answer import lexicon
from advisor.answer.lexicon import groups_of, poles_of
from advisor.words import stem


def stems(text: str) -> list[str]:
    return [stem(word) for word in text.split()]


@pytest.mark.parametrize("name", ["synonyms.yaml", "opposites.yaml"])
def test_every_entry_is_written_as_words(name: str) -> None:
    entries: list[Any] = yaml.safe_load(Path(lexicon.__file__).with_name(name).read_text(encoding="utf-8"))
    groups = entries if name == "synonyms.yaml" else [side for entry in entries for side in entry]
    assert all(isinstance(word, str) and word.strip() for group in groups for word in group)  # YAML reads "no" as False
    assert name == "synonyms.yaml" or all(len(entry) > 1 for entry in entries)


def test_no_word_contradicts_itself() -> None:
    for sides in yaml.safe_load(Path(lexicon.__file__).with_name("opposites.yaml").read_text(encoding="utf-8")):
        for side, other in combinations(sides, 2):
            assert not {tuple(stems(word)) for word in side} & {tuple(stems(word)) for word in other}


def test_synonyms_share_a_group_in_any_form() -> None:
    (one,), (other,) = groups_of(stems("predicting")), groups_of(stems("forecasts"))
    assert one & other


def test_every_word_of_a_phrase_has_its_group() -> None:
    first, second = groups_of(stems("make sure"))
    (ensure,) = groups_of(stems("ensure"))
    assert first & second & ensure


def test_opposites_are_two_sides_of_an_entry() -> None:
    sides = {word: {(p.entry, p.side) for p in poles_of(stems(word))} for word in ("internal", "external")}
    assert {(pair, 1 - side) for pair, side in sides["internal"]} & sides["external"]


def test_entry_may_have_more_than_two_sides() -> None:
    places = [{(p.entry, p.side) for p in poles_of(stems(word))} for word in ("customer", "employee", "regulator")]
    entries = [{entry for entry, _ in found} for found in places]
    assert entries[0] & entries[1] & entries[2]
    assert places[0].isdisjoint(places[1] | places[2])


def test_unknown_word_has_neither() -> None:
    assert groups_of(stems("sourdough")) == [frozenset()]
    assert poles_of(stems("sourdough")) == []
