"""Comment lines where a stream is quiet."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse, StreamingResponse
from fastapi.testclient import TestClient

from advisor.serve import beat
from advisor.serve.beat import Beating


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """An app whose two routes are quiet for a while, in the middle of a stream and before anything."""
    monkeypatch.setattr(beat, "SECONDS", 0.02)
    api = FastAPI()
    api.add_middleware(Beating)
    quiet = threading.Event()

    @api.get("/stream")
    def stream() -> StreamingResponse:
        def events() -> Iterator[bytes]:
            yield b"data: first\n\n"
            quiet.wait(0.2)
            yield b"data: last\n\n"

        return StreamingResponse(events(), media_type="text/event-stream")

    @api.get("/text", response_class=PlainTextResponse)
    def text() -> str:
        quiet.wait(0.2)
        return "whole"

    with TestClient(api) as client:
        yield client


def test_quiet_stream_has_comments_between_its_events_and_none_after(client: TestClient) -> None:
    lines = client.get("/stream").text.split("\n\n")
    assert lines[0] == "data: first"
    assert lines[-2:] == ["data: last", ""]
    assert set(lines[1:-2]) == {": still here"}


def test_what_is_no_stream_gets_none(client: TestClient) -> None:
    assert client.get("/text").text == "whole"
