"""When a chat model's server is left alone: a while after a failure that made a person wait for nothing."""

from __future__ import annotations

import time
from threading import Lock

from advisor.errors import ProviderRestingError

LONGEST_REST = 900.0  # seconds; a server that asks for more is tried again by then


class Breaker:
    """Lets questions through to a server, or says that it rests. Safe to share between threads.

    The circuit breaker of Nygard, "Release It!": closed, open for `rest` seconds, then one question tries. Its time
    is `rest` as well: until it has told what came of it, or that time is over, nobody else need wait for it.
    """

    def __init__(self, rest: float) -> None:
        self._rest = rest
        self._until: float | None = None  # a time of the monotonic clock; None while the server is well
        self._lock = Lock()

    def admit(self) -> None:
        """Raises ProviderRestingError while the server is left alone."""
        with self._lock:
            if self._until is None:
                return
            now = time.monotonic()
            if now < self._until:
                raise ProviderRestingError(
                    "The chat model failed a moment ago. It is tried again within a few minutes."
                )
            self._until = now + self._rest

    def close(self) -> None:
        """The server is well, or fails so fast that nobody waits for it."""
        with self._lock:
            self._until = None

    def open(self, seconds: float | None = None) -> None:
        """The server is left alone for so many seconds, or for as long as usual."""
        with self._lock:
            self._until = time.monotonic() + min(seconds or self._rest, LONGEST_REST)
