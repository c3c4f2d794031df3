"""The HTTP API: parse → ask the advisor → JSON, Server-Sent Events or a page. One table maps errors."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from fastapi import Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from fastapi_offline import FastAPIOffline
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from advisor.advice.assess import questionnaire
from advisor.advice.export import File, Format, export
from advisor.advice.pictures import draw
from advisor.errors import (
    AdvisorError,
    ChangeError,
    ConflictError,
    FormatError,
    IndexMismatchError,
    IndexMissingError,
    LibraryError,
    QuestionError,
    UnknownAnswerError,
    UnknownConversationError,
    UnknownDeliverableError,
)
from advisor.serve import render
from advisor.types import (
    Answer,
    Assessment,
    Brief,
    CheckedStatement,
    Checklist,
    ChecklistChange,
    Comparison,
    DocumentSummary,
    Profile,
    Questionnaire,
    Respondent,
    RetrievedPassage,
    Status,
    Vote,
)

if TYPE_CHECKING:  # importing it takes seconds, in which the server already shows that it is starting
    from advisor.advisor import Advisor

log = logging.getLogger(__name__)

MAX_BODY = 1_000_000  # bytes; a question of 100,000 characters still gets its own, clearer message
STATIC = Path(__file__).parent / "static"
_RETRY_AFTER = "5"  # seconds
_WENT_WRONG = "Something went wrong on our side. Try again; if it stays, quote the request id to whoever runs this."

# The first class that fits decides.
ERRORS: tuple[tuple[type[AdvisorError], int, str], ...] = (
    (QuestionError, 400, "bad_question"),
    (UnknownAnswerError, 404, "not_found"),
    (UnknownConversationError, 404, "not_found"),
    (UnknownDeliverableError, 404, "not_found"),
    (ConflictError, 409, "conflict"),
    (ChangeError, 400, "bad_change"),
    (FormatError, 400, "bad_format"),
    (IndexMissingError, 503, "index_missing"),
    (IndexMismatchError, 503, "index_mismatch"),
    (LibraryError, 503, "library_unavailable"),
    (AdvisorError, 500, "advisor_error"),
)
_CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}

_NOTHING_REMOTE = "default-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; "
# Gradio and Swagger UI start from inline scripts and styles; what they may fetch is this server all the same.
_FOR_APPS = _NOTHING_REMOTE + (
    "script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'"
)
_FOR_PAGES = _NOTHING_REMOTE + "script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'"
_OWN_PAGES = (
    "/sources/", "/checklists/", "/assess", "/compare", "/briefs/", "/v1/", "/healthz", "/readyz", "/openapi.json",
)  # fmt: skip
_CLOSED = ("/gradio_api/upload", "/gradio_api/proxy=", "/gradio_api/deep_link")  # the chat uses none of these


Events: TypeAlias = Iterator[Status | CheckedStatement | Answer]


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AskRequest(_Body):
    """A question, and optionally what it belongs to."""

    question: str = Field(examples=["How do we become more customer-centric?"])
    conversation_id: str | None = Field(
        None,
        pattern=r"^[^/?#%\\]{1,100}$",
        description="The id of an earlier answer's conversation. One of your own begins a conversation under it; "
        "whoever knows the id can read and delete the conversation, so make it as hard to guess as ours.",
    )
    profile: Profile | None = None
    checklist: bool = False
    documents: tuple[str, ...] = Field((), max_length=1000)


class Feedback(_Body):
    """What a person thinks of an answer; a second vote replaces the first."""

    answer_id: str = Field(max_length=100)
    vote: Vote
    reason: str | None = Field(None, max_length=2000, examples=["The second statement is not what I asked."])


class ChecklistRequest(_Body):
    """What a checklist is to be made for."""

    question: str = Field(examples=["I'm COO of a telecom; how do I break the silos?"])
    profile: Profile | None = None


class AssessmentRequest(_Body):
    """One respondent's answers; `assessment_id` adds them to an assessment, else they begin one."""

    respondent: Respondent
    assessment_id: str | None = Field(None, max_length=100)
    profile: Profile | None = None


