"""Whom answers in Slack are for: said in plain words or in a form, per person and channel, kept, switched off."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from advisor.advisor import Advisor
from advisor.serve.slack.profiles import Profiles
from advisor.serve.slack.store import SLACK_FILE
from advisor.types import Profile
from tests.slack_door import ASKED, Door, until
from tests.slack_server import SlackServer


@pytest.fixture
def profiles(tmp_path: Path) -> Iterator[Profiles]:
    profiles = Profiles(tmp_path / SLACK_FILE)
    yield profiles
    profiles.close()


def _form(door: Door, slack: SlackServer, words: str, trigger: str = "T1") -> dict[str, Any]:
    opened = len(slack.called("views.open"))
    assert door.command(words, trigger).status_code == 200
    until(lambda: len(slack.called("views.open")) > opened)
    view: dict[str, Any] = slack.called("views.open")[-1]["view"]
    return view


def _send(door: Door, view: dict[str, Any], used: bool = True, **values: str) -> None:
    fields: dict[str, dict[str, Any]] = {field: {"value": value} for field, value in values.items()}
    empty: dict[str, dict[str, Any]] = {
        "role": {"value": None}, "sector": {"value": None}, "size": {"value": None}, "goal": {"value": None},
        "channels": {"selected_options": []}, "horizon": {"selected_option": None},
        "used": {"selected_options": [{"value": "used"}] if used else []},
    }  # fmt: skip
    state = {field: {field: value} for field, value in {**empty, **fields}.items()}
    sent = door.interact(type="view_submission", view={**view, "state": {"values": state}})
    assert (sent.status_code, sent.content) == (200, b"")


def test_a_profile_in_plain_words_is_told_back_kept_and_shown_with_answers(
    door: Door, slack: SlackServer, profiles: Profiles
) -> None:
    said = door.command("profile COO of a telecom, 4,000 staff")
    assert "you run operations in telecoms, with 4,000 staff" in said.text
    assert profiles.of("C1", "U1") == Profile(role="coo", sector="telecom", size="4,000 staff")
    door.command(ASKED, trigger="T2")
    until(lambda: bool(slack.answers()))
    assert "For you because you run operations in telecoms" in json.dumps(slack.answers()[0]["blocks"])


def test_words_without_role_and_sector_are_explained_and_change_nothing(door: Door, profiles: Profiles) -> None:
    door.command("profile CMO")
    assert "neither a role nor a sector" in door.command("profile <!channel> hello there").text
    assert profiles.of("C1", "U1") == Profile(role="cmo")


def test_the_form_shows_what_is_kept_and_keeps_what_is_sent(door: Door, slack: SlackServer, profiles: Profiles) -> None:
    _send(door, _form(door, slack, "profile"), role="CMO", goal="fewer complaints")
    assert profiles.of("C1", "U1") == Profile(role="CMO", goal="fewer complaints")
    again = _form(door, slack, "profile", "T2")
    shown = {block.get("block_id"): block.get("element", {}) for block in again["blocks"]}
    assert shown["role"]["initial_value"] == "CMO"
    assert shown["goal"]["initial_value"] == "fewer complaints"
    assert shown["used"]["initial_options"]


def test_a_channels_profile_is_for_all_in_it_and_ones_own_comes_over_it(
    door: Door, slack: SlackServer, profiles: Profiles
) -> None:
    _send(door, _form(door, slack, "profile channel"), sector="telecoms", role="CEO")
    door.command("profile COO")
    assert profiles.of("C1", "U1") == Profile(role="coo", sector="telecoms")
    assert profiles.of("C1", "U2") == Profile(role="CEO", sector="telecoms")
    assert profiles.of("C2", "U2") is None


def test_a_profile_is_switched_off_and_on_and_is_there_after_a_restart(
    make_app: Callable[[], FastAPI], profiles: Profiles
) -> None:
    with TestClient(make_app()) as client:
        Door(client).command("profile COO")
        assert "off" in Door(client).command("profile off").text
    assert profiles.of("C1", "U1") is None
    with TestClient(make_app()) as client:
        Door(client).command("profile on", trigger="T2")
    assert profiles.of("C1", "U1") == Profile(role="coo")


def test_a_form_sent_without_use_keeps_the_profile_and_leaves_it_out(
    door: Door, slack: SlackServer, profiles: Profiles
) -> None:
    _send(door, _form(door, slack, "profile"), used=False, role="COO")
    assert profiles.of("C1", "U1") is None
    assert profiles.get("U1") == (Profile(role="COO"), False)


def test_a_checklist_is_made_for_whoever_asks_for_it(
    door: Door, slack: SlackServer, advisor: Advisor, profiles: Profiles
) -> None:
    answer = advisor.ask(ASKED)
    profiles.keep("U1", Profile(role="coo"), True)
    message = {"ts": "1.2", "thread_ts": "1.1", "channel": "C1"}
    door.click(message, {"type": "button", "action_id": "checklist", "block_id": "b", "value": answer.id})
    until(lambda: bool(slack.answers()))
    assert "For you because you run operations" in slack.answers()[0]["blocks"][0]["text"]["text"]
