"""The wiring: question → query → passages → statements → checked → (in a model's words) → cited, as a LangGraph."""

from __future__ import annotations

import math
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache, partial
from itertools import islice, pairwise
from typing import Literal, TypeAlias, TypedDict, cast

import langsmith
import numpy as np
from langchain_core.embeddings import Embeddings
from langchain_core.runnables import RunnableLambda
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import StreamMode

from advisor.answer.agree import Said, compare, find_said
from advisor.answer.asked import Asked, idf_of, read_question
from advisor.answer.check import check
from advisor.answer.cite import checked_statement, cite
from advisor.answer.compose import NEAR, Candidate, after_said, candidates, compose
from advisor.answer.emphasis import WIDER, emphasize, moved_up, tell_emphasis
from advisor.answer.english import correct
from advisor.answer.generate import Writer, generate
from advisor.answer.lists import whole_list
from advisor.answer.refuse import NOTHING_HELD, NOTHING_MORE, Refusal, find_gaps, find_refusal
from advisor.answer.retrieve import add, retrieve, with_places
from advisor.answer.rewrite import Query, rewrite
from advisor.answer.suggest import section_answers
from advisor.answer.support import BEST, doubt
from advisor.answer.thesaurus import familiar_stems
from advisor.config import Settings
from advisor.library.index import Index
from advisor.library.library import Library
from advisor.types import (
    Bibliography,
    CheckedStatement,
    Citation,
    Draft,
    Emphasis,
    Evidence,
    Origin,
    RankedPassage,
    Statement,
    Turn,
    Vectors,
)
from advisor.words import POSSESSIVE, stem, stems, words

NOW = 0.5  # weight of a follow-up's own vector beside that of it and the questions before; see evals/LOG.md
NAMED_IN = 20  # passages in which a name is looked for, word for word; BM25 puts those with a rare word first


@dataclass(frozen=True)
class Sources:
    """What questions are answered from: one generation of the index, and the library behind it."""

    library: Library
    index: Index
    embedder: Embeddings

    @cached_property
    def credited(self) -> frozenset[str]:
        """The stems of every title, author and publisher."""
        return frozenset(stem(word) for field in self._credits for word in words(field))

    @cached_property
    def _credits(self) -> tuple[str, ...]:
        known = [document.bibliography for document in self.library.documents()]
        fields = (field for source in known for field in (source.title, source.author, source.publisher, source.about))
        return tuple(field for field in fields if field)

    @cached_property
    def answers(self) -> Callable[[str, str, int], bool]:
        """What verifies suggestions; it comes out the same for the whole generation."""
        return lru_cache(maxsize=4096)(partial(section_answers, self.index, self.library, self))

    def correct(self, word: str) -> str | None:
        """What a misspelt word was meant to be, or None."""
        return correct(word, self.knows)

    def knows(self, stem: str, as_name: bool = False) -> bool:
        """Whether a stem stands in the library or its bibliography; unless it is a name, also a term
        of the thesaurus for it."""
        if self.index.document_frequency(stem) or stem in self.credited:
            return True
        terms = () if as_name else familiar_stems().get(stem, ())
        return any(self.index.document_frequency(word) for word in terms)

    def has(self, name: str) -> bool:
        """Whether a passage or a title, author or publisher has a name word for word, an "s" at its end apart."""
        bare = r"[\s-]".join(map(re.escape, words(POSSESSIVE.sub("", name))))
        written = re.compile(rf"\b{bare.removesuffix('s')}s?\b", re.IGNORECASE)
        found = self.library.passages([id for id, _ in self.index.sparse(name, NAMED_IN)]).values()
        return any(map(written.search, (*self._credits, *(stored.passage.text for stored in found))))

    def doubt(
        self, asked: Asked, ranked: Sequence[RankedPassage], found: Sequence[Candidate], near: float, enough: float
    ) -> float:
        """The log-odds that the passages do not answer it, or a lower figure where they cannot come to `enough`;
        `near` is how near they are.
        """
        if not found:
            return math.inf
        best = np.stack([one.ranked.sentence_vectors[one.position] for one in found[:BEST]])
        every = np.concatenate([one.sentence_vectors for one in ranked])
        return doubt(asked, best, every, near, self.embedder.embed_documents, enough)

    def bibliography(self, document_id: str) -> Bibliography:
        """A document's bibliography; its id stands in for the title of one that has just been deleted."""
        known = self.library.catalogue([document_id]).get(document_id)
        return known.bibliography if known else Bibliography(title=document_id)

    def origin(self, evidence: Evidence) -> Origin:
        """What is known of the source of a quote."""
        place = (evidence.document_id, evidence.start, evidence.end)
        page = self.library.page(evidence.document_id, evidence.start)
        return Origin(self.bibliography(evidence.document_id), self.library.provenance(*place), page)

    def said(self, ranked: Sequence[RankedPassage]) -> list[Said]:
        """Every sentence of the passages, with whose it is."""
        return find_said(ranked, self.library.catalogue(one.passage.document_id for one in ranked))

    def text(self, document_id: str) -> str | None:
        """A document's stored text, or None when it has just been deleted."""
        document = self.library.document(document_id)
        return document.text if document else None


