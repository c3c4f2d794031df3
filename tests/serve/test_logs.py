"""What the log says of requests, and what it never says."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from advisor.serve.logs import REQUEST_ID, Form, JsonFormatter, TextFormatter, configure_logging, details

QUESTION = "Who should own the returns process at Woodgrove?"


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    """The log of a server, on the error output; the loggers are left as they were."""
    root, ours = logging.getLogger(), logging.getLogger("advisor")
    before = root.handlers[:], root.level, ours.level
    yield capsys
    root.handlers[:], level, own = before
    root.setLevel(level)
    ours.setLevel(own)


def records(log: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.readouterr().err.splitlines()]


def test_every_record_of_a_request_has_the_id_that_its_response_has(
    log: pytest.CaptureFixture[str], client: TestClient
) -> None:
    configure_logging("json")
    response = client.post("/v1/ask", json={"question": QUESTION}, headers={"X-Request-Id": "from-the-proxy"})
    said = records(log)
    assert response.headers["X-Request-Id"] == "from-the-proxy"
    assert {record["logger"] for record in said} >= {"advisor.advisor", "advisor.serve.metrics"}
    assert {record["request_id"] for record in said} == {"from-the-proxy"}
    (request,) = (record for record in said if record["message"] == "request")
    assert (request["method"], request["route"], request["status"]) == ("POST", "/v1/ask", 200)
    assert request["seconds"] > 0


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_text_of_anybody_and_no_id_that_opens_something_is_logged(
    log: pytest.CaptureFixture[str], client: TestClient, form: Form
) -> None:
    configure_logging(form)
    answer = client.post("/v1/ask", json={"question": QUESTION}).json()
    client.get("/v1/search", params={"q": QUESTION})
    client.post("/v1/ask/stream", json={"question": QUESTION})
    client.get(f"/v1/conversations/{answer['conversation_id']}")
    client.delete(f"/v1/conversations/{answer['conversation_id']}")
    said = log.readouterr().err
    assert "/v1/conversations/{conversation_id}" in said
    for private in ("Woodgrove", "returns process", answer["conversation_id"]):
        assert private not in said


def test_record_is_one_line_with_its_fields() -> None:
    token = REQUEST_ID.set("1")
    record = logging.makeLogRecord(
        {"name": "advisor", "levelname": "INFO", "msg": "two\nlines", **details(a=1, b=None)}
    )
    try:
        assert TextFormatter().format(record).endswith("INFO advisor: two lines request_id=1 a=1")
        assert json.loads(JsonFormatter().format(record)).items() >= {"message": "two\nlines", "a": 1}.items()
        assert "\n" not in JsonFormatter().format(record)
    finally:
        REQUEST_ID.reset(token)


def test_error_is_logged_whole() -> None:
    try:
        raise KeyError("secret")
    except KeyError as error:
        record = logging.makeLogRecord({"msg": "failed", "exc_info": (type(error), error, error.__traceback__)})
    assert "KeyError: 'secret'" in json.loads(JsonFormatter().format(record))["exception"]
