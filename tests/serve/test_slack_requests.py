"""Slack's requests through the door: signed, answered once, in their thread."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from advisor.advisor import Advisor
from advisor.serve.api import create_api
from advisor.serve.slack import mount_slack
from advisor.serve.slack_store import SLACK_FILE, SlackStore
from advisor.types import Answer
from tests.slack_server import SlackServer

SECRET = "of the tests"
ASKED = "Which shops keep more customers after a return?"


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer() as server:
        yield server


@pytest.fixture
def door(advisor: Advisor, slack: SlackServer, tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(_app(advisor, slack, tmp_path), raise_server_exceptions=False) as client:
        yield client


def _app(advisor: Advisor, slack: SlackServer, folder: Path) -> Any:
    api = create_api(advisor)
    mount_slack(api, advisor, "xoxb-1", SECRET, "https://cx.example", folder, slack.url)
    return api


def _signature(timestamp: str, body: bytes) -> str:
    return "v0=" + hmac.new(SECRET.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()


def _send(door: TestClient, body: bytes, kind: Any = "application/json", **headers: str | bytes) -> Any:
    timestamp = str(int(time.time()))
    sent = {
        "content-type": kind,
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": _signature(timestamp, body),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return door.post("/slack/events", content=body, headers=sent)


def _event(event_id: str, **event: str) -> bytes:
    whole = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "1.1", "text": f"<@U9> {ASKED}", **event}
    return json.dumps({"type": "event_callback", "event_id": event_id, "event": whole}).encode()


def _form(**payload: Any) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    assert true()


def _answers(slack: SlackServer) -> list[Any]:
    return [message for message in slack.messages.values() if message.get("blocks")]


def test_a_mention_is_answered_in_its_thread_in_place_of_the_status(door: TestClient, slack: SlackServer) -> None:
    assert _send(door, _event("E1")).status_code == 200
    _until(lambda: bool(_answers(slack)))
    assert [method for method, _ in slack.calls] == ["chat.postMessage", "chat.update"]
    (answer,) = slack.messages.values()
    assert answer["thread_ts"] == "1.1"
    assert "https://cx.example/sources/" in json.dumps(answer["blocks"])


def test_doubled_events_and_doubled_messages_get_one_reply(door: TestClient, slack: SlackServer) -> None:
    _send(door, _event("E1"))
    _send(door, _event("E1", text="<@U9> the same event, sent again"))
    _send(door, _event("E2", type="message", channel_type="im"))
    _send(door, _event("E3", ts="2.2", channel="C2"))
    _until(lambda: len(_answers(slack)) == 2)
    assert len(slack.messages) == 2


def test_the_same_event_three_times_at_once_gets_one_reply_and_is_acknowledged_while_the_advisor_stalls(
    door: TestClient, slack: SlackServer, advisor: Advisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, free = advisor.ask, Event()

    def stalled(*asked: Any) -> Answer:
        free.wait(20)
        return ask(*asked)

    monkeypatch.setattr(advisor, "ask", stalled)
    with ThreadPoolExecutor() as pool:
        sent = pool.map(lambda n: _send(door, _event("E1", client_msg_id=str(n))).status_code, range(3))
    assert list(sent) == [200, 200, 200]
    assert not _answers(slack)
    free.set()
    _until(lambda: bool(_answers(slack)))
    assert len(slack.messages) == 1


def test_a_follow_up_in_our_thread_needs_no_mention_and_elsewhere_it_does(door: TestClient, slack: SlackServer) -> None:
    _send(door, _event("E1"))
    _until(lambda: bool(_answers(slack)))
    _send(door, _event("E2", type="message", ts="1.2", thread_ts="7.7", text=ASKED))
    _send(door, _event("E3", type="message", ts="1.3", thread_ts="1.1", text=ASKED))
    _until(lambda: len(_answers(slack)) == 2)
    assert {message["thread_ts"] for message in slack.messages.values()} == {"1.1"}


def test_in_a_thread_of_others_we_answer_when_mentioned_only(door: TestClient, slack: SlackServer) -> None:
    _send(door, _event("E1", ts="1.2", thread_ts="1.1"))
    _until(lambda: bool(_answers(slack)))
    _send(door, _event("E2", type="message", ts="1.3", thread_ts="1.1", text="Let us talk about it tomorrow."))
    _send(door, _event("E3", ts="1.4", thread_ts="1.1"))
    _until(lambda: len(_answers(slack)) == 2)
    assert len(slack.messages) == 2


def test_a_question_left_by_a_stopped_server_gets_exactly_one_reply(
    advisor: Advisor, slack: SlackServer, tmp_path: Path
) -> None:
    store = SlackStore(tmp_path / SLACK_FILE)
    store.add("E1", "C1", "1.1", "1.1", "U1", ASKED)
    job = store.next()
    assert job
    slack.messages["5.5"] = {"channel": "C1", "text": "status"}
    store.posted(job, "5.5")
    store.close()
    with TestClient(_app(advisor, slack, tmp_path)) as door:
        _until(lambda: bool(_answers(slack)))
        _send(door, _event("E1"))
    assert list(slack.messages) == ["5.5"]


def test_what_cannot_be_asked_gets_words_instead_of_silence(door: TestClient, slack: SlackServer) -> None:
    _send(door, _event("E1", text="<@U9>"))
    _until(lambda: any("empty" in message["text"] for message in slack.messages.values()))


def test_a_failure_gets_an_apology_with_a_reference(
    door: TestClient, slack: SlackServer, advisor: Advisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advisor, "ask", lambda *_: 1 / 0)
    _send(door, _event("E1"))
    _until(lambda: any("reference" in message["text"] for message in slack.messages.values()))


def test_who_asks_where_we_may_not_write_is_told_alone(door: TestClient, slack: SlackServer) -> None:
    command = urlencode(
        {"command": "/cx", "text": ASKED, "trigger_id": "T1", "channel_id": "C-not-in", "user_id": "U1"}
    )
    assert _send(door, command.encode(), "application/x-www-form-urlencoded").status_code == 200
    _until(lambda: any(message["channel"] == "U1" for message in slack.messages.values()))


def test_a_rate_limit_is_waited_out(door: TestClient, slack: SlackServer) -> None:
    slack.refusals = 1
    _send(door, _event("E1"))
    _until(lambda: bool(_answers(slack)))


def test_the_command_and_the_shortcut_are_answered(door: TestClient, slack: SlackServer) -> None:
    command = urlencode({"command": "/cx", "text": ASKED, "trigger_id": "T1", "channel_id": "C1", "user_id": "U1"})
    assert _send(door, command.encode(), "application/x-www-form-urlencoded").status_code == 200
    message = {"ts": "3.3", "text": ASKED}
    shortcut = _form(
        type="message_action",
        callback_id="ask_advisor",
        trigger_id="T2",
        channel={"id": "C1"},
        user={"id": "U1"},
        message=message,
    )
    assert _send(door, shortcut, "application/x-www-form-urlencoded").status_code == 200
    _until(lambda: len(_answers(slack)) == 2)
    assert {message.get("thread_ts") for message in slack.messages.values()} == {None, "3.3"}


def test_a_vote_is_kept_and_its_reason_asked_for(door: TestClient, slack: SlackServer, advisor: Advisor) -> None:
    answer = advisor.ask(ASKED)
    action = {"type": "button", "action_id": "vote_down", "block_id": "b", "value": answer.id}
    sent = _send(
        door, _form(type="block_actions", trigger_id="T1", actions=[action]), "application/x-www-form-urlencoded"
    )
    assert sent.status_code == 200
    (opened,) = [asked for method, asked in slack.calls if method == "views.open"]
    view = json.loads(opened["view"]) if isinstance(opened["view"], str) else opened["view"]
    view |= {"state": {"values": {"reason": {"reason": {"value": "Too short."}}}}}
    assert _send(door, _form(type="view_submission", view=view), "application/x-www-form-urlencoded").status_code == 200
    assert [one.reason for one in advisor._conversations.complaints() if one.answer.id == answer.id] == ["Too short."]


@pytest.mark.parametrize(
    "headers",
    [
        {"x_slack_request_timestamp": "soon"},
        {"x_slack_request_timestamp": ""},
        {"x_slack_request_timestamp": "9" * 30},
        {"x_slack_signature": "v0=" + "0" * 64},
        {"x_slack_signature": "v0=é".encode("latin-1")},
        {"x_slack_signature": ""},
    ],
)
def test_a_wrong_signature_is_401(door: TestClient, slack: SlackServer, headers: dict[str, str | bytes]) -> None:
    assert _send(door, _event("E1"), **headers).status_code == 401


def test_an_old_a_repeated_and_a_wrongly_encoded_request_is_401(door: TestClient) -> None:
    body, old = _event("E1"), str(int(time.time()) - 301)
    aged = {"x_slack_request_timestamp": old, "x_slack_signature": _signature(old, body)}
    assert _send(door, body, **aged).status_code == 401
    now = str(int(time.time()))
    fixed = {"x_slack_request_timestamp": now, "x_slack_signature": _signature(now, body)}
    assert [_send(door, body, **fixed).status_code for _ in range(2)] == [200, 401]
    assert _send(door, b"\xff\xfe").status_code == 401