class State(TypedDict, total=False):
    """What the nodes hand on; each adds its own keys."""

    sources: Sources
    question: str
    earlier: Sequence[Turn]
    documents: Sequence[str]
    emphases: Sequence[Emphasis]  # of the asker's profile; without one the order is the question's alone
    query: Query
    vector: Vectors  # of the query
    ranked: Sequence[RankedPassage]
    wider: Sequence[RankedPassage]  # with those just behind, where an emphasis may bring them forward
    moved: frozenset[str]  # passages that an emphasis has brought forward
    asked: Asked
    found: Sequence[Candidate]
    drafts: Sequence[Draft]  # composed, then checked
    written: Sequence[Draft]  # the same in the words of the answer
    mode: Literal["keyless", "model"]  # whose words those are
    removed: int  # how many of the drafts the check removed
    fault: str | None  # the kind of error that the chat model ended with
    refusal: Refusal | None
    statements: Sequence[Statement]
    citations: Sequence[Citation]
    notes: tuple[str, ...]
    seconds: dict[str, float]


@dataclass(frozen=True)
class Steps:
    """The functions that the chain calls, each replaceable; the evaluation proves its gate with spoiled ones."""

    retrieve: Callable[..., list[RankedPassage]] = retrieve
    find_refusal: Callable[..., Refusal | None] = find_refusal
    check: Callable[..., tuple[list[Draft], list[str]]] = check
    cite: Callable[..., tuple[list[Statement], list[Citation]]] = cite


