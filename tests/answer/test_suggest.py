"""Questions next to the one that was asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from advisor.answer.cite import make_citation
from advisor.answer.graph import Sources
from advisor.answer.suggest import ask_about, suggest
from advisor.types import Answer, Bibliography, Citation, Evidence, Origin, Passage, RankedPassage

MakePassage = Callable[..., Passage]
Rank = Callable[..., list[RankedPassage]]


def citation(*heading: str) -> Citation:
    return make_citation(1, Evidence("doc", "p", 0, 1, "x", heading), Origin(Bibliography(title="T")))


def always(question: str, passage_id: str, place: int) -> bool:
    return True


def test_sections_found_but_not_cited_are_suggested_best_first(make_passage: MakePassage, rank: Rank) -> None:
    ranked = rank(*(make_passage(f"# {name}", "Text.") for name in ("Owners", "Offers", "Owners", "Desks")))
    owners, desks = suggest(ranked, [citation("Offers")], always)
    assert "“Owners”" in owners
    assert "“Desks”" in desks


def test_few_are_suggested(make_passage: MakePassage, rank: Rank) -> None:
    ranked = rank(*(make_passage(f"# Section {number}", "Text.") for number in range(9)))
    assert len(suggest(ranked, (), always)) == 3


def test_question_that_is_not_answered_from_its_section_is_not_suggested(make_passage: MakePassage, rank: Rank) -> None:
    ranked = rank(*(make_passage(f"# {name}", "Text.", document_id=name) for name in ("Owners", "Offers")))
    suggested = suggest(ranked, (), lambda question, passage_id, place: passage_id == "Offers-p")
    assert suggested == ("What do the sources say about “Offers”?",)


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("What does a model do?", "What does a model do?"),
        ("How to break silos", "How do we break silos?"),
        ("Why silos hurt customers", "What do the sources say about why silos hurt customers?"),
        ("Making the promise:", "What do the sources say about making the promise?"),
        ("Measuring NPS", "What do the sources say about “Measuring NPS”?"),
        ("Build one platform", "What do the sources say about “Build one platform”?"),
    ],
)
def test_heading_is_asked_about_in_a_sentence_where_it_reads_as_part_of_one(heading: str, question: str) -> None:
    assert ask_about(heading) == question


def test_section_is_verified_by_the_words_of_its_question(sources: Sources) -> None:
    (passage_id, place), *_ = (
        (passage.id, place)
        for document in sources.library.documents()
        for passage in sources.library.passages_of(document.id)
        for place, sentence in enumerate(passage.sentences)
        if passage.slice(sentence) == "Why silos hurt customers"
    )
    assert sources.answers("What do the sources say about why silos hurt customers?", passage_id, place)
    assert not sources.answers("How does Contoso see why silos hurt customers?", passage_id, place)


def test_what_a_text_says_of_itself_is_not_suggested(make_passage: MakePassage, rank: Rank) -> None:
    ranked = rank(make_passage("# Works listed in the essay", "Text."))
    assert suggest(ranked, (), always) == ()


def test_suggestion_after_an_answer_is_answered(ask: Callable[..., Answer]) -> None:
    suggestions = ask("How does Fabrikam make personal offers?").follow_ups
    assert suggestions
    assert {ask(suggestion).status for suggestion in suggestions} == {"answered"}
