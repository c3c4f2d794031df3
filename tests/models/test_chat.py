"""The chat model's client: the protocol as its servers speak it, and every fault as a ProviderError within its time."""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, SecretStr

from advisor.errors import (
    MalformedReplyError,
    ProviderAuthError,
    ProviderError,
    ProviderRestingError,
    ProviderTimeoutError,
    RateLimitedError,
)
from advisor.models.chat import ATTEMPTS, LONGEST_REPLY, OPENAI, ChatModel, load_chat
from tests.chat_server import ChatServer, Reply, Script, hang, statements

KEY = "sk-very-secret-0123456789"
GOOD = statements(("Owners care.", ["E1"]), ('Braces } and “quotes” " too.', ["E2", "E3"]))
SAID = [("Owners care.", ["E1"]), ('Braces } and “quotes” " too.', ["E2", "E3"])]
Make = Callable[..., ChatModel]


class Said(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: str
    labels: list[str]


@pytest.fixture
def server(chat_server: ChatServer) -> ChatServer:
    return chat_server


@pytest.fixture
def chat() -> Iterator[Make]:
    """Makes chat models, and closes them."""
    with ExitStack() as made:

        def make(url: str, seconds: float = 10, key: str = KEY, rest: float = 60) -> ChatModel:
            model = load_chat("scripted", url, SecretStr(key), seconds, rest)
            assert model is not None
            return made.enter_context(closing(model))

        yield make


def write(model: ChatModel) -> list[tuple[str, list[str]]]:
    return [(said.text, said.labels) for said in model.write("Rules.", "Data.", Said)]


def test_no_model_named_is_no_chat_model() -> None:
    assert load_chat("", "http://127.0.0.1:9/v1", SecretStr(KEY), 1) is None


def test_without_an_address_it_is_openais_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_BASE", "http://127.0.0.1:9/elsewhere")
    model = load_chat("gpt", "", SecretStr(KEY), 1)
    assert model is not None
    model.close()
    assert str(model._client.root_client.base_url).rstrip("/") == OPENAI


def test_import_of_the_module_does_not_import_the_vendor() -> None:
    code = "import sys, advisor.models.chat; sys.exit('langchain_openai' in sys.modules or 'openai' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0


def test_items_are_read_from_a_streamed_reply(chat: Make, server: ChatServer) -> None:
    server.replies(GOOD)
    assert write(chat(server.url)) == SAID


def test_item_is_handed_on_before_the_reply_has_ended(chat: Make, server: ChatServer) -> None:
    server.replies(Reply(GOOD.text, pause=0.2))
    times = [time.monotonic() for _ in chat(server.url).write("Rules.", "Data.", Said)]
    assert times[1] - times[0] > 0.2


def test_request_is_two_messages_and_a_schema_and_nothing_else(chat: Make, server: ChatServer) -> None:
    server.replies(GOOD)
    write(chat(server.url))
    (asked,) = server.asked
    assert server.paths == ["/v1/chat/completions"]
    assert set(asked) == {"model", "messages", "stream", "stream_options", "response_format"}
    assert asked["messages"] == [{"role": "system", "content": "Rules."}, {"role": "user", "content": "Data."}]
    described = asked["response_format"]["json_schema"]
    assert asked["response_format"]["type"] == "json_schema"
    assert described["strict"] is True
    assert described["schema"]["required"] == ["statements"]
    assert described["schema"]["properties"]["statements"]["items"]["additionalProperties"] is False


def test_server_without_keys_needs_none(chat: Make, server: ChatServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    server.replies(GOOD)
    assert write(chat(server.url, key="")) == SAID
    assert KEY not in str(server.headers)


FAULTS = {
    "bad key": (Reply("no", 401), ProviderAuthError, 1),
    "forbidden": (Reply("no", 403), ProviderAuthError, 1),
    "too many": (Reply("slow down", 429, {"retry-after": "0"}), RateLimitedError, ATTEMPTS),
    "too many for long": (Reply("slow down", 429, {"retry-after": "60"}), RateLimitedError, 1),
    "failing": (Reply("out of memory", 500), ProviderError, ATTEMPTS),
    "unknown model": (Reply("no such model", 404), ProviderError, 1),
    "no schema": (Reply("response_format is not supported", 400), ProviderError, 1),
    "empty": (Reply(""), MalformedReplyError, ATTEMPTS),
    "malformed": (Reply('{"statements": [{"text": Owners'), MalformedReplyError, ATTEMPTS),
    "prose": (Reply("Owners care."), MalformedReplyError, ATTEMPTS),
    "other schema": (Reply('{"answer": "Owners care."}'), MalformedReplyError, ATTEMPTS),
    "items of another schema": (Reply('{"statements": [{"claim": "Owners care."}]}'), MalformedReplyError, ATTEMPTS),
    "no object": (Reply("[1, 2]"), MalformedReplyError, ATTEMPTS),
    "no events": (Reply(raw=b"<html>busy</html>"), MalformedReplyError, ATTEMPTS),
    "broken event": (Reply(raw=b"data: {nothing\n\n"), MalformedReplyError, ATTEMPTS),
    "event of another shape": (Reply(raw=b'data: {"choices": 5}\n\n'), MalformedReplyError, ATTEMPTS),
    "event with an error": (Reply(raw=b'data: {"error": {"message": "crash"}}\n\n'), ProviderError, ATTEMPTS),
    "cut": (Reply('{"statements": [{"text": "Own', finish=None, cut=True), ProviderError, ATTEMPTS),
    "ended early": (Reply('{"statements": [{"text": "Own', finish=None), MalformedReplyError, ATTEMPTS),
    "gigantic": (Reply('{"statements": [{"text": "' + "x" * 2 * LONGEST_REPLY), MalformedReplyError, 1),
}


client_warns_too = pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")  # of the event of another shape


@client_warns_too
@pytest.mark.parametrize(("reply", "kind", "attempts"), FAULTS.values(), ids=FAULTS)
def test_fault_is_a_provider_error_after_as_many_attempts_as_make_sense(
    chat: Make, server: ChatServer, reply: Reply, kind: type[ProviderError], attempts: int
) -> None:
    server.replies(reply)
    with pytest.raises(ProviderError) as raised:
        write(chat(server.url))
    assert type(raised.value) is kind
    assert len(server.asked) == attempts


@client_warns_too
@pytest.mark.parametrize("fault", [name for name, (_, _, attempts) in FAULTS.items() if attempts > 1])
def test_passing_fault_is_overcome(chat: Make, server: ChatServer, fault: str) -> None:
    server.replies(FAULTS[fault][0], GOOD)
    assert write(chat(server.url)) == SAID


def test_wait_that_the_server_asks_for_is_kept(chat: Make, server: ChatServer) -> None:
    server.replies(Reply("slow down", 429, {"retry-after": "1"}), GOOD)
    started = time.monotonic()
    assert write(chat(server.url)) == SAID
    assert time.monotonic() - started >= 1


def test_nobody_listening_is_not_reached(chat: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ProviderError, match="could not be reached"):
        write(chat(f"http://127.0.0.1:{port}/v1"))


@pytest.mark.parametrize(
    "script",
    [hang, lambda asked: Reply("x" * 5000, pause=0.3), lambda asked: Reply("no", 500, {"retry-after": "0"})],
    ids=["hang", "trickle", "failing again and again"],
)
def test_time_budget_is_kept(chat: Make, server: ChatServer, script: Callable[..., Reply]) -> None:
    server.script = script
    started = time.monotonic()
    with pytest.raises(ProviderError):
        write(chat(server.url, seconds=1))
    assert time.monotonic() - started < 2


def test_hang_is_a_timeout(chat: Make, server: ChatServer) -> None:
    server.script = hang
    with pytest.raises(ProviderTimeoutError):
        write(chat(server.url, seconds=1))


@pytest.mark.parametrize("cut", [True, False])
def test_what_was_complete_before_a_break_is_handed_on_and_not_asked_for_again(
    chat: Make, server: ChatServer, cut: bool
) -> None:
    server.replies(Reply(GOOD.text[: GOOD.text.index('", "labels": ["E2')], finish=None, cut=cut))
    writing = chat(server.url).write("Rules.", "Data.", Said)
    assert next(writing).text == "Owners care."
    with pytest.raises(ProviderError):
        next(writing)
    assert len(server.asked) == 1


@pytest.mark.parametrize("fault", ["bad key", "failing", "malformed", "too many"])
def test_key_is_in_no_error_and_no_log(
    chat: Make, server: ChatServer, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    reply = FAULTS[fault][0]
    server.replies(Reply(f"{reply.text} Your key was {KEY}.", reply.status, reply.headers))
    caplog.set_level(logging.DEBUG)
    model = chat(server.url)
    with pytest.raises(ProviderError) as raised:
        write(model)
    assert KEY not in str(raised.value)
    assert KEY not in repr(model.__dict__)
    assert KEY not in caplog.text
    assert KEY in json.dumps([dict(headers) for headers in server.headers])


# --- a server that is left alone ---

TOO_SLOW: dict[str, Script] = {
    "hang": hang,
    "trickle": lambda asked: Reply("x" * 5000, pause=0.1),
    "slow failing": lambda asked: Reply(GOOD.text[:20], pause=0.3, finish=None),
    "too many for long": lambda asked: Reply("slow down", 429, {"retry-after": "60"}),
}


def fails(model: ChatModel) -> type[ProviderError]:
    with pytest.raises(ProviderError) as raised:
        write(model)
    return type(raised.value)


@pytest.mark.parametrize("script", TOO_SLOW.values(), ids=TOO_SLOW)
def test_after_a_failure_that_took_long_nobody_waits_for_the_server(
    chat: Make, server: ChatServer, script: Script
) -> None:
    server.script = script
    model = chat(server.url, seconds=0.5)
    assert fails(model) is not ProviderRestingError
    asked, started = len(server.asked), time.monotonic()
    assert fails(model) is fails(model) is ProviderRestingError
    assert time.monotonic() - started < 0.1
    assert len(server.asked) == asked


def test_after_its_rest_one_question_tries_and_the_others_go_on_without(chat: Make, server: ChatServer) -> None:
    server.script = hang
    model = chat(server.url, seconds=0.3, rest=0.5)
    assert fails(model) is ProviderTimeoutError
    time.sleep(0.5)
    server.replies(Reply(GOOD.text, pause=0.02))
    trying = model.write("Rules.", "Data.", Said)
    next(trying)
    assert fails(model) is ProviderRestingError
    list(trying)
    assert write(model) == SAID


def test_server_that_answers_again_is_asked_again(chat: Make, server: ChatServer) -> None:
    server.script = hang
    model = chat(server.url, seconds=0.5, rest=0.3)
    assert fails(model) is ProviderTimeoutError
    time.sleep(0.3)
    server.replies(GOOD)
    assert write(model) == write(model) == SAID


def test_server_that_fails_again_rests_again(chat: Make, server: ChatServer) -> None:
    server.script = hang
    model = chat(server.url, seconds=0.3, rest=0.3)
    assert fails(model) is ProviderTimeoutError
    time.sleep(0.3)
    assert fails(model) is ProviderTimeoutError
    assert fails(model) is ProviderRestingError


@pytest.mark.parametrize("fault", ["bad key", "unknown model", "malformed", "empty", "failing", "too many"])
def test_failure_that_costs_nobody_much_time_closes_no_door(chat: Make, server: ChatServer, fault: str) -> None:
    server.replies(FAULTS[fault][0])
    model = chat(server.url)
    assert fails(model) is FAULTS[fault][1]
    server.replies(GOOD)
    assert write(model) == SAID


def test_server_that_gave_something_before_its_time_was_over_is_asked_again(chat: Make, server: ChatServer) -> None:
    server.replies(Reply(GOOD.text, pause=0.12))
    model = chat(server.url, seconds=0.5)
    assert fails(model) is fails(model) is ProviderTimeoutError
