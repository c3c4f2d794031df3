"""Which entry of what an answer listed is meant."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from advisor.answer.entries import Entry
from advisor.answer.entries import entry_meant as entry_of_lists
from advisor.types import Turn

PARTS = "It has three parts: people, processes and technology."
KINDS = "Silos include people silos, process silos, and technology silos."
HEADINGS = ("Three parts of a desk", "Callers: who rings", "Desks", "Tools")
STATEMENTS = ("Callers repeat themselves.", "Desks blame each other.", "Nobody sees the journey.")


def entry_meant(question: str, earlier: Sequence[Turn]) -> str | None:
    entry = entry_of_lists(question, earlier)
    return entry.text if entry else None


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("second one in detail", "processes"),
        ("its final part", "technology"),
        ("the second one in detail", "processes"),
        ("Explain number three", "technology"),
        ("what about the last one?", "technology"),
        ("And the 1st?", "people"),
    ],
)
def test_entry_is_found_by_its_number(question: str, meant: str) -> None:
    assert entry_meant(question, [Turn("What are its parts?", quotes=(PARTS,))]) == meant


def test_entry_is_found_by_a_word_of_it() -> None:
    assert entry_meant("and the tech one?", [Turn("Which silos are there?", quotes=(KINDS,))]) == "technology silos"


def test_list_has_as_many_entries_as_were_asked_for() -> None:
    turn = Turn("Which three parts does it have?", quotes=("Two kinds are meant: a, b, c and d.", PARTS))
    assert entry_meant("the first one", [turn]) == "people"


def test_statements_count_where_the_answer_has_no_list() -> None:
    assert (
        entry_meant("tell me about the second point", [Turn("How do silos hurt?", quotes=STATEMENTS)]) == STATEMENTS[1]
    )


def test_action_of_the_checklist_is_meant_where_it_is_named() -> None:
    turn = Turn("How do silos hurt?", quotes=(PARTS,), actions=("Name one owner.", "Share one budget."))
    assert entry_meant("How do I start the second action?", [turn]) == "Share one budget."
    assert entry_meant("And the second one?", [turn]) == "processes"


def test_clause_after_like_is_no_list() -> None:
    quote = "No desk is like another, and each of them will find its own way of becoming one, says Ada Quill."
    assert entry_meant("the first one", [Turn("How?", quotes=(quote,))]) == quote


def test_headings_that_lead_an_answer_are_counted_without_the_one_that_announces_them() -> None:
    sections = tuple(("doc", (heading,)) for heading in HEADINGS)
    turn = Turn("Which parts has a desk?", sections, HEADINGS)
    assert entry_meant("the first one", [turn]) == "Callers: who rings"
    assert entry_meant("the last one", [turn]) == "Tools"


def test_sections_that_a_sentence_leads_up_to_are_counted() -> None:
    sections = tuple(("doc", (heading,)) for heading in ("Steps", "Callers", "Desks", "Desks", "Earlier"))
    places = tuple(("doc", start, start + 5) for start in (10, 20, 30, 40, 0))
    turn = Turn("Which steps?", sections, ("Take the following steps now.", "Hear.", "Name.", "Share.", "Ada."), places)
    assert entry_of_lists("the second one", [turn]) == Entry("Desks", sections[2], places[2])
    assert entry_meant("the last one", [turn]) == "Desks"


def test_list_that_says_how_many_it_has_comes_first() -> None:
    turn = Turn("How?", quotes=("It needs three virtues of two kinds: a, b, c and d.", PARTS))
    assert entry_meant("the first one", [turn]) == "people"


def test_next_number_points_into_the_same_list() -> None:
    turns = [Turn("Which parts?", quotes=(PARTS,)), Turn("what does the first one need?", quotes=(KINDS,))]
    assert entry_meant("and the last one?", turns) == "technology"
    assert entry_meant("the last of these", turns) == "technology silos"


def test_number_of_a_named_kind_points_at_the_answer_on_that_kind() -> None:
    turns = [Turn("Which silos are there?", quotes=(KINDS,)), Turn("Who is Ada Quill?", quotes=(PARTS,))]
    assert entry_meant("what about the first silo?", turns) == "people silos"


@pytest.mark.parametrize("last", ["technology, and culture", "technology and culture"])
def test_and_inside_an_entry_does_not_divide_it(last: str) -> None:
    turn = Turn("Which parts?", quotes=(f"Its parts include people, data and analytics, {last}.",))
    assert [entry_meant(f"number {place}", [turn]) for place in ("two", "three", "four")] == [
        "data and analytics",
        "technology",
        "culture",
    ]
