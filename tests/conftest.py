"""What every test shares: the real embedding model, loaded once, and settings that point into a temporary folder."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from advisor.config import BUNDLED_MODEL, Settings
from advisor.models.embeddings import Embedder, load_embedder
from tests.chat_server import ChatServer


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--every 1`: the tests of model mode take all golden items instead of a sample."""
    parser.addoption("--every", type=int, default=48, help="every how manyth golden item the tests of model mode take")


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return load_embedder(BUNDLED_MODEL)


@pytest.fixture
def make_settings(tmp_path: Path) -> Callable[..., Settings]:
    """Settings of their own data folder; `.env` and the caller's environment do not count."""

    def make(**values: Any) -> Settings:
        return Settings(_env_file=None, **{"data_dir": tmp_path / "data", **values})  # type: ignore[call-arg]  # an option of pydantic-settings

    return make


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for another machine fails."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def chat_server() -> Iterator[ChatServer]:
    with ChatServer() as server:
        yield server
