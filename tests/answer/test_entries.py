"""Which entry of what an answer listed is meant."""

from __future__ import annotations

import pytest

from advisor.answer.entries import entry_meant
from advisor.types import Turn

PARTS = "It has three parts: people, processes and technology."
KINDS = "Silos include people silos, process silos, and technology silos."
STATEMENTS = ("Callers repeat themselves.", "Desks blame each other.", "Nobody sees the journey.")


@pytest.mark.parametrize(
    ("question", "meant"),
    [
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
