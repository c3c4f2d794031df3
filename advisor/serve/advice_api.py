"""The routes of what the advice makes: checklists, assessments, comparisons and briefs, as JSON, files and pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response
from pydantic import Field

from advisor.advice.assess import questionnaire
from advisor.advice.export import MEDIA, File, Format, export
from advisor.advice.pictures import draw
from advisor.errors import QuestionError, UnknownDeliverableError
from advisor.serve import render
from advisor.serve.failures import Body
from advisor.types import (
    Assessment,
    Brief,
    Checklist,
    ChecklistChange,
    Comparison,
    Profile,
    Questionnaire,
    Respondent,
)

if TYPE_CHECKING:  # importing it takes seconds, in which the server already shows that it is starting
    from advisor.advisor import Advisor


_FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file", "content": {kind: {} for kind in MEDIA.values()}},
}


class Svg(Response):
    media_type = "image/svg+xml"


class ChecklistRequest(Body):
    """What a checklist is to be made for: a question, or an answer that was given, by its id."""

    question: str | None = Field(None, examples=["I'm COO of a telecom; how do I break the silos?"])
    answer_id: str | None = Field(None, max_length=100, examples=[None])
    profile: Profile | None = None


class AssessmentRequest(Body):
    """One respondent's answers; `assessment_id` adds them to an assessment, else they begin one."""

    respondent: Respondent
    assessment_id: str | None = Field(None, max_length=100)
    profile: Profile | None = None


class ComparisonRequest(Body):
    """What is to be compared: a question, or subjects and, if wanted, dimensions."""

    question: str | None = Field(None, max_length=100_000, examples=["Compare Zara, Disney and USAA"])
    subjects: tuple[str, ...] = Field((), max_length=100, examples=[[]])
    dimensions: tuple[str, ...] = Field((), max_length=100, examples=[[]])
    profile: Profile | None = None


class BriefRequest(Body):
    """What a brief is to be made of: one of the three."""

    conversation_id: str | None = Field(None, max_length=100)
    assessment_id: str | None = Field(None, max_length=100)
    question: str | None = Field(None, examples=["How do we break the silos?"])
    profile: Profile | None = None


def add_advice(api: FastAPI, advisor: Advisor) -> None:
    """Adds every route of the four."""
    _add_checklists(api, advisor)
    _add_assessments(api, advisor)
    _add_comparisons(api, advisor)
    _add_briefs(api, advisor)


def _add_checklists(api: FastAPI, advisor: Advisor) -> None:
    @api.post("/v1/checklists", status_code=201, tags=["checklists"])
    def make_checklist(body: ChecklistRequest) -> Checklist:
        """A checklist for a question or an answer, for a profile, kept under its id; empty with a note where nothing
        can be done.
        """
        if body.question is not None and body.answer_id is None:
            return advisor.advice.make_checklist(body.question, body.profile)
        if body.answer_id is not None and body.question is None:
            return advisor.advice.make_checklist_of(body.answer_id, body.profile)
        raise QuestionError("Give either `question` or `answer_id`, and not both.")

    @api.get("/v1/checklists/{checklist_id}", tags=["checklists"])
    def checklist(checklist_id: str) -> Checklist:
        """The checklist as it is now."""
        return advisor.advice.checklist(checklist_id)

    @api.patch("/v1/checklists/{checklist_id}", tags=["checklists"])
    def change_checklist(checklist_id: str, body: ChecklistChange) -> Checklist:
        """Changes status, note or owner of items, or the order of all of them; 409 when they were changed meanwhile."""
        return advisor.advice.change_checklist(checklist_id, body)

    @api.get("/v1/checklists/{checklist_id}/export", response_class=Response, responses=_FILE, tags=["checklists"])
    def export_checklist(checklist_id: str, format: Format = "docx") -> Response:
        """The checklist as a file, its citations numbered the same in every format."""
        return _file(export(advisor.advice.checklist(checklist_id), format))

    @api.get("/v1/checklists/{checklist_id}/picture", response_class=Svg, tags=["checklists"])
    def roadmap(checklist_id: str) -> Svg:
        """The items over time, as SVG."""
        return Svg(draw(advisor.advice.checklist(checklist_id), "svg"))

    @api.get("/checklists", response_class=HTMLResponse, tags=["checklists"])
    def checklists_page() -> HTMLResponse:
        """A page on which the browser lists its own checklists, assessments, comparisons and briefs."""
        return HTMLResponse(render.checklists_page())

    @api.get("/checklists/{checklist_id}", response_class=HTMLResponse, tags=["checklists"])
    def checklist_page(checklist_id: str) -> HTMLResponse:
        """The checklist as a page to work with."""
        return _page("checklist", lambda: render.checklist_page(advisor.advice.checklist(checklist_id)))


