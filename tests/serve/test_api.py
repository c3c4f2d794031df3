"""The HTTP contract through its public door, over a real library."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from advisor.advisor import Advisor
from advisor.config import Settings
from advisor.errors import QuestionError
from advisor.models.embeddings import Embedder
from advisor.serve.api import create_api
from advisor.serve.failures import MAX_BODY
from advisor.types import Answer

from .conftest import make_advisor

QUESTION = "Who should own the returns process?"


def ask(client: TestClient, **body: Any) -> dict[str, Any]:
    response = client.post("/v1/ask", json={"question": QUESTION, **body})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def error_of(response: Any) -> dict[str, str]:
    error: dict[str, str] = response.json()["error"]
    assert set(error) == {"code", "message", "request_id"}
    assert error["request_id"] == response.headers["X-Request-Id"]
    assert "Traceback" not in response.text
    return error


# --- answers ---


def test_answer_has_exactly_the_fields_of_the_contract(client: TestClient) -> None:
    answer = ask(client)
    assert set(answer) == set(Answer.model_fields)
    assert answer["status"] == "answered"


def test_each_quote_stands_at_its_offsets_of_the_document_served(client: TestClient) -> None:
    citations = ask(client)["citations"]
    assert citations
    for citation in citations:
        text = client.get(f"/v1/documents/{citation['document_id']}").json()["text"]
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_conversation_goes_on_under_its_id(client: TestClient) -> None:
    first = ask(client)
    assert ask(client, conversation_id=first["conversation_id"])["conversation_id"] == first["conversation_id"]


def test_conversation_gives_its_answers_in_order_as_they_were_given(client: TestClient) -> None:
    first = ask(client, checklist=True)
    second = ask(client, question="And how is it measured?", conversation_id=first["conversation_id"])
    response = client.get(f"/v1/conversations/{first['conversation_id']}")
    assert response.json() == {"conversation_id": first["conversation_id"], "answers": [first, second]}
    assert response.headers["Cache-Control"] == "no-store"


def test_id_of_ones_own_begins_a_conversation_under_it(client: TestClient) -> None:
    answer = ask(client, conversation_id="an id that nobody else will choose")
    assert answer["conversation_id"] == "an id that nobody else will choose"
    (kept,) = client.get("/v1/conversations/an id that nobody else will choose").json()["answers"]
    assert kept["id"] == answer["id"]


def test_deleted_conversation_is_gone_and_is_not_remembered(client: TestClient) -> None:
    answer = ask(client, question="Who should own the returns process at Contoso?")
    path = f"/v1/conversations/{answer['conversation_id']}"
    response = client.delete(path)
    assert (response.status_code, response.content) == (204, b"")
    for again in (client.get(path), client.delete(path)):
        assert again.status_code == 404
        assert "no conversation" in error_of(again)["message"]
    assert client.post("/v1/feedback", json={"answer_id": answer["id"], "vote": "up"}).status_code == 404
    later = ask(client, question="And why is that?", conversation_id=answer["conversation_id"])
    assert "Contoso" not in later["query"]


def test_conversation_of_another_cannot_be_had_by_guessing(client: TestClient) -> None:
    own, other = ask(client)["conversation_id"], ask(client)["conversation_id"]
    assert own != other
    for guess in ("", "1", "%25", "*", own[:-1], own.upper() if own != own.upper() else own[::-1]):
        assert client.get(f"/v1/conversations/{guess}").status_code == 404, guess


def test_vote_is_kept_with_its_answer(client: TestClient) -> None:
    body = {"answer_id": ask(client)["id"], "vote": "down", "reason": "not what I asked"}
    response = client.post("/v1/feedback", json=body)
    assert (response.status_code, response.json()) == (200, body)


def test_vote_on_an_unknown_answer_or_with_an_unknown_word_is_explained(client: TestClient) -> None:
    unknown = client.post("/v1/feedback", json={"answer_id": "nope", "vote": "up"})
    assert (unknown.status_code, error_of(unknown)["code"]) == (404, "not_found")
    assert "'nope'" in error_of(unknown)["message"]
    wrong = client.post("/v1/feedback", json={"answer_id": "nope", "vote": "meh"})
    assert wrong.status_code == 422
    assert "vote" in error_of(wrong)["message"]


def test_stream_ends_with_the_answer_whose_statements_came_before(client: TestClient) -> None:
    response = client.post("/v1/ask/stream", json={"question": QUESTION})
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["X-Accel-Buffering"] == "no"
    events = events_of(response.text)
    names = [name for name, _ in events]
    assert names == sorted(names, key=["status", "statement", "answer"].index)
    assert names[0] == "status"
    assert names.count("answer") == 1
    answer = events[-1][1]
    for name, data in events:
        if name == "statement":
            assert data["text"] in answer["text"]
            assert all(citation in answer["citations"] for citation in data["citations"])


def events_of(text: str) -> list[tuple[str, Any]]:
    blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in text.split("\n\n") if block]
    return [(block["event"], json.loads(block["data"])) for block in blocks if "event" in block]


def test_stream_refuses_a_question_with_a_status_of_its_own(client: TestClient) -> None:
    response = client.post("/v1/ask/stream", json={"question": " "})
    assert response.status_code == 400
    assert error_of(response)["code"] == "bad_question"


class BreaksLater:
    """An advisor that fails once the stream has begun."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def watch(self, watcher: object) -> None:
        """Nothing is answered."""

    def stream(self, *_: object) -> Any:
        from advisor.types import Status

        yield Status(text="Searching")
        raise self.error


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (QuestionError("Say it shorter."), "bad_question", "Say it shorter."),
        (KeyError("secret"), "internal", "went"),
    ],
)
def test_failure_in_a_stream_is_its_last_event(error: Exception, code: str, says: str) -> None:
    with TestClient(create_api(BreaksLater(error))) as client:  # type: ignore[arg-type]  # only stream is called
        response = client.post("/v1/ask/stream", json={"question": QUESTION})
    name, data = events_of(response.text)[-1]
    assert name == "error"
    assert data["error"]["code"] == code
    assert says in data["error"]["message"]
    assert "secret" not in response.text


