"""What is English, and what a slip was meant to be."""

from __future__ import annotations

import pytest

from advisor.answer.english import correct, is_english, other_language
from advisor.words import stem

LIBRARY = {stem(word) for word in ("customers", "departments", "silos", "fabrikam")}


def corrected(word: str) -> str | None:
    return correct(word, LIBRARY.__contains__)


@pytest.mark.parametrize(
    ("slip", "meant"), [("custommers", "customers"), ("departmnts", "departments"), ("cstomrs", None)]
)
def test_slip_of_one_letter_is_put_right_and_a_larger_one_is_not_guessed(slip: str, meant: str | None) -> None:
    assert corrected(slip) == meant


@pytest.mark.parametrize("word", ["customers", "elephants", "however"])
def test_word_that_is_spelt_well_stays(word: str) -> None:
    assert corrected(word) is None


def test_word_of_the_library_stays_though_no_dictionary_has_it() -> None:
    assert corrected("fabrikam") is None


@pytest.mark.parametrize("word", ["Custommers", "KPMGG", "b2bb", "teh", "x-rayed", "custommers2"])
def test_names_short_words_and_codes_stay(word: str) -> None:
    assert corrected(word) is None


def test_library_word_goes_before_a_commoner_one() -> None:
    assert correct("sillos", LIBRARY.__contains__) == "silos"


def test_english_is_told_from_names() -> None:
    assert is_english("Customers")
    assert is_english("2019")
    assert not is_english("Fabrikam")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wie bringen wir unsere Abteilungen dazu, zusammenzuarbeiten?", "de"),
        ("Comment pouvons-nous réduire le nombre d'appels répétés ?", "fr"),
        ("How do we get our departments to work together?", None),
        ("Northwind vs Fabrikam", None),
        ("NPS?", None),
    ],
)
def test_language_is_told_only_when_it_is_surely_another(text: str, language: str | None) -> None:
    assert other_language(text) == language
