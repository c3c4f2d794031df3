"""A heartbeat for streams, so that no proxy takes a quiet one for a dead one."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECONDS = 10.0  # the contract promises a line every 15
_COMMENT: Message = {"type": "http.response.body", "body": b": still here\n\n", "more_body": True}


class Beating:
    """Sends a comment line where a stream of Server-Sent Events has been quiet for a while.

    Each of our chunks is a whole event, so that a comment between two of them breaks none.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        beat: asyncio.Task[None] | None = None

        async def beating(message: Message) -> None:
            nonlocal beat
            if beat is not None:
                beat.cancel()
            await send(message)
            if _goes_on(message, beat is not None):
                beat = asyncio.create_task(_beat(send))

        try:
            await self._app(scope, receive, beating if scope["type"] == "http" else send)
        finally:
            if beat is not None:
                beat.cancel()


def _goes_on(message: Message, streaming: bool) -> bool:
    """Whether more events are to come after this message."""
    if message["type"] == "http.response.start":
        return Headers(raw=message["headers"]).get("content-type", "").startswith("text/event-stream")
    return streaming and bool(message.get("more_body"))


async def _beat(send: Send) -> None:
    with suppress(OSError):  # whoever listened has gone: the stream will notice
        while True:
            await asyncio.sleep(SECONDS)
            await send(_COMMENT)
