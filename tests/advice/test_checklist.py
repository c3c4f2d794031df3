"""Action items: each with evidence, in the order that fits who asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from advisor.advice.checklist import NOTHING_TO_DO, SHORT, build_checklist, by_horizon, change_checklist
from advisor.advice.nearness import Found
from advisor.errors import ChangeError, ConflictError
from advisor.takeaways import ChecklistChange, ItemChange
from advisor.types import Answer, Bibliography, Checklist, Draft, Evidence, Origin, Passage, Practice, Profile

QUESTION = "How do we stop passing callers from desk to desk?"
SENTENCES = ("Callers need one owner.", "Desks should share one view of a caller.", "Short calls annoy callers.")

Make = Callable[..., Checklist]


@pytest.fixture
def passage(make_passage: Callable[..., Passage]) -> Passage:
    return make_passage(*SENTENCES)


@pytest.fixture
def practice(passage: Passage) -> Practice:
    return Practice(
        id="owner",
        action="Name one owner for callers.",
        why="Callers are passed on otherwise.",
        theme="customer-service",
        roles=("coo", "service"),
        sectors=("any", "telecom"),
        channels=("any",),
        maturity=(1, 5),
        staff_at_least=1,
        aims=(),
        after=(),
        horizon_days=60,
        effort="low",
        measure="Repeat calls",
        evidence=(quote(passage, 0),),
    )


NEAR, FAR = 0.6, 0.1  # cosines with the question


def vector(cosine: float, apart: int) -> np.ndarray:
    """A unit vector with that cosine to the question's (1, 0, 0 ...), at right angles to the others in the rest."""
    made = np.zeros(50, dtype=np.float32)
    made[0], made[apart + 1] = cosine, np.sqrt(1 - cosine**2)
    return made


