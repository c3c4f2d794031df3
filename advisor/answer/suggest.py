"""Questions that the library answers, near to one that was asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from advisor.answer.asked import idf_of, read_question
from advisor.answer.compose import candidates
from advisor.answer.refuse import Shelf, find_refusal
from advisor.answer.retrieve import retrieve
from advisor.answer.rewrite import rewrite
from advisor.library.index import Index
from advisor.library.library import Library
from advisor.types import Citation, RankedPassage, Sentence
from advisor.words import stems

MOST = 3
WITHIN = 2  # passages, among the first of which a section has to be when its question is searched for
FETCH = 10  # passages each search proposes when a suggestion is verified
_OF_A_TEXT = re.compile(
    r"\b(?:essay|paper|article|report|references|works (?:listed|cited)|bibliography)\b", re.IGNORECASE
)  # in headings of what a text says of itself
_IN_A_SENTENCE = re.compile(r"(?i:how|why|what|when|where|who|which|the|a|an|one|\w{2,}ing) [a-z][^:]*$")


def suggest(
    ranked: Sequence[RankedPassage],
    cited: Collection[Citation],
    answers: Callable[[str, str, int], bool],
) -> tuple[str, ...]:
    """At most three questions about sections that were found but not cited, best first.

    Each is verified before it is offered: `answers` tells whether a question is answered from the section below the
    heading at a place in a passage, given by its id.
    """
    used = {citation.heading[-1] for citation in cited if citation.heading}
    questions: dict[str, None] = {}
    for passage in ranked:
        for place, sentence in enumerate(passage.passage.sentences):
            heading = passage.passage.slice(sentence)
            if len(questions) == MOST:
                return tuple(questions)
            if sentence.kind != "heading" or not sentence.heading or heading in used or not _asks_well(heading):
                continue
            used.add(heading)
            question = ask_about(heading)
            if answers(question, passage.passage.id, place):
                questions[question] = None
    return tuple(questions)


def _asks_well(heading: str) -> bool:
    """Whether a heading says by itself what stands below it ("What it is" does not), and is not on the text itself."""
    return bool(stems(heading)) and not _OF_A_TEXT.search(heading)


def ask_about(heading: str) -> str:
    """A question for what stands below a heading: the heading itself when it asks, else one that has it, as part of the
    sentence where it reads as one ("Why silos hurt") and in quotation marks where it does not ("Trust").
    """
    plain = heading.strip().rstrip(".:")
    if plain.endswith("?"):
        return plain
    if plain.lower().startswith("how to "):
        return f"How do we {plain[7:]}?"
    if _IN_A_SENTENCE.match(plain):
        return f"What do the sources say about {plain[0].lower()}{plain[1:]}?"
    return f"What do the sources say about “{plain}”?"


def section_answers(
    index: Index, library: Library, vocabulary: Shelf, question: str, passage_id: str, place: int
) -> bool:
    """Whether a question about the heading at a place in a passage is not refused, and brings up its section. It is
    searched for by the vector that is stored for the heading.
    """
    stored = library.passages([passage_id]).get(passage_id)
    if stored is None:  # its document has just been deleted
        return False
    query, vector = rewrite(question, (), lambda word: None), stored.sentence_vectors[place]
    found = retrieve(query.text, vector, index, library, WITHIN, FETCH)
    if not _has_section(found, stored.passage.document_id, stored.passage.sentences[place]):
        return False
    asked = read_question(query, found, idf_of(index.document_frequency, index.size))
    return find_refusal(asked, found, candidates(asked, found), vocabulary) is None


def _has_section(found: Sequence[RankedPassage], document_id: str, heading: Sentence) -> bool:
    """Whether a sentence below a heading is among the passages found."""
    return any(
        sentence.kind != "heading" and heading.heading == sentence.heading
        for ranked in found
        if ranked.passage.document_id == document_id
        for sentence in ranked.passage.sentences
    )
