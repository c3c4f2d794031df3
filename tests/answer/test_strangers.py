"""Whom a question is about and the library never mentions."""

from __future__ import annotations

import pytest

from advisor.answer.graph import Sources
from advisor.answer.strangers import find_strangers


@pytest.mark.parametrize(
    ("question", "strangers"),
    [
        ("How does Contoso treat its callers?", ["Contoso"]),
        ("How does Vera Lund explain silos?", ["Vera", "Lund"]),
        ("how does contoso treat its callers?", ["contoso"]),
        ("How does C-Mobile treat its callers?", ["C-Mobile"]),
        ("singapore shops - how do they treat their callers?", ["singapore shops"]),
        ("how does technolog treat callers?", ["technolog"]),  # shares its stem with "technology"
        ("What does GDPR ask of callers?", ["GDPR"]),  # the thesaurus has it, the library none of its terms
        ("How does Northwind treat its callers?", []),
        ("how does northwind treat its callers?", []),
    ],
)
def test_stranger_is_found_however_it_is_written(sources: Sources, question: str, strangers: list[str]) -> None:
    assert find_strangers(question, question, sources) == strangers


@pytest.mark.parametrize(
    "question",
    [
        "I work at Contoso; how do we break down silos?",
        "We're a T-shirt maker called Contoso; how do we break down silos?",
        "At Contoso Energy, our teams do not talk. How do we break down silos?",
        "You're Captain Brine. So, Captain, how do we break down silos?",
    ],
)
def test_who_asks_and_who_is_addressed_are_no_strangers(sources: Sources, question: str) -> None:
    assert find_strangers(question, question, sources) == []
