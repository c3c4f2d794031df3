"""What a question takes for granted has to stand in the evidence, in some words or other."""

from __future__ import annotations

import pytest

from advisor.answer.premises import find_false_premise

NORTHWIND = frozenset({"northwind"})


@pytest.mark.parametrize(
    ("question", "told", "against"),
    [
        ("Why did Northwind abandon its desks?", "Northwind moved away from its desks.", "Northwind likes its desks."),
        ("Why did Northwind go back to desks?", "Northwind returned to its desks.", "Northwind left its desks behind."),
        ("What made Northwind's costs rise?", "Its costs rose.", "Northwind lowered its costs."),
        ("Why did Northwind's sales fall?", "Sales went down.", "Northwind raised its sales."),
        ("Why is Northwind against owners?", "Northwind warns of owners.", "Northwind praises owners."),
        (
            "Why did Northwind hand calls over to agents?",
            "Northwind outsources calls to agents.",
            "Northwind takes calls itself.",
        ),
        ("How does Northwind use its dealers?", "Northwind has 40 dealers.", "Northwind sells without dealerships."),
    ],
)
def test_premise_holds_only_where_a_text_tells_the_same(question: str, told: str, against: str) -> None:
    assert not find_false_premise(question, NORTHWIND, [told])
    assert find_false_premise(question, NORTHWIND, [against])


def test_end_of_something_else_does_not_count() -> None:
    assert find_false_premise("Why did Northwind abolish the owner?", NORTHWIND, ["Northwind abolished forms."])


def test_end_of_something_bad_takes_nothing_for_granted() -> None:
    assert not find_false_premise("How does Northwind avoid errors?", NORTHWIND, ["Northwind has one owner a call."])


def test_plain_question_takes_nothing_for_granted() -> None:
    assert not find_false_premise("How does Northwind treat its callers?", NORTHWIND, ["Northwind has owners."])
