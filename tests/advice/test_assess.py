"""The self-check: scores that can be worked out by hand, gaps with evidence, disagreement shown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from advisor.advice.assess import GOOD, add_respondent, assess, begin_assessment, build_gap_checklist, questionnaire
from advisor.errors import ChangeError
from advisor.types import Assessment, Bibliography, Evidence, Origin, Practice, Profile, Respondent

LEAD = {"customer-needs": 2, "customer-design": 3, "customer-promise": 5, "governance-owner": 1}
DESK = {"customer-needs": 4, "governance-owner": 5, "governance-review": 4}
DIMENSIONS = 10


def trace(evidence: Evidence) -> Origin:
    return Origin(Bibliography(title=evidence.document_id))


def practice(id: str) -> Practice:
    return Practice(
        id=id, action=f"Do {id}.", why="It helps.", theme="t", roles=("coo",), sectors=("any",), channels=("any",),
        maturity=(1, 5), staff_at_least=1, aims=(), after=(), horizon_days=30, effort="low", measure="m",
        evidence=(Evidence("brief", "p", 0, 5, f"{id} is said."),),
    )  # fmt: skip


def answered(*people: tuple[str, dict[str, int]], practices: tuple[Practice, ...] = ()) -> Assessment:
    assessment = begin_assessment(Profile())
    for name, answers in people:
        assessment = add_respondent(assessment, Respondent(name=name, answers=answers))
    return assess(assessment, [(one, np.zeros(1, np.float32)) for one in practices], trace)


def score(assessment: Assessment, dimension: str) -> tuple[float | None, float | None, float | None]:
    found = next(one for one in assessment.scores if one.dimension == dimension)
    return found.score, found.low, found.high


def test_score_is_the_average_of_all_answers_to_a_dimension() -> None:
    both = answered(("Lead", LEAD), ("Desk", DESK))
    assert score(both, "customer") == (3.5, 3.33, 4.0)  # (2 + 3 + 5 + 4) / 4; (2 + 3 + 5) / 3 and 4
    assert score(both, "governance") == (3.33, 1.0, 4.5)  # (1 + 5 + 4) / 3
    assert both.overall == 3.42  # (3.5 + 3.33) / 2


def test_dimension_that_nobody_answered_has_no_score_and_is_no_gap() -> None:
    one = answered(("Lead", LEAD))
    assert score(one, "technology") == (None, None, None)
    assert {gap.dimension for gap in one.gaps} == {"customer", "governance"}


def test_gaps_go_from_the_lowest_score_up_and_name_the_questions_behind_them() -> None:
    gaps = answered(("Lead", LEAD)).gaps
    assert [(gap.dimension, gap.score, gap.distance) for gap in gaps] == [
        ("governance", 1.0, 3.0),
        ("customer", 3.33, 0.67),
    ]
    assert gaps[1].questions == ("customer-needs", "customer-design")


def test_dimension_at_the_level_to_reach_is_no_gap() -> None:
    assert answered(("Lead", {"governance-owner": int(GOOD)})).gaps == ()


def test_answers_two_levels_apart_are_a_disagreement() -> None:
    apart = answered(("Lead", LEAD), ("Desk", DESK)).scores
    assert {s.dimension: s.disagreements for s in apart if s.disagreements} == {
        "customer": ("customer-needs",),
        "governance": ("governance-owner",),
    }
    near = answered(("Lead", {"customer-needs": 2}), ("Desk", {"customer-needs": 3})).scores
    assert not any(score.disagreements for score in near)


def test_answers_under_the_same_name_replace_the_earlier_ones() -> None:
    again = answered(("Lead", {"customer-needs": 1}), ("Lead", {"customer-needs": 5}))
    assert score(again, "customer")[0] == 5.0
    assert len(again.respondents) == 1


@pytest.mark.parametrize("answers", [{}, {"favourite-colour": 3}])
def test_answers_to_nothing_are_refused(answers: dict[str, int]) -> None:
    with pytest.raises(ChangeError):
        answered(("Lead", answers))


def test_gap_opens_the_evidence_of_the_practices_that_close_it() -> None:
    made = answered(("Lead", {"governance-owner": 2}), practices=(practice("own-entire-experience"), practice("other")))
    assert [citation.quote for citation in made.gaps[0].citations] == ["own-entire-experience is said."]


def test_checklist_has_the_practices_of_the_widest_gaps_at_the_maturity_found() -> None:
    practices = [practice("own-entire-experience"), practice("promise-capability-check"), practice("other")]
    made = answered(("Lead", {"governance-owner": 1, "customer-promise": 3}), practices=tuple(practices))
    embedded = [(one, np.eye(3, dtype=np.float32)[place]) for place, one in enumerate(practices)]
    checklist = build_gap_checklist(made, embedded, trace)
    assert [item.id for item in checklist.items] == ["own-entire-experience", "promise-capability-check"]
    assert checklist.profile.maturity == 2
    assert all(item.citations for item in checklist.items)


# --- what ships ---


def test_every_dimension_is_asked_about_in_twenty_to_twenty_five_questions() -> None:
    asked = questionnaire()
    assert len(asked.dimensions) == DIMENSIONS
    assert {question.dimension for question in asked.questions} == set(asked.dimensions)
    assert 20 <= len(asked.questions) <= 25
    assert all(set(question.anchors) == {1, 3, 5} for question in asked.questions)


def test_every_question_leads_to_shipped_practices() -> None:
    root = Path(__file__).parents[2]
    shipped = {one["id"] for one in yaml.safe_load((root / "corpus" / "practices.yaml").read_text())}
    listed = yaml.safe_load((root / "advisor" / "advice" / "assessment.yaml").read_text())["questions"]
    assert [id for question in listed for id in question["practices"] if id not in shipped] == []
    assert all(question["practices"] for question in listed)
