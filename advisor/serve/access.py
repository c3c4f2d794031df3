"""Who may do what: the key of each request, and how a browser signs in with one.

Asked for when the server can be reached from other machines, or when a setting says so; a key that is given anyway
counts. What a request needs is read from its method and path, so that a new route is never open by mistake.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from advisor.keys import KEY_PREFIX, SESSION, Key, Keys, KeyScope
from advisor.serve import render
from advisor.serve.below import path_of
from advisor.serve.failures import refuse

COOKIE = "cx_session"
_OPEN = frozenset(
    "/healthz /readyz /signin /signout /docs /docs/oauth2-redirect /openapi.json /favicon.ico /manifest.json".split()
)
_OPEN_BELOW = ("/ui/", "/slack/")  # styles and scripts; Slack signs its requests
_ASKING = ("/v1/ask", "/v1/ask/stream", "/v1/chat/completions", "/v1/feedback")
_READING = ("GET", "HEAD", "OPTIONS")
_NO_KEY = (
    "This needs a key. Send one as `Authorization: Bearer KEY`; whoever runs this makes them with "
    "`python -m advisor.keys create`."
)
_BAD_KEY = "This key is not known here, has expired or was revoked. Ask whoever runs this for a new one."
_ELSEWHERE = "A page of another site may change nothing here. Whoever runs this can allow it with ADVISOR_CORS_ORIGINS."


def needed(method: str, path: str) -> KeyScope | None:
    """The scope that a request needs; None for what is open to all.

    Asking, reading, voting and deleting one's own conversation are `ask`: they concern the asker alone.
    """
    if path in _OPEN or path.startswith(_OPEN_BELOW):
        return None
    if path == "/metrics":
        return "admin"
    own = path in _ASKING or (method == "DELETE" and path.startswith("/v1/conversations/"))
    return "write" if path.startswith("/v1/") and method not in _READING and not own else "ask"


class Access:
    """Lets a request pass when its key may do what it asks for, and notes the key in its state."""

    def __init__(self, app: ASGIApp, keys: Keys, required: bool, origins: tuple[str, ...] = ()) -> None:
        self._app = app
        self._keys = keys
        self._required = required
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request, scope_needed = HTTPConnection(scope), needed(scope["method"], path_of(scope))
        if scope["method"] not in _READING and self._is_from_elsewhere(request):
            await refuse(scope, receive, send, 403, "forbidden", _ELSEWHERE)
            return
        given = _given(request)
        key = self._keys.find(given) if given else None
        scope.setdefault("state", {})["key"] = key
        if scope_needed is None or (key is None and not given and not self._required):
            await self._app(scope, receive, send)
        elif key is None:
            await self._ask_for_key(request, given, receive, send)
        elif not key.may(scope_needed):
            message = f"This key is for {', '.join(key.scopes)}, and this needs {scope_needed}. Use one that has it."
            await refuse(scope, receive, send, 403, "forbidden", message)
        else:
            await self._app(scope, receive, send)

    def _is_from_elsewhere(self, request: HTTPConnection) -> bool:
        """Whether a browser says that a page of another origin sends this, and no setting allows that."""
        site = request.headers.get("sec-fetch-site", "same-origin")
        allowed = {"*", request.headers.get("origin")} & set(self._origins)
        return site in ("cross-site", "same-site") and not allowed and not path_of(request.scope).startswith("/slack/")

    async def _ask_for_key(self, request: HTTPConnection, given: str | None, receive: Receive, send: Send) -> None:
        path = path_of(request.scope)
        if "text/html" in request.headers.get("accept", "") and not path.startswith("/v1/"):
            query = f"?{request.url.query}" if request.url.query else ""
            root = request.scope.get("root_path", "")
            target = f"{root}/signin?next={quote(path.removeprefix('/') + query, safe='')}"
            await RedirectResponse(target, 303)(request.scope, receive, send)
            return
        message, headers = (_BAD_KEY if given else _NO_KEY), {"WWW-Authenticate": "Bearer"}
        await refuse(request.scope, receive, send, 401, "unauthorized", message, headers)


def _given(request: HTTPConnection) -> str | None:
    """The key or session that came along. What has not the form of ours, as the `none` that OpenAI's clients have to
    be given, is no key.
    """
    kind, _, bearer = request.headers.get("authorization", "").partition(" ")
    key = bearer.strip() if kind.lower() == "bearer" else request.headers.get("x-api-key", "")
    return key if key.startswith(KEY_PREFIX) else request.cookies.get(COOKIE)


def add_sign_in(api: FastAPI, keys: Keys) -> None:
    """Adds the page on which a browser gives a key once, and gets a session in its place."""

    @api.get("/signin", response_class=HTMLResponse, include_in_schema=False)
    def sign_in_page(request: Request, next: str = "") -> HTMLResponse:
        key: Key | None = request.state.key
        return HTMLResponse(render.sign_in_page(_way_on(next), key.name if key else None))

    @api.post("/signin", response_class=HTMLResponse, include_in_schema=False)
    def sign_in(
        request: Request, key: Annotated[str, Form(max_length=200)] = "", next: Annotated[str, Form()] = ""
    ) -> Response:
        given = key.strip()
        found = keys.find(given) if given.startswith(KEY_PREFIX) else None
        if found is None:
            return HTMLResponse(render.sign_in_page(_way_on(next), None, _BAD_KEY), 401)
        response = _leads_to(request, _way_on(next))
        seconds, root = int(SESSION.total_seconds()), request.scope.get("root_path", "") or "/"
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, keys.begin_session(found), seconds, path=root, secure=secure, httponly=True)
        return response

    @api.post("/signout", include_in_schema=False)
    def sign_out(request: Request) -> Response:
        keys.end_session(request.cookies.get(COOKIE, ""))
        response = _leads_to(request, "signin")
        response.delete_cookie(COOKIE, path=request.scope.get("root_path", "") or "/")
        return response


def _leads_to(request: Request, path: str) -> RedirectResponse:
    return RedirectResponse(f"{request.scope.get('root_path', '')}/{path}", 303)


def _way_on(path: str) -> str:
    """Where to go after signing in: a path of ours, relative to the chat page, or the chat page itself."""
    parts = urlsplit(path)
    ours = not parts.scheme and not parts.netloc and not path.startswith(("/", "\\")) and path.isprintable()
    return path if ours else ""
