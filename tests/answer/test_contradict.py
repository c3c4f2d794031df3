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


def test_two_changes_told_in_another_order_are_none() -> None:
    quote = "The desk raised satisfaction and lowered costs."
    assert contradiction("Costs were lowered and satisfaction was raised by the desk.", quote) is None
    assert contradiction("Costs were raised and satisfaction was lowered by the desk.", quote)


def test_both_of_two_opposites_named_together_are_none() -> None:
    quote = "Callers are met at digital desks and at physical desks alike."
    assert contradiction("Callers are met at both physical and digital desks.", quote) is None


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("All callers wait.", "Many callers wait."),
        ("Most callers wait.", "Many callers wait."),
        ("All callers wait.", "90% of callers wait."),
        ("Callers can choose a desk.", "Callers must choose a desk."),
        ("Callers usually wait.", "Callers always wait."),
        ("Burnout among customers fell.", "Burnout among employees fell."),
        ("Callers always wait.", "Callers wait."),
        ("Desks may lower costs.", "Desks lower costs."),
        ("Desks lower costs.", "Desks may lower costs."),
        ("Desks help when owners answer.", "Desks help only when owners answer."),
    ],
)
def test_statement_that_goes_further_or_less_far_is_a_contradiction(statement: str, quote: str) -> None:
    assert contradiction(statement, quote)


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("Desks can lower costs.", "Desks may lower costs."),
        ("It is possible that desks lower costs.", "Desks could lower costs."),
        ("Desks help callers, and owners too.", "Desks help not only callers but also owners."),
        ("Callers have to wait until owners answer.", "Callers wait only until owners answer."),
    ],
)
def test_same_reach_in_other_words_is_none(statement: str, quote: str) -> None:
    assert contradiction(statement, quote) is None


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("Owners pass a caller on.", "Owners never pass a caller on."),
        ("Tools are integrated.", "Tools are not integrated."),
        ("Sales go through dealers.", "Sales go through without dealers."),
        ("Tools are integrated and calls are not answered.", "Tools are not integrated and calls are not answered."),
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
        ("The desk could not be complete without owners.", "The desk needs owners to be complete."),
        ("The desk has grown: no longer sales alone, but repairs.", "The desk grew from a desk for sales to repairs."),
    ],
)
def test_denial_in_other_words_is_none(statement: str, quote: str) -> None:
    assert contradiction(statement, quote) is None


def test_denial_of_another_word_is_a_contradiction() -> None:
    quote = "The desk sorts by caller and not by product."
    assert contradiction("The desk sorts by product and not by caller.", quote)


def test_what_is_denied_and_what_is_said_swapped_is_a_contradiction() -> None:
    quote = "They sell an experience rather than a product."
    assert contradiction("They sell a product instead of an experience.", quote)
    assert contradiction("They sell no product but an experience.", quote) is None


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