@pytest.fixture
def checklist() -> Make:
    def make(
        *practices: Practice,
        profile: Profile | None = None,
        question: str = QUESTION,
        drafts: tuple[Draft, ...] = (),
        cosine: float = NEAR,
    ) -> Checklist:
        embedded = [(practice, vector(cosine, place)) for place, practice in enumerate(practices)]
        found = Found(question, question, vector(1, 0), drafts)
        return build_checklist(
            found, embedded, profile or Profile(), lambda e: Origin(Bibliography(title=e.document_id))
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
    assert (item.horizon, item.theme, item.measure) == ("30–90 days", "Customer service", "Repeat calls")
    assert [citation.quote for citation in item.citations] == [practice.evidence[0].quote]


def test_list_without_anything_near_the_question_is_empty_and_says_why(checklist: Make, practice: Practice) -> None:
    far = replace(practice, action="Paint the boats.", why="Rust.", theme="sea")
    made = checklist(far, cosine=FAR)
    assert (made.items, made.notes) == ((), (NOTHING_TO_DO,))


def test_list_that_the_profile_empties_says_so_and_not_that_the_library_has_nothing(
    checklist: Make, practice: Practice
) -> None:
    made = checklist(replace(practice, sectors=("retail",)), profile=Profile(sector="a bank"))
    assert (made.items, made.notes) == ((), (SHORT.format(1),))


def test_profile_never_makes_a_far_practice_near(checklist: Make, practice: Practice) -> None:
    far = replace(practice, action="Paint the boats.", why="Rust.", theme="sea", aims=("cost",), channels=("phone",))
    profile = Profile(role="coo", sector="telecom", channels=("phone",), goal="lower costs")
    assert checklist(far, profile=profile, cosine=FAR).items == ()


def test_list_has_twelve_items_at_most(checklist: Make, practice: Practice, passage: Passage) -> None:
    drafts = tuple(Draft(SENTENCES[n], None, (quote(passage, n),)) for n in (1, 1, 1, 1))
    many = [replace(practice, id=str(n)) for n in range(30)]
    assert len(checklist(*many, drafts=drafts).items) == 12


def test_no_two_practices_of_a_list_are_alike(checklist: Make, practice: Practice) -> None:
    same = [(replace(practice, id=id), vector(NEAR, 0)) for id in ("one", "two")]
    found = Found(QUESTION, QUESTION, vector(1, 0), ())
    made = build_checklist(found, same, Profile(), lambda e: Origin(Bibliography(title=e.document_id)))
    assert order(made) == ["one"]


def test_step_and_the_one_before_it_are_both_listed_however_alike(checklist: Make, practice: Practice) -> None:
    steps = [replace(practice, id="count"), replace(practice, id="cut", after=("count",))]
    found = Found(QUESTION, QUESTION, vector(1, 0), ())
    made = build_checklist(
        found, [(step, vector(NEAR, 0)) for step in steps], Profile(), lambda e: Origin(Bibliography(title="Calls"))
    )
    assert order(made) == ["count", "cut"]


@pytest.mark.parametrize(
    ("limits", "profile"),
    [
        ({"sectors": ("retail",)}, Profile(sector="a bank")),
        ({"channels": ("app", "web")}, Profile(channels=("branches",))),
        ({"maturity": (3, 5)}, Profile(maturity=2)),
        ({"staff_at_least": 500}, Profile(size="40 people")),
        ({"horizon_days": 180}, Profile(horizon_days=90)),
    ],
)
def test_what_an_organisation_cannot_do_is_left_out(
    checklist: Make, practice: Practice, limits: dict[str, object], profile: Profile
) -> None:
    theirs = replace(practice, id="theirs", **limits)  # type: ignore[arg-type]  # fields of a practice
    assert order(checklist(theirs)) == ["theirs"]
    assert checklist(theirs, profile=profile).items == ()


def test_practice_comes_after_what_it_depends_on(checklist: Make, practice: Practice) -> None:
    first = replace(practice, id="first", horizon_days=300, effort="high")
    assert order(checklist(replace(practice, id="second", after=("first",)), first)) == ["first", "second"]


def test_practices_that_wait_for_each_other_are_both_listed(checklist: Make, practice: Practice) -> None:
    one, two = replace(practice, id="one", after=("two",)), replace(practice, id="two", after=("one",))
    assert sorted(order(checklist(one, two))) == ["one", "two"]


def test_sooner_and_easier_goes_first(checklist: Make, practice: Practice) -> None:
    later, hard = replace(practice, id="later", horizon_days=200), replace(practice, id="hard", effort="high")
    assert order(checklist(later, hard, practice)) == ["owner", "hard", "later"]


def test_goal_moves_what_serves_it_up(checklist: Make, practice: Practice) -> None:
    cheaper = replace(practice, id="cheaper", aims=("cost",))
    assert order(checklist(practice, cheaper)) == ["owner", "cheaper"]
    made = checklist(practice, cheaper, profile=Profile(goal="bring our costs down"))
    assert order(made) == ["cheaper", "owner"]
    assert "lower costs" in (made.items[0].fits_because or "")


def test_priorities_count_from_one(checklist: Make, practice: Practice, passage: Passage) -> None:
    drafts = (Draft(SENTENCES[1], None, (quote(passage, 1),)),)
    items = checklist(practice, replace(practice, id="two"), drafts=drafts).items
    assert [item.priority for item in items] == [1, 2, 3]


def test_statement_that_advises_becomes_an_item_and_another_does_not(checklist: Make, passage: Passage) -> None:
    drafts = tuple(Draft(SENTENCES[n], None, (quote(passage, n),)) for n in (1, 2))
    (item,) = checklist(drafts=drafts).items
    assert item.action == "Have desks share one view of a caller."
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
    owners = [
        checklist(practice, profile=Profile(role=role)).items[0].owner for role in (None, "coo", "service director")
    ]
    assert owners == ["COO", "COO", "Head of customer service"]


def test_item_says_what_in_the_profile_it_fits(checklist: Make, practice: Practice) -> None:
    profile = Profile(role="coo", sector="telecom", horizon_days=90)
    later = replace(practice, id="later", horizon_days=120)
    reason = checklist(practice, later, profile=profile).items[0].fits_because or ""
    assert all(part in reason for part in ("you run operations", "telecoms", "90 days"))
    assert checklist(practice).items[0].fits_because is None


def test_horizon_that_leaves_nothing_out_is_no_reason(checklist: Make, practice: Practice) -> None:
    assert checklist(practice, profile=Profile(horizon_days=3650)).items[0].fits_because is None


@pytest.mark.parametrize(
    ("sectors", "reason"),
    [(("telecom",), "it is particular to telecoms"), (("telecom", "any"), "its evidence speaks of telecoms")],
)
def test_item_says_whether_it_is_for_the_sector_only(
    checklist: Make, practice: Practice, sectors: tuple[str, ...], reason: str
) -> None:
    made = checklist(replace(practice, sectors=sectors), profile=Profile(sector="telecom"))
    assert reason in (made.items[0].fits_because or "")


def test_items_of_a_whole_answer_all_cite_the_library(ask: Callable[..., Answer]) -> None:
    answer = ask("I'm COO of a telecom operator; how do we break down silos?", checklist=True)
    assert answer.checklist is not None
    assert {"one-owner", "one-goal", "owner-of-calls"} <= set(order(answer.checklist))
    assert all(item.citations and item.citations[0].quote for item in answer.checklist.items)
    assert (answer.checklist.profile.role, answer.checklist.profile.sector) == ("coo", "telecom")


def test_refusal_and_unasked_answer_have_no_checklist(ask: Callable[..., Answer]) -> None:
    assert ask("How do I bake sourdough bread?", checklist=True).checklist is None
    assert ask("How do we break down silos?").checklist is None


# --- what a person changes ---


@pytest.fixture
def pair(checklist: Make, practice: Practice) -> Checklist:
    return checklist(practice, replace(practice, id="second"))


def test_change_of_an_item_leaves_the_rest_as_it_was(pair: Checklist) -> None:
    change = ChecklistChange(updated=pair.updated, items=(ItemChange(id="owner", status="done", note="Agreed."),))
    changed = change_checklist(pair, change)
    first, second = changed.items
    assert (first.status, first.note, first.owner, first.action) == ("done", "Agreed.", "COO", pair.items[0].action)
    assert second == pair.items[1]
    assert changed.updated > pair.updated


def test_new_order_gives_new_priorities(pair: Checklist) -> None:
    changed = change_checklist(pair, ChecklistChange(updated=pair.updated, order=("second", "owner")))
    assert [(item.id, item.priority) for item in changed.items] == [("second", 1), ("owner", 2)]


def test_two_windows_change_different_items_and_both_hold(pair: Checklist) -> None:
    changed = pair
    for id in ("owner", "second"):
        changed = change_checklist(changed, ChecklistChange(updated=pair.updated, items=(ItemChange(id=id, note=id),)))
    assert [item.note for item in changed.items] == ["owner", "second"]


def test_later_change_of_the_same_item_is_told(pair: Checklist) -> None:
    change = ChecklistChange(updated=pair.updated, items=(ItemChange(id="owner", status="done"),))
    with pytest.raises(ConflictError, match=r"Name one owner for callers\."):
        change_checklist(change_checklist(pair, change), change)


def test_change_decided_on_no_version_of_the_list_is_refused(pair: Checklist) -> None:
    with pytest.raises(ChangeError, match="no version"):
        change_checklist(pair, ChecklistChange(updated="tomorrow", items=(ItemChange(id="owner", note="x"),)))


def test_order_decided_on_an_older_list_is_told(pair: Checklist) -> None:
    newer = change_checklist(pair, ChecklistChange(updated=pair.updated, items=(ItemChange(id="owner", note="x"),)))
    with pytest.raises(ConflictError):
        change_checklist(newer, ChecklistChange(updated=pair.updated, order=("second", "owner")))


@pytest.mark.parametrize(
    "change", [{"items": ({"id": "gone"},)}, {"order": ("owner",)}, {"order": ("owner", "owner")}, {"order": ()}]
)
def test_change_that_names_other_items_is_refused(pair: Checklist, change: dict[str, object]) -> None:
    with pytest.raises(ChangeError):
        change_checklist(pair, ChecklistChange.model_validate({"updated": pair.updated, **change}))


def test_items_stand_in_the_groups_of_their_horizons(checklist: Make, practice: Practice, passage: Passage) -> None:
    drafts = (Draft(SENTENCES[1], None, (quote(passage, 1),)),)
    made = checklist(practice, replace(practice, id="later", horizon_days=120), drafts=drafts)
    assert [name for name, _ in by_horizon(made)] == ["30–90 days", "90+ days", "Any time"]
