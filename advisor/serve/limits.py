"""How often somebody may ask, and how long a request may take before its asker is told to come again."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from advisor.serve.below import path_of
from advisor.serve.failures import refuse
from advisor.serve.guard import PAGES

_FREE = ("GET", "HEAD", "OPTIONS")
_TOO_LONG = "This took too long, and was left. Try again in a moment, or ask about less at once."


def address_of(scope: Scope) -> str | None:
    """Where a request comes from; behind a proxy that uvicorn trusts, the address which that one names."""
    client = scope.get("client")
    return client[0] if client else None


def key_of(scope: Scope) -> str | None:
    """The id of the key that a request came with."""
    key = scope.get("state", {}).get("key")
    return key.id if key else None


class Limited:
    """Refuses what comes more often than `rate` (`120/minute`) from one key or address, as `who` tells.

    Counted in this process, over a sliding window: what is asked of the API, pages made from the library, and whatever
    changes something. Styles, health and what the chat page fetches for itself are free.
    """

    def __init__(self, app: ASGIApp, rate: str, who: Callable[[Scope], str | None]) -> None:
        self._app = app
        self._rate: RateLimitItem = parse(rate)
        self._who = who
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        who = self._who(scope) if scope["type"] == "http" and _counts(scope) else None
        if who is None or self._limiter.hit(self._rate, who):
            await self._app(scope, receive, send)
            return
        free_again = self._limiter.get_window_stats(self._rate, who).reset_time
        seconds = max(1, math.ceil(free_again - time.time()))
        number, unit = self._rate.amount, self._rate.GRANULARITY.name
        message = f"More than {number} requests a {unit} came from you. Try again in {seconds} s."
        await refuse(scope, receive, send, 429, "rate_limited", message, {"Retry-After": str(seconds)})


def _counts(scope: Scope) -> bool:
    path = path_of(scope)
    return (path.startswith(("/v1/", *PAGES)) or scope["method"] not in _FREE) and not path.startswith("/slack/")


class Timely:
    """Answers 503 where a response has not begun after some seconds. What runs meanwhile in a thread cannot be stopped:
    it comes to its end unheard.
    """

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds
        self._left: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = asyncio.get_running_loop().create_future()
        gone = False

        async def begins(message: Message) -> None:
            if not gone:
                if not begun.done():
                    begun.set_result(None)
                await send(message)

        working = asyncio.create_task(self._work(scope, receive, begins))
        try:
            await asyncio.wait((working, begun), timeout=self._seconds, return_when=asyncio.FIRST_COMPLETED)
            if working.done() or begun.done():
                await working
                return
        except asyncio.CancelledError:
            working.cancel()
            raise
        gone = True
        self._left.add(working)
        working.add_done_callback(self._forget)
        await refuse(scope, receive, send, 503, "timeout", _TOO_LONG)

    async def _work(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def _forget(self, working: asyncio.Task[None]) -> None:
        self._left.discard(working)
        if not working.cancelled():
            working.exception()  # taken, so that nobody is told of an error that has no asker any more
