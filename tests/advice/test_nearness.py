"""What a practice has to do with a question: rare words tell, common and chance ones hardly do."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from advisor.advice.nearness import Embedded, Found, nearness_to
from advisor.types import Draft, Evidence, Practice

AWAY = np.array([0.0, 1.0], dtype=np.float32)  # at right angles to every question: words alone tell
QUOTE = Evidence("doc", "p", 10, 30, "a quote")


def practice(id: str, action: str) -> Embedded:
    made = Practice(
        id, action, "Because.", "theme", ("coo",), ("any",), ("any",), (1, 5), 1, (), (), 30, "low", "m", (QUOTE,)
    )
    return made, AWAY


PRACTICES = [
    practice("complaints", "Settle complaints of customers."),
    practice("journeys", "Draw journeys of customers."),
    practice("surveys", "Survey customers."),
]


@pytest.fixture
def near() -> Callable[..., dict[str, float]]:
    def measure(asked: str, terms: str = "", drafts: tuple[Draft, ...] = ()) -> dict[str, float]:
        found = Found(asked, asked, np.array([1.0, 0.0], dtype=np.float32), drafts, terms)
        nearness = nearness_to(found, PRACTICES)
        return {one[0].id: round(nearness(one), 3) for one in PRACTICES}

    return measure


Near = Callable[..., dict[str, float]]


def test_word_of_few_practices_tells_more_than_one_of_all(near: Near) -> None:
    measured = near("complaints of customers")
    assert measured["complaints"] > measured["journeys"] + 0.2
    assert measured["journeys"] == measured["surveys"]


def test_chance_word_of_a_long_question_tells_less_than_that_of_a_short_one(near: Near) -> None:
    long = near("A neighbour on a bus complained of journeys, weather, prices, queues and noise")
    assert long["journeys"] < near("journeys")["journeys"]


def test_question_told_in_other_words_is_found_by_the_terms_of_the_field(near: Near) -> None:
    story = "Guests shout at our desk"
    assert near(story, "complaints")["complaints"] > near(story)["complaints"] == 0


def test_practice_on_a_quote_that_the_answer_cites_is_nearer(near: Near) -> None:
    overlapping = Evidence("doc", "p", 20, 40, "another quote")
    cited = near("journeys", drafts=(Draft("Said.", None, (overlapping,)),))
    assert all(cited[id] > value for id, value in near("journeys").items())


def test_no_practices_are_no_error() -> None:
    found = Found("journeys", "journeys", AWAY, ())
    assert nearness_to(found, []) is not None
