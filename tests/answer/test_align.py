"""Which words of a statement its quote has in some form."""

from __future__ import annotations

import pytest

from advisor.answer.align import align, kindred
from advisor.answer.reading import Reading


def own(statement: str, quote: str) -> list[str]:
    said = Reading(statement)
    alignment = align(said, Reading(quote))
    return [said.words[position].text for position in sorted([*alignment.added, *alignment.loose])]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("argue", "argument"),
        ("satisfied", "satisfaction"),
        ("threat", "threatens"),
        ("pay", "payments"),
        ("decide", "decision"),
    ],
)
def test_derived_words_are_kindred(one: str, other: str) -> None:
    assert kindred(one, other)
    assert kindred(other, one)


@pytest.mark.parametrize(("one", "other"), [("contract", "context"), ("carefully", "careless"), ("market", "marvel")])
def test_words_that_only_begin_alike_are_not(one: str, other: str) -> None:
    assert not kindred(one, other)


def test_statement_in_the_words_of_its_quote_has_none_of_its_own() -> None:
    assert own("Dashboards show delays.", "Delays show up on dashboards.") == []


def test_synonym_is_not_a_word_of_its_own() -> None:
    assert own("Staff forecast demand.", "Employees predict demand.") == []


def test_added_word_is_one_of_its_own() -> None:
    assert own("Dashboards show delays and complaints.", "Dashboards show delays.") == ["complaints"]


def test_word_between_the_same_neighbours_stands_for_another() -> None:
    alignment = align(Reading("The driver schleps the parcel home"), Reading("The driver lugs the parcel home"))
    assert list(alignment.placed) == [2]
    assert alignment.added == ()
    assert alignment.loose == {}


def test_word_of_its_own_may_stand_for_one_nearby_that_is_left_over() -> None:
    quote = Reading("The team captures every complaint within the hour")
    reworded = align(Reading("By the team every complaint is nabbed within the hour"), quote)
    assert (list(reworded.loose), reworded.added) == ([6], ())
    added = align(Reading("Within the hour the team nobly captures every complaint"), quote)
    assert (added.loose, added.added) == ({}, (5,))


def test_entry_of_a_list_that_the_quote_has_not_stands_for_nothing() -> None:
    quote = Reading("The tool tracks calls, visits and letters quickly")
    assert align(Reading("The tool tracks calls, prices, visits and letters"), quote).added == (4,)


def test_repeated_word_is_paired_once_for_each_time_it_stands_in_the_quote() -> None:
    alignment = align(Reading("raised costs and raised sales"), Reading("raised costs and lowered sales"))
    assert len(set(alignment.pairs.values())) < len(alignment.pairs)
    assert alignment.unused


def test_rewording_is_counted() -> None:
    assert align(Reading("Staff forecast demand"), Reading("Employees predict demand")).reworded == 2
    assert align(Reading("Staff predicts demand"), Reading("Staff predicted demands")).reworded == 0
