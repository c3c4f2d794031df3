"""A chat model's server on loopback: speaks the OpenAI protocol, replies as it is told and keeps what it was asked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

PIECE = 24  # characters of a reply that are sent at a time


@dataclass(frozen=True)
class Reply:
    """What the server sends: `text` piece by piece, or as it stands where `raw` is given."""

    text: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    finish: str | None = "stop"
    pause: float = 0.0  # seconds before each piece
    cut: bool = False  # the connection breaks after the text
    raw: bytes | None = None

    def events(self) -> Iterator[bytes]:
        """The reply as server-sent events."""
        for at in range(0, len(self.text), PIECE):
            yield _event({"content": self.text[at : at + PIECE]}, None)
        if self.finish:
            yield _event({}, self.finish)
        if not self.cut:
            yield b"data: [DONE]\n\n"


def _event(delta: Mapping[str, Any], finish: str | None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "scripted", "choices": [choice]}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def statements(*said: tuple[str, Sequence[str]]) -> Reply:
    """A reply in the form that is asked for: texts with their labels."""
    return Reply(json.dumps({"statements": [{"text": text, "labels": list(labels)} for text, labels in said]}))


Script = Callable[[Mapping[str, Any]], Reply]


class ChatServer(ThreadingHTTPServer):
    """`script` gives the reply to each request's body."""

    daemon_threads = True

    def __init__(self, script: Script = lambda asked: Reply()) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
        self.asked: list[Mapping[str, Any]] = []
        self.paths: list[str] = []
        self.headers: list[Mapping[str, str]] = []
        self.stopped = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def replies(self, *in_turn: Reply) -> Self:
        """Replies one after the other, the last one again and again."""
        left = list(in_turn)
        self.script = lambda asked: left.pop(0) if len(left) > 1 else left[0]
        return self

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stopped.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ChatServer

    def do_GET(self) -> None:
        self.server.paths.append(self.path)
        self._send(Reply(), "application/json", b"{}")

    def do_POST(self) -> None:
        self.server.paths.append(self.path)
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.headers.append(dict(self.headers))
        self.server.asked.append(body)
        reply = self.server.script(body)
        if reply.status != 200:
            self._send(reply, "application/json", json.dumps({"error": {"message": reply.text}}).encode())
        elif reply.raw is not None:
            self._send(reply, "text/event-stream", reply.raw)
        elif not body.get("stream"):
            message = {"role": "assistant", "content": reply.text}
            choice = {"index": 0, "finish_reason": reply.finish, "message": message}
            whole = {"id": "1", "object": "chat.completion", "created": 1, "model": "scripted", "choices": [choice]}
            self._send(reply, "application/json", json.dumps(whole).encode())
        else:
            self._stream(reply)

    def _send(self, reply: Reply, kind: str, payload: bytes) -> None:
        self.send_response(reply.status)
        for name, value in {"content-type": kind, "content-length": str(len(payload)), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(payload)

    def _stream(self, reply: Reply) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for event in reply.events():
            if reply.pause and self.server.stopped.wait(reply.pause):
                return
            self.wfile.write(f"{len(event):x}\r\n".encode() + event + b"\r\n")
            self.wfile.flush()
        if reply.cut:
            self.close_connection = True
        else:
            self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


def hang(asked: Mapping[str, Any]) -> Reply:
    """A script of a server that takes a question and says nothing for a long while."""
    time.sleep(20)
    return Reply()
