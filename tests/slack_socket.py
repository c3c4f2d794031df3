"""Slack's Socket Mode on loopback: sends envelopes over the newest connection, and keeps what is acknowledged."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from typing import Any, Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve


class SlackSocket:
    """`acknowledged` are the ids of envelopes in the order of their acknowledgements, `opened` counts connections."""

    def __init__(self) -> None:
        self.acknowledged: list[str] = []
        self.opened = 0
        self._open: list[ServerConnection] = []
        self._server = serve(self._hold, "127.0.0.1", 0)

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}/link?ticket={self.opened}"

    @property
    def connected(self) -> bool:
        return bool(self._open)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.drop()
        self._server.shutdown()

    def send(self, envelope_id: str, payload: dict[str, Any], kind: str = "events_api") -> None:
        """Sends an envelope over the newest connection."""
        envelope = {"envelope_id": envelope_id, "type": kind, "payload": payload, "accepts_response_payload": False}
        self._open[-1].send(json.dumps(envelope))

    def ask_to_reconnect(self) -> None:
        """As Slack does when it is about to close a connection."""
        self._open[-1].send(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))

    def drop(self) -> None:
        """Cuts every connection without a word."""
        for connection in self._open:
            connection.socket.close()

    def _hold(self, connection: ServerConnection) -> None:
        self._open.append(connection)
        self.opened += 1
        connection.send(json.dumps({"type": "hello"}))
        with suppress(ConnectionClosed, OSError):
            for message in connection:
                self.acknowledged.append(json.loads(message)["envelope_id"])
        self._open.remove(connection)
