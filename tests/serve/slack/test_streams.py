"""An answer that grows in Slack: statement by statement where Slack streams, whole at the end whatever happens."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from threading import Event, Semaphore
from typing import Any

import pytest

from advisor.advisor import Advisor
from advisor.serve.slack import reply
from advisor.types import Answer, CheckedStatement
from tests.slack_door import Door, until
from tests.slack_server import SlackServer

EVIL = "<!channel> <@U1> & <https://evil.example|here> https://evil.example"


class Paced:
    """An advisor's stream that gives a statement whenever it is let on, `count` in all and then the answer."""

    def __init__(self, answer: Answer, count: int, text: str = "Name one owner") -> None:
        self._answer, self._count, self._text = answer, count, text
        self.steps = Semaphore(0)

    def stream(self, *asked: Any) -> Iterator[CheckedStatement | Answer]:
        lines = []
        for n in range(self._count):
            assert self.steps.acquire(timeout=20)
            lines.append(f"{self._text} {n} [1]")
            yield CheckedStatement(text=lines[-1], aspect=None, citations=self._answer.citations[:1])
        assert self.steps.acquire(timeout=20)
        yield self._answer.model_copy(update={"text": "\n\n".join(lines), "conversation_id": asked[1]})


@pytest.fixture(scope="module")
def answer(advisor: Advisor) -> Answer:
    return advisor.ask("Which shops keep more customers after a return?")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reply, "PACE", 0.0)


def _begin(advisor: Advisor, monkeypatch: pytest.MonkeyPatch, paced: Paced) -> Paced:
    monkeypatch.setattr(advisor, "stream", paced.stream)
    return paced


def _text(message: dict[str, Any]) -> str:
    return "\n".join(block["text"]["text"] for block in message["blocks"] if block["type"] == "section")


def test_each_checked_statement_is_shown_before_the_next_is_written(
    door: Door, slack: SlackServer, advisor: Advisor, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    paced = _begin(advisor, monkeypatch, Paced(answer, 3))
    door.mention("E1")
    for n in range(3):
        paced.steps.release()
        until(lambda n=n: any(f"owner {n}" in _text(one) for one in slack.said()))  # type: ignore[misc]  # bound at once
    paced.steps.release()
    until(lambda: bool(slack.answers()))
    methods = [method for method, _ in slack.calls]
    assert methods == [
        "assistant.threads.setStatus", "chat.startStream", "chat.appendStream", "chat.appendStream",
        "chat.stopStream", "chat.update",
    ]  # fmt: skip
    (message,) = slack.said()
    assert [_text(message).count(f"owner {n}") for n in range(3)] == [1, 1, 1]
    assert slack.called("chat.startStream")[0]["recipient_user_id"] == "U1"


@pytest.mark.parametrize("after", [0, 1])
def test_a_stream_that_expires_ends_in_one_whole_message(
    door: Door, slack: SlackServer, advisor: Advisor, answer: Answer, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    slack.streams_left = after
    paced = _begin(advisor, monkeypatch, Paced(answer, 4))
    door.mention("E1")
    for _ in range(5):
        paced.steps.release()
    until(lambda: bool(slack.answers()))
    (message,) = slack.said()
    assert [_text(message).count(f"owner {n}") for n in range(4)] == [1, 1, 1, 1]
    assert len(slack.called("chat.update")) == 1


@pytest.mark.parametrize("missing", ["chat.startStream", "chat.appendStream"])
def test_a_workspace_without_streams_gets_the_whole_message_once(
    door: Door, slack: SlackServer, advisor: Advisor, answer: Answer, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    slack.missing = {missing}
    paced = _begin(advisor, monkeypatch, Paced(answer, 2))
    door.mention("E1", channel="D1", channel_type="im", type="message")
    for _ in range(3):
        paced.steps.release()
    until(lambda: bool(slack.answers()))
    assert len(slack.messages) == 1


def test_where_too_many_stream_the_whole_message_comes_without_waiting(
    door: Door, slack: SlackServer, advisor: Advisor, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.busy, slack.retry_after = {"chat.startStream"}, 600
    paced = _begin(advisor, monkeypatch, Paced(answer, 2))
    door.mention("E1")
    for _ in range(3):
        paced.steps.release()
    until(lambda: bool(slack.answers()))
    assert len(slack.messages) == 1


def test_a_command_outside_of_threads_is_answered_without_a_stream(
    door: Door, slack: SlackServer, advisor: Advisor, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    paced = _begin(advisor, monkeypatch, Paced(answer, 2))
    door.command("Who owns returns?")
    for _ in range(3):
        paced.steps.release()
    until(lambda: bool(slack.answers()))
    assert [method for method, _ in slack.calls] == ["chat.postMessage", "chat.update"]


def test_a_failure_amid_a_stream_ends_in_an_apology_in_its_place(
    door: Door, slack: SlackServer, advisor: Advisor, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = Event()

    def fails(*asked: Any) -> Iterator[CheckedStatement]:
        yield CheckedStatement(text="Name one owner [1]", aspect=None, citations=answer.citations[:1])
        shown.set()
        raise RuntimeError

    monkeypatch.setattr(advisor, "stream", fails)
    door.mention("E1")
    until(lambda: any("reference" in one["text"] for one in slack.said() if "text" in one))
    (message,) = slack.said()
    assert shown.is_set()
    assert not message["streaming"]
    assert not message["blocks"]


def test_an_answer_that_slack_finds_too_long_all_the_same_is_linked(
    door: Door, slack: SlackServer, advisor: Advisor, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.whole = 100
    paced = _begin(advisor, monkeypatch, Paced(answer, 1))
    door.mention("E1")
    for _ in range(2):
        paced.steps.release()
    until(lambda: any("Read the whole answer" in one.get("text", "") for one in slack.said()))
    (message,) = slack.said()
    assert f"<https://cx.example/answers/{answer.id}|" in message["text"]
    assert message["text"].startswith("Name one owner 0")


def test_pings_and_links_in_source_text_do_nothing_while_streamed_and_after(
    door: Door, slack: SlackServer, advisor: Advisor, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    paced = _begin(advisor, monkeypatch, Paced(answer, 2, EVIL))
    door.mention("E1")
    for _ in range(3):
        paced.steps.release()
    until(lambda: bool(slack.answers()))
    sent = [asked for method, asked in slack.calls if method.startswith("chat.") and method != "chat.stopStream"]
    blocks = [block for asked in sent for block in asked.get("blocks", [])]
    blocks += [block for asked in sent for chunk in asked.get("chunks", []) for block in chunk["blocks"]]
    sections = [block["text"] for block in blocks if block["type"] == "section"]
    assert all(section["verbatim"] for section in sections)
    assert re.findall(r"<(?!https://cx\.example/)", "\n".join(section["text"] for section in sections)) == []
    assert all("markdown_text" not in asked for asked in sent)
    assert "<" not in "".join(asked.get("text", "") for asked in sent)
    assert "&lt;!channel&gt;" in json.dumps(sections)
