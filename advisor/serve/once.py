"""`Idempotency-Key` on writes: what is sent again under the same key is answered as before, and done once.

After draft-ietf-httpapi-idempotency-key-header. Replies are kept in a SQLite file beside the library for a day, so that
a retry after a restart counts too; a stream is not kept.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from advisor.database import Database
from advisor.serve.below import path_of
from advisor.serve.failures import http_error, refuse
from advisor.serve.limits import key_of

REPLIES_FILE = "replies.sqlite3"
REPLAYED = "Idempotency-Replayed"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS replies (
    who TEXT NOT NULL,           -- the id of an API key; empty without one
    key TEXT NOT NULL,           -- after the method and the path that it is meant for
    request TEXT NOT NULL,       -- SHA-256 of the body
    status INTEGER,              -- NULL while it is being worked on
    media_type TEXT,
    body BLOB,
    created TEXT NOT NULL DEFAULT (datetime('now')),
    PRIMARY KEY (who, key)
);
"""
_WRITES = ("POST", "PATCH", "DELETE")
_OLD = "created < datetime('now', '-1 day') OR (status IS NULL AND created < datetime('now', '-5 minutes'))"
_BAD_KEY = "Idempotency-Key must be 1 to 255 visible ASCII characters, a new one for each write."
_OTHER = "This Idempotency-Key was used for another request. Send a new key with each new write."
_UNDER_WAY = "The first request with this Idempotency-Key is still being worked on. Try again in a moment."


@dataclass(frozen=True, slots=True)
class Reply:
    """What a first request was answered; `status` is None while it is worked on."""

    request: str
    status: int | None
    media_type: str
    body: bytes


class Replies(Database):
    """Replies by who asked and under which key. Safe to share between threads and processes."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir / REPLIES_FILE, _SCHEMA)

    def begin(self, who: str, key: str, request: str) -> Reply | None:
        """The reply that there is under a key; None where the request is the first, which from now on is under way."""
        with self._locked() as db:
            db.execute(f"DELETE FROM replies WHERE {_OLD}")  # noqa: S608  # a constant
            new = "INSERT INTO replies (who, key, request) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
            if db.execute(new, (who, key, request)).rowcount:
                return None
            query = "SELECT request, status, media_type, body FROM replies WHERE who = ? AND key = ?"
            row = db.execute(query, (who, key)).fetchone()
        return Reply(*row) if row else None

    def keep(self, who: str, key: str, status: int, media_type: str, body: bytes) -> None:
        """Keeps the reply to the request under way."""
        with self._locked() as db:
            change = "UPDATE replies SET status = ?, media_type = ?, body = ? WHERE who = ? AND key = ?"
            db.execute(change, (status, media_type, body, who, key))

    def drop(self, who: str, key: str) -> None:
        """Lets the request under a key be sent again."""
        with self._locked() as db:
            db.execute("DELETE FROM replies WHERE who = ? AND key = ?", (who, key))

    def forget(self, who: str, id: str) -> None:
        """Drops every reply to somebody who has deleted something, and any in which its id stands."""
        with self._locked() as db:
            db.execute("DELETE FROM replies WHERE who = ? OR instr(body, ?)", (who, id.encode()))


class Once:
    """Answers a write that comes again under its `Idempotency-Key` with the reply of the first.

    Only what succeeded is kept: after an error the same key may be tried again.
    """

    def __init__(self, app: ASGIApp, replies: Replies) -> None:
        self._app = app
        self._replies = replies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not path_of(scope).startswith("/v1/") or scope["method"] not in _WRITES:
            await self._app(scope, receive, send)
            return
        who, key = key_of(scope) or "", Headers(scope=scope).get("idempotency-key")
        if key is None:
            await self._pass(scope, receive, send, who)
        elif not re.fullmatch(r"[!-~]{1,255}", key):
            await refuse(scope, receive, send, 400, "bad_key", _BAD_KEY)
        else:
            await self._once(scope, receive, send, who, f"{scope['method']} {path_of(scope)} {key}")

    async def _pass(self, scope: Scope, receive: Receive, send: Send, who: str) -> int:
        """The status of the response; what was deleted is forgotten here too."""
        status = 500

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if scope["method"] == "DELETE" and status < 300:
                    self._replies.forget(who, path_of(scope).rpartition("/")[2])
            await send(message)

        await self._app(scope, receive, seen)
        return status

    async def _once(self, scope: Scope, receive: Receive, send: Send, who: str, key: str) -> None:
        try:
            body = await _body(receive)
        except HTTPException as error:
            await http_error(Request(scope), error)(scope, receive, send)
            return
        request = hashlib.sha256(body).hexdigest()
        before = self._replies.begin(who, key, request)
        if before is None:
            await self._first(scope, _again(body, receive), send, who, key)
        elif before.request != request:
            await refuse(scope, receive, send, 409, "other_request", _OTHER)
        elif before.status is None:
            await refuse(scope, receive, send, 409, "under_way", _UNDER_WAY, {"Retry-After": "1"})
        else:
            headers = {REPLAYED: "true"}
            again = Response(before.body, before.status, headers, before.media_type or None)
            await again(scope, receive, send)

    async def _first(self, scope: Scope, receive: Receive, send: Send, who: str, key: str) -> None:
        media_type, parts = "", []

        async def noted(message: Message) -> None:
            nonlocal media_type
            if message["type"] == "http.response.start":
                media_type = MutableHeaders(scope=message).get("content-type", "")
            else:
                parts.append(message.get("body", b""))
            await send(message)

        status = 500
        try:
            status = await self._pass(scope, receive, noted, who)
        finally:
            if status < 300 and not media_type.startswith("text/event-stream"):
                self._replies.keep(who, key, status, media_type, b"".join(parts))
            else:
                self._replies.drop(who, key)


async def _body(receive: Receive) -> bytes:
    parts, more = [], True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives a body that was read already, then whatever else comes."""
    given = False

    async def give() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return give
