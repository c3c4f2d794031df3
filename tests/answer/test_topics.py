"""Subjects of the trade that a question asks for and the library does not have."""

from __future__ import annotations

import pytest

from advisor.answer.topics import find_absent_topics


class _Words:
    """A library with these words and names."""

    def __init__(self, *has: str) -> None:
        self._has = has

    def knows(self, stem: str, as_name: bool = False) -> bool:
        return stem in self._has

    def has(self, name: str) -> bool:
        return name in self._has


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        ("Explain SERVQUAL and its dimensions.", ["SERVQUAL"]),
        ("How do we draw service blueprints?", ["service blueprints"]),
        ("Which colours should our vans have?", ["colours"]),
        ("How do we get callers on the agenda?", []),  # not what is asked for
        ("Who sits on the board?", []),
    ],
)
def test_topic_is_absent_when_the_library_has_no_word_for_it(question: str, absent: list[str]) -> None:
    assert find_absent_topics(question, _Words()) == absent


@pytest.mark.parametrize("has", ["effort score", "customer effort score"])
def test_topic_is_there_in_any_of_its_names(has: str) -> None:
    assert find_absent_topics("What is a customer effort score?", _Words(has)) == []
