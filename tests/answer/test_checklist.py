"""Action items: each with evidence, in the order that fits who asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from advisor.answer.checklist import Found, build_checklist, read_profile
from advisor.types import (
    Answer,
    Bibliography,
    Checklist,
    Draft,
    Evidence,
    Origin,
    Passage,
    Practice,
    Profile,
    RankedPassage,
)

QUESTION = "How do we stop passing callers from desk to desk?"
SENTENCES = ("Callers need one owner.", "Desks should share one view of a caller.", "Short calls annoy callers.")

Make = Callable[..., Checklist]


@pytest.fixture
def passage(make_passage: Callable[..., Passage]) -> Passage:
    return make_passage(*SENTENCES)


@pytest.fixture
def practice(passage: Passage) -> Practice:
    return Practice(
        "owner", "Name one owner for callers.", "Callers are passed on otherwise.", "service", ("coo", "service"),
        ("any", "telecom"), 60, "low", "Repeat calls", (quote(passage, 0),),
    )  # fmt: skip


@pytest.fixture
def checklist(passage: Passage, rank: Callable[..., list[RankedPassage]]) -> Make:
    def make(
        *practices: Practice, profile: Profile | None = None, question: str = QUESTION, drafts: tuple[Draft, ...] = ()
    ) -> Checklist:
        found = Found(question, question, rank(passage), drafts)
        return build_checklist(
            found, practices, profile or Profile(), lambda e: Origin(Bibliography(title=e.document_id))
        )

    return make


def quote(passage: Passage, position: int) -> Evidence:
    sentence = passage.sentences[position]
    return Evidence("doc", passage.id, sentence.start, sentence.end, passage.slice(sentence))


def order(checklist: Checklist) -> list[str]:
    return [item.id for item in checklist.items]


def test_practice_near_the_question_becomes_an_item_with_its_evidence(checklist: Make, practice: Practice) -> None:
    (item,) = checklist(practice).items
    assert (item.id, item.action, item.effort, item.status) == ("owner", practice.action, "low", "open")
    assert item.horizon == "within 60 days"
    assert [citation.quote for citation in item.citations] == [practice.evidence[0].quote]


def test_practice_far_from_the_question_is_left_out(checklist: Make, practice: Practice) -> None:
    far = replace(
        practice, action="Paint the boats.", why="Rust.", theme="sea", evidence=(Evidence("sea", "s", 0, 1, "x"),)
    )
    assert checklist(far).items == ()


def test_priorities_count_from_one(checklist: Make, practice: Practice, passage: Passage) -> None:
    drafts = (Draft(SENTENCES[1], None, (quote(passage, 1),)),)
    items = checklist(practice, replace(practice, id="two"), drafts=drafts).items
    assert [item.priority for item in items] == [1, 2, 3]


def test_statement_that_advises_becomes_an_item_and_another_does_not(checklist: Make, passage: Passage) -> None:
    drafts = tuple(Draft(SENTENCES[n], None, (quote(passage, n),)) for n in (1, 2))
    (item,) = checklist(drafts=drafts).items
    assert item.action == "Share one view of a caller."
    assert item.citations[0].quote == SENTENCES[1]


@pytest.mark.parametrize("text", ["Calls must not be short.", "Calls should be kept short.", "Owners may decide."])
def test_prohibition_passive_and_permission_make_no_item(checklist: Make, passage: Passage, text: str) -> None:
    assert checklist(drafts=(Draft(text, None, (quote(passage, 0),)),)).items == ()


@pytest.mark.parametrize("role", ["hr", "HR business partner", "CHRO"])
def test_practice_of_the_askers_role_goes_first(checklist: Make, practice: Practice, role: str) -> None:
    theirs = replace(practice, id="theirs", roles=("ceo", "hr"))
    assert order(checklist(practice, theirs)) == ["owner", "theirs"]
    assert order(checklist(practice, theirs, profile=Profile(role=role))) == ["theirs", "owner"]


def test_practice_of_the_askers_sector_goes_first_and_of_another_is_left_out(
    checklist: Make, practice: Practice
) -> None:
    practices = [replace(practice, id=id, sectors=(id,)) for id in ("any", "retail", "telecom")]
    assert order(checklist(*practices)) == ["any", "retail", "telecom"]
    assert order(checklist(*practices, profile=Profile(sector="telecom"))) == ["telecom", "any"]


def test_owner_is_the_asker_where_the_practice_is_theirs(checklist: Make, practice: Practice) -> None:
    owners = [checklist(practice, profile=Profile(role=role)).items[0].owner for role in (None, "coo", "service")]
    assert owners == ["COO", "COO", "Head of customer service"]


def test_item_says_what_in_the_profile_it_fits(checklist: Make, practice: Practice) -> None:
    profile = Profile(role="coo", sector="telecom", horizon_days=90)
    reason = checklist(practice, profile=profile).items[0].fits_because or ""
    assert all(part in reason for part in ("COO", "telecom", "90 days"))
    assert checklist(practice).items[0].fits_because is None


@pytest.mark.parametrize(
    ("question", "role", "sector"),
    [
        ("I'm COO of a telecom operator; how do we break down silos?", "coo", "telecom"),
        ("I am the chief marketing officer at a bank. Where do we start?", "cmo", "banking"),
        ("As service director of a hospital, what should I measure?", "service", "healthcare"),
        ("How do we break down silos?", None, None),
    ],
)
def test_profile_is_read_from_the_question(question: str, role: str | None, sector: str | None) -> None:
    profile = read_profile(question, Profile())
    assert (profile.role, profile.sector) == (role, sector)


def test_given_profile_goes_before_the_question() -> None:
    profile = read_profile("I'm COO of a bank; what now?", Profile(role="ceo", sector="retail", maturity=2))
    assert profile == Profile(role="ceo", sector="retail", maturity=2)


def test_items_of_a_whole_answer_all_cite_the_library(ask: Callable[..., Answer]) -> None:
    answer = ask("I'm COO of a telecom operator; how do we break down silos?", checklist=True)
    assert answer.checklist is not None
    assert {"one-owner", "one-goal", "owner-of-calls"} <= set(order(answer.checklist))
    assert all(item.citations and item.citations[0].quote for item in answer.checklist.items)
    assert (answer.checklist.profile.role, answer.checklist.profile.sector) == ("coo", "telecom")


def test_refusal_and_unasked_answer_have_no_checklist(ask: Callable[..., Answer]) -> None:
    assert ask("How do I bake sourdough bread?", checklist=True).checklist is None
    assert ask("How do we break down silos?").checklist is None
