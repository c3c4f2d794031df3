"""Around every request: an id, a largest size, security headers, and an unknown error as a 500."""

from __future__ import annotations

import asyncio
import logging
import re
import uuid

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from advisor.serve.below import path_of
from advisor.serve.failures import MAX_BODY, WENT_WRONG, refuse

log = logging.getLogger(__name__)

BODY_SECONDS = 30  # in which a body has to be here: 1 MB comes in time over 300 kbit/s
_SLOW = f"The body did not come within {BODY_SECONDS} seconds. Send it again."
_NOTHING_REMOTE = "default-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; "
# Gradio and Swagger UI start from inline scripts and styles; what they may fetch is this server all the same.
_FOR_APPS = _NOTHING_REMOTE + (
    "script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'"
)
_FOR_PAGES = _NOTHING_REMOTE + "script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'"
PAGES = (
    "/answers/",
    "/sources/",
    "/signin",
    "/checklists",
    "/assess",
    "/compare",
    "/briefs/",
    "/library",
)  # made from our own templates
_NO_APPS = (*PAGES, "/v1/", "/healthz", "/readyz", "/metrics", "/openapi.json")
_CLOSED = ("/gradio_api/upload", "/gradio_api/proxy=", "/gradio_api/deep_link")  # the chat uses none of these


class Guard:
    """Gives each request an id, a largest size and a time to send it in, each response its security headers, an
    unknown error a 500.

    The limit is not FastAPI's `max_body_size`, which answers in plain text and not with the error object.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, path = _given_id(scope) or uuid.uuid4().hex, path_of(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        begun, received, whole = False, 0, False
        until = asyncio.get_running_loop().time() + BODY_SECONDS

        async def limited() -> Message:
            nonlocal received, whole
            try:
                async with asyncio.timeout_at(None if whole else until):
                    message = await receive()
            except TimeoutError as error:
                raise HTTPException(408, _SLOW) from error
            whole = not message.get("more_body", False)
            received += len(message.get("body", b""))
            if received > MAX_BODY:
                raise HTTPException(413)
            return message

        async def guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                add_security_headers(MutableHeaders(scope=message), path, request_id)
            await send(message)

        try:
            if path.startswith(_CLOSED):
                await refuse(scope, receive, guarded, 404, "not_found", "There is nothing here.")
                return
            await self._app(scope, limited, guarded)
        except Exception:
            log.exception("request %s failed: %s %s", request_id, scope["method"], path)
            if begun:
                raise
            await refuse(scope, receive, guarded, 500, "internal", WENT_WRONG)


def add_security_headers(headers: MutableHeaders, path: str, request_id: str) -> None:
    """What every response carries; pages of our own may do less than the two apps."""
    headers["X-Request-Id"] = request_id
    headers["Content-Security-Policy"] = _FOR_PAGES if path.startswith(_NO_APPS) else _FOR_APPS
    headers["X-Content-Type-Options"] = "nosniff"
    if path.startswith(("/v1/", "/signin")):
        headers["Cache-Control"] = "no-store"  # answers are the asker's alone
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Frame-Options"] = "DENY"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"


def _given_id(scope: Scope) -> str | None:
    value = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    text = value.decode("latin-1")
    return text if re.fullmatch(r"[\w.-]{1,64}", text, re.ASCII) else None
