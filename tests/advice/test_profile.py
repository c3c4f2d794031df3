"""Profiles: people's own words for role, sector, size, channels and goal, read into one vocabulary."""

from __future__ import annotations

import pytest

from advisor.advice.profile import describe, find_organisation, owner_of, read_profile, vocabulary
from advisor.types import Profile


@pytest.mark.parametrize(
    ("profile", "role", "sector"),
    [
        (Profile(role="chief operating officer", sector="telco"), "coo", "telecom"),
        (Profile(role="COO at a bank"), "coo", "banking"),
        (Profile(role="  COO ", sector="logistics."), "coo", "logistics"),
        (Profile(role="marketing director", sector="FMCG"), "cmo", "consumer-goods"),
        (Profile(role="head of human resources"), "hr", None),
        (Profile(role="operations", sector="e-commerce"), "coo", "retail"),
        (Profile(), None, None),
    ],
)
def test_role_and_sector_are_known_by_many_names(profile: Profile, role: str | None, sector: str | None) -> None:
    found = find_organisation(profile)
    assert (found.role, found.sector, found.notes) == (role, sector, ())


def test_misspelt_word_is_taken_for_the_nearest_and_that_is_said() -> None:
    found = find_organisation(Profile(sector="insurence"))
    assert (found.sector, found.notes) == ("insurance", ("Read “insurence” as “insurance”.",))


def test_unknown_word_changes_nothing_and_that_is_said() -> None:
    found = find_organisation(Profile(sector="geological surveying"))
    assert found.sector is None
    assert "geological surveying" in found.notes[0]


@pytest.mark.parametrize(
    ("size", "staff"),
    [("4,000 staff", 4000), ("4000 employees", 4000), ("4k", 4000), ("60,000 staff, a group of nine businesses", 60000),
     ("12 people", 12), ("2 million", 2_000_000), ("a small family firm", 30), ("huge", None), ("", None), ("0", None)],
)  # fmt: skip
def test_size_is_read_as_a_number_of_staff(size: str, staff: int | None) -> None:
    assert find_organisation(Profile(size=size)).staff == staff


def test_channels_are_one_whatever_they_are_called() -> None:
    one, other = Profile(channels=("app", "website")), Profile(channels=("Web site", "mobile app", "app"))
    assert find_organisation(one).channels == find_organisation(other).channels == {"app", "web"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cut costs", "bring our costs down"),
        ("personalise our service", "personalize our service"),
        ("just get it right", ""),
    ],
)
def test_goal_is_what_it_is_after_and_not_its_wording(one: str, other: str) -> None:
    assert find_organisation(Profile(goal=one)).aims == find_organisation(Profile(goal=other)).aims


def test_description_is_a_clause_about_the_reader() -> None:
    profile = Profile(
        role="COO", sector="telecom", size="4000 people", maturity=2, horizon_days=90, goal="fewer complaints"
    )
    assert describe(profile) == (
        "you run operations in telecoms, with 4,000 staff, you rate yourselves 2 of 5, "
        "your goal is “fewer complaints”, you look 90 days ahead"
    )
    assert describe(Profile(role="beekeeper", sector="honey")) == "you are beekeeper in honey"
    assert describe(Profile()) is None


def test_owner_is_the_reader_where_they_can_be_else_the_first_role() -> None:
    assert owner_of(("ceo", "hr"), find_organisation(Profile(role="CHRO"))) == "Head of HR"
    assert owner_of(("ceo", "hr"), find_organisation(Profile(role="CFO"))) == "CEO"
    assert owner_of((), find_organisation(Profile())) is None


def test_owner_in_a_small_organisation_is_someone_it_has() -> None:
    small = find_organisation(Profile(size="12 people"))
    assert owner_of(("cio",), small) == "Managing director"
    assert owner_of(("cio",), find_organisation(Profile(size="12 people", role="CTO"))) == "CIO"


@pytest.mark.parametrize(("size", "name"), [("12 people", "Managing director"), ("50 people", "CEO"), (None, "CEO")])
def test_who_leads_an_organisation_has_one_name_in_it(size: str | None, name: str) -> None:
    theirs, not_theirs = (find_organisation(Profile(size=size, role=role)) for role in ("owner", "CMO"))
    assert {owner_of(("ceo",), theirs), owner_of(("ceo",), not_theirs)} == {name}


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


def test_what_a_question_is_about_is_not_who_asks_it() -> None:
    assert read_profile("Our marketing is weak; what now?", Profile()).role is None


def test_no_way_of_saying_stands_for_two_keys() -> None:
    for terms in vocabulary().values():
        ways = [way for term in terms.values() for way in (*term.ways, *term.areas)]
        assert sorted(ways) == sorted(set(ways))


@pytest.mark.parametrize(
    ("profile", "note"),
    [
        (Profile(role="CEO and CIO"), "several roles"),
        (Profile(role="CIO of a bank", sector="retail"), "What counts is retail"),
        (Profile(size="a handful"), "tells no number of staff"),
    ],
)
def test_what_contradicts_itself_or_tells_nothing_is_said(profile: Profile, note: str) -> None:
    (said,) = find_organisation(profile).notes
    assert note in said


def test_plain_profile_has_no_notes() -> None:
    profile = Profile(role="COO of a bank", sector="banking", size="4,000 staff", channels=("branches",))
    assert find_organisation(profile).notes == ()
