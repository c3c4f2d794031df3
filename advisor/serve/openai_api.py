"""The advisor as a model behind the OpenAI protocol: `/v1/chat/completions` and `/v1/models`.

The messages are the conversation: the last one is the question, the user's earlier ones are what it follows on. What
others say in it decides nothing, and nothing of it is kept.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json
from starlette.exceptions import HTTPException

from advisor.errors import QuestionError
from advisor.serve import render
from advisor.serve.failures import SHARED, OpenAIErrorBody, described, request_id_of
from advisor.types import Answer, CheckedStatement, Citation, Status

if TYPE_CHECKING:  # importing it takes seconds, in which the server already shows that it is starting
    from advisor.advisor import Advisor

MODEL = "cx-advisor"
_PROXY = {"X-Accel-Buffering": "no"}  # nginx passes each event on at once

Events: TypeAlias = Iterator[Status | CheckedStatement | Answer]


_ERRORS: dict[int | str, dict[str, Any]] = {status: {"model": OpenAIErrorBody} for status in SHARED}


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Part(_Model):
    type: str = Field(examples=["text"])
    text: str | None = None


class Message(_Model):
    """What somebody said, as a text or as parts that are texts."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"] = Field(examples=["user"])
    content: str | tuple[Part, ...] | None = Field(None, examples=["How do we break the silos?"])

    def text(self) -> str:
        """Its text. Raises QuestionError where a part is none."""
        if self.content is None or isinstance(self.content, str):
            return self.content or ""
        if any(part.type != "text" for part in self.content):
            raise QuestionError("A message has a part that is not text. Pictures, sound and files are not read here.")
        return "\n".join(part.text or "" for part in self.content)


class CompletionRequest(_Model):
    """The fields that decide something; those that steer a language model (`temperature`, `tools`) do nothing here."""

    model: str = Field(MODEL, examples=[MODEL])
    messages: tuple[Message, ...] = Field(min_length=1, max_length=1000)
    stream: bool = False
    n: Literal[1] = 1


class Said(_Model):
    role: Literal["assistant"] = "assistant"
    content: str


class Choice(_Model):
    index: int = 0
    message: Said
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class Completion(_Model):
    """A chat completion; what follows `choices` is ours, and says what an `Answer` says by the same names."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: tuple[Choice]
    citations: tuple[Citation, ...]
    status: Literal["answered", "refused"]
    reason: str | None
    notes: tuple[str, ...]


class ModelCard(_Model):
    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = MODEL


class ModelCards(_Model):
    object: Literal["list"] = "list"
    data: tuple[ModelCard, ...] = (ModelCard(id=MODEL),)


def add_openai(api: FastAPI, advisor: Advisor) -> None:
    """Adds the routes that OpenAI's clients call."""

    @api.post("/v1/chat/completions", response_model=Completion, responses=_ERRORS, tags=["openai"])
    def complete(body: CompletionRequest, request: Request) -> Completion | Response:
        """An answer as a chat completion, with `citations` beside the choices; of a stream, in its last chunk."""
        _known(body.model)
        question, earlier = _conversation(body.messages)
        events = advisor.stream_after(question, earlier)
        if body.stream:
            events = chain([next(events)], events)  # a question not taken gets a status of its own
            return EventSourceResponse(_stream(events, request), headers=_PROXY)
        *_, answer = events
        assert isinstance(answer, Answer)  # a stream ends with its answer
        said = Choice(message=Said(content=answer.text))
        return Completion(**_head(answer.id), choices=(said,), **_extension(answer))

    @api.get("/v1/models", responses=_ERRORS, tags=["openai"])
    def models() -> ModelCards:
        """The one model there is."""
        return ModelCards()

    @api.get("/v1/models/{model}", responses=_ERRORS, tags=["openai"])
    def model(model: str) -> ModelCard:
        """The model of that name."""
        _known(model)
        return ModelCard(id=model)


def _known(model: str) -> None:
    if model != MODEL:
        raise HTTPException(404, f"There is no model {model[:100]!r}. The one there is has the name {MODEL!r}.")


def _conversation(messages: tuple[Message, ...]) -> tuple[str, list[str]]:
    """The question, and the user's earlier ones, oldest first."""
    if messages[-1].role != "user":
        raise QuestionError("The last of `messages` is not the user's. Put the question there, with the role `user`.")
    asked = [message.text() for message in messages if message.role == "user"]
    return asked[-1], [text for text in asked[:-1] if text.strip()]


def _stream(events: Events, request: Request) -> Iterator[bytes]:
    """The answer's text, statement by statement as they are checked; what is being done goes out as comments."""
    head = {**_head(request_id_of(request)), "object": "chat.completion.chunk"}
    statements: list[CheckedStatement] = []
    sent = ""
    yield _chunk(head, {"role": "assistant", "content": ""})
    try:
        for event in events:
            if isinstance(event, Status):
                yield format_sse_event(comment=event.text)
                continue
            if isinstance(event, CheckedStatement):
                statements.append(event)
            text = event.text if isinstance(event, Answer) else render.lay_out(statements)
            yield _chunk(head, {"content": text[len(sent) :]})
            sent = text
            if isinstance(event, Answer):
                yield _chunk(head, {}, "stop", _extension(event))
    except Exception as error:  # the response has begun: say so in it
        yield _data(described(error, request))
    yield format_sse_event(data_str="[DONE]")


def _head(id: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{id}", "created": int(time.time()), "model": MODEL}


def _extension(answer: Answer) -> dict[str, Any]:
    return {name: getattr(answer, name) for name in ("citations", "status", "reason", "notes")}


def _chunk(
    head: Mapping[str, Any], delta: Mapping[str, str], finish: str | None = None, more: Mapping[str, Any] | None = None
) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
    return _data({**head, "choices": [choice], **(more or {})})


def _data(value: Mapping[str, Any]) -> bytes:
    return format_sse_event(data_str=to_json(value).decode())
