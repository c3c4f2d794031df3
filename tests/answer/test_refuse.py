"""When there is no answer, and how that is said. Each refused question has a twin that is answered."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from advisor.answer.refuse import Refusal, render_refusal
from advisor.types import Answer

Ask = Callable[..., Answer]

REFUSED = [
    ("off-topic", "out_of_scope", "How do I bake sourdough bread?"),
    ("off-topic", "out_of_scope", "What is the capital of France?"),
    ("action", "out_of_scope", "Email our customers about complaints"),
    ("action", "out_of_scope", "Please book a meeting with the complaints desk"),
    ("writing", "out_of_scope", "Write me a poem about silos"),
    ("stranger", "not_in_library", "How does Contoso treat its callers?"),
    ("stranger", "not_in_library", "how does contoso treat its callers?"),
    ("sum", "not_in_library", "How much did Fabrikam invest in personal offers?"),
    ("score", "not_in_library", "What is the net promoter score of Fabrikam?"),
    ("count", "not_in_library", "How many stores does Fabrikam have?"),
    ("date", "not_in_library", "What year was Fabrikam founded?"),
    ("person", "not_in_library", "Who is the chief executive of Fabrikam?"),
    ("ranking", "not_in_library", "Is Northwind in the top ten of telecom operators?"),
    ("premise", "not_in_library", "Why did Northwind abandon one owner for every caller?"),
    ("premise", "not_in_library", "Why did Fabrikam shut its stores?"),
    ("unborne word", "weak_evidence", "What are the legal limits on personal offers to minors?"),
]
ANSWERED = [
    ("topic", "How do we break down silos?"),
    ("advice on an action", "What should we send to shoppers who asked for offers?"),
    ("company", "How does Northwind treat its callers?"),
    ("company in small letters", "how does northwind treat its callers?"),
    ("asker's own company", "I work at Contoso; how do we break down silos?"),
    ("figure", "By how much did repeat calls fall at Northwind?"),
    ("count", "How many departments do members of Fabrikam choose?"),
    ("date", "What year did Northwind give every caller one owner?"),
    ("person", "Who is the chief executive of Northwind?"),
    ("premise", "Why did Northwind give every caller one owner?"),
    ("borne words", "How do we give callers one owner?"),
]


@pytest.mark.parametrize(("reason", "question"), [case[1:] for case in REFUSED])
def test_what_the_library_does_not_answer_is_refused(ask: Ask, reason: str, question: str) -> None:
    answer = ask(question)
    assert (answer.status, answer.reason) == ("refused", reason)
    assert answer.citations == ()


@pytest.mark.parametrize("question", [case[1] for case in ANSWERED])
def test_what_the_library_answers_is_answered(ask: Ask, question: str) -> None:
    answer = ask(question)
    assert (answer.status, answer.reason) == ("answered", None)


@pytest.mark.parametrize("question", [REFUSED[0][2], REFUSED[5][2], REFUSED[7][2]])
def test_refusal_says_what_was_searched_and_what_is_covered(ask: Ask, question: str) -> None:
    answer = ask(question)
    assert "6 documents" in answer.text
    assert "Personal offers at Fabrikam" in answer.text
    assert answer.follow_ups
    assert all(suggestion in answer.text for suggestion in answer.follow_ups)


def test_suggestion_of_a_refusal_is_answered(ask: Ask) -> None:
    suggestions = {s for _, _, question in REFUSED for s in ask(question).follow_ups}
    assert {ask(suggestion).status for suggestion in suggestions} == {"answered"}


def test_stranger_is_named(ask: Ask) -> None:
    assert "Contoso" in ask("How does Contoso treat its callers?").text


def test_document_that_would_help_is_asked_for_only_where_one_would() -> None:
    inside, outside = Refusal("not_in_library", "No date."), Refusal("out_of_scope", "Other things.")
    assert "close the gap" in render_refusal(inside, ["A"], ())
    assert "close the gap" not in render_refusal(outside, ["A"], ())


def test_refusal_over_an_empty_library_names_no_document() -> None:
    assert "searched" not in render_refusal(Refusal("not_in_library", "No date."), (), ())


def test_titles_and_suggestions_are_inert_in_a_refusal() -> None:
    text = render_refusal(Refusal("not_in_library", "No <b>."), ["<script>x", "[1]"], ["What of [2]?"])
    assert r"\<b\>" in text
    assert r"\<script\>" in text
    assert r"\[1\]" in text
    assert r"\[2\]" in text