class ComparisonRequest(_Body):
    """What is to be compared: a question, or subjects and, if wanted, dimensions."""

    question: str | None = Field(None, max_length=100_000, examples=["Compare Zara, Disney and USAA"])
    subjects: tuple[str, ...] = Field((), max_length=100, examples=[[]])
    dimensions: tuple[str, ...] = Field((), max_length=100, examples=[[]])
    profile: Profile | None = None


class BriefRequest(_Body):
    """What a brief is to be made of: one of the three."""

    conversation_id: str | None = Field(None, max_length=100)
    assessment_id: str | None = Field(None, max_length=100)
    question: str | None = Field(None, examples=["How do we break the silos?"])
    profile: Profile | None = None


class Conversation(_Body):
    conversation_id: str
    answers: tuple[Answer, ...]


class Passages(_Body):
    passages: tuple[RetrievedPassage, ...]


class Documents(_Body):
    documents: tuple[DocumentSummary, ...]


class DocumentWithText(DocumentSummary):
    text: str


class ErrorDetail(_Body):
    code: str
    message: str
    request_id: str


class ErrorBody(_Body):
    error: ErrorDetail


def create_api(advisor: Advisor) -> FastAPI:
    """The app with every route below `/v1`, the source pages, health and the API's documentation."""
    api = FastAPIOffline(
        title="CX Advisor",
        description="Answers about customer experience, every statement checked against its source.",
        redoc_url=None,
        favicon_url="ui/favicon.svg",
        static_url="/ui/docs",
        responses={status: {"model": ErrorBody} for status in (400, 404, 409, 413, 422, 503)},
    )
    api.state.advisor = advisor
    api.add_middleware(Guard)
    api.add_exception_handler(AdvisorError, _advisor_error)
    api.add_exception_handler(RequestValidationError, _schema_error)
    api.add_exception_handler(HTTPException, http_error)
    _add_answers(api, advisor)
    _add_conversations(api, advisor)
    _add_checklists(api, advisor)
    _add_assessments(api, advisor)
    _add_comparisons(api, advisor)
    _add_briefs(api, advisor)
    _add_library(api, advisor)
    _add_health(api, advisor)
    _add_static(api)

    @api.api_route("/v1/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
    def unknown(path: str, request: Request) -> Response:
        raise HTTPException(404, f"There is no {request.method} /v1/{path[:100]}. /docs lists what there is.")

    return api


def _add_answers(api: FastAPI, advisor: Advisor) -> None:
    @api.post("/v1/ask", tags=["answers"])
    def ask(body: AskRequest) -> Answer:
        """The whole answer, every statement of it cited; a refusal is an answer too."""
        return advisor.ask(body.question, body.conversation_id, body.profile, body.checklist, body.documents)

    @api.post("/v1/feedback", tags=["answers"])
    def feedback(body: Feedback) -> Feedback:
        """Keeps a vote on an answer, with its reason; down-votes become test cases for the evaluation."""
        advisor.vote(body.answer_id, body.vote, body.reason)
        return body

    @api.post("/v1/ask/stream", response_class=EventSourceResponse, tags=["answers"])
    def ask_stream(request: Request, events: Annotated[Events, Depends(_begin)]) -> Iterator[ServerSentEvent]:
        """The same as Server-Sent Events: `status`, `statement`, `answer`, `error`."""
        names = {Status: "status", CheckedStatement: "statement", Answer: "answer"}
        try:
            for event in events:
                yield ServerSentEvent(event=names[type(event)], data=event)
        except AdvisorError as error:
            yield ServerSentEvent(event="error", data=_body(_code(error)[1], str(error), request))
        except Exception:  # the response has begun: say so in it, and log the whole
            log.exception("request %s failed while streaming", _request_id(request))
            yield ServerSentEvent(event="error", data=_body("internal", _WENT_WRONG, request))

    @api.get("/v1/search", tags=["answers"])
    def search(
        q: Annotated[str, Query(description="what to search for")],
        k: Annotated[int, Query(ge=1, le=50, description="how many passages")] = 8,
    ) -> Passages:
        """The best passages for a text, best first."""
        return Passages(passages=tuple(advisor.search(q, k)))


def _add_conversations(api: FastAPI, advisor: Advisor) -> None:
    @api.get("/v1/conversations/{conversation_id}", tags=["conversations"])
    def conversation(conversation_id: str) -> Conversation:
        """Every answer of a conversation, oldest first, as it was given."""
        return Conversation(conversation_id=conversation_id, answers=tuple(advisor.conversation(conversation_id)))

    @api.delete("/v1/conversations/{conversation_id}", status_code=204, tags=["conversations"])
    def delete_conversation(conversation_id: str) -> None:
        """Deletes a conversation with its answers, checklists and votes, for good."""
        advisor.delete_conversation(conversation_id)


def _add_checklists(api: FastAPI, advisor: Advisor) -> None:
    @api.post("/v1/checklists", status_code=201, tags=["checklists"])
    def make_checklist(body: ChecklistRequest) -> Checklist:
        """A checklist for a question and a profile, kept under its id; empty with a note where nothing can be done."""
        return advisor.advice.make_checklist(body.question, body.profile)

    @api.get("/v1/checklists/{checklist_id}", tags=["checklists"])
    def checklist(checklist_id: str) -> Checklist:
        """The checklist as it is now."""
        return advisor.advice.checklist(checklist_id)

    @api.patch("/v1/checklists/{checklist_id}", tags=["checklists"])
    def change_checklist(checklist_id: str, body: ChecklistChange) -> Checklist:
        """Changes status, note or owner of items, or the order of all of them; 409 when they were changed meanwhile."""
        return advisor.advice.change_checklist(checklist_id, body)

    @api.get("/v1/checklists/{checklist_id}/export", response_class=Response, tags=["checklists"])
    def export_checklist(checklist_id: str, format: Format = "docx") -> Response:
        """The checklist as a file, its citations numbered the same in every format."""
        return _file(export(advisor.advice.checklist(checklist_id), format))

    @api.get("/v1/checklists/{checklist_id}/picture", response_class=Response, tags=["checklists"])
    def roadmap(checklist_id: str) -> Response:
        """The items over time, as SVG."""
        return Response(draw(advisor.advice.checklist(checklist_id), "svg"), media_type="image/svg+xml")

    @api.get("/checklists/{checklist_id}", response_class=HTMLResponse, tags=["checklists"])
    def checklist_page(checklist_id: str) -> HTMLResponse:
        """The checklist as a page to work with."""
        try:
            return HTMLResponse(render.checklist_page(advisor.advice.checklist(checklist_id)))
        except UnknownDeliverableError as error:
            page = render.notice_page("This checklist is not here", str(error), root="../")
            return HTMLResponse(page, 404)


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

    @api.get("/v1/assessments/{assessment_id}/export", response_class=Response, tags=["assessments"])
    def export_assessment(assessment_id: str, format: Format = "docx") -> Response:
        """The assessment as a file."""
        return _file(export(advisor.advice.assessment(assessment_id), format))

    @api.get("/v1/assessments/{assessment_id}/picture", response_class=Response, tags=["assessments"])
    def radar(assessment_id: str) -> Response:
        """The scores as a radar chart, as SVG."""
        return Response(draw(advisor.advice.assessment(assessment_id), "svg"), media_type="image/svg+xml")

    @api.get("/assess", response_class=HTMLResponse, tags=["assessments"])
    def begin_page() -> HTMLResponse:
        """The self-check as a form."""
        return HTMLResponse(render.assess_page(questionnaire(), None))

    @api.get("/assess/{assessment_id}", response_class=HTMLResponse, tags=["assessments"])
    def assessment_page(assessment_id: str) -> HTMLResponse:
        """An assessment as a page, with the form for one more respondent."""
        try:
            return HTMLResponse(render.assess_page(questionnaire(), advisor.advice.assessment(assessment_id)))
        except UnknownDeliverableError as error:
            return HTMLResponse(render.notice_page("This assessment is not here", str(error), root="../"), 404)


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

    @api.get("/v1/comparisons/{comparison_id}/export", response_class=Response, tags=["comparisons"])
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
        try:
            return HTMLResponse(render.compare_page(advisor.advice.comparison(comparison_id)))
        except UnknownDeliverableError as error:
            return HTMLResponse(render.notice_page("This comparison is not here", str(error), root="../"), 404)


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

    @api.get("/v1/briefs/{brief_id}/export", response_class=Response, tags=["briefs"])
    def export_brief(brief_id: str, format: Format = "docx") -> Response:
        """The brief as a document: docx, pdf or md; it is no table."""
        return _file(export(advisor.advice.brief(brief_id), format))

    @api.get("/briefs/{brief_id}", response_class=HTMLResponse, tags=["briefs"])
    def brief_page(brief_id: str) -> HTMLResponse:
        """A brief as a page."""
        try:
            return HTMLResponse(render.brief_page(advisor.advice.brief(brief_id)))
        except UnknownDeliverableError as error:
            return HTMLResponse(render.notice_page("This brief is not here", str(error), root="../"), 404)


def _file(file: File) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.content, media_type=file.media_type, headers=headers)


