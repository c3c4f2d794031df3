"""What somebody is said to have done has to be told of them."""

from __future__ import annotations

import pytest

from advisor.answer.deeds import find_untold_deed


@pytest.mark.parametrize(
    ("question", "deed"),
    [
        ("What led Northwind to withdraw its forecast?", "withdraw"),
        ("How did Northwind manage to beat its goal?", "beat"),
        ("Why did Northwind finally sell its vans?", "sell"),
    ],
)
def test_deed_is_untold_unless_a_text_has_it_in_some_word(question: str, deed: str) -> None:
    assert find_untold_deed(question, ["Northwind"], ["Northwind has a forecast, a goal and vans."]) == deed
    assert find_untold_deed(question, ["Northwind"], [f"Northwind will {deed} it."]) is None


def test_irregular_forms_tell_the_same_deed() -> None:
    assert find_untold_deed("Why did Northwind sell its vans?", ["Northwind"], ["Northwind sold its vans."]) is None


def test_verbs_that_tell_nothing_are_no_deeds() -> None:
    assert find_untold_deed("How does Northwind use its vans?", ["Northwind"], ["Northwind has vans."]) is None


def test_nothing_is_untold_of_somebody_no_text_speaks_of() -> None:
    assert find_untold_deed("Why did Northwind sell its vans?", ["Northwind"], []) is None
