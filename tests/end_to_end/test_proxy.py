"""Behind a real nginx with its default buffering, below a path, with keys."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from advisor.keys import Keys
from tests.chat_server import ChatServer, Reply, statements
from tests.end_to_end.conftest import FINISHED, PATIENCE, Watched, free_port, running

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
QUESTION = "What can a COO do to make operations customer-centric?"
PATH = "/tools/advisor"
CONFIGURATION = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  {temporary}
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  proxy_set_header X-Forwarded-Proto $scheme;
  server {{ listen 127.0.0.1:{keeps}; location {path} {{ proxy_pass {app}; }} }}
  server {{ listen 127.0.0.1:{takes_off}; location {path}/ {{ proxy_pass {app}/; }} }}
}}
"""
TEMPORARY = "client_body_temp_path proxy_temp_path fastcgi_temp_path uwsgi_temp_path scgi_temp_path".split()


@dataclass(frozen=True)
class Proxied:
    """The app as it is seen through nginx, which keeps its path or takes it off; `model` is the app's chat model."""

    keeps: str
    takes_off: str
    key: str
    model: ChatServer
    go: threading.Event

    def post(self, address: str, path: str, body: Mapping[str, Any]) -> Any:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        request = urllib.request.Request(address + path, json.dumps(body).encode(), headers)
        return urllib.request.urlopen(request, timeout=60)


@pytest.fixture(scope="module")
def proxied(url: str, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    if NGINX is None:
        pytest.skip("nginx is not installed on this machine; on Debian: apt-get install nginx-light")
    go = threading.Event()

    def held_back(asked: Mapping[str, Any]) -> Reply:
        go.wait(20)
        return statements()

    with closing(Keys(folder / "data")) as keys:
        _, key = keys.create("proxied", ("ask", "write"))
    options = ("--root-path", PATH, "--require-keys")
    with (
        ChatServer(held_back) as model,
        running(folder, free_port(), *options, ADVISOR_CHAT_MODEL="scripted", OPENAI_BASE_URL=model.url) as app,
        _nginx(tmp_path_factory.mktemp("nginx"), app) as (keeps, takes_off),
    ):
        yield Proxied(keeps + PATH, takes_off + PATH, key, model, go)


@contextmanager
def _nginx(folder: Path, app: str) -> Iterator[tuple[str, str]]:
    ports = free_port(), free_port()
    temporary = " ".join(f"{name} {folder}/{name};" for name in TEMPORARY)
    configuration = CONFIGURATION.format(
        folder=folder, temporary=temporary, app=app, path=PATH, keeps=ports[0], takes_off=ports[1]
    )
    (folder / "nginx.conf").write_text(configuration)
    process = subprocess.Popen([str(NGINX), "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"])
    try:
        keeps, takes_off = (f"http://127.0.0.1:{port}" for port in ports)
        _wait_for(f"{takes_off}{PATH}/healthz")
        yield keeps, takes_off
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(address: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"nothing answers at {address}")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/ask/stream", {"question": QUESTION}),
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": QUESTION}], "stream": True}),
    ],
)
def test_first_event_is_there_while_the_answer_is_still_being_written(
    proxied: Proxied, path: str, body: Mapping[str, Any]
) -> None:
    proxied.go.clear()
    before = len(proxied.model.asked)
    with proxied.post(proxied.takes_off, path, body) as response:
        assert response.headers["X-Request-Id"]
        first = response.readline()
        held = not proxied.go.is_set()
        proxied.go.set()
        rest = response.read().decode()
    assert held
    assert first.strip()
    assert len(proxied.model.asked) > before
    assert "event: answer" in rest or "[DONE]" in rest


def test_proxy_may_keep_the_path_or_take_it_off(proxied: Proxied) -> None:
    proxied.go.set()
    for address in (proxied.keeps, proxied.takes_off):
        with proxied.post(address, "/v1/ask", {"question": QUESTION}) as answer:
            assert json.load(answer)["status"] == "answered"


def test_person_signs_in_asks_and_reads_a_source_below_the_path(proxied: Proxied, browser: Browser) -> None:
    proxied.go.set()
    context = browser.new_context()
    watched = Watched(context.new_page(), proxied.takes_off)
    page = watched.watch(watched.page)
    page.goto(f"{proxied.takes_off}/")
    page.get_by_label("Key").fill(proxied.key)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_label("Your question").press("Enter")
    expect(page.locator(FINISHED).first).to_be_visible(timeout=PATIENCE)
    page.get_by_role("tab", name="Checklist").click()
    page.locator("#cx-checklist input[type=checkbox]").first.check()
    expect(page.locator("[data-done]")).to_contain_text("1 of")
    page.get_by_role("tab", name="Sources").click()
    with context.expect_page() as opened:
        page.locator("#cx-panel .cx-card").first.get_by_role("link", name="Read it in the source").click()
    source = watched.watch(opened.value)
    expect(source.locator("mark#quote")).to_be_in_viewport()
    source.goto(f"{proxied.takes_off}/docs")
    expect(source.locator(".opblock").first).to_be_visible(timeout=PATIENCE)
    for name in ("Checklists", "Assess", "Compare", "Library"):
        page.get_by_role("link", name=name, exact=True).first.click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert watched.wrong == []
    context.close()