def test_search_gives_as_many_passages_as_asked_best_first(client: TestClient) -> None:
    passages = client.get("/v1/search", params={"q": "refund days", "k": 2}).json()["passages"]
    assert [passage["rank"] for passage in passages] == [1, 2]
    assert passages[0]["score"] >= passages[1]["score"]


# --- library ---


def test_documents_are_listed_with_integer_counts(client: TestClient) -> None:
    documents = client.get("/v1/documents").json()["documents"]
    assert {document["id"] for document in documents} == {"returns", "complaints"}
    for document in documents:
        assert isinstance(document["characters"], int)
        assert isinstance(document["passages"], int)
        assert "text" not in document


def test_source_page_highlights_the_quote(client: TestClient) -> None:
    citation = ask(client)["citations"][0]
    page = client.get(
        f"/sources/{citation['document_id']}", params={"start": citation["start"], "end": citation["end"]}
    )
    assert page.status_code == 200
    assert page.text.count('id="quote"') == 1
    marked = html.unescape("".join(re.findall(r"<mark[^>]*>(.*?)</mark>", page.text, re.DOTALL)))
    assert re.sub(r"\s+", "", marked) == re.sub(r"\s+", "", citation["quote"])


def test_source_page_says_of_the_quote_what_its_citation_says(client: TestClient) -> None:
    citations = ask(client, question="What do surveys say about returns?")["citations"]
    citation = next(citation for citation in citations if "Tailspin" in citation["quote"])
    page = client.get(f"/sources/{citation['document_id']}?start={citation['start']}&end={citation['end']}").text
    assert citation["reported_from"] == "Tailspin, as reported by Handling returns well"
    assert html.escape(citation["reported_from"]) in page


@pytest.mark.parametrize("place", ["start=-1&end=5", "start=9&end=3", "start=0&end=999999", "start=4", "start=5&end=5"])
def test_source_page_without_such_a_place_says_so(client: TestClient, place: str) -> None:
    page = client.get(f"/sources/returns?{place}")
    assert page.status_code == 200
    assert "<mark" not in page.text
    assert "nothing is highlighted" in page.text


