"""The client and the command line against a server, and the command line over a library of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import JSONResponse, PlainTextResponse

from advisor import command
from advisor.advisor import Advisor
from advisor.client import Client
from advisor.errors import ServerError
from advisor.serve.failures import error_body
from advisor.types import Answer, CheckedStatement, Profile, Status

from .conftest import serving

QUESTION = "Who should own the returns process?"
UNKNOWN = "What is the capital of Peru?"


@pytest.fixture(scope="module")
def client(served: tuple[str, str]) -> Iterator[Client]:
    with Client(*served) as client:
        yield client


# --- the client ---


def test_client_gives_what_the_server_answers_as_the_types_of_the_contract(client: Client) -> None:
    answer = client.ask(QUESTION, profile=Profile(role="COO"), checklist=True, documents=["returns"])
    assert answer.status == "answered"
    assert answer.checklist
    assert answer.checklist.profile.role == "COO"
    assert client.ask(QUESTION, answer.conversation_id).conversation_id == answer.conversation_id
    assert [passage.rank for passage in client.search("refund days", 2)] == [1, 2]
    assert client.make_checklist(QUESTION).items


def test_client_streams_to_the_answer(client: Client) -> None:
    events = list(client.stream(QUESTION))
    assert isinstance(events[0], Status)
    assert any(isinstance(event, CheckedStatement) for event in events)
    assert isinstance(events[-1], Answer)


def test_refusal_of_the_server_is_an_error_with_its_words_and_its_id(client: Client, served: tuple[str, str]) -> None:
    for refused in (lambda: client.ask(" "), lambda: list(client.stream(" "))):
        with pytest.raises(ServerError, match="question is empty") as failed:
            refused()
        assert (failed.value.code, failed.value.status) == ("bad_question", 400)
        assert re.fullmatch("[0-9a-f]{32}", failed.value.request_id)
    with Client(served[0], "cxk_wrong") as stranger, pytest.raises(ServerError, match="not known here"):
        stranger.ask(QUESTION)


def test_server_that_is_not_there_is_one_sentence() -> None:
    with Client("http://127.0.0.1:9") as nobody, pytest.raises(ServerError, match="cannot be reached"):
        nobody.ask(QUESTION)


def test_what_is_no_answer_of_ours_is_said_so() -> None:
    async def proxy(scope: Any, receive: Any, send: Any) -> None:
        await PlainTextResponse("Bad gateway", 502)(scope, receive, send)

    with serving(proxy) as url, Client(url) as client, pytest.raises(ServerError, match="answered 502"):
        client.ask(QUESTION)


def test_busy_server_is_asked_again_under_the_same_idempotency_key(client: Client) -> None:
    answer = client.ask(QUESTION).model_dump(mode="json")
    keys: list[str] = []

    async def busy(scope: Any, receive: Any, send: Any) -> None:
        keys.append(dict(scope["headers"])[b"idempotency-key"].decode())
        later = JSONResponse(error_body("rate_limited", "Later.", "1"), 429, {"Retry-After": "0"})
        response = later if len(keys) == 1 else JSONResponse({**answer, "of_tomorrow": 1})
        await response(scope, receive, send)

    with serving(busy) as url, Client(url) as asking:
        assert asking.ask(QUESTION).id == answer["id"]
    assert len(keys) == 2
    assert len(set(keys)) == 1


# --- the command line ---


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = command.main(arguments)
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def server(served: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CX_ADVISOR_SERVER", served[0])
    monkeypatch.setenv("CX_ADVISOR_KEY", served[1])
    monkeypatch.setenv("COLUMNS", "100")


@pytest.mark.usefixtures("server")
def test_answer_is_read_with_its_sources_in_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "ask", QUESTION, "--checklist", "--role", "COO")
    assert code == 0
    assert "[1]" in out.split("Sources")[0]
    sources = " ".join(out.split("Sources")[1].split())
    assert "[1] Handling returns well" in sources
    assert "“Name one owner for the returns process across stores and the web shop.”" in sources
    assert "[ ] Name one owner for returns." in out
    assert re.search(r"conversation [0-9a-f]{32}", out)


@pytest.mark.usefixtures("server")
def test_json_is_what_the_api_gives(capsys: pytest.CaptureFixture[str]) -> None:
    assert set(json.loads(run(capsys, "ask", QUESTION, "--json")[1])) == set(Answer.model_fields)
    (passage,) = json.loads(run(capsys, "search", "refund days", "-k", "1", "--json")[1])["passages"]
    assert passage["rank"] == 1
    assert json.loads(run(capsys, "checklist", QUESTION, "--json")[1])["items"]


@pytest.mark.usefixtures("server")
def test_refusal_is_shown_and_is_1(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "ask", UNKNOWN)
    assert code == 1
    assert out.strip()


@pytest.mark.usefixtures("server")
def test_search_and_checklist_are_read_in_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert "1. returns" in run(capsys, "search", "refund days", "-k", "1")[1]
    assert "From Handling returns well" in " ".join(run(capsys, "checklist", QUESTION)[1].split())


def test_nothing_a_document_says_steers_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    answer = client.ask(QUESTION).model_dump(mode="json")
    answer["text"] = "Blue \x1b[34m and \x9b31m loud \x07 [1]"
    answer["citations"][0]["title"] = "\x1b]0;owned\x07Title [bold]as it is[/bold]"
    api = FastAPI()
    api.post("/v1/ask/stream")(lambda: PlainTextResponse(f"event: answer\ndata: {json.dumps(answer)}\n\n"))
    with serving(api) as url:
        _, out, _ = run(capsys, "ask", QUESTION, "--server", url)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", out)
    assert "[bold]as it is[/bold]" in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ask", QUESTION, "--server", "http://127.0.0.1:9"], "cannot be reached"),
        (["ask", QUESTION, "--server", "nowhere"], "nowhere"),
        (["ask", QUESTION, "--maturity", "9", "--server", "http://127.0.0.1:9"], "maturity"),
    ],
)
def test_error_is_one_plain_sentence_and_2(capsys: pytest.CaptureFixture[str], arguments: list[str], says: str) -> None:
    code, out, said = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert says in said
    assert "Traceback" not in said


def test_without_a_server_the_library_on_this_machine_is_asked(
    capsys: pytest.CaptureFixture[str], advisor: Advisor, tmp_path: Path
) -> None:
    code, out, _ = run(capsys, "search", "refund days", "--data-dir", str(advisor._settings.data_dir))
    assert code == 0
    assert "1. returns" in out
    code, _, said = run(capsys, "ask", QUESTION, "--data-dir", str(tmp_path / "empty"))
    assert code == 2
    assert "ingest.py" in said
