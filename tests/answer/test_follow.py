"""What a question leans on in its conversation."""

from __future__ import annotations

import pytest

from advisor.answer.follow import ReadIn, is_more, is_shorter, read_in, statements_wanted
from advisor.types import Turn

FIRST = Turn("How did Northwind win its callers back?")
ASKED_AGAIN = ["shorter", "Can you put that in two sentences?", "tl;dr?", "Tell me more", "go on", "What else?"]


@pytest.mark.parametrize(
    "question",
    [
        "how so?",
        "In what way?",
        "for a bank",
        "give me an example",
        "what does that cost?",
        "How would I measure that?",
        "who said that?",
        "What's the evidence?",
        "How could we keep something like that alive in a firm of four hundred people?",
        "How do desks and planners work together in those firms?",
        "I meant the callers",
        "what does the people one lead to?",
        "which desks are meant?",
    ],
)
def test_follow_up_leans_on_the_question_before(question: str) -> None:
    assert read_in(question, [FIRST])[0] == FIRST.question


@pytest.mark.parametrize(
    "question",
    [
        "OK thanks. How do we bring suppliers in?",
        "Now tell me how Fabrikam deals with failure",
        "Enough about callers. How do parcels travel?",
        "Which numbers show that shoppers are happier?",
        "How do we get more loyal shoppers?",
        "Is there a bank among the examples?",
        "What is a silo?",
        "What is USAA?",
    ],
)
def test_switch_of_topic_leaves_the_old_one_behind(question: str) -> None:
    assert read_in(question, [FIRST])[0] is None


def test_what_only_leads_up_to_a_question_is_no_part_of_it() -> None:
    assert read_in("OK thanks. How do silos hurt?", [FIRST]) == ReadIn(None, "How do silos hurt?")


@pytest.mark.parametrize("question", ["and Fabrikam?", "What about Fabrikam?", "And at Fabrikam?"])
def test_same_is_asked_of_somebody_else(question: str) -> None:
    assert read_in(question, [FIRST])[0] == "How did Fabrikam win its callers back?"


def test_he_or_she_is_who_was_named() -> None:
    turn = Turn("Which skills do desks need according to Ada Quill?")
    assert read_in("Does she say anything about culture?", [turn])[0] == "Ada Quill"


def test_somebody_else_stays_the_subject_of_what_follows() -> None:
    assert read_in("Why?", [FIRST, Turn("and Fabrikam?")]).leans_on == "How did Fabrikam win its callers back?"


def test_follow_up_of_a_later_follow_up_keeps_what_both_are_about() -> None:
    turns = [FIRST, Turn("How long did it take them?"), Turn("And what about parcels?")]
    assert read_in("And why?", turns)[0] == f"{FIRST.question} And what about parcels?"


def test_follow_up_passes_over_a_turn_that_only_wanted_more() -> None:
    assert read_in("Why is that?", [FIRST, Turn("Tell me more"), Turn("shorter")])[0] == FIRST.question


SECTION = ("doc", ("Desks",))
PARTS = Turn("Which parts?", (("doc", ("Callers",)), SECTION), ("Callers", "Desks"))


def test_number_without_a_question_asks_what_was_asked_of_another_entry() -> None:
    turns = [PARTS, Turn("where does the first part come from?"), Turn("and the last one?")]
    assert read_in("and the second?", turns) == ReadIn("Desks", "where does come from?", (SECTION,))


def test_entry_in_detail_asks_nothing_but_the_entry() -> None:
    assert read_in("the second one in more detail pls", [PARTS]) == ReadIn("Desks", "", (SECTION,))


def test_question_that_goes_back_leans_on_the_turn_it_names() -> None:
    turns = [FIRST, Turn("What is a silo?")]
    assert read_in("Back to Northwind: how long did it take?", turns)[0] == FIRST.question


@pytest.mark.parametrize("question", ASKED_AGAIN)
def test_question_that_only_wants_the_answer_shorter_or_more_of_it_is_known(question: str) -> None:
    assert is_shorter(question) != is_more(question)


@pytest.mark.parametrize(
    "question", ["How do we make queues shorter?", "Do more desks help?", "What else did Fabrikam do?"]
)
def test_question_of_its_own_is_not_taken_for_one(question: str) -> None:
    assert not is_shorter(question)
    assert not is_more(question)


@pytest.mark.parametrize(
    ("question", "given", "wanted"),
    [("shorter", 8, 3), ("shorter", 4, 2), ("shorter", 1, 1), ("in two sentences", 8, 2), ("in a sentence", 8, 1)],
)
def test_shorter_answer_has_the_length_that_was_asked_for(question: str, given: int, wanted: int) -> None:
    assert statements_wanted(question, given) == wanted
