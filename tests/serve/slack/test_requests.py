"""Slack's requests through the door: signed, answered once, in their thread."""

from __future__ import annotations

import html
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from threading import Event
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from advisor.advisor import Advisor
from advisor.serve.api import create_api
from advisor.serve.slack.mount import SlackKeys, mount_slack
from advisor.serve.slack.store import BEING_POSTED, SLACK_FILE, Request, SlackStore
from tests.slack_door import ASKED, SECRET, Door, elements, mention, signature, until
from tests.slack_server import SlackServer


def _methods(slack: SlackServer) -> list[str]:
    return [method for method, _ in slack.calls]


def test_a_mention_gets_a_status_then_its_answer_in_its_thread(door: Door, slack: SlackServer) -> None:
    assert door.mention("E1").status_code == 200
    until(lambda: bool(slack.answers()))
    assert _methods(slack)[0] == "assistant.threads.setStatus"
    (answer,) = slack.said()
    assert answer["thread_ts"] == "1.1"
    assert "https://cx.example/sources/" in json.dumps(answer["blocks"])


def test_where_a_thread_takes_no_status_a_message_says_it_and_becomes_the_answer(
    door: Door, slack: SlackServer
) -> None:
    slack.missing = {"assistant.threads.setStatus"}
    door.mention("E1")
    until(lambda: bool(slack.answers()))
    assert _methods(slack)[1:] == ["chat.postMessage", "chat.update"]
    assert len(slack.messages) == 1


def test_doubled_events_and_doubled_messages_get_one_reply(door: Door, slack: SlackServer) -> None:
    door.mention("E1")
    door.mention("E1", text="<@U9> the same event, sent again")
    door.mention("E2", type="message", channel_type="im")
    door.mention("E3", ts="2.2", channel="C2")
    until(lambda: len(slack.answers()) == 2)
    assert len(slack.messages) == 2


def test_the_same_event_three_times_at_once_gets_one_reply(door: Door, slack: SlackServer) -> None:
    with ThreadPoolExecutor() as pool:
        sent = pool.map(lambda n: door.mention("E1", client_msg_id=str(n)).status_code, range(3))
    assert list(sent) == [200, 200, 200]
    until(lambda: bool(slack.answers()))
    assert len(slack.messages) == 1


