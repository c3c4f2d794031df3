"""A checklist in Slack is the one in the web: made by a button, ticked in either, paged within Slack's limits."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from advisor.advice.checklist import make_checklist
from advisor.advisor import Advisor
from advisor.serve.slack.blocks import Web
from advisor.serve.slack.checklist_blocks import checklist_blocks
from advisor.types import Answer, Checklist, ChecklistChange, ChecklistItem, ItemChange, Profile
from tests.slack_door import Door, elements, until
from tests.slack_server import SlackServer, refused

EVIL = "<!channel> <@U1> & <https://evil.example|here> " * 40


@pytest.fixture(scope="module")
def answer(advisor: Advisor) -> Answer:
    return advisor.ask("Which shops keep more customers after a return?")


def _long(answer: Answer, items: int, text: str = "Name one owner. ") -> Checklist:
    made = [
        ChecklistItem(
            id=f"item-{n}-{'x' * 300}",
            action=f"{n}: {text}",
            why=text * 9,
            owner=text,
            horizon=("0–30 days", "30–90 days", None)[n % 3],
            effort="low",
            measure=text,
            priority=n,
            status=("open", "done", "doing", "dropped")[n % 4],
            fits_because=None,
            citations=answer.citations,
        )
        for n in range(1, items + 1)
    ]
    return make_checklist(f"Next steps: {text}", Profile(), made, (text * 9,) * 9)


def _posted(slack: SlackServer, checklist: Checklist) -> dict[str, Any]:
    asked = {"channel": "C1", "thread_ts": "1.1", "text": "", "blocks": checklist_blocks(checklist, Web("https://a.b"))}
    return slack.messages[slack.take("chat.postMessage", asked)["ts"]]


def _boxes(message: dict[str, Any]) -> list[dict[str, Any]]:
    return elements(message, "checkboxes")


def _tick(door: Door, message: dict[str, Any], box: dict[str, Any], done: bool = True) -> None:
    sent = door.click(message, {**box, "selected_options": box["options"] if done else []})
    assert sent.status_code == 200


def test_the_button_of_an_answer_puts_one_checklist_into_its_thread(
    door: Door, slack: SlackServer, client: TestClient
) -> None:
    door.mention("E1", text="<@U9> Who should own returns, and what should we do first?")
    until(lambda: bool(slack.answers()))
    (answer,) = slack.answers()
    (button,) = [one for one in elements(answer, "button") if one["action_id"] == "checklist"]
    for trigger in ("T1", "T2"):
        assert door.click(answer, button, trigger_id=trigger).status_code == 200
    until(lambda: len(slack.answers()) == 2)
    made = slack.answers()[1]
    assert made["thread_ts"] == "1.1"
    assert _boxes(made)
    (page,) = re.findall(r"<https://cx\.example(/checklists/[^|]+)\|", json.dumps(made["blocks"]))
    assert client.get(page).status_code == 200
    files = re.findall(r"<https://cx\.example(/v1/checklists/[^|]+)\|(\w+)>", json.dumps(made["blocks"]))
    assert [name for _, name in files] == ["Excel", "Word"]
    assert all(client.get(path).status_code == 200 for path, _ in files)


def test_a_tick_in_slack_is_a_tick_in_the_web_and_back(
    door: Door, slack: SlackServer, advisor: Advisor, answer: Answer
) -> None:
    made = advisor.advice.make_checklist_of(answer.id)
    message = _posted(slack, made)
    _tick(door, message, _boxes(message)[0])
    until(lambda: "1 of" in message["blocks"][0]["text"]["text"])
    ticked = [item.status for item in advisor.advice.checklist(made.id).items]
    assert ticked.count("done") == 1
    assert "initial_options" in _boxes(message)[0]
    _tick(door, message, _boxes(message)[0], done=False)
    until(lambda: "0 of" in message["blocks"][0]["text"]["text"])
    assert {item.status for item in advisor.advice.checklist(made.id).items} == {"open"}


def test_a_tick_on_what_was_changed_elsewhere_is_told_and_the_message_shows_what_stands(
    door: Door, slack: SlackServer, advisor: Advisor, answer: Answer
) -> None:
    made = advisor.advice.make_checklist_of(answer.id)
    message = _posted(slack, made)
    before = _boxes(message)
    change = ItemChange(id=made.items[0].id, status="dropped")
    advisor.advice.change_checklist(made.id, ChecklistChange(updated=made.updated, items=(change,)))
    _tick(door, message, before[0])
    until(lambda: bool(slack.called("chat.postEphemeral")))
    assert "changed elsewhere" in slack.called("chat.postEphemeral")[0]["text"]
    assert advisor.advice.checklist(made.id).items[0].status == "dropped"
    assert "Dropped" in json.dumps(message["blocks"])
    assert _boxes(message)[0]["block_id"] != before[0]["block_id"]


def test_two_who_tick_the_same_item_agree(door: Door, slack: SlackServer, advisor: Advisor, answer: Answer) -> None:
    made = advisor.advice.make_checklist_of(answer.id)
    message = _posted(slack, made)
    before = _boxes(message)
    for _ in range(2):
        shown = len(slack.called("chat.update"))
        _tick(door, message, before[0])
        until(lambda shown=shown: len(slack.called("chat.update")) > shown)  # type: ignore[misc]  # bound at once
    assert not slack.called("chat.postEphemeral")


def test_a_tick_on_a_deleted_checklist_is_told(
    door: Door, slack: SlackServer, advisor: Advisor, answer: Answer
) -> None:
    message = _posted(slack, _long(answer, 1))  # is kept nowhere
    _tick(door, message, _boxes(message)[0])
    until(lambda: bool(slack.called("chat.postEphemeral")))
    assert "no checklist" in slack.called("chat.postEphemeral")[0]["text"]


def test_200_items_are_paged_each_on_one_page_within_slacks_limits(
    door: Door, slack: SlackServer, advisor: Advisor, answer: Answer
) -> None:
    made = _long(answer, 200)
    advisor._deliverables.add(made)
    message = _posted(slack, made)
    seen = []
    while True:
        seen += re.findall(r"\*(\d+): Name one owner", json.dumps(message["blocks"]))
        following = [one for one in elements(message, "button") if one["text"]["text"] == "Next"]
        if not following:
            break
        shown = len(slack.called("chat.update"))
        door.click(message, following[0])
        until(lambda shown=shown: len(slack.called("chat.update")) > shown)  # type: ignore[misc]  # bound at once
    assert sorted(map(int, seen)) == list(range(1, 201))
    first_page = [one for one in elements(message, "button") if one["text"]["text"] == "Previous"]
    assert first_page


@pytest.mark.parametrize("text", [EVIL, "&" * 3000, "long " * 600])
def test_whatever_the_items_say_their_page_fits_and_does_nothing(answer: Answer, text: str) -> None:
    made = _long(answer, 45, text)
    for page in (0, 1, 2, 3, 99):
        blocks = checklist_blocks(made, Web("https://cx.example"), page)
        assert refused({"blocks": blocks}) is None
        shown = "\n".join(block["text"]["text"] for block in blocks if block["type"] == "section")
        assert re.findall(r"<(?!https://cx\.example/)", shown) == []
        assert len(blocks[-1]["elements"]) >= 1


def test_an_empty_checklist_says_why(answer: Answer) -> None:
    (head, _) = checklist_blocks(make_checklist("Next steps", Profile(), (), ("Nothing can be done.",)), Web(""))
    assert "Nothing can be done." in head["text"]["text"]
