"""The page of an answer: whole, with every quote, and nothing in it runs."""

from __future__ import annotations

import html
from typing import Any

from fastapi.testclient import TestClient

from advisor.serve.prose import Line, read_lines


def _ask(client: TestClient, question: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.post("/v1/ask", json={"question": question}).json()
    assert answer["status"] == "answered"
    return answer


def test_answer_page_shows_every_statement_and_every_quote(client: TestClient) -> None:
    answer = _ask(client, "What should we do about returns?")
    page = client.get(f"/answers/{answer['id']}")
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    shown = html.unescape(page.text)
    said = [piece for line in read_lines(answer["text"]) for piece in line.pieces if isinstance(piece, str)]
    assert all(words.strip() in shown for words in said)
    assert all(citation["quote"] in shown for citation in answer["citations"])


def test_page_of_an_unknown_answer_is_a_page_and_404(client: TestClient) -> None:
    page = client.get("/answers/no<b>ne")
    assert page.status_code == 404
    assert "This answer is not here" in page.text
    assert "<b>" not in page.text


def test_nothing_a_document_says_runs_in_the_page_of_an_answer(client: TestClient) -> None:
    answer = _ask(client, "How fast does the complaints desk answer a complaint?")
    page = client.get(f"/answers/{answer['id']}")
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
    assert 'href="javascript:' not in page.text
    assert "'unsafe-inline'" not in page.headers["content-security-policy"]


def test_lines_are_read_as_headings_items_and_paragraphs_with_their_markers() -> None:
    text = "First\\_one \\[3\\] [1][2]\n\n**What \\*to\\* do**\n\n- Ask https:\u200b//a.b [12]"
    assert read_lines(text) == [
        Line("paragraph", ("First_one [3] ", 1, 2)),
        Line("paragraph", ()),
        Line("heading", ("What *to* do",)),
        Line("paragraph", ()),
        Line("item", ("Ask https://a.b ", 12)),
    ]
