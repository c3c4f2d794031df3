"""Slack's Web API on loopback: keeps what it was asked, and refuses what Slack refuses."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs

US, OUR_BOT = "U0BOT", "B0BOT"
LONGEST = {"section": 3000, "header": 150, "button": 75, "option": 75}  # characters of a text
WHOLE = 13_000  # characters over all blocks


class SlackServer(ThreadingHTTPServer):
    """`messages` are what stands in Slack by timestamp; `refusals` are 429s still to be sent, each with `retry_after`
    seconds to wait, and `busy` methods that are never free; `missing` are methods that this workspace does not have.
    """

    daemon_threads = True

    def __init__(self, socket_url: Callable[[], str] = str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.messages: dict[str, dict[str, Any]] = {}
        self.calls: list[tuple[str, Mapping[str, Any]]] = []
        self.refusals = 0
        self.busy: set[str] = set()
        self.retry_after = 0
        self.missing: set[str] = set()
        self.whole = WHOLE
        self.streams_left: int | None = None  # calls after which a stream expires; None: never
        self._socket_url = socket_url
        self._lock = threading.Lock()
        self._held, self._free = "", threading.Event()

    def hold(self, method: str) -> None:
        """Takes calls of a method from now on, and does not say so before `let_go`."""
        self._held = method

    def let_go(self) -> None:
        self._held = ""
        self._free.set()

    def wait_if_held(self, method: str) -> None:
        if method == self._held:
            self._free.wait(60)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed takes no reply."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/api/"

    def called(self, method: str) -> list[Mapping[str, Any]]:
        """What a method was asked, in order."""
        return [asked for name, asked in self.calls if name == method]

    def said(self) -> list[dict[str, Any]]:
        """The messages that stand in Slack now, in order."""
        return list(self.messages.values())

    def answers(self) -> list[dict[str, Any]]:
        """The messages that are whole replies, down to their buttons."""
        return [one for one in self.said() if (one.get("blocks") or [{"type": ""}])[-1]["type"] == "actions"]

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.shutdown()
        self.server_close()

    def take(self, method: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Slack's reply to a call."""
        with self._lock:
            self.calls.append((method, asked))
            if method in self.missing:
                return _error("unknown_method")
            if error := refused(asked, self.whole):
                return _error(error)
            if asked.get("channel") == "C-not-in":
                return _error("not_in_channel")
            constant = {
                "auth.test": {"user_id": US, "bot_id": OUR_BOT},
                "apps.connections.open": {"url": self._socket_url()},
                "views.open": {},
                "assistant.threads.setStatus": {},
                "chat.postEphemeral": {},
            }
            replies = {
                "chat.postMessage": self._post,
                "chat.update": self._update,
                "chat.startStream": self._start,
                "chat.appendStream": self._append,
                "chat.stopStream": self._stop,
                "conversations.replies": self._replies,
                "conversations.history": self._replies,
                "assistant.threads.setSuggestedPrompts": _prompts,
            }
            if method in replies:
                return replies[method](asked)
            return {"ok": True, **constant[method]} if method in constant else _error("unknown_method")

    def _post(self, asked: dict[str, Any]) -> dict[str, Any]:
        ts = f"1700000000.{len(self.messages):06}"
        self.messages[ts] = {"user": US, "bot_id": OUR_BOT, **asked, "ts": ts}
        return {"ok": True, "ts": ts, "channel": asked["channel"]}

    def _update(self, asked: dict[str, Any]) -> dict[str, Any]:
        known = self.messages.get(asked["ts"])
        if known is None:
            return _error("message_not_found")
        if known.get("streaming"):
            return _error("streaming_state_conflict")
        known |= asked
        return {"ok": True, "ts": asked["ts"]}

    def _start(self, asked: dict[str, Any]) -> dict[str, Any]:
        if not asked.get("thread_ts"):
            return _error("invalid_thread_ts")
        in_channel = not asked["channel"].startswith("D")
        if in_channel and not (asked.get("recipient_team_id") and asked.get("recipient_user_id")):
            return _error("missing_recipient_user_id")
        blocks = [block for chunk in asked["chunks"] for block in chunk["blocks"]]
        return self._post({**asked, "blocks": blocks, "streaming": True})

    def _append(self, asked: dict[str, Any]) -> dict[str, Any]:
        known = self.messages[asked["ts"]]
        if self.streams_left == 0:
            known["streaming"] = False
        if not known.get("streaming"):
            return _error("message_not_in_streaming_state")
        if self.streams_left:
            self.streams_left -= 1
        known["blocks"] = known["blocks"] + [block for chunk in asked["chunks"] for block in chunk["blocks"]]
        return {"ok": True} if not refused(known) else _error("msg_too_long")

    def _stop(self, asked: dict[str, Any]) -> dict[str, Any]:
        known = self.messages[asked["ts"]]
        if not known.get("streaming"):
            return _error("message_not_in_streaming_state")
        known["streaming"] = False
        return {"ok": True}

    def _replies(self, asked: dict[str, Any]) -> dict[str, Any]:
        thread = asked.get("ts")
        found = [one for one in self.said() if one["channel"] == asked["channel"]]
        found = [one for one in found if one.get("thread_ts") == thread and float(one["ts"]) > float(asked["oldest"])]
        return {"ok": True, "messages": found if thread else found[::-1]}


def _error(word: str) -> dict[str, Any]:
    return {"ok": False, "error": word}


def _prompts(asked: dict[str, Any]) -> dict[str, Any]:
    return {"ok": True} if 1 <= len(asked["prompts"]) <= 4 else _error("invalid_arguments")


def refused(asked: Mapping[str, Any], most: int = WHOLE) -> str | None:
    """What Slack says to blocks that it does not take, of which `most` characters are allowed in all."""
    blocks = asked.get("blocks") or []
    blocks = [*blocks, *(block for chunk in asked.get("chunks") or [] for block in chunk["blocks"])]
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(blocks) > 50 or len(set(ids)) < len(ids) or any(len(one) > 255 for one in ids):
        return "invalid_blocks"
    texts = list(_texts(blocks))
    if any(not 0 < len(text) <= LONGEST[kind] for kind, text in texts):
        return "invalid_blocks"
    whole = sum(len(text) for kind, text in texts if kind in ("section", "header"))
    if whole > most or len(asked.get("text", "").encode()) > 4000:
        return "msg_too_long"
    return None


def _texts(blocks: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Every text with the kind of what it stands in."""
    for block in blocks:
        if block["type"] in ("section", "header"):
            yield block["type"], block["text"]["text"]
        for element in [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]:
            if element["type"] == "button":
                yield "button", element["text"]["text"]
            for option in element.get("options", []):
                yield "option", option["text"]["text"]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SlackServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        asked = json.loads(body) if body.startswith("{") else {key: one[0] for key, one in parse_qs(body).items()}
        for field in ("blocks", "chunks", "view", "prompts"):
            if isinstance(asked.get(field), str):
                asked[field] = json.loads(asked[field])
        method = self.path.rpartition("/")[2]
        if self.server.refusals or method in self.server.busy:
            self.server.refusals = max(0, self.server.refusals - 1)
            self._send(429, {"ok": False, "error": "ratelimited"})
        else:
            reply = self.server.take(method, asked)
            self.server.wait_if_held(method)
            self._send(200, reply)

    def _send(self, status: int, reply: Mapping[str, Any]) -> None:
        payload = json.dumps(reply).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(payload)))
        if status == 429:
            self.send_header("retry-after", str(self.server.retry_after))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *arguments: Any) -> None:
        pass
