"""A server that is killed between acknowledgement and reply replies once, after its next start."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
import pytest

from advisor.advisor import Advisor
from tests.slack_door import ASKED, mention, signature, until
from tests.slack_server import SlackServer

ROOT = Path(__file__).resolve().parents[3]
START = 60  # seconds that a start may take on a busy machine


@pytest.fixture
def serve(advisor: Advisor, slack: SlackServer, tmp_path: Path) -> Callable[[], AbstractContextManager[str]]:
    """A context with a server as a process over the same data folder; leaving it kills the process outright."""
    answer = tmp_path / "answer.json"
    answer.write_text(advisor.ask(ASKED).model_dump_json(), encoding="utf-8")

    @contextmanager
    def start() -> Iterator[str]:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "tests.slack_process", str(port), str(tmp_path), slack.url, str(answer)]
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
        try:
            until(lambda: _listens(port), START)
            yield f"http://127.0.0.1:{port}/slack/events"
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()

    return start


def _listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def _mention(url: str, later: int = 0) -> int:
    """Delivers the event, signed so many seconds later: with the same second in it, it would be a replay."""
    body, now = mention("E1"), str(int(time.time()) + later)
    headers = {"x-slack-request-timestamp": now, "x-slack-signature": signature(now, body)}
    return httpx.post(url, content=body, headers={"content-type": "application/json", **headers}).status_code


@pytest.mark.parametrize("amid", ["assistant.threads.setStatus", "chat.startStream", "chat.update"])
def test_killed_between_acknowledgement_and_reply_it_replies_once(
    serve: Callable[[], AbstractContextManager[str]], slack: SlackServer, amid: str
) -> None:
    slack.hold(amid)
    with serve() as url:
        assert _mention(url) == 200
        until(lambda: bool(slack.called(amid)))
    slack.let_go()
    with serve() as url:
        until(lambda: bool(slack.answers()))
        assert _mention(url, later=1) == 200
    assert len(slack.messages) == 1
