"""A text as the check reads it."""

from __future__ import annotations

import pytest

from advisor.answer.reading import Reading


def denied(text: str) -> set[str]:
    reading = Reading(text)
    return {reading.words[position].text for position in reading.denied}


def test_irregular_form_has_the_stem_of_its_base() -> None:
    assert Reading("won").stems == Reading("win").stems


def test_comparative_has_the_stem_of_its_base_and_says_more() -> None:
    harder, more = Reading("harder"), Reading("more")
    assert harder.stems == Reading("hard").stems
    assert {(p.entry, p.side) for p in harder.poles} & {(p.entry, p.side) for p in more.poles}


@pytest.mark.parametrize(
    "text",
    [
        "They do not escalate.",
        "They don’t escalate.",
        "They never escalate.",
        "Teams work without escalating.",
        "Nobody escalates.",
        "They listen rather than escalate.",
        "They listen instead of escalating.",
        "They no longer escalate.",
        "They fail to escalate.",
    ],
)
def test_denial_reaches_the_words_after_it(text: str) -> None:
    assert any(word.startswith("escalat") for word in denied(text))


@pytest.mark.parametrize("text", ["They do not wait, they escalate.", "They do not wait but escalate."])
def test_denial_ends_with_its_clause(text: str) -> None:
    assert "escalate" not in denied(text)


def test_denial_before_a_question_word_reaches_into_the_next_clause() -> None:
    assert "escalate" in denied("They cannot tell when to escalate.")


def test_denial_ends_where_the_next_one_begins() -> None:
    (first, second) = Reading("Calls not escalated and letters not answered").denials
    assert (first, second) == ([2, 4], [6])


def test_denial_of_a_denial_is_one_too() -> None:
    assert len(Reading("She never never escalates").denials) == 2


def test_not_without_denies_nothing() -> None:
    assert denied("They could not escalate without dashboards.") == set()


def test_number_has_the_stem_of_its_digits() -> None:
    assert Reading("ninety-three calls").stems == Reading("93 calls").stems


def test_turn_of_phrase_says_nothing_new() -> None:
    assert Reading("in order to escalate").stems == Reading("to escalate").stems


def test_not_only_denies_nothing() -> None:
    assert denied("They not only listen but also escalate.") == set()


@pytest.mark.parametrize(
    "text", ["They moved from spreadsheets to dashboards.", "They replace spreadsheets with dashboards."]
)
def test_what_is_left_behind_is_given_up(text: str) -> None:
    assert denied(text) == {"spreadsheets"}


def test_replaced_passively_is_given_up_too() -> None:
    assert denied("Spreadsheets are replaced by dashboards.") == {"Spreadsheets"}


def test_words_of_grammar_say_nothing_new() -> None:
    reading = Reading("Both of them would also make use of dashboards")
    assert [reading.words[position].text for position in reading.content] == ["dashboards"]


def test_empty_text_reads_as_nothing() -> None:
    reading = Reading("")
    assert (reading.content, reading.poles, reading.denials, reading.given_up) == ([], [], [], [])
