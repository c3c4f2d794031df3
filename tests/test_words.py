"""What a text is made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.words import figures, in_digits, listed, names, plain_words, stem, stems


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("organisation", "organizations"),
        ("personalise", "personalizing"),
        ("behaviour", "behavior"),
        ("centres", "center"),
        ("customer's", "customers"),
        ("analyse", "analyzed"),
    ],
)
def test_spellings_and_endings_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_words_of_asking_are_no_content() -> None:
    assert stems("Please tell me what the sources say about the complaints") == (stem("complaints"),)


@given(st.integers(min_value=0, max_value=10**15))
def test_number_is_one_figure_however_its_thousands_are_set(number: int) -> None:
    assert figures(f"It rose to {number:,}.") == figures(f"It rose to {number}") == {str(number)}


@given(st.text())
def test_figures_are_figures_of_themselves(text: str) -> None:
    assert figures(" ".join(figures(text))) == figures(text)


def test_number_in_words_equals_its_digits() -> None:
    assert figures("Twenty stores in three towns") == figures("20 stores in 3 towns") == {"20", "3"}


def test_digits_inside_a_word_are_no_figure() -> None:
    assert figures("The b2b team and v2") == set()


def test_names_are_capitals_inside_a_sentence() -> None:
    assert names("Callers of Northwind met Ada Quill's team. They liked it.") == {"northwind", "ada", "quill"}


def test_first_word_is_a_name_when_a_capital_follows_or_stands_inside() -> None:
    assert names("Ada Quill spoke. KPMG listened. Callers waited.") == {"ada", "quill", "kpmg"}


def test_months_are_no_names() -> None:
    assert names("It began in March at Fabrikam") == {"fabrikam"}


def test_plain_words_drop_case_and_possessives() -> None:
    assert plain_words("Northwind’s callers’ desk") == {"northwind", "callers", "desk"}


def test_items_are_listed_as_a_person_does() -> None:
    assert [listed(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]


def test_number_words_are_written_in_digits() -> None:
    assert in_digits("Ninety-three of one hundred, five to ten, a tenth") == "93 of 1 100, 5 to 10, a tenth"
