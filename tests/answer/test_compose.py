"""An answer from the sources' own sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from advisor.answer.asked import idf_of, read_question
from advisor.answer.compose import ALSO, LONGEST_JOINED, MOST, after_said, candidates, compose
from advisor.answer.rewrite import rewrite
from advisor.types import Draft, Passage, RankedPassage

MakePassage = Callable[..., Passage]
Rank = Callable[..., list[RankedPassage]]

OWNERS = (
    "# Owners",
    "At Northwind every caller has one owner. It took two years. Repeat calls fell by 30%.",
    "# Offers",
    "Shoppers who asked get offers from Fabrikam. Shoppers state their tastes first.",
)
PARTS = (
    "# Parts",
    "A service model has four parts:",
    "- Governance says who decides.",
    "- Processes follow the caller.",
    "- Technology shows one view.",
    "- Culture rewards solving for good.",
)


@pytest.fixture
def composed(rank: Rank) -> Callable[..., list[Draft]]:
    def make(
        question: str, *passages: Passage, far: tuple[Passage, ...] = (), score: float | None = None
    ) -> list[Draft]:
        ranked = [*rank(*passages), *rank(*far, cosine=0.1)]
        ranked = [one if score is None else replace(one, score=score) for one in ranked]
        asked = read_question(rewrite(question, (), lambda word: None), ranked, lambda token: 1.0)
        return compose(asked, candidates(asked, ranked))

    return make


Composed = Callable[..., list[Draft]]


@pytest.mark.parametrize("question", ["How does Northwind treat callers?", "What are the four parts of a model?"])
def test_every_statement_quotes_its_passage_verbatim(
    composed: Composed, make_passage: MakePassage, question: str
) -> None:
    passages = {"a": make_passage(*OWNERS, document_id="a"), "b": make_passage(*PARTS, document_id="b")}
    drafts = composed(question, *passages.values())
    assert drafts
    for draft in drafts:
        for evidence in draft.evidence:
            passage = passages[evidence.document_id]
            assert passage.text[evidence.start - passage.start : evidence.end - passage.start] == evidence.quote
            assert evidence.quote.split("\n")[0].lower().rstrip(":.") in draft.text.lower()


def test_most_direct_statement_leads_and_the_others_stand_by_aspect(
    composed: Composed, make_passage: MakePassage
) -> None:
    drafts = composed("Which shoppers does Fabrikam send offers to?", make_passage(*OWNERS))
    assert drafts[0].text.startswith("Shoppers who asked")
    assert drafts[0].aspect is None
    assert {draft.aspect for draft in drafts[1:]} <= {"Owners", "Offers"}


def test_neighbouring_sentences_make_one_statement(composed: Composed, make_passage: MakePassage) -> None:
    drafts = composed("How did Northwind treat callers?", make_passage("Northwind listens to callers. Callers stay."))
    assert [draft.text for draft in drafts] == ["Northwind listens to callers. Callers stay."]


def test_list_is_given_whole_and_in_order(composed: Composed, make_passage: MakePassage) -> None:
    texts = [draft.text for draft in composed("What are the parts of a service model?", make_passage(*PARTS))]
    assert texts == ["A service model has four parts.", *(item[2:] for item in PARTS[2:])]


def test_steps_below_headings_in_a_row_are_given_whole(composed: Composed, make_passage: MakePassage) -> None:
    steps = ("# Listen", "Hear ten calls a week.", "# Decide", "Name an owner for calls.", "# Act", "Solve calls fast.")
    texts = [draft.text for draft in composed("What are the steps to better calls?", make_passage(*steps))]
    assert texts == ["Hear ten calls a week.", "Name an owner for calls.", "Solve calls fast."]


@pytest.mark.parametrize("question", ["How do Northwind and Fabrikam differ?", "does northwind beat fabrikam"])
def test_comparison_gives_each_subject_a_statement(
    composed: Composed, make_passage: MakePassage, question: str
) -> None:
    pairs = ("Oslo queues", "Lima calls", "Cairo desks", "Perth owners", "Quito hours", "Delhi prices", "Tunis apps")
    near = [make_passage(f"At Northwind {pair} differ.", document_id=pair) for pair in pairs]
    far = make_passage("For shoppers there is Fabrikam.", document_id="far")
    assert any("Fabrikam" in draft.text for draft in composed(question, *near, far=(far,)))


def test_comparison_stands_side_by_side_and_leaves_out_what_is_on_neither(
    composed: Composed, make_passage: MakePassage
) -> None:
    passage = make_passage(
        "Northwind gives callers one owner.",
        "Callers dislike queues at any company.",
        "Fabrikam sends shoppers offers.",
        "Northwind hears ten calls a week.",
    )
    drafts = composed("How does Northwind differ from Fabrikam?", passage)
    assert [(draft.aspect, draft.text) for draft in drafts] == [
        ("Northwind", "Northwind gives callers one owner."),
        ("Northwind", "Northwind hears ten calls a week."),
        ("Fabrikam", "Fabrikam sends shoppers offers."),
    ]


def test_what_speaks_of_both_leads_a_comparison(composed: Composed, make_passage: MakePassage) -> None:
    both = "At Northwind calls have owners, at Fabrikam none."
    passage = make_passage("Northwind hears ten calls a week.", "Fabrikam sends shoppers offers.", both)
    drafts = composed("How does Northwind differ from Fabrikam?", passage)
    assert (drafts[0].aspect, drafts[0].text) == (None, both)
    assert [draft.aspect for draft in drafts[1:]] == ["Northwind", "Fabrikam"]


def test_sentence_beside_a_quoted_one_is_taken_in_when_there_are_enough_statements(
    composed: Composed, make_passage: MakePassage
) -> None:
    cities = "Oslo Lima Cairo Perth Quito Delhi Tunis Riga Doha Hanoi Minsk Accra Sofia".split()
    things = "queues forms desks menus hours prices apps bots fees letters scripts ads pop-ups".split()
    near = [
        make_passage(f"Callers mind {city} {thing}.", document_id=city)
        for city, thing in zip(cities, things, strict=True)
    ]
    pair = make_passage("Callers mind owners who vanish. Desks answer.", document_id="pair")
    drafts = composed("What do callers mind?", near[0], pair, *near[1:], score=0.9)
    assert len(drafts) == MOST
    assert "Callers mind owners who vanish. Desks answer." in [draft.text for draft in drafts]


def test_sentence_beside_a_quoted_one_is_a_statement_where_both_would_be_too_long(
    composed: Composed, make_passage: MakePassage
) -> None:
    long = "menus and " * (LONGEST_JOINED // 15)
    passage = make_passage(f"Callers mind {long}queues. Shoppers like {long}desks, offers, apps and bots.")
    assert len(composed("What do callers mind?", passage)) == 2


def test_sentence_about_a_text_itself_is_left_out_unless_it_was_asked_for(
    composed: Composed, make_passage: MakePassage
) -> None:
    about = "The paper explores how callers wait."
    passage = make_passage("Callers wait for owners.", "Desks answer callers late.", "Queues annoy callers.", about)
    assert about not in {draft.text for draft in composed("Why do callers wait?", passage)}
    assert about in {draft.text for draft in composed("Which paper covers why callers wait?", passage)}


def test_statements_without_a_heading_do_not_stand_between_sections(
    composed: Composed, make_passage: MakePassage
) -> None:
    headed = make_passage("# Owners", "Callers at Northwind have owners.", document_id="a")
    bare = make_passage("Menus annoy shoppers in Oslo.", document_id="b", heading=())
    later = make_passage("# Desks", "Desks make every caller wait.", document_id="c")
    drafts = composed("Why do callers wait?", headed, headed, later, bare)
    assert [draft.aspect for draft in drafts] == [None, "Desks", ALSO]


def test_sentence_with_the_figure_that_was_asked_for_leads(composed: Composed, make_passage: MakePassage) -> None:
    passage = make_passage("Repeat calls fell at the desk.", "Repeat calls fell by 30%.", "Repeat calls cost patience.")
    assert composed("By what percentage did repeat calls fall?", passage)[0].text == "Repeat calls fell by 30%."


def test_same_thing_is_said_once_and_cites_both(composed: Composed, make_passage: MakePassage) -> None:
    one = make_passage("Northwind gave every caller one owner who solves the problem.", document_id="a")
    other = make_passage("Every caller of Northwind has one owner for the problem.", document_id="b")
    (draft,) = composed("How does Northwind treat callers?", one, other)
    assert [quote.document_id for quote in draft.quotes] == ["a", "b"]
    assert draft.text == draft.evidence[0].quote


def test_sentences_that_cannot_stand_alone_make_no_answer(composed: Composed, make_passage: MakePassage) -> None:
    assert composed("How do they do it?", make_passage("# Owners", "They did it.")) == []
    assert composed("How do they do it?") == []


def test_headings_are_no_candidates_and_shared_sentences_are_one(make_passage: MakePassage, rank: Rank) -> None:
    passage = make_passage(*OWNERS)
    ranked = rank(passage, passage)
    asked = read_question(rewrite("How many calls?", (), lambda word: None), ranked, lambda token: 1.0)
    found = [candidate.sentence.start for candidate in candidates(asked, ranked)]
    assert sorted(found) == [sentence.start for sentence in passage.sentences if sentence.kind != "heading"]


@pytest.mark.parametrize("question", ["How did Northwind do it?", "how did northwind do it", "northwind’s results"])
def test_subject_is_a_name_that_the_passages_know(make_passage: MakePassage, rank: Rank, question: str) -> None:
    ranked = rank(make_passage(*OWNERS))
    asked = read_question(rewrite(question, (), lambda word: None), ranked, lambda token: 1.0)
    assert asked.subjects == {"northwind"}


def test_rarer_word_weighs_more_and_an_unknown_one_nothing() -> None:
    idf = idf_of({"rare": 1, "common": 50}.get, 100)  # type: ignore[arg-type]  # every word asked for is there
    assert idf("rare") > idf("common") > 0
    assert idf_of(lambda token: 0, 100)("nowhere") == 0


def test_choice_is_made_among_what_was_said(make_passage: MakePassage, rank: Rank) -> None:
    ranked = rank(make_passage("# Desks", "Owners solve problems for callers.", "Desks pass callers on."))
    query = rewrite("Who passes callers on?", (), lambda word: None)
    asked = read_question(query, ranked, lambda token: 1.0)
    found = [replace(candidate, score=0.0) for candidate in candidates(asked, ranked)]
    last = found[-1].sentence
    said = replace(query, said=(("doc", last.start, last.end),))
    assert after_said(asked, found, replace(said, among=True))[0].sentence == last
    assert after_said(asked, found, said)[-1].sentence == last
    assert last not in [c.sentence for c in after_said(asked, found, replace(said, only_new=True))]


def test_formula_of_the_measure_asked_for_leads(composed: Composed, make_passage: MakePassage) -> None:
    drafts = composed(
        "How do I calculate churn?",
        make_passage(
            "# How to calculate churn",
            "With 10 lost callers the churn is 5%, says Northwind about how churn is counted.",
            "Formula: churn = callers lost ÷ callers at the start × 100%.",
            "# How to calculate cost",
            "Formula: cost = total cost ÷ calls.",
        ),
    )
    assert drafts[0].text.startswith("Formula: churn =")
