"""What `/metrics` counts, read with Prometheus' own parser."""

from __future__ import annotations

from collections.abc import Callable

from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from advisor.advisor import Advisor
from advisor.config import Settings
from advisor.models.chat import load_chat
from advisor.models.embeddings import Embedder
from advisor.serve.api import create_api
from tests.chat_server import ChatServer, Reply

from .conftest import make_advisor

QUESTION = "Who should own the returns process?"


def value(client: TestClient, name: str, **labels: str) -> float:
    """The sample of that name with those labels among others, summed; 0 where there is none."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    samples = [sample for family in families for sample in family.samples if sample.name == name]
    return sum(sample.value for sample in samples if labels.items() <= sample.labels.items())


def test_request_is_counted_under_the_template_of_its_route(client: TestClient) -> None:
    client.get("/v1/documents/returns")
    client.get("/v1/documents/nothing")
    template = "/v1/documents/{document_id}"
    assert value(client, "advisor_requests_total", route=template, status="200", method="GET") == 1
    assert value(client, "advisor_requests_total", route=template, status="404") == 1


def test_what_a_stranger_makes_up_is_no_label(client: TestClient) -> None:
    client.request("INVENTED", "/v1/made-up-path")
    client.get("/made-up-path")
    text = client.get("/metrics").text
    assert "made-up" not in text
    assert "INVENTED" not in text


def test_answers_are_counted_by_outcome_and_their_stages_timed(client: TestClient) -> None:
    client.post("/v1/ask", json={"question": QUESTION})
    client.post(
        "/v1/chat/completions", json={"messages": [{"role": "user", "content": "What is the capital of Peru?"}]}
    )
    assert value(client, "advisor_answers_total", status="answered", reason="", mode="keyless") == 1
    assert value(client, "advisor_answers_total", status="refused") == 1
    for stage in ("rewrite", "retrieve", "answer", "check", "total"):
        assert value(client, "advisor_answer_seconds_count", stage=stage) == 2


def test_error_of_the_chat_model_is_counted_by_its_kind(
    advisor: Advisor, embedder: Embedder, chat_server: ChatServer
) -> None:
    chat_server.replies(Reply("no", status=401))
    writer = load_chat("scripted", chat_server.url, SecretStr(""), 5)
    with_model = make_advisor(advisor._settings, embedder, writer)
    with TestClient(create_api(with_model)) as client:
        client.post("/v1/ask", json={"question": QUESTION})
        assert value(client, "advisor_model_errors_total", error="ProviderAuthError") == 1
    with_model.close()


def test_request_under_way_is_in_flight(client: TestClient) -> None:
    assert value(client, "advisor_requests_in_flight") == 1  # the one that asks


def test_index_generation_is_the_one_that_serves(client: TestClient) -> None:
    generation = client.get("/readyz").json()["index_generation"]
    assert value(client, "advisor_index_generation", generation=generation) == 1


def test_metrics_are_there_before_the_index_is(make_settings: Callable[..., Settings], embedder: Embedder) -> None:
    advisor = make_advisor(make_settings(), embedder)
    with TestClient(create_api(advisor)) as client:
        assert client.get("/metrics").status_code == 200
        assert value(client, "advisor_index_generation") == 0
    advisor.close()


def test_nothing_that_was_asked_is_told(client: TestClient) -> None:
    client.post("/v1/ask", json={"question": QUESTION})
    assert "returns process" not in client.get("/metrics").text
