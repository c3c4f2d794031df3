"""A server with Slack mounted, whose Web API is a double on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from advisor.advisor import Advisor
from advisor.serve.slack.mount import SlackKeys, mount_slack
from tests.slack_door import SECRET, Door
from tests.slack_server import SlackServer

URL = "https://cx.example"


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer() as server:
        yield server


@pytest.fixture
def make_app(advisor: Advisor, slack: SlackServer, tmp_path: Path) -> Callable[[], FastAPI]:
    """The server, each time anew, over the same data folder."""

    def make() -> FastAPI:
        api = FastAPI()  # the whole API takes longer to make than most of the tests
        mount_slack(api, advisor, SlackKeys("xoxb-1", SECRET), URL, tmp_path, slack.url)
        return api

    return make


@pytest.fixture
def door(make_app: Callable[[], FastAPI]) -> Iterator[Door]:
    with TestClient(make_app(), raise_server_exceptions=False) as client:
        yield Door(client)
