"""A running advisor over some texts, for what measures it through HTTP."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 180  # seconds for a server to get ready


@contextmanager
def running(data_dir: Path, *options: str, **environment: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The base URL and the process of a server over a data folder that has an index; it is stopped afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "app.py", "--data-dir", str(data_dir), "--port", str(port), *options]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **environment},
    ) as process:
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_until_ready(url, process)
            yield url, process
        finally:
            process.terminate()
            process.wait(timeout=30)


def get(url: str) -> Any:
    """The JSON that an address answers with."""
    with urllib.request.urlopen(url, timeout=60) as response:
        return json.load(response)


def resident(process_id: int, what: str = "VmRSS") -> float:
    """Resident MiB of a process as Linux tells it, now or (`VmHWM`) at its peak; not a number elsewhere."""
    status = Path(f"/proc/{process_id}/status")
    if not status.exists():
        return float("nan")
    line = next(line for line in status.read_text().splitlines() if line.startswith(what))
    return int(line.split()[1]) / 1024


def _wait_until_ready(url: str, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The server at {url} stopped with exit code {process.returncode}.")
        try:
            get(f"{url}/readyz")
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise RuntimeError(f"The server at {url} was not ready within {PATIENCE} seconds.")