def test_source_page_of_an_unknown_document_is_a_page_and_404(client: TestClient) -> None:
    page = client.get("/sources/%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    assert page.status_code == 404
    page = client.get("/sources/<b>no")
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "not in the library" in page.text
    assert "<b>" not in page.text


def test_nothing_a_document_says_runs_in_its_source_page(client: TestClient) -> None:
    page = client.get("/sources/complaints").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert 'href="javascript:' not in page
    assert 'src="https:' not in page
    assert "&lt;script&gt;alert(&#34;body&#34;)" in page


def test_answer_text_from_a_hostile_document_is_inert_markdown(client: TestClient) -> None:
    answer = ask(client, question="How fast does the complaints desk answer a complaint?")
    text = re.sub(r"\\.", "", answer["text"])  # what is escaped is shown as it is
    for danger in ("<script", "<img", "](javascript:", "](https:", "![", "https://"):
        assert danger not in text


# --- bad input ---


@pytest.mark.parametrize("question", ["", "   \n", "?!... ---", "\u0000"])
def test_question_without_words_is_refused_or_rejected_never_an_error_of_ours(
    client: TestClient, question: str
) -> None:
    response = client.post("/v1/ask", json={"question": question})
    if response.status_code == 200:
        assert response.json()["status"] == "refused"
    else:
        assert response.status_code == 400
        assert "question" in error_of(response)["message"].lower()


def test_100_000_characters_are_too_many_and_the_message_names_the_question(client: TestClient) -> None:
    response = client.post("/v1/ask", json={"question": "returns " * 12_500})
    assert response.status_code == 400
    assert "question has 100,000 characters" in error_of(response)["message"]


def test_body_over_the_limit_is_413(client: TestClient) -> None:
    response = client.post("/v1/ask", json={"question": "x" * (MAX_BODY + 1)})
    assert response.status_code == 413
    assert "1,000,000 bytes" in error_of(response)["message"]


def test_html_in_a_question_is_text(client: TestClient) -> None:
    answer = ask(client, question="<script>alert(1)</script><b>Who should own returns?</b>")
    assert "<script" not in re.sub(r"\\.", "", answer["text"])


def test_question_in_another_language_is_refused_or_explained(client: TestClient) -> None:
    response = client.post("/v1/ask", json={"question": "Wem gehört der Prozess der Retouren in unserem Haus?"})
    if response.status_code == 200:
        assert response.json()["status"] == "refused"
    else:
        assert response.status_code == 400
        assert "language" in error_of(response)["message"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "question"),
        ({"question": 7}, "question"),
        ({"question": ["a"]}, "question"),
        ({"question": "a", "profile": {"maturity": 9}}, "profile.maturity"),
        ({"question": "a", "checklist": "perhaps"}, "checklist"),
        ({"question": "a", "documents": "returns"}, "documents"),
        ({"question": "a", "surprise": 1}, "surprise"),
        ([], "body"),
        ("a", "body"),
    ],
)
def test_wrong_types_are_422_and_name_the_field(client: TestClient, body: Any, field: str) -> None:
    response = client.post("/v1/ask", json=body)
    assert response.status_code == 422
    assert error_of(response)["message"].startswith(f"{field}:")


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'{"question": "\\ud800"}'])
def test_body_that_is_not_json_in_utf_8_is_rejected(client: TestClient, body: bytes) -> None:
    response = client.post("/v1/ask", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in (400, 422)
    error_of(response)


@pytest.mark.parametrize("query", ["k=5", "q=a&k=0", "q=a&k=51", "q=a&k=many"])
def test_search_names_the_parameter_it_cannot_take(client: TestClient, query: str) -> None:
    response = client.get(f"/v1/search?{query}")
    assert response.status_code == 422
    assert error_of(response)["message"].split(":")[0] in ("q", "k")


def test_unknown_ids_and_paths_are_404(client: TestClient) -> None:
    for path in ("/v1/documents/nothing", "/v1/nothing", "/nothing"):
        assert error_of(client.get(path))["code"] == "not_found", path


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/ask", "POST"),
        ("PUT", "/v1/conversations/a", "DELETE, GET"),
        ("DELETE", "/v1/checklists/a", "GET, PATCH"),
        ("POST", "/v1/documents", "GET"),
    ],
)
def test_method_that_a_path_does_not_take_is_405_and_says_which_it_does(
    client: TestClient, method: str, path: str, allowed: str
) -> None:
    response = client.request(method, path)
    assert response.status_code == 405
    assert error_of(response)["code"] == "method_not_allowed"
    assert response.headers["Allow"] == allowed


def test_unknown_document_to_search_in_is_named(client: TestClient) -> None:
    response = client.post("/v1/ask", json={"question": QUESTION, "documents": ["nothing"]})
    assert response.status_code == 400
    assert "nothing" in error_of(response)["message"]


# --- health, headers, documentation ---


def test_no_index_yet_means_503_with_the_reason(make_settings: Callable[..., Settings], embedder: Embedder) -> None:
    advisor = make_advisor(make_settings(), embedder)
    with TestClient(create_api(advisor)) as client:
        assert client.get("/healthz").status_code == 200
        for response in (client.get("/readyz"), client.post("/v1/ask", json={"question": QUESTION})):
            assert response.status_code == 503
            assert error_of(response)["code"] == "index_missing"
            assert response.headers["Retry-After"]
    advisor.close()


def test_ready_names_the_generation(client: TestClient, advisor: Advisor) -> None:
    assert client.get("/readyz").json() == {"status": "ready", "index_generation": advisor.ready()}


@pytest.mark.parametrize("path", ["/v1/documents", "/sources/returns", "/docs", "/nothing", "/ui/tokens.css"])
def test_every_response_allows_nothing_remote(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert "http" not in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_request_id_is_kept_when_it_is_a_plain_one(client: TestClient) -> None:
    assert client.get("/healthz", headers={"X-Request-Id": "abc-1"}).headers["X-Request-Id"] == "abc-1"
    assert client.get("/healthz", headers={"X-Request-Id": "a b<c>"}).headers["X-Request-Id"] != "a b<c>"


def test_error_nobody_foresaw_is_a_calm_500(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def watch(self, watcher: object) -> None:
            """Nothing is answered."""

        def documents(self) -> None:
            raise KeyError("secret")

    with TestClient(create_api(Broken()), raise_server_exceptions=False) as client:  # type: ignore[arg-type]  # only documents is called
        response = client.get("/v1/documents")
    assert response.status_code == 500
    assert "went wrong" in error_of(response)["message"]
    assert "secret" not in response.text
    assert "secret" in caplog.text


def test_documentation_needs_no_other_host(client: TestClient) -> None:
    page = client.get("/docs").text
    assert "http://" not in page.replace("http://testserver", "")
    assert "https://" not in page
    for path in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert client.get(path).status_code == 200, path
    assert "/v1/ask/stream" in client.get("/openapi.json").json()["paths"]
