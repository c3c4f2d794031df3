"""Whether the names of a statement stand in its quote."""

from __future__ import annotations

import pytest

from advisor.answer.naming import find_stranger, spelled_out


def test_name_that_does_not_stand_is_named() -> None:
    assert "fabrikam" in (find_stranger("Fabrikam gave each caller one owner.", "Each caller has one owner.") or "")


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("The COO decides.", "The chief operating officer decides."),
        ("The Chief Operating Officer decides.", "The COO decides."),
        ("CX matters.", "The customer experience matters."),
        ("AI helps.", "Artificial intelligence helps."),
        ("COOs decide.", "The COO decides."),
    ],
)
def test_acronym_and_what_it_stands_for_are_one_name(statement: str, quote: str) -> None:
    assert find_stranger(statement, quote) is None


@pytest.mark.parametrize("statement", ["The CIO decides.", "The chief information officer decides."])
def test_another_officer_is_a_stranger(statement: str) -> None:
    assert find_stranger(statement, "The chief operating officer decides.")
    assert find_stranger(statement, "The COO decides.")


def test_english_word_that_opens_a_sentence_is_no_name() -> None:
    assert find_stranger("Waiting annoys. Multi-channel desks help.", "Desks help.") is None


def test_words_that_spell_out_an_acronym_are_known() -> None:
    assert {"net", "promoter", "score"} <= spelled_out("The net promoter score rose", "The NPS rose")
    assert spelled_out("The NPS rose", "The net promoter score rose") == {"nps"}


def test_two_letters_are_no_acronym_of_just_any_two_words() -> None:
    assert find_stranger("GE answers calls.", "Good employees answer calls.")
