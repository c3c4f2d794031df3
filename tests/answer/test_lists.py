"""Lists whose entries are sections."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from advisor.answer.asked import read_question
from advisor.answer.check import check
from advisor.answer.lists import announced_list, fitting_lists
from advisor.answer.rewrite import rewrite
from advisor.types import Draft, Passage, RankedPassage

MakePassage = Callable[..., Passage]
Rank = Callable[..., list[RankedPassage]]
Listed = Callable[..., list[Draft]]

STRATEGIES = (
    "# Three call strategies",
    "Calls need thought.",
    "# Name owners",
    "One owner solves a call. Callers stay.",
)
FURTHER = ("# Hear calls", "Leaders hear ten calls a week.", "# Act", "Desks solve calls fast.", "# Afterword", "Well.")
SILOS = ("# People silos", "Leaders wait.", "# Process silos", "Forms pile up.", "# Technology silos", "Data hides.")


@pytest.fixture
def listed(rank: Rank) -> Listed:
    def make(question: str, *passages: Passage) -> list[Draft]:
        """The list for a question that found the first of a document's passages."""
        ranked = rank(passages[0])
        asked = read_question(rewrite(question, (), lambda word: None), ranked, lambda token: 1.0)
        return announced_list(asked, ranked, lambda document: passages)

    return make


@pytest.fixture
def fitting(rank: Rank) -> Listed:
    def make(question: str, *passages: Passage) -> list[Draft]:
        """The lists that fit a question which found all of a document's passages."""
        ranked = rank(*passages)
        asked = read_question(rewrite(question, (), lambda word: None), ranked, lambda token: 1.0)
        return fitting_lists(asked, ranked, lambda document: passages)

    return make


def document(make_passage: MakePassage, *parts: tuple[str, ...]) -> list[Passage]:
    """Passages of one document, each after the one before."""
    passages: list[Passage] = []
    for number, part in enumerate(parts):
        made, by = make_passage(*part), passages[-1].end if passages else 0
        sentences = tuple(replace(s, start=s.start + by, end=s.end + by) for s in made.sentences)
        moved = replace(made, id=f"p{number}", start=made.start + by, end=made.end + by, sentences=sentences)
        passages.append(moved)
    return passages


@pytest.mark.parametrize("question", ["Which three moves make calls better?", "What are the call strategies?"])
def test_announced_sections_are_all_named_and_then_told(
    listed: Listed, make_passage: MakePassage, question: str
) -> None:
    drafts = listed(question, *document(make_passage, STRATEGIES, FURTHER))
    assert [draft.text for draft in drafts] == [
        "Three call strategies: Name owners; Hear calls; Act.",
        "One owner solves a call. Callers stay.",
        "Leaders hear ten calls a week.",
        "Desks solve calls fast.",
    ]
    assert [draft.aspect for draft in drafts] == [None, "Name owners", "Hear calls", "Act"]


def test_what_names_the_sections_cites_each_heading_and_passes_the_check(
    listed: Listed, make_passage: MakePassage
) -> None:
    passages = document(make_passage, STRATEGIES, FURTHER)
    drafts = listed("What are the call strategies?", *passages)
    assert [evidence.quote for evidence in drafts[0].evidence] == [
        "Three call strategies",
        "Name owners",
        "Hear calls",
        "Act",
    ]
    text = ""
    for passage in passages:
        text = text.ljust(passage.start) + passage.text
    assert check(drafts, {passage.id for passage in passages}, lambda document: text) == (drafts, [])


@pytest.mark.parametrize("question", ["Which silos are there?", "Name the three silos."])
def test_headings_that_share_the_word_asked_for_are_a_list(
    listed: Listed, make_passage: MakePassage, question: str
) -> None:
    drafts = listed(question, make_passage(*SILOS))
    assert [draft.text for draft in drafts] == [
        "People silos, Process silos and Technology silos.",
        "Leaders wait.",
        "Forms pile up.",
        "Data hides.",
    ]


@pytest.mark.parametrize(
    "question",
    [
        "Which four strategies are there for queues?",
        "Why are there silos?",
        "Which departments wait?",
        "Name two silos.",
    ],
)
def test_question_for_something_else_gets_no_list(listed: Listed, make_passage: MakePassage, question: str) -> None:
    assert listed(question, make_passage(*SILOS, *STRATEGIES, *FURTHER)) == []


def test_list_of_which_an_entry_cannot_be_quoted_is_not_given(listed: Listed, make_passage: MakePassage) -> None:
    assert listed("Which silos are there?", make_passage(*SILOS[:-1], "It hides.")) == []


STEPS = ("# How to sort calls in three steps", "- Hear each call.", "- Name its owner.", "- Close it. Tell the caller.")
MISTAKES = ("# Mistakes to avoid", "- Haste.", "- Scripts.", "- Silence.")


def test_steps_come_whole_and_in_order_below_their_heading(fitting: Listed, make_passage: MakePassage) -> None:
    drafts = fitting("How do we sort calls?", *document(make_passage, ("# What calls are", "Calls ask."), STEPS))
    assert [draft.text for draft in drafts] == ["Hear each call.", "Name its owner.", "Close it. Tell the caller."]
    assert {draft.aspect for draft in drafts} == {STEPS[0].removeprefix("# ")}
    assert [len(draft.evidence) for draft in drafts] == [1, 1, 1]


def test_list_parted_between_passages_is_still_whole(fitting: Listed, make_passage: MakePassage) -> None:
    whole = make_passage(*STEPS)
    cut = whole.sentences[2].end
    parts = [
        replace(whole, id="a", end=cut, text=whole.text[: cut - whole.start], sentences=whole.sentences[:3]),
        replace(
            whole,
            id="b",
            start=whole.sentences[3].start,
            text=whole.text[whole.sentences[3].start - whole.start :],
            sentences=whole.sentences[3:],
        ),
    ]
    drafts = fitting("Which steps are there to sort calls?", *parts)
    assert [draft.evidence[0].passage_id for draft in drafts] == ["a", "a", "b"]


def test_entries_of_a_long_list_are_told_by_their_first_sentences(fitting: Listed, make_passage: MakePassage) -> None:
    items = [f"- Step {name} helps. More on it." for name in "ABCDEFGHI"]
    drafts = fitting("How do we sort calls?", make_passage(STEPS[0], *items))
    assert [draft.text for draft in drafts] == [f"Step {name} helps." for name in "ABCDEFGHI"]


def test_what_introduces_a_list_leads(fitting: Listed, make_passage: MakePassage) -> None:
    drafts = fitting("How do we sort calls?", make_passage(STEPS[0], "Northwind names three steps.", *STEPS[1:]))
    assert (drafts[0].text, drafts[0].aspect) == ("Northwind names three steps.", None)


def test_each_part_of_a_question_has_its_list(fitting: Listed, make_passage: MakePassage) -> None:
    passages = document(make_passage, STEPS, MISTAKES)
    drafts = fitting("How do we sort calls, and what mistakes should we avoid?", *passages)
    assert [draft.aspect for draft in drafts] == [STEPS[0].removeprefix("# ")] * 3 + ["Mistakes to avoid"] * 3


@pytest.mark.parametrize("question", ["Why are there calls?", "How do we train desks?"])
def test_list_below_a_heading_that_does_not_fit_is_not_given(
    fitting: Listed, make_passage: MakePassage, question: str
) -> None:
    assert fitting(question, make_passage(*STEPS)) == []
