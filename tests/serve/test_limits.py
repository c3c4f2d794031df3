"""How often somebody may ask, how long a request may take, and how much it may bring."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from starlette.types import Message

from advisor.advisor import Advisor
from advisor.keys import Keys
from advisor.serve import guard
from advisor.serve.api import Terms, create_api
from advisor.serve.failures import handle_failures
from advisor.serve.guard import Guard
from advisor.serve.limits import Timely


def refused(response: Any) -> int:
    """The seconds to wait that a refusal for coming too often tells."""
    assert response.status_code == 429
    assert response.json()["error"]["code"] == "rate_limited"
    return int(response.headers["Retry-After"])


def test_key_that_comes_too_often_waits_and_another_does_not(advisor: Advisor, tmp_path: Path) -> None:
    with closing(Keys(tmp_path)) as keys:
        client = TestClient(create_api(advisor, Terms(keys, key_rate="2/minute")))
        first, second = ({"X-API-Key": keys.create("one", ("ask",))[1]} for _ in range(2))
        answers = [client.get("/v1/documents", headers=first) for _ in range(3)]
        assert [answer.status_code for answer in answers[:2]] == [200, 200]
        assert 1 <= refused(answers[2]) <= 60
        assert "2 requests a minute" in answers[2].json()["error"]["message"]
        assert client.get("/v1/documents", headers=second).status_code == 200


def test_address_that_tries_keys_is_stopped(advisor: Advisor, tmp_path: Path) -> None:
    with closing(Keys(tmp_path)) as keys:
        client = TestClient(create_api(advisor, Terms(keys, keys_required=True, address_rate="2/minute")))
        answers = [client.get("/v1/documents", headers={"X-API-Key": f"cxk_{guess}"}) for guess in range(3)]
        assert [answer.status_code for answer in answers[:2]] == [401, 401]
        refused(answers[2])


def test_waiting_as_long_as_told_is_enough(advisor: Advisor) -> None:
    client = TestClient(create_api(advisor, Terms(address_rate="2/second")))
    while (answer := client.get("/v1/documents")).status_code == 200:
        pass
    time.sleep(refused(answer))
    assert client.get("/v1/documents").status_code == 200


def test_health_and_styles_are_free(advisor: Advisor) -> None:
    client = TestClient(create_api(advisor, Terms(address_rate="1/hour")))
    paths = ["/healthz", "/readyz", "/metrics", "/ui/page.css"]
    assert {client.get(path).status_code for path in paths * 2} == {200}


# --- time ---


def timely(work: Callable[[], str], seconds: float) -> TestClient:
    api = FastAPI()
    api.add_middleware(Timely, seconds=seconds)
    api.add_middleware(Guard)
    api.get("/v1/work")(work)
    return TestClient(api, raise_server_exceptions=False)


def test_what_takes_too_long_is_503_while_the_work_still_runs() -> None:
    ended = threading.Event()

    def work() -> str:
        ended.wait(20)
        return "late"

    with timely(work, 0.05) as client:
        response = client.get("/v1/work")
        ended.set()
        assert response.status_code == 503
        assert response.json()["error"]["code"] == "timeout"
        assert response.headers["Retry-After"]
        assert response.json()["error"]["request_id"] == response.headers["X-Request-Id"]


def test_error_in_time_is_the_500_it_is() -> None:
    def work() -> str:
        raise KeyError("secret")

    with timely(work, 5) as client:
        assert client.get("/v1/work").status_code == 500


def test_body_that_does_not_come_is_408(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.05)
    api = FastAPI()
    handle_failures(api)

    @api.post("/v1/work")
    async def work(request: Request) -> int:
        return len(await request.body())

    sent: list[Message] = []

    async def never() -> Message:
        await asyncio.sleep(20)
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/v1/work", "headers": [], "query_string": b""}
    with ThreadPoolExecutor(1) as pool:  # a browser's test before this one leaves an event loop in its own thread
        pool.submit(lambda: asyncio.run(Guard(api)(scope, never, send))).result()
    assert sent[0]["status"] == 408
