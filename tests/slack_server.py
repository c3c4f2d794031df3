"""Slack's Web API on loopback: keeps what it was asked, and refuses what Slack refuses."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs


class SlackServer(ThreadingHTTPServer):
    """`messages` are what stands in Slack by timestamp; `refusals` are 429s still to be sent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.messages: dict[str, Mapping[str, Any]] = {}
        self.calls: list[tuple[str, Mapping[str, Any]]] = []
        self.refusals = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/api/"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.shutdown()
        self.server_close()

    def take(self, method: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Slack's reply to a call."""
        self.calls.append((method, asked))
        if error := _refused(asked):
            return {"ok": False, "error": error}
        if method == "chat.postMessage":
            if asked["channel"] == "C-not-in":
                return {"ok": False, "error": "not_in_channel"}
            ts = f"1700000000.{len(self.messages):06}"
            self.messages[ts] = asked
            return {"ok": True, "ts": ts, "channel": asked["channel"]}
        if method == "chat.update":
            if asked["ts"] not in self.messages:
                return {"ok": False, "error": "message_not_found"}
            self.messages[asked["ts"]] = {**self.messages[asked["ts"]], **asked}
            return {"ok": True, "ts": asked["ts"]}
        return {"ok": True} if method == "views.open" else {"ok": False, "error": "unknown_method"}


def _refused(asked: Mapping[str, Any]) -> str | None:
    blocks = asked.get("blocks") or []
    texts = [block.get("text", {}).get("text", "") for block in blocks if block["type"] == "section"]
    if len(blocks) > 50 or any(not 0 < len(text) <= 3000 for text in texts):
        return "invalid_blocks"
    if sum(map(len, texts)) > 13_000 or len(asked.get("text", "").encode()) > 4000:
        return "msg_too_long"
    return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SlackServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        asked = json.loads(body) if body.startswith("{") else {key: one[0] for key, one in parse_qs(body).items()}
        if isinstance(asked.get("blocks"), str):
            asked["blocks"] = json.loads(asked["blocks"])
        if self.server.refusals:
            self.server.refusals -= 1
            self._send(429, {"ok": False, "error": "ratelimited"})
        else:
            self._send(200, self.server.take(self.path.rpartition("/")[2], asked))

    def _send(self, status: int, reply: Mapping[str, Any]) -> None:
        payload = json.dumps(reply).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(payload)))
        if status == 429:
            self.send_header("retry-after", "0")
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *arguments: Any) -> None:
        pass