def build_graph(
    embedder: Embeddings, settings: Settings, steps: Steps, writer: Writer | None = None
) -> CompiledStateGraph[State, None, State, State]:
    """The compiled chain, with a chat model where `writer` is one. A question comes with the `sources` it is answered
    from. The custom stream gives a chat model's statements (CheckedStatement) as they are settled.
    """

    _send_no_traces()

    def rewrite_question(state: State) -> State:
        query = rewrite(state["question"], state["earlier"], state["sources"].correct)
        return {"query": query, "notes": query.notes}

    def retrieve_passages(state: State) -> State:
        vector = _vector_of(state["query"], embedder)
        wider = steps.retrieve(
            state["query"].text,
            vector,
            state["sources"].index,
            state["sources"].library,
            settings.top_k * (WIDER if state.get("emphases") else 1),
            settings.fetch_k,
            state["documents"],
        )
        ranked = wider[: settings.top_k]
        if state["query"].among:
            ranked = with_places(ranked, state["query"].said, vector, state["sources"].library)
        return {"vector": vector, "ranked": ranked, "wider": wider}

    def compose_answer(state: State) -> State:
        query, ranked, index = state["query"], state["ranked"], state["sources"].index
        asked = read_question(query, ranked, idf_of(index.document_frequency, index.size))
        found = candidates(asked, ranked)
        refusal = steps.find_refusal(asked, ranked, found, state["sources"])
        emphases = () if query.among else state.get("emphases", ())
        if emphases and not refusal:  # whether there is an answer does not hang on who asks
            ranked = emphasize(state["wider"], emphases, settings.top_k)
            found = candidates(asked, ranked)
        fresh = after_said(asked, found, query)
        spare = [] if query.at_most else fresh  # a shorter answer has no use for more
        moved = moved_up(state["wider"], ranked)
        known: State = {"asked": asked, "found": spare, "refusal": refusal, "ranked": ranked, "moved": moved}
        if refusal:
            return {**known, "drafts": []}
        library = state["sources"].library
        announced = [] if query.only_new else whole_list(asked, ranked, library.passages_of)
        if announced:
            quoted = dict.fromkeys(evidence.passage_id for draft in announced for evidence in draft.evidence)
            known["ranked"] = add(ranked, quoted, state["vector"], library)
        drafts = compose(asked, fresh, announced)[: query.at_most]
        refusal = None if drafts or not query.only_new else NOTHING_MORE
        return {
            **known,
            "refusal": refusal,
            "drafts": drafts,
            "notes": state["notes"] + find_gaps(asked, found, state["sources"]),
        }

    def check_statements(state: State) -> State:
        retrieved = {ranked.passage.id for ranked in state["ranked"]}
        kept, failed = steps.check(state["drafts"], retrieved, cache(state["sources"].text))
        notes = (_removed(failed, len(state["drafts"])),) if failed else ()
        refusal = state["refusal"] or (None if kept else NOTHING_HELD)
        return {
            "drafts": kept,
            "written": kept,
            "mode": "keyless",
            "removed": len(failed),
            "refusal": refusal,
            "notes": state["notes"] + notes,
        }

    def write_statements(state: State) -> State:
        composed, sources = state["drafts"], state["sources"]
        if writer is None or state["refusal"]:
            return {}
        retrieved, text = {ranked.passage.id for ranked in state["ranked"]}, cache(sources.text)
        tell, told = get_stream_writer(), 0

        def show(settled: Sequence[Draft]) -> None:
            nonlocal told
            statements, citations = steps.cite(settled, sources.origin)
            for statement in statements[told:]:
                tell(checked_statement(statement, citations))
            told = len(statements)

        written = generate(
            writer,
            state["query"],
            composed,
            compose(state["asked"], _unused(state["found"], composed)),
            state["asked"].list,
            lambda drafts: steps.check(drafts, retrieved, text)[0],
            show,
        )
        mode: Literal["keyless", "model"] = "model" if written.by_model else "keyless"
        return {
            "written": written.drafts,
            "mode": mode,
            "fault": written.fault,
            "notes": state["notes"] + written.notes,
        }

    def number_citations(state: State) -> State:
        drafts, sources = state["written"], state["sources"]
        statements, citations = steps.cite(drafts, sources.origin)
        notes = compare(drafts, sources.said(state["ranked"])) if drafts else ()
        notes += tell_emphasis(state["ranked"], state["moved"], state.get("emphases", ()))
        return {"statements": statements, "citations": citations, "notes": state["notes"] + notes}

    graph = StateGraph(State)
    nodes: dict[str, Node] = {
        "rewrite": rewrite_question,
        "retrieve": retrieve_passages,
        "answer": compose_answer,
        "check": check_statements,
        **({"write": write_statements} if writer else {}),
        "cite": number_citations,
    }
    for name, node in nodes.items():
        graph.add_node(name, RunnableLambda(_timed(name, node)))
    for before, after in pairwise([START, *nodes, END]):
        graph.add_edge(before, after)
    return graph.compile()