def _begin(request: Request, body: AskRequest) -> Events:
    """The stream with its first event already fetched, so that a question not taken gets its own status."""
    advisor: Advisor = request.app.state.advisor
    events = advisor.stream(body.question, body.conversation_id, body.profile, body.checklist, body.documents)
    return chain([next(events)], events)


def _add_library(api: FastAPI, advisor: Advisor) -> None:
    @api.get("/v1/documents", tags=["library"])
    def documents() -> Documents:
        """Every document of the library, by title."""
        return Documents(documents=tuple(advisor.documents()))

    @api.get("/v1/documents/{document_id}", tags=["library"])
    def document(document_id: str) -> DocumentWithText:
        """One document with its text."""
        found = advisor.document(document_id)
        summary = next((one for one in advisor.documents() if one.id == document_id), None)
        if found is None or summary is None:
            raise HTTPException(404, f"No document has the id {document_id[:100]!r}. GET /v1/documents lists them.")
        return DocumentWithText(**summary.model_dump(), text=found.text)

    @api.get("/sources/{document_id}", response_class=HTMLResponse, tags=["library"])
    def source(document_id: str, start: int | None = None, end: int | None = None) -> HTMLResponse:
        """A page with the stored text, the quote from `start` to `end` highlighted, and whose claim it is."""
        found = advisor.document(document_id)
        if found is None:
            page = render.notice_page(
                "This source is not in the library",
                f"No document has the id “{document_id[:100]}”. It may have been removed since.",
                root="../",
            )
            return HTMLResponse(page, 404)
        citation = advisor.citation(document_id, start, end) if start is not None and end is not None else None
        misplaced = citation is None and (start is not None or end is not None)
        return HTMLResponse(render.source_page(found, citation, misplaced))


