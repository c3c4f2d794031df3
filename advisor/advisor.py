"""The advisor: `ask`, `stream`, and what front ends may know of the library. `build_advisor` joins the parts."""

from __future__ import annotations

import logging
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cached_property
from threading import Lock
from typing import Literal, TypeAlias

import numpy as np

from advisor.advice.advice import Advice
from advisor.advice.checklist import build_checklist
from advisor.advice.nearness import Found
from advisor.advice.profile import find_emphases
from advisor.answer.cite import checked_statement, make_citation, render_text
from advisor.answer.generate import Writer
from advisor.answer.graph import Sources, State, Steps, build_graph, run
from advisor.answer.refuse import Refusal, render_refusal
from advisor.answer.retrieve import retrieve
from advisor.answer.rewrite import TURNS_BACK, rewrite
from advisor.answer.suggest import suggest
from advisor.answer.thesaurus import field_terms
from advisor.config import Settings, index_settings, settings_hash
from advisor.conversations import CONVERSATIONS_FILE, Conversations, new_conversation_id
from advisor.deliverables import Deliverables
from advisor.errors import QuestionError
from advisor.library.addressed import addresses_a_machine
from advisor.library.index import open_index
from advisor.library.library import Library, StoredDocument
from advisor.models.chat import load_chat
from advisor.models.embeddings import Embedder, load_embedder
from advisor.receipts import hash_text
from advisor.types import (
    Answer,
    CheckedStatement,
    Checklist,
    Citation,
    Document,
    DocumentSummary,
    Evidence,
    Origin,
    Profile,
    RankedPassage,
    Receipt,
    RetrievedPassage,
    Seconds,
    Status,
    Turn,
    Vectors,
    Vote,
)

log = logging.getLogger(__name__)

Watcher: TypeAlias = Callable[[Answer, int, str | None], None]
Keeping: TypeAlias = AbstractContextManager[Callable[[Answer], None]]
NO_TITLE = "a document whose title speaks to machines"


