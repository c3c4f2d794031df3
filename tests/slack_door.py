"""What Slack sends to a server, signed as Slack signs it."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from fastapi.testclient import TestClient

SECRET = "of the tests"
ASKED = "Which shops keep more customers after a return?"
_FORM = "application/x-www-form-urlencoded"


class Door:
    """Sends to `/slack/events`, and gives the response."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def send(self, body: bytes, kind: Any = "application/json", **headers: str | bytes) -> Any:
        timestamp = str(int(time.time()))
        sent = {
            "content-type": kind,
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": signature(timestamp, body),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        return self.client.post("/slack/events", content=body, headers=sent)

    def mention(self, event_id: str, **event: str) -> Any:
        return self.send(mention(event_id, **event))

    def command(self, text: str, trigger: str = "T1", channel: str = "C1", user: str = "U1") -> Any:
        fields = {"command": "/cx", "text": text, "trigger_id": trigger, "channel_id": channel, "user_id": user}
        return self.send(urlencode({**fields, "team_id": "T0"}).encode(), _FORM)

    def interact(self, **payload: Any) -> Any:
        """A click, a shortcut or a form."""
        body = {"trigger_id": "T1", "user": {"id": "U1"}, "team": {"id": "T0"}, **payload}
        return self.send(urlencode({"payload": json.dumps(body)}).encode(), _FORM)

    def click(self, message: dict[str, Any], action: dict[str, Any], **payload: Any) -> Any:
        """A click on something in a message of ours."""
        channel = {"id": message["channel"]}
        return self.interact(type="block_actions", channel=channel, message=message, actions=[action], **payload)


def mention(event_id: str, **event: str) -> bytes:
    whole = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "1.1", "text": f"<@U9> {ASKED}", **event}
    return json.dumps({"type": "event_callback", "team_id": "T0", "event_id": event_id, "event": whole}).encode()


def signature(timestamp: str, body: bytes) -> str:
    return "v0=" + hmac.new(SECRET.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    assert true()


def elements(message: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """The boxes or buttons of a message, each as Slack sends it back, with its block's id."""
    found = []
    for at, block in enumerate(message["blocks"]):
        for element in [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]:
            if element["type"] == kind:
                found.append({**element, "block_id": block.get("block_id", f"b{at}")})
    return found
