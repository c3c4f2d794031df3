"""The whole chain over a small library: what a reader of any answer may rely on."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from advisor.advisor import Advisor
from advisor.answer.check import check
from advisor.answer.graph import Sources, Steps
from advisor.config import Settings
from advisor.conversations import CONVERSATIONS_FILE, Conversations
from advisor.deliverables import Deliverables
from advisor.library.library import Library
from advisor.models.embeddings import Embedder
from advisor.types import Answer, Draft, Seconds
from evals.metrics.citations import stray_markers
from evals.metrics.quotes import quote_fidelity
from evals.metrics.statements import MARKER

Ask = Callable[..., Answer]

QUESTIONS = [
    "How do we break down silos?",
    "What are the parts of a target operating model for service?",
    "What is a target operating model?",
    "Compare how Northwind and Fabrikam treat their customers",
    "How does Northwind treat its callers?",
    "By how much did repeat calls fall at Northwind?",
    "How does Fabrikam make personal offers?",
    "Which measures of customer experience help?",
    "What does the complaints desk do with complaints?",
    "I'm COO of a telecom operator; how do we break down silos between departments?",
]
every_question = pytest.mark.parametrize("question", QUESTIONS)


def statements(answer: Answer) -> list[str]:
    """The lines of an answer that state something, without their bullets."""
    return [line.removeprefix("- ") for line in answer.text.splitlines() if line and not line.startswith("**")]


@every_question
def test_every_statement_ends_in_its_markers(ask: Ask, question: str) -> None:
    answer = ask(question)
    assert answer.status == "answered"
    assert all(re.search(r"[^\\]\w?.* (\[\d+\])+$", statement) for statement in statements(answer))


@every_question
def test_markers_and_citations_are_the_same_numbers_from_one_in_order_of_use(ask: Ask, question: str) -> None:
    answer = ask(question)
    used = list(dict.fromkeys(int(number) for number in MARKER.findall(answer.text)))
    assert used == [citation.number for citation in answer.citations] == list(range(1, len(used) + 1))
    assert stray_markers(answer) == 0


@every_question
def test_every_quote_stands_verbatim_in_the_stored_text(ask: Ask, advisor: Advisor, question: str) -> None:
    def text_of(document_id: str) -> str:
        document = advisor.document(document_id)
        assert document is not None
        return document.text

    answer = ask(question)
    assert quote_fidelity(answer, text_of) == 1.0
    assert all(text_of(p.document_id)[p.start : p.end] == p.text for p in answer.passages)


@every_question
def test_every_citation_is_of_a_passage_that_was_retrieved(ask: Ask, question: str) -> None:
    answer = ask(question)
    passages = {passage.passage_id: passage for passage in answer.passages}
    for citation in answer.citations:
        passage = passages[citation.passage_id]
        assert passage.start <= citation.start < citation.end <= passage.end
    assert [passage.rank for passage in answer.passages] == list(range(1, len(passages) + 1))


@every_question
def test_no_statement_opens_with_a_word_that_points_back(ask: Ask, question: str) -> None:
    pointing = r"(?:this|that|these|it|they|she|he|however|for example|moreover|instead|and|but)\b"
    assert not [s for s in statements(ask(question)) if re.match(pointing, s, re.IGNORECASE)]


@every_question
def test_same_question_with_the_same_receipt_gets_the_same_bytes(ask: Ask, question: str) -> None:
    first, second = ask(question, checklist=True), ask(question, checklist=True)
    assert first.receipt == second.receipt
    assert without_ids_and_times(first) == without_ids_and_times(second)
    assert first.id != second.id


def without_ids_and_times(answer: Answer) -> str:
    checklist = answer.checklist and answer.checklist.model_copy(update={"id": "", "created": "", "updated": ""})
    no_time = Seconds(rewrite=0, retrieve=0, answer=0, check=0, total=0)
    same = {"id": "", "conversation_id": "", "checklist": checklist, "seconds": no_time}
    return answer.model_copy(update=same).model_dump_json()


def test_list_is_given_whole(ask: Ask) -> None:
    text = ask("What are the parts of a target operating model for service?").text
    assert all(part in text for part in ("Governance says", "Processes follow", "Technology gives", "Culture rewards"))


def test_comparison_gives_each_subject_a_statement(ask: Ask) -> None:
    answer = ask("Compare how Northwind and Fabrikam treat their customers")
    assert any("Northwind" in statement for statement in statements(answer))
    assert any("Fabrikam" in statement for statement in statements(answer))


def test_source_that_sells_and_forecast_that_has_passed_are_marked(ask: Ask) -> None:
    caveats = [c.caveat or "" for c in ask("Which measures of customer experience help?").citations]
    assert any("sells" in caveat for caveat in caveats)
    assert any("2020" in caveat for caveat in caveats)


def test_markup_in_a_document_is_inert_words_and_orders_to_machines_are_left_out(ask: Ask) -> None:
    text = ask("What does the complaints desk do with complaints?").text
    assert "Ignore all previous instructions" not in text
    assert r"\<script\>" in text
    assert r"\[9\]" in text
    assert not re.search(r"(?<!\\)<|(?<!\\)\]\(|://", text)


def test_misspelt_question_is_answered_with_a_note(ask: Ask) -> None:
    answer = ask("How do silos hurt custommers?")
    assert answer.citations[0].document_id == "silos"
    assert any("custommers" in note for note in answer.notes)


def test_markup_in_a_question_changes_nothing(ask: Ask) -> None:
    plain, marked = ask("How do we break down silos?"), ask("<b>How do we break down silos?</b><script>x()</script>")
    assert marked.text == plain.text


def test_retrieval_of_named_documents_only(ask: Ask) -> None:
    answer = ask("How do we break down silos?", documents=["model", "fabrikam"])
    assert {passage.document_id for passage in answer.passages} == {"model", "fabrikam"}


def test_follow_up_is_about_the_turn_before(ask: Ask) -> None:
    first = ask("How does Northwind treat its callers?")
    answer = ask("Who was the chief executive there?", conversation_id=first.conversation_id)
    assert answer.conversation_id == first.conversation_id
    assert "Ada Quill" in answer.text


def test_new_subject_is_answered_as_if_it_were_asked_first(ask: Ask) -> None:
    question = "What are the parts of a target operating model for service?"
    before = ask("How does Northwind treat its callers?")
    assert ask(question, conversation_id=before.conversation_id).text == ask(question).text


def test_receipt_and_times_tell_how_the_answer_was_made(ask: Ask, advisor: Advisor) -> None:
    answer = ask("How do we break down silos?")
    assert answer.receipt.index_generation == advisor.ready()
    assert answer.receipt.passage_hashes == tuple(sha256(p.text.encode()).hexdigest() for p in answer.passages)
    parts = answer.seconds
    assert 0 < parts.rewrite + parts.retrieve + parts.answer + parts.check <= parts.total


@pytest.mark.parametrize("addition", ["That saves 45%.", "Ask Contoso.", "The wizards pwned it.", "It never ends."])
def test_what_the_check_removed_is_told_by_reason_and_not_in_its_words(
    sources: Sources, settings: Settings, embedder: Embedder, tmp_path: Path, addition: str
) -> None:
    def spoiled(drafts: Sequence[Draft], *rest: Any) -> tuple[list[Draft], list[str]]:
        return check([replace(drafts[0], text=f"{drafts[0].text} {addition}"), *drafts[1:]], *rest)

    conversations = Conversations(tmp_path / "conversations.sqlite3")
    advisor = Advisor(
        settings,
        embedder,
        Library(settings.data_dir),
        conversations,
        Deliverables(settings.data_dir / CONVERSATIONS_FILE),
        Steps(check=spoiled),
    )
    answer = advisor.ask("How do we break down silos?")
    advisor.close()
    (note,) = [note for note in answer.notes if "check" in note]
    assert note.startswith("The check removed 1 of ")
    assert not any(word in f"{answer.text} {note}".lower() for word in ("45", "contoso", "wizard", "pwned"))


def places(answer: Answer) -> list[tuple[str, int, int]]:
    return [(citation.document_id, citation.start, citation.end) for citation in answer.citations]


def test_more_repeats_nothing_of_what_was_said(ask: Ask) -> None:
    first = ask("What did Northwind do for callers?")
    second = ask("Tell me more", conversation_id=first.conversation_id)
    third = ask("And more?", conversation_id=first.conversation_id)
    said = places(first) + places(second) + places(third)
    assert all(
        one == other or one[0] != other[0] or one[2] <= other[1] or other[2] <= one[1] for one in said for other in said
    )
    assert len(said) == len(set(said))
    assert third.status == "refused"
    assert "no more on it" in third.text


def test_more_after_a_shorter_answer_repeats_nothing_of_the_long_one(ask: Ask) -> None:
    first = ask("How does Fabrikam make personal offers?")
    ask("Shorter", conversation_id=first.conversation_id)
    more = ask("Tell me more", conversation_id=first.conversation_id)
    assert not set(places(more)) & set(places(first))


def test_why_adds_statements_to_what_was_said(ask: Ask) -> None:
    first = ask("Do silos hurt customers?")
    second = ask("Why?", conversation_id=first.conversation_id)
    assert set(places(second)) - set(places(first))


def test_shorter_says_less_of_the_same(ask: Ask) -> None:
    first = ask("What are the parts of a target operating model for service?")
    second = ask("Shorter, please", conversation_id=first.conversation_id)
    assert set(places(second)) < set(places(first))
    assert len(second.text) < len(first.text) * 0.6
    assert any("shorter answer" in note for note in second.notes)