def _add_health(api: FastAPI, advisor: Advisor) -> None:
    @api.get("/healthz", tags=["health"])
    async def healthz() -> dict[str, str]:
        """Whether the process lives."""
        return {"status": "ok"}

    @api.get("/readyz", tags=["health"])
    def readyz() -> dict[str, str]:
        """Whether questions can be answered, and from which generation of the index."""
        return {"status": "ready", "index_generation": advisor.ready()}


def _add_static(api: FastAPI) -> None:
    api.mount("/ui", StaticFiles(directory=STATIC), name="ui")

    @api.get("/favicon.ico", include_in_schema=False)
    async def favicon() -> FileResponse:
        return FileResponse(STATIC / "favicon.svg")

    @api.get("/manifest.json", include_in_schema=False)
    async def manifest() -> JSONResponse:
        icon = {"src": "ui/favicon.svg", "sizes": "any", "type": "image/svg+xml"}
        body = {"name": "CX Advisor", "short_name": "CX Advisor", "start_url": "./", "icons": [icon]}
        return JSONResponse(body, media_type="application/manifest+json")


# --- errors ---


def _code(error: AdvisorError) -> tuple[int, str]:
    return next((status, code) for kind, status, code in ERRORS if isinstance(error, kind))


def _advisor_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, AdvisorError)
    status, code = _code(error)
    return _failure(request, status, code, str(error))


