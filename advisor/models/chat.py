"""The chat model: a client for any server that speaks the OpenAI protocol, and its replies as checked values.

The only file that names langchain-openai. A reply is a JSON object with a list of items; each item is handed on as soon
as it is complete. Everything that can go wrong on the way becomes a ProviderError, within one time budget.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, SecretStr
from pydantic_core import from_json

from advisor.errors import (
    MalformedReplyError,
    ProviderAuthError,
    ProviderError,
    ProviderTimeoutError,
    RateLimitedError,
)
from advisor.models.breaker import Breaker

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk
    from langchain_openai import ChatOpenAI

log = logging.getLogger(__name__)

OPENAI = "https://api.openai.com/v1"
ITEMS = "statements"  # the one key of a reply
ATTEMPTS = 3
FIRST_PAUSE = 0.25  # seconds before a second attempt, doubled before a third; a server's Retry-After goes before
CONNECT_SECONDS = 5.0
REST = 60.0  # seconds; what one question in a minute costs is what an outage costs
LONGEST_REPLY = 40_000  # characters; ten times what an answer has

Item = TypeVar("Item", bound=BaseModel)


class ChatModel:
    """A chat model. Safe to share between threads."""

    def __init__(self, name: str, client: ChatOpenAI, seconds: float, breaker: Breaker) -> None:
        self.name = name
        self._client = client
        self._seconds = seconds
        self._breaker = breaker

    def write(self, instructions: str, data: str, item: type[Item]) -> Iterator[Item]:
        """Each item that the model writes, once it is complete and valid, in the order written.

        A failure is retried while no item has been handed on and there is time. Raises ProviderError when that does not
        help, or when the reply breaks off after some items; and at once, for a while after that took long.
        """
        self._breaker.admit()
        deadline = time.monotonic() + self._seconds
        for attempt in range(1, ATTEMPTS + 1):
            given = 0
            try:
                for one in self._write_once(instructions, data, item, deadline):
                    given += 1
                    yield one
                self._breaker.close()
                return
            except ProviderError as error:
                pause = error.retry_after or FIRST_PAUSE * 2 ** (attempt - 1)
                in_time = time.monotonic() + pause < deadline
                if given or not error.retryable or attempt == ATTEMPTS or not in_time:
                    self._learn_from(error, given, deadline)
                    raise
                log.info("chat model %s, attempt %d: %s", self.name, attempt, error)
                time.sleep(pause)

    def close(self) -> None:
        """Closes the connections to its server."""
        self._client.root_client.close()

    def _learn_from(self, error: ProviderError, given: int, deadline: float) -> None:
        """Leaves the server alone where the next question would wait in vain as this one did, or it asks for that."""
        slow = isinstance(error, ProviderTimeoutError) or deadline - time.monotonic() <= self._seconds / 2
        if not given and (slow or error.retry_after):
            self._breaker.open(error.retry_after)
        else:
            self._breaker.close()

    def _write_once(self, instructions: str, data: str, item: type[Item], deadline: float) -> Iterator[Item]:
        messages = [("system", instructions), ("user", data)]
        # Not as the client's own `response_format`: its parser of streamed replies throws a cut one away whole.
        body = {"response_format": _response_format(item)}
        with translated():
            yield from _items(_within(deadline, lambda: self._client.stream(messages, extra_body=body)), item)


def load_chat(model: str, base_url: str, key: SecretStr, seconds: float, rest: float = REST) -> ChatModel | None:
    """The chat model of that name, or None when none is named. Nothing is sent before it is asked to write.

    After a failure that took long the server is left alone for `rest` seconds.
    """
    if not model:
        return None
    import openai  # these take more than a second to import, in model mode only
    from langchain_openai import ChatOpenAI

    timeout = openai.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
    client = ChatOpenAI(
        model=model,
        base_url=base_url or OPENAI,
        api_key=key if key.get_secret_value() else SecretStr("none"),  # a local server wants none, the client does
        timeout=timeout,
        http_client=openai.DefaultHttpxClient(timeout=timeout),  # its own, to be closed: LangChain's is shared
        max_retries=0,  # retried here, within the time budget
        stream_usage=True,
        use_responses_api=False,  # vLLM, Ollama and llama.cpp have chat completions
    )
    return ChatModel(model, client, seconds, Breaker(rest))


def _response_format(item: type[BaseModel]) -> dict[str, Any]:
    """Structured output as OpenAI, vLLM, Ollama and llama.cpp's server take it."""
    schema = {
        "type": "object",
        "properties": {ITEMS: {"type": "array", "items": item.model_json_schema()}},
        "required": [ITEMS],
        "additionalProperties": False,
    }
    return {"type": "json_schema", "json_schema": {"name": ITEMS, "strict": True, "schema": schema}}


# --- reading a reply ---


