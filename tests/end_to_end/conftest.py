"""The app as a process of its own over the shipped corpus, and a headless Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Request, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "google-chrome", "chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"desktop": (1280, 800), "phone": (360, 740)}
PATIENCE = 30_000  # ms
FINISHED = "#cx-chat a.cx-marker:not([href*=unfinished])"  # a marker of an answer that is whole
START = 180  # seconds that a first start may take on a busy machine, the index included


@dataclass
class Watched:
    """A page and everything about it that should not have happened."""

    page: Page
    url: str
    wrong: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> Page:
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda said: self._note(said.type == "error", f"console: {said.text}"))
        page.on("pageerror", lambda error: self._note(True, f"error: {error}"))
        page.on(
            "requestfailed",
            lambda sent: self._note(not _ends_with_its_page(sent), f"failed: {sent.url} {sent.failure}"),
        )
        page.on("response", lambda got: self._note(got.status >= 400, f"{got.status}: {got.url}"))
        page.on("request", lambda sent: self._note(not self._is_own(sent.url), f"outside: {sent.url}"))
        return page

    def _note(self, wrong: bool, what: str) -> None:
        if wrong:
            self.wrong.append(what)

    def _is_own(self, address: str) -> bool:
        return address.startswith((self.url, "data:", "blob:"))


def _ends_with_its_page(sent: Request) -> bool:
    """Whether a request is the one by which Gradio knows that its page is still there."""
    return "/heartbeat/" in sent.url and sent.failure == "net::ERR_ABORTED"


def fits(page: Page) -> bool:
    """Whether nothing is wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, NAMES)), None) or _installed(playwright.chromium.executable_path)
        try:
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        except Error as error:
            pytest.skip(f"Chromium at {path} does not start here: {str(error).splitlines()[0]}")
        yield browser
        browser.close()


def _installed(path: str) -> str:
    """The path of a Chromium, fetched when the machine has none; skips where that cannot be done."""
    if Path(path).exists():
        return path
    said = _run([sys.executable, "-m", "playwright", "install", "chromium"])
    if Path(path).exists():
        return path
    if os.geteuid() == 0 and shutil.which("apt-get"):
        said = _run(["apt-get", "install", "-y", "--no-install-recommends", "chromium"])
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"no Chromium on this machine and none could be installed: {said}")
    return found


def _run(command: list[str]) -> str:
    """The last thing the command said."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return ((done.stderr or done.stdout).strip().splitlines() or ["nothing"])[-1]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the app keeps its data."""
    return tmp_path_factory.mktemp("app")


@pytest.fixture(scope="session")
def url(folder: Path) -> Iterator[str]:
    """The address of a running app that began without an index."""
    with running(folder, free_port()) as address:
        yield address


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def running(folder: Path, port: int, *options: str, **environment: str) -> Iterator[str]:
    """The address of an app whose data are in `folder`, ended afterwards."""
    command = [sys.executable, str(ROOT / "app.py"), "--port", str(port), "--data-dir", str(folder / "data"), *options]
    said = folder / f"log-{port}"
    with said.open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=subprocess.STDOUT, env={**os.environ, **environment}
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(address, process, said)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(START * 2):
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return
        except urllib.error.HTTPError as error:
            error.close()
        except OSError:
            pass
        if process.poll() is not None:
            break
        time.sleep(0.5)
    raise AssertionError(f"the app did not get ready:\n{log.read_text()[-3000:]}")
