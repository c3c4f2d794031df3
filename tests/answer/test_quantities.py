"""Whether the numbers of a statement stand in its quote."""

from __future__ import annotations

import pytest

from advisor.answer.quantities import find_false_number, numbers


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("Calls fell by 30 percent.", "Calls fell by 30%."),
        ("Three desks answer.", "3 desks answer."),
        ("Revenue rose 5% to 10%.", "Revenue rose 5-10%."),
        ("Just 1 app is needed.", "A single app is needed."),
        ("The two desks answer.", "Both desks answer."),
        ("It cost 10000 euros.", "It cost 10,000 euros."),
    ],
)
def test_number_written_otherwise_is_the_same(statement: str, quote: str) -> None:
    assert find_false_number(statement, quote) is None


def test_number_that_does_not_stand_is_named() -> None:
    assert "40" in (find_false_number("Calls fell by 40%.", "Calls fell by 30%.") or "")


def test_number_in_place_of_another_that_stands_elsewhere_is_false() -> None:
    assert find_false_number("A survey of 2022 on 2021 and 2022.", "A survey of 2022 on 2020 and 2021.")


@pytest.mark.parametrize("statement", ["Calls fell by 30 million.", "30 calls fell."])
def test_number_of_another_unit_is_false(statement: str) -> None:
    assert find_false_number(statement, "Calls fell by 30%.")


def test_percentage_points_are_no_percent() -> None:
    assert find_false_number("Trust rose by 5 percentage points.", "Trust rose by 5 percent.")


def test_number_of_another_thing_is_false() -> None:
    quote = "Three desks send two letters."
    assert find_false_number("The desks send three letters.", quote)
    assert find_false_number("The desks send two letters.", quote) is None


def test_month_has_to_stand_and_may_is_one_only_with_a_capital() -> None:
    assert find_false_number("It began in June.", "It began in July.")
    assert find_false_number("It may begin in July.", "It could begin in July.") is None


def test_list_may_be_counted() -> None:
    quote = "The desks need trust, tools and time."
    assert find_false_number("The desks need three things: trust, tools and time.", quote) is None
    assert find_false_number("The desks need four things: trust, tools and time.", quote)


def test_numbers_come_in_order_with_unit_and_what_they_count() -> None:
    found = [(n.value, n.unit, n.followed_by[:1]) for n in numbers("Two desks, 40% of the calls, 3 million euros")]
    assert found == [("2", "", ("desks",)), ("40", "%", ("calls",)), ("3", "million", ("million",))]


@pytest.mark.parametrize(
    ("quote", "statement"),
    [
        ("The cost was €20 million.", "The cost was $20 million."),
        ("The score was -20 points.", "The score was 20 points."),
        ("The score was 20 points.", "The score was -20 points."),
    ],
)
def test_currency_and_sign_have_to_be_those_of_the_quote(quote: str, statement: str) -> None:
    assert find_false_number(statement, quote)
    assert find_false_number(quote, quote) is None


def test_currency_may_be_a_word_in_the_quote() -> None:
    assert find_false_number("It cost $20 million.", "It cost 20 million dollars.") is None


def test_range_in_words_has_the_unit_of_its_end() -> None:
    assert find_false_number("Calls fell five to ten percent.", "Calls fell by 5-10%.") is None
    assert find_false_number("Calls fell five to ten times.", "Calls fell by 5-10%.")
