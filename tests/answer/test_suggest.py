"""Questions next to the one that was asked."""

from __future__ import annotations

from collections.abc import Callable

from advisor.answer.cite import make_citation
from advisor.answer.suggest import suggest
from advisor.types import Answer, Bibliography, Citation, Evidence, Origin, Passage, RankedPassage

MakePassage = Callable[..., Passage]
Rank = Callable[..., list[RankedPassage]]


def citation(*heading: str) -> Citation:
    return make_citation(1, Evidence("doc", "p", 0, 1, "x", heading), Origin(Bibliography(title="T")))


def finds(*ranked: RankedPassage) -> Callable[[str, int], list[RankedPassage]]:
    """A search that always brings up these passages."""
    return lambda passage_id, place: list(ranked)


def test_sections_found_but_not_cited_are_suggested_best_first(make_passage: MakePassage, rank: Rank) -> None:
    ranked = rank(*(make_passage(f"# {name}", "Text.") for name in ("Owners", "Offers", "Owners", "Desks")))
    owners, desks = suggest(ranked, [citation("Offers")], finds(*ranked))
    assert "“Owners”" in owners
    assert "“Desks”" in desks


def test_few_are_suggested(make_passage: MakePassage, rank: Rank) -> None:
    ranked = rank(*(make_passage(f"# Section {number}", "Text.") for number in range(9)))
    assert len(suggest(ranked, (), finds(*ranked))) == 3


def test_section_that_a_search_does_not_bring_up_is_not_suggested(make_passage: MakePassage, rank: Rank) -> None:
    owners, offers = rank(*(make_passage(f"# {name}", "Text.") for name in ("Owners", "Offers")))
    assert suggest([owners, offers], (), finds(offers)) == ("What do the sources say about “Offers”?",)


def test_what_a_text_says_of_itself_is_not_suggested(make_passage: MakePassage, rank: Rank) -> None:
    ranked = rank(make_passage("# Works listed in the essay", "Text."))
    assert suggest(ranked, (), finds(*ranked)) == ()


def test_heading_without_a_sentence_suggests_nothing(make_passage: MakePassage, rank: Rank) -> None:
    assert suggest(rank(make_passage("# Owners")), (), finds(*rank(make_passage("# Owners")))) == ()


def test_suggestion_after_an_answer_is_answered(ask: Callable[..., Answer]) -> None:
    suggestions = ask("How does Fabrikam make personal offers?").follow_ups
    assert suggestions
    assert {ask(suggestion).status for suggestion in suggestions} == {"answered"}
