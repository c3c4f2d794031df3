"""The maturity self-check: questions with described answers → scores, gaps and where respondents disagree.

Every score is a plain average, so that anybody can work it out again from the answers.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from statistics import fmean
from typing import Any

import yaml

from advisor.advice.checklist import Embedded, Trace, make_checklist_of, timestamp
from advisor.answer.cite import make_citation
from advisor.errors import ChangeError
from advisor.types import (
    Assessment,
    AssessmentQuestion,
    Checklist,
    Citation,
    DimensionScore,
    Gap,
    Practice,
    Profile,
    Questionnaire,
    Respondent,
)

GOOD = 4.0  # the level from which a dimension is no gap
APART = 2  # levels between two respondents' answers from which they disagree


@cache
def questionnaire() -> Questionnaire:
    """The questions of `assessment.yaml`, in their order."""
    listed = _listed()
    return Questionnaire(
        dimensions=listed["dimensions"],
        questions=tuple(
            AssessmentQuestion(id=one["id"], dimension=one["dimension"], text=one["text"], anchors=one["anchors"])
            for one in listed["questions"]
        ),
    )


@cache
def _listed() -> dict[str, Any]:
    listed: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("assessment.yaml").read_text(encoding="utf-8"))
    return listed


def begin_assessment(profile: Profile) -> Assessment:
    """An assessment that nobody has answered yet."""
    now = timestamp()
    return Assessment(id=uuid.uuid4().hex, title="Maturity self-check", profile=profile, created=now, updated=now)


def add_respondent(assessment: Assessment, respondent: Respondent) -> Assessment:
    """The assessment with one respondent's answers, in place of earlier ones under the same name.

    Raises ChangeError for a question that is not asked, and when nothing was answered.
    """
    unknown = respondent.answers.keys() - {question.id for question in questionnaire().questions}
    if unknown:
        raise ChangeError(
            f"The self-check has no question {sorted(unknown)[0][:100]!r}. GET /v1/assessment lists them."
        )
    if not respondent.answers:
        raise ChangeError("None of the questions was answered. Answer at least one; the others may stay open.")
    others = [one for one in assessment.respondents if one.name != respondent.name]
    return assessment.model_copy(update={"respondents": (*others, respondent), "updated": timestamp()})


def _score(key: str, name: str, respondents: Sequence[Respondent]) -> DimensionScore:
    """The average of all answers to a dimension's questions, every answer counting the same."""
    asked = [question for question in questionnaire().questions if question.dimension == key]
    given = {q.id: [r.answers[q.id] for r in respondents if q.id in r.answers] for q in asked}
    by_person = [[r.answers[q.id] for q in asked if q.id in r.answers] for r in respondents]
    averages = [fmean(answers) for answers in by_person if answers]
    everything = [level for levels in given.values() for level in levels]
    return DimensionScore(
        dimension=key,
        name=name,
        score=round(fmean(everything), 2) if everything else None,
        answered=sum(bool(levels) for levels in given.values()),
        asked=len(asked),
        low=round(min(averages), 2) if averages else None,
        high=round(max(averages), 2) if averages else None,
        disagreements=tuple(q.id for q in asked if given[q.id] and max(given[q.id]) - min(given[q.id]) >= APART),
    )


def _overall(scores: Sequence[DimensionScore]) -> float | None:
    """The average of the dimensions that have a score; None when none has."""
    known = [score.score for score in scores if score.score is not None]
    return round(fmean(known), 2) if known else None


def assess(assessment: Assessment, practices: Iterable[Embedded], origin: Trace) -> Assessment:
    """The assessment with its scores, and its gaps with the evidence on them that the library has."""
    scores = tuple(_score(key, name, assessment.respondents) for key, name in questionnaire().dimensions.items())
    known = {practice.id: practice for practice, _ in practices}
    below = [score for score in scores if score.score is not None and score.score < GOOD]
    gaps = tuple(_gap(score, assessment.respondents, known, origin) for score in sorted(below, key=_level))
    return assessment.model_copy(update={"scores": scores, "overall": _overall(scores), "gaps": gaps})


def _level(score: DimensionScore) -> float:
    return score.score or 0.0


def _gap(score: DimensionScore, respondents: Sequence[Respondent], known: Mapping[str, Practice], origin: Trace) -> Gap:
    weakest = _weakest(score.dimension, respondents)
    evidence = [e for id in _practices_for(weakest) if id in known for e in known[id].evidence]
    unique = list({(e.document_id, e.start): e for e in evidence}.values())
    citations: list[Citation] = [make_citation(n, e, origin(e)) for n, e in enumerate(unique, start=1)]
    return Gap(
        dimension=score.dimension,
        name=score.name,
        score=_level(score),
        distance=round(GOOD - _level(score), 2),
        questions=tuple(weakest),
        citations=tuple(citations),
    )


def _weakest(dimension: str, respondents: Sequence[Respondent]) -> list[str]:
    """The questions of a dimension whose average answer is below 4, the lowest first."""
    averages = {
        question.id: fmean(levels)
        for question in questionnaire().questions
        if question.dimension == dimension
        and (levels := [r.answers[question.id] for r in respondents if question.id in r.answers])
    }
    return sorted((id for id, average in averages.items() if average < GOOD), key=lambda id: averages[id])


def _practices_for(questions: Sequence[str]) -> list[str]:
    listed = {one["id"]: one["practices"] for one in _listed()["questions"]}
    return list(dict.fromkeys(id for question in questions for id in listed[question]))


def build_gap_checklist(assessment: Assessment, practices: Iterable[Embedded], origin: Trace) -> Checklist:
    """What to do about the gaps, for the profile of the assessment; the widest gaps decide what comes in.

    A profile that does not tell the maturity has that of the assessment.
    """
    distance = {id: gap.distance for gap in reversed(assessment.gaps) for id in _practices_for(gap.questions)}
    profile = assessment.profile
    if profile.maturity is None and assessment.overall is not None:
        profile = profile.model_copy(update={"maturity": round(assessment.overall)})

    def wanted(embedded: Embedded) -> float:
        return 1 + distance[embedded[0].id] if embedded[0].id in distance else 0.0

    return make_checklist_of(f"Next steps: {assessment.title}", practices, wanted, profile, origin)
