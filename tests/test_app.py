"""`python app.py` as a person starts it."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urljoin

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import app
from advisor.config import Settings
from advisor.errors import LibraryError
from advisor.keys import Keys
from advisor.serve.starting import Say, Starting


def test_taken_port_is_one_clear_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert app.main(["--port", str(port), "--data-dir", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    for part in ("127.0.0.1", str(port), "--port"):
        assert part in said


@pytest.mark.parametrize("port", ["70000", "-1"])
def test_impossible_port_is_one_clear_sentence(capsys: pytest.CaptureFixture[str], port: str) -> None:
    assert app.main(["--port", port]) == 2
    assert "ADVISOR_PORT" in capsys.readouterr().err


def test_unknown_host_is_one_clear_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["--host", "not a host", "--port", "0"]) == 2
    assert "not a host" in capsys.readouterr().err


@pytest.mark.parametrize(("host", "required"), [("0.0.0.0", True), ("127.0.0.1", False)])
def test_keys_are_required_where_other_machines_reach(
    caplog: pytest.LogCaptureFixture, make_settings: Callable[..., Settings], host: str, required: bool
) -> None:
    settings = make_settings()
    with app._listen(host, 0) as listening:
        assert app._with_keys(settings, listening).require_keys is required
        assert ("python -m advisor.keys create" in caplog.text) is required
        caplog.clear()
        with closing(Keys(settings.data_dir)) as keys:
            keys.create("one", ("ask",))
        app._with_keys(settings, listening)
        assert not caplog.text


# --- until it can answer ---


class Served:
    """`Starting` on a real server, its making held back until `go` is set."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.said = threading.Event()
        self.ready = threading.Event()
        self.fails = False
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        starting = Starting(self._make, self.ready.set)
        config = uvicorn.Config(starting, log_config=None, lifespan="on", timeout_graceful_shutdown=1)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        asyncio.run(self.server.serve(sockets=[self.listening]))

    def _make(self, say: Say) -> Starlette:
        say("Embedding 3 of <9>")
        self.said.set()
        self.go.wait(20)
        say("Nearly")
        if self.fails:
            raise LibraryError("The disk is full.")
        return Starlette(routes=[Route("/", lambda request: PlainTextResponse("the app"))])

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def close(self) -> None:
        self.go.set()
        self.server.should_exit = True
        self.thread.join(20)
        self.listening.close()


@pytest.fixture(scope="module")
def waiting() -> Iterator[Served]:
    """One that is never let go on while tests ask it."""
    served = Served()
    assert served.said.wait(20)
    yield served
    served.close()


@pytest.fixture
def served() -> Iterator[Served]:
    served = Served()
    assert served.said.wait(20)
    yield served
    served.close()
    assert not served.thread.is_alive()


def test_until_ready_the_page_and_the_api_say_how_far_it_is(served: Served) -> None:
    assert served.get("/healthz")[0] == 200
    status, page = served.get("/")
    assert status == 503
    assert "Embedding 3 of &lt;9&gt;" in page
    status, body = served.get("/readyz")
    assert status == 503
    assert "Embedding 3 of <9>" in json.loads(body)["error"]["message"]
    served.go.set()
    assert served.ready.wait(20)
    assert served.get("/") == (200, "the app")


@pytest.mark.parametrize("path", ["/assess", "/compare", "/library", "/checklists", "/checklists/1", "/briefs/1"])
def test_every_page_asked_for_before_it_is_ready_says_so_and_finds_its_styles(waiting: Served, path: str) -> None:
    status, page = waiting.get(path)
    assert status == 503
    assert "getting ready" in page
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    assert styles
    assert all(waiting.get(urljoin(path, style))[0] == 200 for style in styles)


def test_failed_start_is_told_and_stays_told(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    served.fails = True
    served.go.set()
    for _ in range(200):
        status, body = served.get("/readyz")
        if "disk" in body:
            break
        threading.Event().wait(0.05)
    assert status == 503
    assert json.loads(body)["error"]["message"] == "The disk is full."
    assert "http-equiv" not in served.get("/")[1]
