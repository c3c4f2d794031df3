"""The app's manifest names what the server handles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.slack_door import Door

MANIFEST = Path(__file__).resolve().parents[3] / "docs" / "slack-manifest.yaml"


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return read


def test_every_event_that_the_app_subscribes_to_is_taken(door: Door, manifest: dict[str, Any]) -> None:
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    kinds = {event.partition(".")[0] for event in events}
    taken = {kind: door.mention(kind, type=kind, ts=f"{n}.1", bot_id="B1").status_code for n, kind in enumerate(kinds)}
    assert set(taken.values()) == {200}


def test_its_command_and_its_shortcut_are_taken(door: Door, manifest: dict[str, Any]) -> None:
    features = manifest["features"]
    (command,), (shortcut,) = features["slash_commands"], features["shortcuts"]
    assert command["command"] == "/cx"
    assert door.command("").status_code == 200
    message = {"ts": "1.1", "text": "Who owns returns?"}
    asked = {"callback_id": shortcut["callback_id"], "channel": {"id": "C1"}, "message": message}
    assert door.interact(type="message_action", **asked).status_code == 200


def test_all_of_slacks_requests_go_to_one_address(manifest: dict[str, Any]) -> None:
    settings = manifest["settings"]
    addresses = {
        manifest["features"]["slash_commands"][0]["url"],
        settings["event_subscriptions"]["request_url"],
        settings["interactivity"]["request_url"],
    }
    assert addresses == {"https://advisor.example.com/slack/events"}