class Advisor:
    """Answers from one library. Safe to share between threads; picks up a new index by itself."""

    def __init__(
        self,
        settings: Settings,
        embedder: Embedder,
        library: Library,
        conversations: Conversations,
        deliverables: Deliverables,
        steps: Steps = Steps(),  # noqa: B008  # frozen, so safe as a default
        writer: Writer | None = None,
    ) -> None:
        self._settings = settings
        self._embedder = embedder
        self._library = library
        self._conversations = conversations
        self._deliverables = deliverables
        self._writer = writer
        self._graph = build_graph(embedder, settings, steps, writer)
        self.advice = Advice(
            deliverables, self._borrowed, self._ask_unkept, self._ask_again, conversations.answers, self._embed
        )
        self._watchers: list[Watcher] = []
        self._opening = Lock()
        self._open: Sources | None = None
        self._borrowers: Counter[str] = Counter()

    def ask(
        self,
        question: str,
        conversation_id: str | None = None,
        profile: Profile | None = None,
        checklist: bool = False,
        documents: Sequence[str] = (),
    ) -> Answer:
        """The whole answer, which may be a refusal.

        `conversation_id` continues a conversation, or begins one under an id of the caller's own. `documents` limits
        the search to those ids. Raises QuestionError for a question that cannot be taken and
        IndexMissingError when nothing has been ingested.
        """
        for event in self.stream(question, conversation_id, profile, checklist, documents):
            if isinstance(event, Answer):
                return event
        raise AssertionError("a stream ends with its answer")

    def stream(
        self,
        question: str,
        conversation_id: str | None = None,
        profile: Profile | None = None,
        checklist: bool = False,
        documents: Sequence[str] = (),
    ) -> Iterator[Status | CheckedStatement | Answer]:
        """What is being done, then each checked statement, then the whole answer. Raises as `ask` does."""
        conversation_id = conversation_id or new_conversation_id()
        keeping = self._keeping(conversation_id)
        return self._answer(question, conversation_id, profile, checklist, documents, keeping)

    def stream_after(self, question: str, earlier: Sequence[str]) -> Iterator[Status | CheckedStatement | Answer]:
        """As `stream`, for a caller that keeps the conversation itself: `earlier` are the questions before, oldest
        first, and nothing is kept here. Raises as `ask` does.
        """
        for one in earlier:
            self._admit(one, ())
        turns = [Turn(one) for one in earlier[-TURNS_BACK:]]
        return self._answer(question, new_conversation_id(), None, False, (), _nothing_kept(), turns)

    def _ask_unkept(self, question: str, profile: Profile | None) -> Answer:
        """The answer with its checklist, of which nothing is kept."""
        return self._unkept(question, new_conversation_id(), (), profile)

    def _ask_again(self, answer_id: str, profile: Profile | None) -> Answer:
        """The answer to the question of an earlier one, in the same conversation, with its checklist; nothing is kept.

        Raises UnknownAnswerError.
        """
        known = self._conversations.answer(answer_id)
        earlier = self._conversations.turns(known.conversation_id, TURNS_BACK, before=answer_id)
        return self._unkept(known.question, known.conversation_id, earlier, profile)

    def _unkept(self, question: str, conversation_id: str, earlier: Sequence[Turn], profile: Profile | None) -> Answer:
        *_, answer = self._answer(question, conversation_id, profile, True, (), _nothing_kept(), earlier)
        assert isinstance(answer, Answer)  # a stream ends with its answer
        return answer

    @contextmanager
    def _keeping(self, conversation_id: str) -> Iterator[Callable[[Answer], None]]:
        """What keeps an answer with its checklist, unless the conversation is deleted before."""
        with self._conversations.asking(conversation_id) as keep:

            def keep_both(answer: Answer) -> None:
                if answer.checklist:
                    self._deliverables.add(answer.checklist, conversation_id)
                if not keep(answer):
                    self._deliverables.delete_of(conversation_id)

            yield keep_both

    def _embed(self, query: str) -> Vectors:
        return np.asarray(self._embedder.embed_query(query), dtype=np.float32)

    def _answer(
        self,
        question: str,
        conversation_id: str,
        profile: Profile | None,
        checklist: bool,
        documents: Sequence[str],
        keeping: Keeping,
        earlier: Sequence[Turn] | None = None,
    ) -> Iterator[Status | CheckedStatement | Answer]:
        started = time.perf_counter()
        self._admit(question, documents)
        told = 0  # statements that a chat model has written and that were passed on already
        with keeping as keep:
            with self._borrowed() as sources:
                state: State = {
                    "sources": sources,
                    "question": question,
                    "earlier": self._conversations.turns(conversation_id, TURNS_BACK) if earlier is None else earlier,
                    "documents": documents,
                    "emphases": find_emphases(profile) if profile else (),
                }
                for event in run(self._graph, state, self._writer):
                    if isinstance(event, CheckedStatement):
                        told += 1
                        yield event
                    elif isinstance(event, str):
                        yield Status(text=event)
                    else:
                        state = event
                answer = self._finish(state, conversation_id, profile, checklist, started)
            keep(answer)
        log.info(
            "answer %s %s %s %s passages=%d citations=%d seconds=%.3f",
            answer.id, answer.mode, answer.status, answer.reason, len(answer.passages), len(answer.citations),
            answer.seconds.total,
        )  # fmt: skip
        for told_of in self._watchers:
            told_of(answer, state["removed"], state.get("fault"))
        for statement in state["statements"][told:]:
            yield checked_statement(statement, answer.citations)
        yield answer

    def watch(self, watcher: Watcher) -> None:
        """From now on `watcher` is told of every answer, of how many of its statements the check removed, and of
        the kind of error that the chat model ended with, if any.
        """
        self._watchers.append(watcher)

    def new_conversation(self) -> str:
        """The id of a conversation to begin, for a front end that has to know it before the first answer is there."""
        return new_conversation_id()

    def search(self, text: str, k: int) -> list[RetrievedPassage]:
        """The best `k` passages for a text, as an answer would retrieve them. Raises as `ask` does."""
        self._admit(text, ())
        with self._borrowed() as sources:
            query = rewrite(text, (), sources.correct).text
            vector = self._embed(query)
            fetch_k = max(k, self._settings.fetch_k)
            return [_shown(passage) for passage in retrieve(query, vector, sources.index, sources.library, k, fetch_k)]

    def vote(self, answer_id: str, vote: Vote, reason: str | None = None) -> None:
        """Keeps what a person thinks of an answer. Raises UnknownAnswerError."""
        self._conversations.vote(answer_id, vote, reason)

    def answer(self, answer_id: str) -> Answer:
        """An answer as it was given. Raises UnknownAnswerError."""
        return self._conversations.answer(answer_id)

    def conversation(self, conversation_id: str) -> list[Answer]:
        """The answers of a conversation in the order they were given. Raises UnknownConversationError."""
        return self._conversations.answers(conversation_id)

    def delete_conversation(self, conversation_id: str) -> None:
        """Deletes a conversation with all that hangs on it. Raises UnknownConversationError."""
        self._conversations.delete(conversation_id)
        self._deliverables.delete_of(conversation_id)

    def documents(self) -> list[DocumentSummary]:
        """Every document of the library, by id."""
        return [_summary(stored) for stored in self._library.documents()]

    def document(self, document_id: str) -> Document | None:
        """A document with its text, or None."""
        return self._library.document(document_id)

    def citation(self, document_id: str, start: int, end: int) -> Citation | None:
        """What a card says of `text[start:end]` of a document; None where there is no such place."""
        document = self._library.document(document_id)
        if document is None or not 0 <= start < end <= len(document.text):
            return None
        provenance = self._library.provenance(document_id, start, end)
        evidence = Evidence(document_id, "", start, end, document.text[start:end])
        page = self._library.page(document_id, start)
        return make_citation(1, evidence, Origin(document.bibliography, provenance, page))

    @property
    def mode(self) -> Literal["keyless", "model"]:
        """Whether a chat model is configured; an answer says by itself whether the model wrote in it."""
        return "model" if self._writer else "keyless"

    def ready(self) -> str:
        """The generation of the index that serves. Raises LibraryError when none can."""
        with self._borrowed() as sources:
            return sources.index.generation

    def close(self) -> None:
        """Lets go of every file."""
        with self._opening:
            if self._open is not None:
                self._open.index.close()
                self._open = None
        if self._writer:
            self._writer.close()
        self._library.close()
        self._conversations.close()
        self._deliverables.close()

    def _admit(self, question: str, documents: Sequence[str]) -> None:
        if not question.strip():
            raise QuestionError("The question is empty. Write what you want to know in a sentence.")
        if any("\ud800" <= character <= "\udfff" for character in question):
            raise QuestionError("The question has characters that are not valid Unicode text. Send it as UTF-8.")
        if len(question) > self._settings.max_question_characters:
            raise QuestionError(
                f"The question has {len(question):,} characters; {self._settings.max_question_characters:,} are "
                "allowed. Ask about one thing at a time, or ingest a long text instead of pasting it."
            )
        unknown = set(documents) - {document.id for document in self.documents()} if documents else set()
        if unknown:
            raise QuestionError(
                f"No document has the id {sorted(unknown)[0]!r}. GET /v1/documents lists the ids there are."
            )

    @contextmanager
    def _borrowed(self) -> Iterator[Sources]:
        """The current generation, reopened when an ingest has swapped in a newer one.

        One that has been replaced is closed, so that it can be deleted, when its last borrower is done.
        """
        with self._opening:
            if self._open is None or not self._open.index.is_current():
                replaced = self._open
                index = open_index(self._settings.data_dir, index_settings(self._settings))
                self._open = Sources(self._library, index, self._embedder)
                if replaced is not None and not self._borrowers[replaced.index.generation]:
                    replaced.index.close()
            sources = self._open
            self._borrowers[sources.index.generation] += 1
        try:
            yield sources
        finally:
            with self._opening:
                self._borrowers[sources.index.generation] -= 1
                if sources is not self._open and not self._borrowers[sources.index.generation]:
                    sources.index.close()

    def _finish(
        self, state: State, conversation_id: str, profile: Profile | None, checklist: bool, started: float
    ) -> Answer:
        refusal, seconds = state["refusal"], state["seconds"]
        answer_id = uuid.uuid4().hex
        suggestions = suggest(state["ranked"], state["citations"], state["sources"].answers)
        return Answer(
            id=answer_id,
            conversation_id=conversation_id,
            question=state["question"],
            query=state["query"].text,
            status="refused" if refusal else "answered",
            reason=refusal.reason if refusal else None,
            mode=state["mode"],
            text=self._refused(refusal, suggestions) if refusal else render_text(state["statements"]),
            citations=tuple(state["citations"]),
            passages=tuple(_shown(passage) for passage in state["ranked"]),
            checklist=self._checklist(state, profile or Profile()) if checklist and not refusal else None,
            follow_ups=suggestions,
            notes=state["notes"],
            seconds=Seconds(
                rewrite=seconds["rewrite"],
                retrieve=seconds["retrieve"],
                answer=seconds["answer"] + seconds.get("write", 0.0),
                check=seconds["check"] + seconds["cite"],
                total=time.perf_counter() - started,
            ),
            receipt=Receipt(
                index_generation=state["sources"].index.generation,
                embedding_model=self._embedder.name,
                chat_model=self._writer.name if self._writer and state["mode"] == "model" else None,
                settings_hash=self._settings_hash,
                passage_hashes=tuple(hash_text(ranked.passage.text) for ranked in state["ranked"]),
            ),
        )

    def _refused(self, refusal: Refusal, suggestions: Sequence[str]) -> str:
        titles = sorted((document.title for document in self.documents()), key=addresses_a_machine)
        shown = [NO_TITLE if addresses_a_machine(title) else title for title in titles]
        return render_refusal(refusal, shown, suggestions)

    def _checklist(self, state: State, profile: Profile) -> Checklist:
        query, library = state["query"], state["sources"].library
        asked = f"{query.leans_on or ''} {query.asked}".strip()  # without who asks: that is the profile's
        terms = " ".join(field_terms(asked))
        whole = f"{asked} {terms}".strip()
        vector = state["vector"] if whole == query.text else self._embed(whole)
        found = Found(query.question, asked, vector, state["drafts"], terms)
        return build_checklist(found, library.embedded_practices(), profile, state["sources"].origin)

    @cached_property
    def _settings_hash(self) -> str:
        return settings_hash(self._settings)