def _schema_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return _failure(request, 400, "bad_json", "The body is not valid JSON. Send an object in UTF-8.")
    where = ".".join(str(part) for part in first["loc"][1:])[:100] or str(first["loc"][0])
    return _failure(request, 422, "schema", f"{where}: {first['msg']}.")


def http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    message = str(error.detail)
    if error.status_code == 413:
        message = f"The body is larger than the {MAX_BODY:,} bytes allowed. Shorten the field question."
    code = _CODES.get(error.status_code, "bad_request")
    return _failure(request, error.status_code, code, message, error.headers)


def _failure(request: Request, status: int, code: str, message: str, headers: Any = None) -> JSONResponse:
    headers = {**(headers or {}), **({"Retry-After": _RETRY_AFTER} if status == 503 else {})}
    return JSONResponse(_body(code, message, request), status, headers)


def _body(code: str, message: str, request: Request) -> dict[str, Any]:
    return error_body(code, message, _request_id(request))


def error_body(code: str, message: str, request_id: str) -> dict[str, Any]:
    """The one error object of the API."""
    return {"error": {"code": code, "message": message, "request_id": request_id}}


def _request_id(request: Request) -> str:
    return str(getattr(request.state, "request_id", ""))


# --- around every request ---


class Guard:
    """Gives each request an id and a largest size, each response its security headers, an unknown error a 500.

    The limit is not FastAPI's `max_body_size`, which answers in plain text and not with the error object.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _given_id(scope) or uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        begun, received = False, 0

        async def limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MAX_BODY:
                raise HTTPException(413)
            return message

        async def guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                add_security_headers(MutableHeaders(scope=message), scope["path"], request_id)
            await send(message)

        try:
            if scope["path"].startswith(_CLOSED):
                response = JSONResponse(error_body("not_found", "There is nothing here.", request_id), 404)
                await response(scope, receive, guarded)
                return
            await self._app(scope, limited, guarded)
        except Exception:
            log.exception("request %s failed: %s %s", request_id, scope["method"], scope["path"])
            if begun:
                raise
            response = JSONResponse(error_body("internal", _WENT_WRONG, request_id), 500)
            await response(scope, receive, guarded)


def add_security_headers(headers: MutableHeaders, path: str, request_id: str) -> None:
    """What every response carries; pages of our own may do less than the two apps."""
    headers["X-Request-Id"] = request_id
    headers["Content-Security-Policy"] = _FOR_PAGES if path.startswith(_OWN_PAGES) else _FOR_APPS
    headers["X-Content-Type-Options"] = "nosniff"
    if path.startswith("/v1/"):
        headers["Cache-Control"] = "no-store"  # answers are the asker's alone
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Frame-Options"] = "DENY"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"


def _given_id(scope: Scope) -> str | None:
    value = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    text = value.decode("latin-1")
    return text if re.fullmatch(r"[\w.-]{1,64}", text, re.ASCII) else None