def _items(chunks: Iterator[AIMessageChunk], item: type[Item]) -> Iterator[Item]:
    """The items of a streamed reply, each once the text so far has it whole."""
    text, given, finish, tokens = "", 0, None, 0
    for chunk in chunks:
        text += str(chunk.text)
        finish = chunk.response_metadata.get("finish_reason") or finish
        tokens += chunk.usage_metadata["total_tokens"] if chunk.usage_metadata else 0
        if "}" in str(chunk.text):
            whole = _whole_items(text)
            for value in whole[given:]:
                yield item.model_validate(value)
            given = max(given, len(whole))
        if len(text) > LONGEST_REPLY:
            raise MalformedReplyError(f"The chat model's reply has no end within {LONGEST_REPLY:,} characters.")
    log.info("chat model: %d items, %d tokens, finished by %s", given, tokens, finish)
    if finish is None:
        raise MalformedReplyError("The chat model's reply was cut off.", retryable=True)
    reply = from_json(text)
    if not isinstance(reply, dict) or not isinstance(reply.get(ITEMS), list):
        raise MalformedReplyError("The chat model's reply is not in the form that was asked for.", retryable=True)


def _whole_items(text: str) -> list[Any]:
    """The items that stand complete in the beginning of a reply; none where its last brace closes no item."""
    for ending in ("", "]}"):
        try:
            reply = from_json(text[: text.rindex("}") + 1] + ending)
        except ValueError:
            continue
        items = reply.get(ITEMS) if isinstance(reply, dict) else None
        return items if isinstance(items, list) else []
    return []


def _within(deadline: float, stream: Callable[[], Iterator[AIMessageChunk]]) -> Iterator[AIMessageChunk]:
    """The chunks of a stream until the deadline, however slowly or not at all the server sends.

    A client's time-outs count from byte to byte, so that a trickle would never end; hence the second thread, which ends
    with the next chunk or the client's own time-out. Raises ProviderTimeoutError, and what the stream raises.
    """
    arrived: SimpleQueue[AIMessageChunk | Exception | None] = SimpleQueue()
    given_up = Event()

    def read() -> None:
        try:
            for chunk in stream():
                if given_up.is_set():
                    return
                arrived.put(chunk)
            arrived.put(None)
        except Exception as error:  # raised below, in the thread that waits
            arrived.put(error)

    Thread(target=read, name="chat-model", daemon=True).start()
    try:
        while True:
            came = arrived.get(timeout=max(0.0, deadline - time.monotonic()))
            if came is None:
                return
            if isinstance(came, Exception):
                raise came
            yield came
    except Empty as error:
        raise ProviderTimeoutError("The chat model did not answer in time (ADVISOR_CHAT_SECONDS).") from error
    finally:
        given_up.set()


# --- what can go wrong ---


@contextmanager
def translated() -> Iterator[None]:
    """Turns what the client raises into a ProviderError. The server's own words may repeat the key: none are kept."""
    import httpx2  # what openai sends with; both are imported with the client
    import openai

    table: tuple[tuple[tuple[type[Exception], ...], Callable[[Any], ProviderError]], ...] = (
        ((openai.AuthenticationError, openai.PermissionDeniedError), _refused),
        ((openai.RateLimitError,), _rate_limited),
        ((openai.APITimeoutError, httpx2.TimeoutException), _timed_out),
        ((openai.APIResponseValidationError,), _malformed),
        ((openai.APIStatusError,), _failed),
        ((openai.APIError, httpx2.TransportError), _unreached),
        # The client builds its objects without validating them, and trips over shapes that it does not expect.
        ((ValueError, TypeError, AttributeError, LookupError), _malformed),
    )
    try:
        yield
    except Exception as error:
        for kinds, made in table:
            if isinstance(error, kinds):
                raise made(error) from error
        raise


def _refused(error: Any) -> ProviderError:
    return ProviderAuthError(f"The chat model's server refused the key ({error.status_code}). Check OPENAI_API_KEY.")


def _rate_limited(error: Any) -> ProviderError:
    wait = error.response.headers.get("retry-after", "")
    return RateLimitedError(
        "The chat model's server takes no more requests at the moment (429). Ask again later.",
        retryable=error.code != "insufficient_quota",
        retry_after=float(wait) if wait.isdecimal() else None,
    )


def _timed_out(error: Any) -> ProviderError:
    return ProviderTimeoutError(
        "The chat model did not answer in time. See that its server runs (OPENAI_BASE_URL).", retryable=True
    )


def _failed(error: Any) -> ProviderError:
    return ProviderError(
        f"The chat model's server answered {error.status_code}. "
        "Check ADVISOR_CHAT_MODEL and OPENAI_BASE_URL, and whether it can answer in a JSON schema.",
        retryable=error.status_code >= 500,
    )


def _unreached(error: Any) -> ProviderError:
    return ProviderError(
        "The chat model could not be reached, or broke off. See that its server runs (OPENAI_BASE_URL).", retryable=True
    )


def _malformed(error: Any) -> ProviderError:
    return MalformedReplyError("The chat model's reply is not in the form that was asked for.", retryable=True)