def _nothing_kept() -> Keeping:
    return nullcontext(lambda answer: None)


def _summary(stored: StoredDocument) -> DocumentSummary:
    source = stored.bibliography
    return DocumentSummary(
        id=stored.id,
        title=source.title,
        author=source.author,
        publisher=source.publisher,
        published=source.published,
        kind=source.kind,
        language=source.language,
        url=source.url,
        characters=stored.characters,
        passages=stored.passages,
    )


def _shown(ranked: RankedPassage) -> RetrievedPassage:
    passage = ranked.passage
    return RetrievedPassage(
        rank=ranked.rank,
        score=round(ranked.score, 6),
        document_id=passage.document_id,
        passage_id=passage.id,
        start=passage.start,
        end=passage.end,
        text=passage.text,
    )


def build_advisor(settings: Settings, embedder: Embedder | None = None, steps: Steps = Steps()) -> Advisor:  # noqa: B008  # frozen, so safe as a default
    """An advisor over the library in the settings' data folder, with the chat model that they name, if any; loads the
    embedding model when none is given.
    """
    embedder = embedder or load_embedder(settings.embedding_model, settings.embedding_query_prefix, settings.threads)
    writer = load_chat(settings.chat_model, settings.openai_base_url, settings.openai_api_key, settings.chat_seconds)
    library = Library(settings.data_dir)
    conversations = Conversations(settings.data_dir / CONVERSATIONS_FILE)
    deliverables = Deliverables(settings.data_dir / CONVERSATIONS_FILE)
    return Advisor(settings, embedder, library, conversations, deliverables, steps, writer)
