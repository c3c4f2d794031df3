"""Writes that come again under their `Idempotency-Key`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from advisor.advisor import Advisor
from advisor.keys import Keys
from advisor.serve.api import Terms, create_api
from advisor.serve.once import REPLAYED, REPLIES_FILE, Replies

QUESTION = {"question": "Who should own the returns process?"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("replies")


@pytest.fixture(scope="module")
def shared(advisor: Advisor, folder: Path) -> Iterator[TestClient]:
    with closing(Replies(folder)) as replies, closing(Keys(folder)) as keys:
        yield TestClient(create_api(advisor, Terms(keys, replies=replies)), raise_server_exceptions=False)


@pytest.fixture
def client(shared: TestClient, folder: Path) -> TestClient:
    """A client of a server that has kept no reply yet."""
    with closing(sqlite3.connect(folder / REPLIES_FILE)) as db, db:
        db.execute("DELETE FROM replies")
    return shared


def send(client: TestClient, key: str, path: str = "/v1/checklists", **body: Any) -> Any:
    return client.post(path, json={**QUESTION, **body}, headers={"Idempotency-Key": key})


@pytest.mark.parametrize("path", ["/v1/checklists", "/v1/ask", "/v1/briefs"])
def test_same_write_again_is_answered_as_before_and_says_so(client: TestClient, path: str) -> None:
    first, again = send(client, "a", path), send(client, "a", path)
    assert first.is_success
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert (again.headers.get(REPLAYED), first.headers.get(REPLAYED)) == ("true", None)
    assert again.headers["content-type"] == first.headers["content-type"]
    assert send(client, "b", path).json()["id"] != first.json()["id"]


def test_retry_after_a_restart_is_answered_as_before(client: TestClient, advisor: Advisor, folder: Path) -> None:
    first = send(client, "a")
    with closing(Replies(folder)) as replies:
        assert send(TestClient(create_api(advisor, Terms(replies=replies))), "a").json() == first.json()


def test_writes_at_the_same_time_are_done_once(client: TestClient) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: send(client, "a"), range(4)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1


def test_key_of_another_request_is_409(client: TestClient) -> None:
    send(client, "a")
    response = send(client, "a", question="How is it measured?")
    assert (response.status_code, response.json()["error"]["code"]) == (409, "other_request")


def test_request_under_way_is_409_with_a_time_to_come_again(client: TestClient, folder: Path) -> None:
    send(client, "a")
    with closing(sqlite3.connect(folder / REPLIES_FILE)) as db, db:
        db.execute("UPDATE replies SET status = NULL")
    response = send(client, "a")
    assert (response.status_code, response.headers["Retry-After"]) == (409, "1")


def test_after_an_error_the_key_may_be_used_again(client: TestClient) -> None:
    assert send(client, "a", question=" ").status_code == 400
    assert send(client, "a").status_code == 201


@pytest.mark.parametrize("key", ["", "a b", "x" * 256])
def test_key_that_is_none_is_explained(client: TestClient, key: str) -> None:
    response = send(client, key)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "bad_key")


def test_body_too_large_is_413_here_too(client: TestClient) -> None:
    response = send(client, "a", question="x" * 1_000_001)
    assert response.status_code == 413
    assert "1,000,000 bytes" in response.json()["error"]["message"]


def test_stream_is_streamed_again(client: TestClient) -> None:
    first, again = (send(client, "a", "/v1/ask/stream") for _ in range(2))
    assert "event: answer" in first.text
    assert "event: answer" in again.text
    assert first.text != again.text


def test_deleted_conversation_is_in_no_reply_that_is_kept(client: TestClient, folder: Path) -> None:
    answer = send(client, "a", "/v1/ask").json()
    assert client.delete(f"/v1/conversations/{answer['conversation_id']}").status_code == 204
    with closing(sqlite3.connect(folder / REPLIES_FILE)) as db:
        assert db.execute("SELECT count(*) FROM replies").fetchone() == (0,)


def test_holder_of_another_key_gets_a_reply_of_their_own(client: TestClient, folder: Path) -> None:
    with closing(Keys(folder)) as keys:
        one, two = (keys.create("test", ("write",))[1] for _ in range(2))
    made = [
        client.post("/v1/checklists", json=QUESTION, headers={"Idempotency-Key": "a", "X-API-Key": key}).json()["id"]
        for key in (one, two, one)
    ]
    assert made[0] == made[2] != made[1]