def _add_assessments(api: FastAPI, advisor: Advisor) -> None:
    @api.get("/v1/assessment", tags=["assessments"])
    def questions() -> Questionnaire:
        """What the maturity self-check asks."""
        return questionnaire()

    @api.post("/v1/assessment", status_code=201, tags=["assessments"])
    def assess(body: AssessmentRequest) -> Assessment:
        """Takes one respondent's answers; gives scores, disagreements, gaps with evidence, and a checklist."""
        if body.assessment_id:
            return advisor.advice.add_respondent(body.assessment_id, body.respondent)
        return advisor.advice.begin_assessment(body.respondent, body.profile)

    @api.get("/v1/assessments/{assessment_id}", tags=["assessments"])
    def assessment(assessment_id: str) -> Assessment:
        """The assessment as it stands."""
        return advisor.advice.assessment(assessment_id)

    @api.get("/v1/assessments/{assessment_id}/export", response_class=Response, responses=_FILE, tags=["assessments"])
    def export_assessment(assessment_id: str, format: Format = "docx") -> Response:
        """The assessment as a file."""
        return _file(export(advisor.advice.assessment(assessment_id), format))

    @api.get("/v1/assessments/{assessment_id}/picture", response_class=Svg, tags=["assessments"])
    def radar(assessment_id: str) -> Svg:
        """The scores as a radar chart, as SVG."""
        return Svg(draw(advisor.advice.assessment(assessment_id), "svg"))

    @api.get("/assess", response_class=HTMLResponse, tags=["assessments"])
    def begin_page() -> HTMLResponse:
        """The self-check as a form."""
        return HTMLResponse(render.assess_page(questionnaire(), None))

    @api.get("/assess/{assessment_id}", response_class=HTMLResponse, tags=["assessments"])
    def assessment_page(assessment_id: str) -> HTMLResponse:
        """An assessment as a page, with the form for one more respondent."""
        return _page(
            "assessment", lambda: render.assess_page(questionnaire(), advisor.advice.assessment(assessment_id))
        )


def _add_comparisons(api: FastAPI, advisor: Advisor) -> None:
    @api.post("/v1/comparisons", status_code=201, tags=["comparisons"])
    def compare(body: ComparisonRequest) -> Comparison:
        """Two to five companies or approaches side by side; every cell is cited, or has nothing in it."""
        if (body.question is None) == (not body.subjects):
            raise QuestionError("Give either `question` or `subjects`, and not both.")
        if body.question is not None:
            return advisor.advice.compare(body.question, body.profile)
        return advisor.advice.compare_subjects(body.subjects, body.dimensions, body.profile)

    @api.get("/v1/comparisons/{comparison_id}", tags=["comparisons"])
    def comparison(comparison_id: str) -> Comparison:
        """The comparison as it was made."""
        return advisor.advice.comparison(comparison_id)

    @api.get("/v1/comparisons/{comparison_id}/export", response_class=Response, responses=_FILE, tags=["comparisons"])
    def export_comparison(comparison_id: str, format: Format = "docx") -> Response:
        """The comparison as a file."""
        return _file(export(advisor.advice.comparison(comparison_id), format))

    @api.get("/compare", response_class=HTMLResponse, tags=["comparisons"])
    def compare_form() -> HTMLResponse:
        """What to compare, as a form."""
        return HTMLResponse(render.compare_page(None))

    @api.get("/compare/{comparison_id}", response_class=HTMLResponse, tags=["comparisons"])
    def comparison_page(comparison_id: str) -> HTMLResponse:
        """A comparison as a page."""
        return _page("comparison", lambda: render.compare_page(advisor.advice.comparison(comparison_id)))


def _add_briefs(api: FastAPI, advisor: Advisor) -> None:
    @api.post("/v1/briefs", status_code=201, tags=["briefs"])
    def make_brief(body: BriefRequest) -> Brief:
        """A page or two for a board, from a conversation, an assessment or a question."""
        given = [body.conversation_id, body.assessment_id, body.question]
        if sum(one is not None for one in given) != 1:
            raise QuestionError("Give one of `conversation_id`, `assessment_id` and `question`, and no other of them.")
        if body.conversation_id is not None:
            return advisor.advice.brief_conversation(body.conversation_id, body.profile)
        if body.assessment_id is not None:
            return advisor.advice.brief_assessment(body.assessment_id)
        return advisor.advice.brief_question(body.question or "", body.profile)

    @api.get("/v1/briefs/{brief_id}", tags=["briefs"])
    def brief(brief_id: str) -> Brief:
        """The brief as it was made."""
        return advisor.advice.brief(brief_id)

    @api.get("/v1/briefs/{brief_id}/export", response_class=Response, responses=_FILE, tags=["briefs"])
    def export_brief(brief_id: str, format: Format = "docx") -> Response:
        """The brief as a document: docx, pdf or md; it is no table."""
        return _file(export(advisor.advice.brief(brief_id), format))

    @api.get("/briefs/{brief_id}", response_class=HTMLResponse, tags=["briefs"])
    def brief_page(brief_id: str) -> HTMLResponse:
        """A brief as a page."""
        return _page("brief", lambda: render.brief_page(advisor.advice.brief(brief_id)))


def _page(what: str, make: Callable[[], str]) -> HTMLResponse:
    """The page of something that was made, or one that says that it is not here."""
    try:
        return HTMLResponse(make())
    except UnknownDeliverableError as error:
        return HTMLResponse(render.notice_page(f"This {what} is not here", str(error), root="../"), 404)


def _file(file: File) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.content, media_type=file.media_type, headers=headers)
