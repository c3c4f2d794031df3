"""A paraphrase says what its sentences say, no more and no less, and of the same ones."""

from __future__ import annotations

import pytest

from advisor.answer.paraphrase import says_the_same

SILOS = "Firms must act since silos may hurt 3% of their customers."

SAME = {
    "its own words": (SILOS, [SILOS]),
    "clauses in another order": ("Since silos may hurt 3% of their customers, firms must act.", [SILOS]),
    "another small word": (SILOS.replace("since", "because"), [SILOS]),
    "a short denial": ("Firms don’t wait.", ["Firms do not wait."]),
    "the number as a word": ("Three firms wait.", ["3 firms wait."]),
    "two sentences in one": (
        "Teams serve customers, and desks listen to callers.",
        ["Teams serve customers.", "Desks listen to callers."],
    ),
}
OTHER = {
    "less": ("Firms must act.", [SILOS]),
    "a word more": (SILOS.replace("customers", "angry customers"), [SILOS]),
    "a reason more": ("Teams serve customers, so desks listen.", ["Teams serve customers.", "Desks listen."]),
    "another number": (SILOS.replace("3", "4"), [SILOS]),
    "no share but a count": (SILOS.replace("%", ""), [SILOS]),
    "a stronger claim": (SILOS.replace("may", "will"), [SILOS]),
    "a weaker claim": (SILOS.replace("must", "may"), [SILOS]),
    "more of them": ("All firms wait.", ["Some firms wait."]),
    "a synonym": (SILOS.replace("customers", "clients"), [SILOS]),
    "cause for effect": ("Since firms must act, silos may hurt 3% of their customers.", [SILOS]),
    "a denial less": (
        "Firms compete only on price but on quality.",
        ["Firms compete not only on price but on quality."],
    ),
    "a denial more": ("Firms can not wait.", ["Firms can wait."]),
    "a denial moved": ("Firms want speed, not thrift.", ["Firms want thrift, not speed."]),
    "to whom it is done": ("Customers serve teams.", ["Teams serve customers."]),
    "who does it": (
        "Teams serve callers, and desks listen to customers.",
        ["Teams serve customers.", "Desks listen to callers."],
    ),
    "which company": ("Contoso waits, and Tailspin acts.", ["Contoso acts, and Tailspin waits."]),
    "by how much for to what": ("Costs fell to 3%.", ["Costs fell by 3%."]),
    "nobody's report": ("Silos hurt.", ["Silos hurt, according to the source article."]),
    "another company": ("Contoso waits.", ["Tailspin waits."]),
}


@pytest.mark.parametrize(("text", "sentences"), SAME.values(), ids=SAME)
def test_is_a_paraphrase(text: str, sentences: list[str]) -> None:
    assert says_the_same(text, sentences)


@pytest.mark.parametrize(("text", "sentences"), OTHER.values(), ids=OTHER)
def test_is_none_with(text: str, sentences: list[str]) -> None:
    assert not says_the_same(text, sentences)