def run(
    graph: CompiledStateGraph[State, None, State, State], state: State, writer: Writer | None
) -> Iterator[str | CheckedStatement | State]:
    """What is being done, a chat model's statements as they are settled, and last the state with all that was found."""
    doing = iter(_doing(writer))
    yield next(doing)
    # waiting for custom events costs a thread for every node, several milliseconds in all: only a chat model has some
    modes: list[StreamMode] = ["updates", "custom"] if writer else ["updates"]
    for mode, chunk in graph.stream(state, stream_mode=modes):
        if mode == "custom":
            yield cast(CheckedStatement, chunk)
            continue
        for found in cast(dict[str, State], chunk).values():
            state = {**state, **found}
        yield from islice(doing, 1)
    yield state


def _doing(writer: Writer | None) -> list[str]:
    """What each node does, in their order; after the first statements nobody need be told more."""
    steps = ["Reading the question", "Searching the library", "Composing the answer", "Checking every statement"]
    return [*steps, f"Writing the answer with {writer.name}"] if writer else steps


def _send_no_traces() -> None:
    """Keeps LangChain from sending every question to LangSmith where the environment asks for that.

    Whoever set LANGSMITH_TRACING meant another program: what leaves the machine is set by this one's own settings.
    """
    langsmith.configure(enabled=False)
    for older in ("LANGCHAIN_TRACING", "LANGCHAIN_HANDLER"):  # LangChain raises where these are set and tracing is off
        os.environ.pop(older, None)


def _vector_of(query: Query, embedder: Embeddings) -> Vectors:
    """The vector of a query, turned towards what is asked now where that leans on earlier questions."""
    vector = np.asarray(embedder.embed_query(query.text), dtype=np.float32)
    if not query.leans_on or query.among or not stems(query.asked):
        return vector
    turned: Vectors = vector + NOW * np.asarray(embedder.embed_query(query.asked), dtype=np.float32)
    turned /= np.linalg.norm(turned)
    return turned


_REASONS = (  # the first that fits what the check says of a statement; its words are not to be repeated
    (r"cites nothing|its (?:passage|document|quote) ", "its source does not bear it out"),
    (r"the source does not name", "it names what the source does not name"),
    (r"the source (?:gives|does not give|does not say) ", "the source does not give its numbers"),
    (r"(?:is|are) not in the source$", "it has words that the source does not have"),
    (r"", "it says otherwise than the source"),
)


def _removed(failed: Sequence[str], of: int) -> str:
    """What the check took out of an answer, by reason; none of the words that it took out."""
    faults = [told.rpartition(" was left out: ")[2].rstrip(".") for told in failed]
    reasons = Counter(next(reason for sign, reason in _REASONS if re.search(sign, fault)) for fault in faults)
    counted = "; ".join(f"{reason} ({count})" for reason, count in reasons.items())
    return f"The check removed {len(failed)} of {of} statements: {counted}."


Node: TypeAlias = Callable[[State], State]


def _unused(found: Sequence[Candidate], drafts: Sequence[Draft]) -> list[Candidate]:
    """The candidates as near as those of the drafts, of which no draft has quoted anything."""
    quoted = [evidence for draft in drafts for evidence in draft.quotes]
    return [
        candidate
        for candidate in found
        if candidate.score >= found[0].score - NEAR
        and not any(
            candidate.ranked.passage.document_id == evidence.document_id
            and candidate.sentence.start < evidence.end
            and evidence.start < candidate.sentence.end
            for evidence in quoted
        )
    ]


def _timed(name: str, node: Node) -> Node:
    """The node, noting the seconds it took."""

    def run(state: State) -> State:
        started = time.perf_counter()
        found = node(state)
        found["seconds"] = {**state.get("seconds", {}), name: time.perf_counter() - started}
        return found

    return run
