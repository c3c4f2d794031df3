"""What goes wrong, as the API says it: one table maps errors to a status, one object carries every one of them."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

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
from advisor.serve.below import path_of

log = logging.getLogger(__name__)

MAX_BODY = 1_000_000  # bytes; a question of 100,000 characters still gets its own, clearer message
_RETRY_AFTER = "5"  # seconds
WENT_WRONG = "Something went wrong on our side. Try again; if it stays, quote the request id to whoever runs this."

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
_OPENAI_PATHS = ("/v1/chat/completions", "/v1/models")
_OPENAI_TYPES = {401: "authentication_error", 404: "not_found_error", 429: "rate_limit_error"}
_CODES = {403: "forbidden", 404: "not_found", 405: "method_not_allowed", 408: "timeout", 413: "too_large"}


class Body(BaseModel):
    """What the API takes or gives: frozen, and no field that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ErrorDetail(Body):
    code: str
    message: str
    request_id: str


class ErrorBody(Body):
    error: ErrorDetail


class OpenAIErrorDetail(ErrorDetail):
    """An error with what OpenAI's clients read of it as well."""

    type: str
    param: None = None


class OpenAIErrorBody(Body):
    error: OpenAIErrorDetail


SHARED = (400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503)  # statuses that any route may fail with


def handle_failures(api: FastAPI) -> None:
    """Every error of a route leaves as the one error object."""
    api.add_exception_handler(AdvisorError, _advisor_error)
    api.add_exception_handler(RequestValidationError, _schema_error)
    api.add_exception_handler(HTTPException, http_error)


async def refuse(
    scope: Scope, receive: Receive, send: Send, status: int, code: str, message: str, headers: Any = None
) -> None:
    """Answers a request with the error object, for what stands around the routes."""
    await _failure(Request(scope), status, code, message, headers)(scope, receive, send)


def described(error: Exception, request: Request) -> dict[str, Any]:
    """The error object of an error that is told inside a stream; one that nobody foresaw is logged whole."""
    if isinstance(error, AdvisorError):
        status, code = _code(error)
        return body_for(path_of(request.scope), status, code, str(error), request_id_of(request))
    log.error("request %s failed while streaming", request_id_of(request), exc_info=error)
    return body_for(path_of(request.scope), 500, "internal", WENT_WRONG, request_id_of(request))


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
        message = f"The body is larger than the {MAX_BODY:,} bytes allowed. Send less at once."
    code = _CODES.get(error.status_code, "bad_request")
    return _failure(request, error.status_code, code, message, error.headers)


def _failure(request: Request, status: int, code: str, message: str, headers: Any = None) -> JSONResponse:
    headers = {**(headers or {}), **({"Retry-After": _RETRY_AFTER} if status == 503 else {})}
    return JSONResponse(
        body_for(path_of(request.scope), status, code, message, request_id_of(request)), status, headers
    )


def body_for(path: str, status: int, code: str, message: str, request_id: str) -> dict[str, Any]:
    """The error object, with what OpenAI's clients read beside it on the paths that they call."""
    body = error_body(code, message, request_id)
    if path.startswith(_OPENAI_PATHS):
        kind = _OPENAI_TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
        body["error"] |= {"type": kind, "param": None}
    return body


def error_body(code: str, message: str, request_id: str) -> dict[str, Any]:
    """The one error object of the API."""
    return {"error": {"code": code, "message": message, "request_id": request_id}}


def request_id_of(request: Request) -> str:
    """The id that the response carries too; empty outside of the guard."""
    return str(getattr(request.state, "request_id", ""))