def test_everything_is_acknowledged_at_once_while_the_engine_stalls(
    door: Door, slack: SlackServer, advisor: Advisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream, free = advisor.stream, Event()

    def stalled(*asked: Any) -> Iterator[Any]:
        free.wait(60)
        yield from stream(*asked)

    monkeypatch.setattr(advisor, "stream", stalled)
    took = []
    for n in range(12):
        began = time.perf_counter()
        assert door.mention(f"E{n}", ts=f"{n}.1").status_code == 200
        took.append(time.perf_counter() - began)
    assert median(took) < 1
    assert max(took) < 3
    assert not slack.answers()
    free.set()
    until(lambda: len(slack.answers()) == 12)


def test_a_thread_that_waits_holds_up_no_other(
    door: Door, slack: SlackServer, advisor: Advisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream, free = advisor.stream, Event()

    def stalled(question: str, *asked: Any) -> Iterator[Any]:
        if "wait" in question:
            free.wait(20)
        yield from stream(question, *asked)

    monkeypatch.setattr(advisor, "stream", stalled)
    door.mention("E1", text="wait: Who owns returns?")
    door.mention("E2", ts="1.2", thread_ts="1.1")
    door.mention("E3", ts="2.1")
    until(lambda: bool(slack.answers()))
    assert [answer["thread_ts"] for answer in slack.answers()] == ["2.1"]
    free.set()
    until(lambda: len(slack.answers()) == 3)
    assert [answer["thread_ts"] for answer in slack.answers()] == ["2.1", "1.1", "1.1"]


def test_a_follow_up_in_our_thread_needs_no_mention_and_elsewhere_it_does(door: Door, slack: SlackServer) -> None:
    door.mention("E1")
    until(lambda: bool(slack.answers()))
    door.mention("E2", type="message", ts="1.2", thread_ts="7.7", text=ASKED)
    door.mention("E3", type="message", ts="1.3", thread_ts="1.1", text=ASKED)
    until(lambda: len(slack.answers()) == 2)
    assert {message["thread_ts"] for message in slack.said()} == {"1.1"}


def test_in_a_thread_of_others_we_answer_when_mentioned_only(door: Door, slack: SlackServer) -> None:
    door.mention("E1", ts="1.2", thread_ts="1.1")
    until(lambda: bool(slack.answers()))
    door.mention("E2", type="message", ts="1.3", thread_ts="1.1", text="Let us talk about it tomorrow.")
    door.mention("E3", ts="1.4", thread_ts="1.1")
    until(lambda: len(slack.answers()) == 2)
    assert len(slack.messages) == 2


@pytest.mark.parametrize("known", ["5.5", BEING_POSTED])
def test_a_question_left_by_a_stopped_server_gets_its_reply_in_the_message_that_is_there(
    make_app: Callable[[], FastAPI], slack: SlackServer, tmp_path: Path, known: str
) -> None:
    store = SlackStore(tmp_path / SLACK_FILE)
    store.add(Request("E1", "C1", "1.1", "1.1", "U1", "T0", ASKED))
    (request,) = store.waiting()
    store.posted(request, known)
    store.close()
    slack.messages["5.5"] = {"channel": "C1", "ts": "5.5", "thread_ts": "1.1", "user": "U0BOT", "streaming": True}
    with TestClient(make_app()) as client:
        until(lambda: bool(slack.answers()))
        Door(client).mention("E1")
    assert list(slack.messages) == ["5.5"]


def test_of_two_servers_over_one_data_folder_one_replies_and_when_it_ends_the_other(
    make_app: Callable[[], FastAPI], slack: SlackServer
) -> None:
    with TestClient(make_app()) as other:
        with TestClient(make_app()):
            Door(other).mention("E1")
            until(lambda: bool(slack.answers()))
        with TestClient(make_app()) as third:
            Door(other).mention("E2", ts="2.1")
            Door(third).mention("E3", ts="3.1")
            until(lambda: len(slack.answers()) == 3)
    assert len(slack.messages) == 3


def test_what_cannot_be_asked_gets_words_instead_of_silence(door: Door, slack: SlackServer) -> None:
    door.mention("E1", text="<@U9>")
    until(lambda: any("empty" in message["text"] for message in slack.said()))


def test_a_failure_gets_an_apology_with_a_reference(
    door: Door, slack: SlackServer, advisor: Advisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advisor, "stream", lambda *_: 1 / 0)
    door.mention("E1")
    until(lambda: any("reference" in message["text"] for message in slack.said()))


def test_who_asks_where_we_may_not_write_is_told_alone(door: Door, slack: SlackServer) -> None:
    assert door.command(ASKED, channel="C-not-in").status_code == 200
    until(lambda: any(message["channel"] == "U1" for message in slack.said()))


@pytest.mark.parametrize("retry_after", [0, 1])
def test_a_rate_limit_is_waited_out_as_long_as_slack_asks(door: Door, slack: SlackServer, retry_after: int) -> None:
    slack.refusals, slack.retry_after = 1, retry_after
    began = time.monotonic()
    door.mention("E1")
    until(lambda: bool(slack.answers()))
    assert time.monotonic() - began >= retry_after
    assert len(slack.messages) == 1


def test_the_command_and_the_shortcut_are_answered(door: Door, slack: SlackServer) -> None:
    assert door.command(ASKED).status_code == 200
    message = {"ts": "3.3", "text": ASKED}
    asked = {"type": "message_action", "callback_id": "ask_advisor", "trigger_id": "T2", "channel": {"id": "C1"}}
    assert door.interact(**asked, message=message).status_code == 200
    until(lambda: len(slack.answers()) == 2)
    assert {message.get("thread_ts") for message in slack.said()} == {None, "3.3"}


def test_what_could_be_asked_next_is_one_click_away_and_belongs_to_the_conversation(
    door: Door, slack: SlackServer, advisor: Advisor
) -> None:
    door.mention("E1", text="<@U9> What should we do about returns?")
    until(lambda: bool(slack.answers()))
    (message,) = slack.answers()
    asks = [one for one in elements(message, "button") if one["action_id"].startswith("ask_")]
    (vote,) = [one for one in elements(message, "button") if one["action_id"] == "vote_up"]
    assert door.click(message, asks[0]).status_code == 200
    until(lambda: len(slack.answers()) == 2)
    assert html.unescape(slack.answers()[1]["blocks"][0]["text"]["text"]) == f">{asks[0]['value']}"
    conversation = advisor.answer(vote["value"]).conversation_id
    assert [one.question for one in advisor.conversation(conversation)][1:] == [asks[0]["value"]]


def test_a_command_shows_what_was_asked_and_a_message_does_not_repeat_it(door: Door, slack: SlackServer) -> None:
    door.command(f"{ASKED} <!channel>")
    door.mention("E1")
    until(lambda: len(slack.answers()) == 2)
    texts = {answer.get("thread_ts"): answer["blocks"][0]["text"]["text"] for answer in slack.answers()}
    assert texts[None].startswith(f">{ASKED}")
    assert "<!channel>" not in texts[None]
    assert ASKED not in texts["1.1"]


def test_a_vote_is_kept_and_its_reason_asked_for(door: Door, slack: SlackServer, advisor: Advisor) -> None:
    door.mention("E1")
    until(lambda: bool(slack.answers()))
    (message,) = slack.answers()
    (down,) = [one for one in elements(message, "button") if one["action_id"] == "vote_down"]
    assert door.click(message, down).status_code == 200
    until(lambda: bool(slack.called("views.open")))
    view = {**slack.called("views.open")[0]["view"], "state": {"values": {"reason": {"reason": {"value": "Short."}}}}}
    assert door.interact(type="view_submission", view=view).status_code == 200
    kept = [one.reason for one in advisor._conversations.complaints() if one.answer.id == down["value"]]
    assert kept == ["Short."]


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast"])
def test_a_message_with_a_file_or_for_the_whole_channel_is_a_question_too(
    door: Door, slack: SlackServer, subtype: str
) -> None:
    door.mention("E1", type="message", channel="D1", channel_type="im", subtype=subtype)
    until(lambda: bool(slack.answers()))


def test_a_question_is_read_as_the_person_sees_it(door: Door, slack: SlackServer, tmp_path: Path) -> None:
    slack.hold("assistant.threads.setStatus")
    door.mention(
        "E1", text="<@U9> What of <http://usaa.com|usaa.com>, <#C2|returns> &amp; <https://a.b/c>, &lt;3 <@U2|bo>?"
    )
    store = SlackStore(tmp_path / SLACK_FILE)
    assert [one.text for one in store.waiting()] == ["What of usaa.com, returns & https://a.b/c, <3  ?"]
    store.close()
    slack.let_go()


def test_slacks_question_whether_the_address_is_ours_is_answered(door: Door) -> None:
    sent = door.send(json.dumps({"type": "url_verification", "challenge": "c3"}).encode())
    assert sent.json() == {"challenge": "c3"}


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"payload=%7B", b"payload=[]", b"a=b", b'{"type": "event_callback"}']
)
def test_what_is_signed_and_yet_no_request_is_no_error_of_ours(door: Door, body: bytes) -> None:
    assert door.send(body).status_code < 500
    assert door.send(body, "application/x-www-form-urlencoded").status_code < 500


