"""Slack through Socket Mode: the same requests, the same one reply, and another connection after a lost one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from advisor.advisor import Advisor
from advisor.serve.api import create_api
from advisor.serve.slack import socket_mode
from advisor.serve.slack.mount import SlackKeys, mount_slack
from tests.slack_door import ASKED, mention, until
from tests.slack_server import SlackServer
from tests.slack_socket import SlackSocket


@pytest.fixture
def socket() -> Iterator[SlackSocket]:
    with SlackSocket() as socket:
        yield socket


@pytest.fixture
def slack(socket: SlackSocket) -> Iterator[SlackServer]:
    with SlackServer(socket_url=lambda: socket.url) as server:
        yield server


@pytest.fixture
def connected(
    advisor: Advisor, slack: SlackServer, socket: SlackSocket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestClient]:
    monkeypatch.setattr(socket_mode, "PING", 0.2)
    api = create_api(advisor)
    mount_slack(api, advisor, SlackKeys("xoxb-1", app_token="xapp-1"), "", tmp_path, slack.url)
    with TestClient(api) as client:
        until(lambda: socket.connected)
        yield client


def _send(socket: SlackSocket, envelope_id: str, event_id: str, ts: str = "1.1") -> None:
    socket.send(envelope_id, json.loads(mention(event_id, ts=ts)))


def test_a_mention_is_acknowledged_and_answered_once_however_often_it_comes(
    connected: TestClient, slack: SlackServer, socket: SlackSocket
) -> None:
    for n, event_id in enumerate(("E1", "E1", "E2")):
        _send(socket, f"envelope {n}", event_id)
    until(lambda: len(socket.acknowledged) == 3)
    until(lambda: bool(slack.answers()))
    assert len(slack.messages) == 1


def test_a_command_is_acknowledged_and_answered(connected: TestClient, slack: SlackServer, socket: SlackSocket) -> None:
    asked = {"command": "/cx", "text": ASKED, "trigger_id": "T1", "channel_id": "C1", "user_id": "U1"}
    socket.send("envelope", asked, "slash_commands")
    until(lambda: socket.acknowledged == ["envelope"])
    until(lambda: bool(slack.answers()))


@pytest.mark.parametrize("lose", [SlackSocket.drop, SlackSocket.ask_to_reconnect])
def test_a_lost_connection_is_opened_again_and_what_comes_twice_is_answered_once(
    connected: TestClient, slack: SlackServer, socket: SlackSocket, lose: Callable[[SlackSocket], None]
) -> None:
    _send(socket, "before", "E1")
    until(lambda: bool(slack.answers()))
    lose(socket)
    until(lambda: socket.opened >= 2 and socket.connected)
    _send(socket, "again", "E1")
    _send(socket, "after", "E2", ts="2.2")
    until(lambda: {"again", "after"} <= set(socket.acknowledged))
    until(lambda: len(slack.answers()) == 2)
    assert len(slack.messages) == 2


def test_without_a_signing_secret_there_is_no_door_for_requests(connected: TestClient) -> None:
    assert connected.post("/slack/events", content=b"{}").status_code in (404, 405)


def test_the_server_starts_while_slack_cannot_be_reached(advisor: Advisor, tmp_path: Path) -> None:
    api: FastAPI = create_api(advisor)
    keys = SlackKeys("xoxb-1", app_token="xapp-1")  # of no workspace
    mount_slack(api, advisor, keys, "", tmp_path, "http://127.0.0.1:9/api/")
    with TestClient(api) as client:
        assert client.get("/healthz").status_code == 200
