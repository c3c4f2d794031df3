"""The chat page's own logic; the page itself is tried in tests/end_to_end."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from advisor.advisor import Advisor
from advisor.errors import LibraryError, UnknownConversationError
from advisor.models.chat import load_chat
from advisor.models.embeddings import Embedder
from advisor.serve.chat import LONGEST_SHOWN, NOTHING_KEPT, WENT_WRONG, _Page
from advisor.serve.starters import starters
from tests.serve.conftest import make_advisor, mounted

QUESTION = "Who should own the returns process?"


def test_answer_is_streamed_and_ends_with_linked_markers_and_cards(advisor: Advisor) -> None:
    steps = list(_Page(advisor).ask(QUESTION, ()))
    assert "Reading the question" in steps[0][0][-1]["content"]
    messages, panel, turns, _, _ = steps[-1]
    assert "](#source-" in messages[-1]["content"]
    assert f'id="source-{turns[-1].answer.id[:12]}-1"' in panel


def test_conversation_goes_on_with_the_turns_before(advisor: Advisor) -> None:
    page = _Page(advisor)
    *_, turns, _, kept = list(page.ask(QUESTION, ()))[-1]
    *_, turns, _, again = list(page.ask("And how is it measured?", turns, kept))[-1]
    assert kept == again == turns[0].answer.conversation_id == turns[1].answer.conversation_id


def test_conversation_goes_on_after_an_error(advisor: Advisor) -> None:
    page = _Page(advisor)
    *_, turns, _, kept = list(page.ask(QUESTION, ()))[-1]
    *_, turns, _, _ = list(page.ask("x" * 100_000, turns, kept))[-1]
    *_, turns, _, again = list(page.ask("And how is it measured?", turns, kept))[-1]
    assert (again, len(turns)) == (kept, 3)


def test_page_opened_again_shows_the_conversation_with_its_answers_sources_and_checklist(advisor: Advisor) -> None:
    page = _Page(advisor)
    messages, panel, turns, _, kept = list(page.ask(QUESTION, ()))[-1]
    chat, panel_again, turns_again, _, kept_again = page.open(kept)
    assert [message["content"] for message in chat["value"]] == [message["content"] for message in messages]
    assert (panel_again, turns_again, kept_again) == (panel, turns, kept)


def test_server_without_the_session_takes_the_turns_from_the_store(advisor: Advisor) -> None:
    page = _Page(advisor)
    kept = list(page.ask(QUESTION, ()))[-1][-1]
    *_, turns, _, _ = list(page.ask("And how is it measured?", (), kept))[-1]
    assert len(turns) == 2


def test_deleted_conversation_is_forgotten_by_page_and_store(advisor: Advisor) -> None:
    page = _Page(advisor)
    kept = list(page.ask(QUESTION, ()))[-1][-1]
    messages, _, turns, _, forgotten = page.delete(kept)
    assert (messages, turns, forgotten) == ([], (), NOTHING_KEPT)
    with pytest.raises(UnknownConversationError):
        advisor.conversation(kept)
    assert page.open(kept)[-1] == NOTHING_KEPT
    assert page.delete(kept)[-1] == NOTHING_KEPT


def test_first_question_can_be_deleted_while_its_answer_is_written(advisor: Advisor) -> None:
    page = _Page(advisor)
    writing = page.ask(QUESTION, ())
    kept = next(writing)[-1]
    next(writing)
    page.delete(kept)
    list(writing)
    with pytest.raises(UnknownConversationError):
        advisor.conversation(kept)


def test_two_questions_at_once_are_both_shown(advisor: Advisor) -> None:
    page = _Page(advisor)
    one = page.ask(QUESTION, ())
    kept = next(one)[-1]
    other = page.ask("And how is it measured?", (), kept)
    next(other)
    list(one)
    turns = list(other)[-1][2]
    assert [turn.question for turn in turns] == [QUESTION, "And how is it measured?"]


def test_html_in_a_question_is_shown_not_run(advisor: Advisor) -> None:
    messages = list(_Page(advisor).ask("<img src=x onerror=alert(1)> returns", ()))[-1][0]
    assert "<img" not in messages[0]["content"].replace(r"\<img", "")


def test_long_question_is_explained_and_not_repeated_whole(advisor: Advisor) -> None:
    messages = list(_Page(advisor).ask("x" * 100_000, ()))[-1][0]
    assert len(messages[0]["content"]) < LONGEST_SHOWN + 10
    assert "100,000 characters" in messages[1]["content"]


def test_empty_question_changes_nothing(advisor: Advisor) -> None:
    assert len(list(_Page(advisor).ask("  ", ()))) == 1


def test_error_nobody_foresaw_is_a_calm_sentence(advisor: Advisor) -> None:
    class Broken:
        documents = advisor.documents
        new_conversation = advisor.new_conversation

        def stream(self, *_: Any, **__: Any) -> Any:
            raise KeyError("secret")

    assert list(_Page(Broken()).ask(QUESTION, ()))[-1][0][-1]["content"] == WENT_WRONG  # type: ignore[arg-type]  # the parts that are called


def test_starters_for_another_library_come_from_its_documents(advisor: Advisor) -> None:
    questions = starters(advisor)
    assert any("Handling returns well" in question for question in questions)


def test_starters_need_no_library() -> None:
    class Empty:
        def documents(self) -> None:
            raise LibraryError("Nothing yet.")

    assert starters(Empty()) == []  # type: ignore[arg-type]  # only documents is called


def test_page_says_which_mode_it_is(advisor: Advisor, embedder: Embedder) -> None:
    with TestClient(mounted(advisor)) as client:
        assert "Keyless mode" in client.get("/").text
    writer = load_chat("small", "http://127.0.0.1:9/v1", SecretStr(""), 1)
    written = make_advisor(advisor._settings, embedder, writer)
    with TestClient(mounted(written)) as client:
        assert "Model mode" in client.get("/").text
    written.close()


def test_page_names_no_other_host_and_uploads_are_closed(advisor: Advisor) -> None:
    with TestClient(mounted(advisor)) as client:
        page = client.get("/")
        assert page.status_code == 200
        assert page.text.index("ui/chat.js") < page.text.index("</head>")
        assert "og:image" not in page.text
        assert client.post("/gradio_api/upload", files={"files": b"x"}).status_code == 404
        assert client.get("/manifest.json").json()["name"] == "CX Advisor"
        assert client.get("/favicon.ico").headers["content-type"] == "image/svg+xml"
