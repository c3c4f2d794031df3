"""Whether a statement says the opposite of its quote."""

from __future__ import annotations

import pytest

from advisor.answer.align import align
from advisor.answer.contradict import backed, find_contradiction
from advisor.answer.reading import Reading


def contradiction(statement: str, quote: str) -> str | None:
    said, stands = Reading(statement), Reading(quote)
    return find_contradiction(said, stands, align(said, stands))


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("The desk lowers waiting times.", "The desk raises waiting times."),
        ("Waiting got less common.", "Waiting got more common."),
        ("Calls fell after the merger.", "Calls fell before the merger."),
        ("They judge external quality.", "They judge internal quality."),
        ("Sales and repairs are split.", "Sales and repairs are merged."),
        ("It is much less difficult to reach a person.", "It is much harder to reach a person."),
    ],
)
def test_opposite_word_is_a_contradiction(statement: str, quote: str) -> None:
    assert contradiction(statement, quote)
    assert contradiction(quote, statement)


def test_same_side_is_none() -> None:
    assert contradiction("The desk cuts waiting times.", "The desk shortens waiting times.") is None


def test_one_of_two_changes_turned_round_is_a_contradiction() -> None:
    quote = "The desk raised satisfaction and lowered costs."
    assert contradiction("The desk raised satisfaction and raised costs.", quote)
    assert contradiction("The desk raised satisfaction.", quote) is None


def test_opposite_that_speaks_of_something_else_is_none() -> None:
    quote = "Northwind raised the number of its desks in spring, and the callers of the night shift waited."
    assert contradiction("The callers of the night shift waited, with lower volume.", quote) is None


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("Owners pass a caller on.", "Owners never pass a caller on."),
        ("Tools are integrated.", "Tools are not integrated."),
        ("Sales go through dealers.", "Sales go through without dealers."),
    ],
)
def test_denial_dropped_or_added_is_a_contradiction(statement: str, quote: str) -> None:
    assert contradiction(statement, quote)
    assert contradiction(quote, statement)


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("The desk sorts by caller instead of by product.", "The desk sorts by caller and no longer by product."),
        ("Without tools and owners, calls wander.", "Calls wander where there are no tools and no owners."),
        ("The desk has grown: no longer sales alone, but repairs.", "The desk grew from a desk for sales to repairs."),
    ],
)
def test_denial_in_other_words_is_none(statement: str, quote: str) -> None:
    assert contradiction(statement, quote) is None


def test_denial_of_another_word_is_a_contradiction() -> None:
    quote = "The desk sorts by caller and not by product."
    assert contradiction("The desk sorts by product and not by caller.", quote)


def test_replaced_and_replacing_swapped_is_a_contradiction() -> None:
    quote = "They replace reports about products with reports about callers."
    assert contradiction("Reports about callers are replaced with reports about products.", quote)
    assert contradiction("Reports about products are replaced with reports about callers.", quote) is None


def test_prefix_turns_a_word_round_and_a_denial_turns_it_back() -> None:
    assert contradiction("Callers are unsatisfied.", "Callers are satisfied.")
    assert contradiction("Callers are not satisfied.", "Callers are unsatisfied.") is None


def test_exception_denied_backs_inclusion() -> None:
    said, stands = Reading("All desks, repairs included"), Reading("All desks, and repairs are no exception")
    assert {said.words[p].text for p in backed(said, stands, align(said, stands))} == {"included"}
