"""The HTTP API: parse → ask the advisor → JSON, Server-Sent Events or a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

from fastapi import Depends, FastAPI, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from fastapi_offline import FastAPIOffline
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import FileResponse
from starlette.routing import Match
from starlette.staticfiles import StaticFiles

from advisor.errors import UnknownAnswerError
from advisor.keys import Keys
from advisor.serve import render
from advisor.serve.access import Access, add_sign_in
from advisor.serve.advice_api import add_advice
from advisor.serve.beat import Beating
from advisor.serve.failures import SHARED, Body, ErrorBody, described, handle_failures
from advisor.serve.guard import Guard
from advisor.serve.limits import Limited, Timely, address_of, key_of
from advisor.serve.metrics import Measured, Metrics, add_metrics
from advisor.serve.once import REPLAYED, Once, Replies
from advisor.serve.openai_api import add_openai
from advisor.serve.shelf import look_up
from advisor.types import (
    Answer,
    CheckedStatement,
    DocumentSummary,
    Profile,
    RetrievedPassage,
    Status,
    Vote,
)

if TYPE_CHECKING:  # importing it takes seconds, in which the server already shows that it is starting
    from advisor.advisor import Advisor

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms requests are served; the default is what one person on one machine needs."""

    keys: Keys | None = None
    keys_required: bool = False
    replies: Replies | None = None
    key_rate: str = ""
    address_rate: str = ""
    seconds: float = 120
    cors_origins: tuple[str, ...] = ()


Events: TypeAlias = Iterator[Status | CheckedStatement | Answer]


class AskRequest(Body):
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


class Feedback(Body):
    """What a person thinks of an answer; a second vote replaces the first."""

    answer_id: str = Field(max_length=100)
    vote: Vote
    reason: str | None = Field(None, max_length=2000, examples=["The second statement is not what I asked."])


class Conversation(Body):
    conversation_id: str
    answers: tuple[Answer, ...]


class Passages(Body):
    passages: tuple[RetrievedPassage, ...]


class Documents(Body):
    documents: tuple[DocumentSummary, ...]


class DocumentWithText(DocumentSummary):
    text: str


def create_api(advisor: Advisor, terms: Terms = Terms()) -> FastAPI:
    """The app with every route below `/v1`, the source pages, health and the API's documentation."""
    api = FastAPIOffline(
        title="CX Advisor",
        description="Answers about customer experience, every statement checked against its source.",
        redoc_url=None,
        favicon_url="ui/favicon.svg",
        static_url="/ui/docs",
        responses={status: {"model": ErrorBody} for status in SHARED},
    )
    api.state.advisor = advisor
    metrics = add_metrics(api, advisor)
    _surround(api, terms, metrics)
    handle_failures(api)
    _add_answers(api, advisor)
    add_openai(api, advisor)
    _add_conversations(api, advisor)
    add_advice(api, advisor)
    _add_library(api, advisor)
    _add_health(api, advisor)
    _add_static(api)

    @api.api_route("/v1/{path:path}", methods=_METHODS, include_in_schema=False)
    def unknown(path: str, request: Request) -> Response:
        if allowed := _other_methods(request):
            message = f"/v1/{path[:100]} does not take {request.method}. It takes {', '.join(allowed)}."
            raise HTTPException(405, message, {"Allow": ", ".join(allowed)})
        raise HTTPException(404, f"There is no {request.method} /v1/{path[:100]}. /docs lists what there is.")

    return api


def _surround(api: FastAPI, terms: Terms, metrics: Metrics) -> None:
    """What stands around every route, from the inside out."""
    api.add_middleware(Beating)
    if terms.replies:
        api.add_middleware(Once, replies=terms.replies)
    if terms.keys:
        if terms.key_rate:
            api.add_middleware(Limited, rate=terms.key_rate, who=key_of)
        api.add_middleware(Access, keys=terms.keys, required=terms.keys_required, origins=terms.cors_origins)
        add_sign_in(api, terms.keys)
    if terms.address_rate:
        api.add_middleware(Limited, rate=terms.address_rate, who=address_of)
    api.add_middleware(Timely, seconds=terms.seconds)
    api.add_middleware(Measured, metrics=metrics)
    api.add_middleware(
        CORSMiddleware,  # also without an origin: Gradio's own would let pages of other servers on this machine in
        allow_origins=terms.cors_origins,
        allow_methods=_METHODS,
        allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "X-API-Key", "X-Request-Id"],
        expose_headers=["Retry-After", "X-Request-Id", REPLAYED],
    )
    api.add_middleware(Guard)


def _other_methods(request: Request) -> list[str]:
    """The methods that the path takes instead of the request's; empty for a path that there is not."""
    fits = [route for route in request.app.routes if route.matches(request.scope)[0] is Match.PARTIAL]
    return sorted({method for route in fits for method in route.methods})


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
        except Exception as error:  # the response has begun: say so in it
            yield ServerSentEvent(event="error", data=described(error, request))

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

    @api.get("/answers/{answer_id}", response_class=HTMLResponse, tags=["conversations"])
    def answer_page(answer_id: str) -> HTMLResponse:
        """A page with an answer as it was given, every citation leading to its place in the source."""
        try:
            page, status = render.answer_page(advisor.answer(answer_id)), 200
        except UnknownAnswerError as error:
            page, status = render.notice_page("This answer is not here", str(error), root="../"), 404
        return HTMLResponse(page, status, {"Cache-Control": "no-store"})


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

    @api.get("/library", response_class=HTMLResponse, tags=["library"])
    def library(q: Annotated[str, Query(max_length=200)] = "", page: int = 1) -> HTMLResponse:
        """A page with every document, or those that have all words of `q` in their bibliography."""
        return HTMLResponse(render.library_page(look_up(advisor.documents(), q, page)))

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