def test_what_is_no_question_to_us_is_acknowledged_and_left_alone(door: Door, slack: SlackServer) -> None:
    assert door.mention("E1", type="message", subtype="message_changed").status_code == 200
    assert door.mention("E2", bot_id="B1").status_code == 200
    door.mention("E3", ts="9.9")
    until(lambda: bool(slack.answers()))
    assert len(slack.messages) == 1


@pytest.mark.parametrize(
    "event",
    [
        {"type": "app_home_opened", "channel": "D1", "tab": "messages"},
        {
            "type": "assistant_thread_started",
            "assistant_thread": {"user_id": "U1", "channel_id": "D1", "thread_ts": "1.1", "context": {}},
        },
    ],
)
def test_who_opens_the_conversation_with_us_is_shown_questions_to_begin_with(
    door: Door, slack: SlackServer, event: dict[str, str]
) -> None:
    assert door.mention("E1", **event).status_code == 200
    until(lambda: bool(slack.called("assistant.threads.setSuggestedPrompts")))
    (asked,) = slack.called("assistant.threads.setSuggestedPrompts")
    assert asked["channel_id"] == "D1"
    assert asked.get("thread_ts") == ("1.1" if "assistant_thread" in event else None)
    assert all(len(prompt["title"]) <= 75 for prompt in asked["prompts"])


@pytest.mark.parametrize(
    "headers",
    [
        {"x_slack_request_timestamp": "soon"},
        {"x_slack_request_timestamp": ""},
        {"x_slack_request_timestamp": "9" * 30},
        {"x_slack_request_timestamp": "١٢٣".encode()},
        {"x_slack_request_timestamp": "1e9"},
        {"x_slack_signature": "v0=" + "0" * 64},
        {"x_slack_signature": "v0=é".encode("latin-1")},
        {"x_slack_signature": "v0=é".encode()},
        {"x_slack_signature": b"\xff\xfe"},
        {"x_slack_signature": ""},
    ],
)
def test_a_wrong_signature_is_401(door: Door, slack: SlackServer, headers: dict[str, str | bytes]) -> None:
    assert door.send(mention("E1"), **headers).status_code == 401


def test_behind_the_whole_api_a_refusal_is_its_error_object(
    advisor: Advisor, slack: SlackServer, tmp_path: Path
) -> None:
    api = create_api(advisor)
    mount_slack(api, advisor, SlackKeys("xoxb-1", SECRET), "", tmp_path, slack.url)
    with TestClient(api) as client:
        refused = client.post("/slack/events", content=b"{}", headers={"x-request-id": "r1"})
        assert refused.status_code == 401
        assert refused.json()["error"]["request_id"] == "r1"
        assert Door(client).mention("E1").status_code == 200
        until(lambda: bool(slack.answers()))


def test_an_unsigned_an_old_a_repeated_and_a_wrongly_encoded_request_is_401(door: Door) -> None:
    body, old = mention("E1"), str(int(time.time()) - 301)
    assert door.client.post("/slack/events", content=body).status_code == 401
    aged = {"x_slack_request_timestamp": old, "x_slack_signature": signature(old, body)}
    assert door.send(body, **aged).status_code == 401
    now = str(int(time.time()))
    fixed = {"x_slack_request_timestamp": now, "x_slack_signature": signature(now, body)}
    assert [door.send(body, **fixed).status_code for _ in range(2)] == [200, 401]
    assert door.send(b"\xff\xfe").status_code == 401
    assert door.send(mention("E2").decode().encode("utf-16")).status_code == 401
