"""The OpenAI protocol, spoken by OpenAI's own client to a real server."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import openai
import pytest
import uvicorn
from openai import OpenAI

from advisor.advisor import Advisor
from advisor.serve.api import create_api

QUESTION = "Who should own the returns process?"


@pytest.fixture(scope="module")
def client(advisor: Advisor) -> Iterator[OpenAI]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(create_api(advisor), log_level="warning"))
        running = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        running.start()
        while not server.started:
            time.sleep(0.01)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        with OpenAI(base_url=url, api_key="none", max_retries=0) as client:
            yield client
        server.should_exit = True
        running.join()


def complete(client: OpenAI, *messages: Any, **more: Any) -> Any:
    asked: list[Any] = [{"role": "user", "content": one} if isinstance(one, str) else one for one in messages]
    return client.chat.completions.create(model="cx-advisor", messages=asked, **more)


def test_completion_is_the_answer_with_its_citations(client: OpenAI, advisor: Advisor) -> None:
    answer = advisor.ask(QUESTION)
    completion = complete(client, QUESTION, temperature=0.2)
    assert completion.choices[0].message.content == answer.text
    assert completion.citations == [citation.model_dump(mode="json") for citation in answer.citations]
    assert completion.status == "answered"


def test_stream_adds_up_to_the_completion_and_ends_with_its_citations(client: OpenAI) -> None:
    whole = complete(client, QUESTION)
    chunks = list(complete(client, QUESTION, stream=True))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == whole.choices[0].message.content
    assert [chunk.choices[0].finish_reason for chunk in chunks[:-1]] == [None] * (len(chunks) - 1)
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert chunks[-1].citations == whole.citations
    assert len({chunk.id for chunk in chunks}) == 1


def test_refusal_is_streamed_whole(client: OpenAI) -> None:
    chunks = list(complete(client, "What is the capital of Peru?", stream=True))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert text == complete(client, "What is the capital of Peru?").choices[0].message.content
    assert chunks[-1].status == "refused"


def test_question_follows_on_what_the_user_asked_before(client: OpenAI, advisor: Advisor) -> None:
    follow_up = "Why does that matter?"
    said = {"role": "assistant", "content": "The complaints desk answers within a day."}
    alone = complete(client, follow_up)
    after = complete(
        client, {"role": "system", "content": "Be brief."}, "Why do returns decide loyalty?", said, follow_up
    )
    assert alone.status == "refused"
    assert after.status == "answered"
    assert "returns" in after.choices[0].message.content


def test_text_may_come_in_parts(client: OpenAI) -> None:
    parts = {"role": "user", "content": [{"type": "text", "text": QUESTION}]}
    assert complete(client, parts).choices[0].message.content == complete(client, QUESTION).choices[0].message.content


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("message", "says"),
    [
        (" ", "question is empty"),
        ({"role": "assistant", "content": "Yes."}, "role"),
        ({"role": "user", "content": [{"type": "image_url", "image_url": {"url": "a"}}]}, "not text"),
    ],
)
def test_what_cannot_be_answered_is_a_bad_request(client: OpenAI, message: Any, says: str, stream: bool) -> None:
    with pytest.raises(openai.BadRequestError, match=says) as caught:
        complete(client, message, stream=stream)
    assert caught.value.type == "invalid_request_error"
    assert caught.value.code == "bad_question"


def test_other_model_is_not_found(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="cx-advisor"):
        client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": QUESTION}])


def test_models_are_the_one(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["cx-advisor"]
    assert client.models.retrieve("cx-advisor").id == "cx-advisor"
