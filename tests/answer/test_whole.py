"""Sentences that stand on their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from advisor.answer.whole import LONGEST, make_whole, wording
from advisor.types import Passage

MakePassage = Callable[..., Passage]
OWNER = "Northwind gave every caller one owner."


def whole(passage: Passage, position: int) -> str | None:
    """The words of the statement around a sentence, or None."""
    span = make_whole(passage, position)
    return span and passage.text[span[0] - passage.start : span[1] - passage.start]


def test_sentence_that_stands_alone_is_given_alone(make_passage: MakePassage) -> None:
    assert whole(make_passage(f"Calls are short. {OWNER} Desks help."), 1) == OWNER


@pytest.mark.parametrize(
    "sentence",
    [
        "It fell by 30%.",
        "They stay with the problem.",
        "As a result, calls fell.",
        "However, she never shortened a call.",
        "That is why callers stay.",
        "This means fewer calls.",
        "Instead, desks passed callers on.",
        "This approach cut calls.",
        "The company kept its callers.",
        "Rewarding these owners helps.",
    ],
)
def test_sentence_that_points_back_takes_in_the_one_before(make_passage: MakePassage, sentence: str) -> None:
    assert whole(make_passage(f"Calls are short. {OWNER} {sentence}"), 2) == f"{OWNER} {sentence}"


@pytest.mark.parametrize(
    "sentence", ["It fell by 30%.", "They stay.", "However, she never did.", "That is why.", "Doing so helps."]
)
def test_sentence_that_points_at_nothing_within_reach_is_not_given(make_passage: MakePassage, sentence: str) -> None:
    assert whole(make_passage("# Owners", sentence), 1) is None


def test_section_does_not_reach_into_the_one_before(make_passage: MakePassage) -> None:
    assert whole(make_passage(OWNER, "# Results", "They fell by 30%."), 2) is None


@pytest.mark.parametrize(
    "sentence",
    ["This approach cuts calls.", "The company listens to its callers.", "Such owners stay with the problem."],
)
def test_sentence_that_says_what_it_points_at_may_open_a_section(make_passage: MakePassage, sentence: str) -> None:
    assert whole(make_passage("# One owner for a call", sentence), 1) == sentence


@pytest.mark.parametrize(
    "joint", ["For example, ", "However, ", "Moreover, ", "In addition, ", "And ", "But ", "Thus, "]
)
def test_joining_word_goes_when_nothing_is_lost(make_passage: MakePassage, joint: str) -> None:
    assert whole(make_passage(f"Calls are short. {joint}{OWNER}"), 1) == OWNER


@pytest.mark.parametrize("sentence", ["It is important to name owners.", "It is time to listen."])
def test_it_that_points_at_nothing_stands_alone(make_passage: MakePassage, sentence: str) -> None:
    assert whole(make_passage(f"{OWNER} {sentence}"), 1) == sentence


def test_item_in_mid_sentence_takes_in_what_introduces_its_list(make_passage: MakePassage) -> None:
    passage = make_passage("Owners should:", "- listen to callers", "- solve the problem")
    assert whole(passage, 2) == passage.text


def test_item_that_is_a_sentence_stands_alone(make_passage: MakePassage) -> None:
    assert whole(make_passage("Owners do this:", "- Listen to callers.", "- Solve the problem."), 2) == (
        "Solve the problem."
    )


def test_quotation_keeps_the_line_that_names_its_source(make_passage: MakePassage) -> None:
    passage = make_passage(f"{OWNER} Source: Harbor Review")
    assert whole(passage, 0) == passage.text


def test_statement_that_needs_too_much_around_it_is_not_given(make_passage: MakePassage) -> None:
    assert whole(make_passage(f"Callers {'wait and ' * (LONGEST // 9)}wait. They mind."), 1) is None


def test_sentence_that_says_what_it_points_at_stands_alone_where_more_would_be_too_much(
    make_passage: MakePassage,
) -> None:
    this = "Owners of these callers stay."
    assert whole(make_passage(f"Callers {'wait and ' * (LONGEST // 9)}wait. {this}"), 1) == this


@pytest.mark.parametrize(
    ("quote", "statement"),
    [
        ("callers wait\nfor their owner", "Callers wait for their owner."),
        ("It has four parts:", "It has four parts."),
        ("Who owns a call?", "Who owns a call?"),
        ("“We listen.”", "“We listen.”"),
    ],
)
def test_quote_reads_as_a_sentence(quote: str, statement: str) -> None:
    assert wording(quote) == statement
