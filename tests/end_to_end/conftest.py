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
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

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
START = 180  # seconds that a first start may take on a busy machine, the index included


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
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running app that began without an index."""
    with running(tmp_path_factory.mktemp("app"), free_port()) as address:
        yield address


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def running(folder: Path, port: int) -> Iterator[str]:
    """The address of an app whose data are in `folder`, ended afterwards."""
    command = [sys.executable, str(ROOT / "app.py"), "--port", str(port), "--data-dir", str(folder / "data")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(address, process, folder / "log")
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
