"""A client of the HTTP API: the advisor of another machine, asked as the one in this process is."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, TypeAlias

import httpx2

from advisor.errors import ServerError
from advisor.types import Answer, CheckedStatement, Checklist, Profile, RetrievedPassage, Status

Event: TypeAlias = Status | CheckedStatement | Answer

TRIES = 3
LONGEST_WAIT = 30  # seconds; whoever is asked to wait longer is told so
_LATER = (429, 503)
_EVENTS: dict[str, type[Event]] = {"status": Status, "statement": CheckedStatement, "answer": Answer}


class Client:
    """Asks the server at `url`, with a key where it requires one. Use it in a `with`, or `close` it.

    Every method raises ServerError: where the server cannot be reached, and with what it says when it refuses. A server
    that is busy or starting is asked again, and a write that is sent again is done once. What a newer server says
    beyond these types is passed over.
    """

    def __init__(self, url: str, key: str | None = None, seconds: float = 120) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._url = url.rstrip("/")
        self._http = httpx2.Client(base_url=f"{self._url}/v1/", headers=headers, timeout=seconds)

    def ask(
        self,
        question: str,
        conversation_id: str | None = None,
        profile: Profile | None = None,
        checklist: bool = False,
        documents: Sequence[str] = (),
    ) -> Answer:
        """The whole answer, which may be a refusal."""
        body = _asked(question, conversation_id, profile, checklist, documents)
        return Answer.model_validate(self._write("ask", body), extra="ignore")

    def stream(
        self,
        question: str,
        conversation_id: str | None = None,
        profile: Profile | None = None,
        checklist: bool = False,
        documents: Sequence[str] = (),
    ) -> Iterator[Event]:
        """What is being done, then each checked statement, then the whole answer."""
        body = _asked(question, conversation_id, profile, checklist, documents)
        with self._reaching(), self._http.stream("POST", "ask/stream", json=body) as response:
            if not response.is_success:
                response.read()
                raise _refused(response)
            for name, data in _events(response.iter_lines()):
                if name == "error":
                    raise _told(json.loads(data), response.status_code)
                yield _EVENTS[name].model_validate_json(data, extra="ignore")

    def search(self, text: str, k: int = 8) -> list[RetrievedPassage]:
        """The best `k` passages for a text, best first."""
        found = self._send("GET", "search", params={"q": text, "k": k})
        return [RetrievedPassage.model_validate(passage, extra="ignore") for passage in found["passages"]]

    def make_checklist(self, question: str, profile: Profile | None = None) -> Checklist:
        """A checklist for a question, kept on the server under its id."""
        return Checklist.model_validate(self._write("checklists", _asked(question, profile=profile)), extra="ignore")

    def close(self) -> None:
        """Lets go of the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _write(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._send("POST", path, json=body, headers={"Idempotency-Key": uuid.uuid4().hex})

    def _send(self, method: str, path: str, **request: Any) -> Any:
        """The JSON of a response; tries again where the server says that it is worth it."""
        for left in reversed(range(TRIES)):
            with self._reaching():
                response = self._http.request(method, path, **request)
            wait = _seconds(response)
            if response.status_code not in _LATER or not left or wait > LONGEST_WAIT:
                break
            time.sleep(wait)
        if not response.is_success:
            raise _refused(response)
        return response.json()

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
        except httpx2.TimeoutException as error:
            raise ServerError(f"{self._url} did not answer in time. Try again, or ask about less at once.") from error
        except (httpx2.TransportError, httpx2.InvalidURL) as error:
            message = f"{self._url} cannot be reached ({error}). Is this the server's address, and does it run?"
            raise ServerError(message) from error


def _asked(
    question: str,
    conversation_id: str | None = None,
    profile: Profile | None = None,
    checklist: bool = False,
    documents: Sequence[str] = (),
) -> dict[str, Any]:
    """The body of a request, without what was not given."""
    whom = profile.model_dump(mode="json", exclude_none=True) if profile else None
    given = {"conversation_id": conversation_id, "profile": whom, "checklist": checklist, "documents": list(documents)}
    return {"question": question, **{name: value for name, value in given.items() if value}}


def _events(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Name and data of each Server-Sent Event; comments are passed over."""
    name, data = "", list[str]()
    for line in lines:
        field, _, value = line.partition(":")
        if field == "event":
            name = value.strip()
        elif field == "data":
            data.append(value.removeprefix(" "))
        elif not line and data:
            yield name, "\n".join(data)
            name, data = "", []


def _seconds(response: httpx2.Response) -> float:
    given = response.headers.get("retry-after", "")
    return float(given) if given.isdecimal() else 1.0


def _refused(response: httpx2.Response) -> ServerError:
    try:
        return _told(response.json(), response.status_code)
    except (ValueError, KeyError, TypeError):  # something between us and the server, as a proxy, has answered
        return ServerError(f"{response.url} answered {response.status_code}, and not as CX Advisor does.")


def _told(body: Any, status: int) -> ServerError:
    error = body["error"]
    return ServerError(error["message"], error["code"], error["request_id"], status)
