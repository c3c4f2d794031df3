"""Questions that the library answers, near to one that was asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from advisor.answer.retrieve import retrieve
from advisor.library.index import Index
from advisor.library.library import Library
from advisor.types import Citation, RankedPassage, Sentence

MOST = 3
# Headings of what a text says of itself.
_ABOUT_TEXTS = re.compile(
    r"\b(?:essay|paper|article|report|references|works (?:listed|cited)|bibliography)\b", re.IGNORECASE
)
WITHIN = 2  # passages, among the first of which a section has to be when it is searched for by its heading
FETCH = 10  # passages each search proposes when a suggestion is verified


def suggest(
    ranked: Sequence[RankedPassage],
    cited: Collection[Citation],
    search: Callable[[str, int], Sequence[RankedPassage]],
) -> tuple[str, ...]:
    """At most three questions about sections that were found but not cited, best first.

    Each is verified before it is offered: `search`, which looks for what the heading at a place in a passage (given by
    its id) says, has to bring up that section with a sentence of its own.
    """
    used = {citation.heading[-1] for citation in cited if citation.heading}
    questions: dict[str, None] = {}
    for passage in ranked:
        for place, sentence in enumerate(passage.passage.sentences):
            heading = passage.passage.slice(sentence)
            if len(questions) == MOST:
                return tuple(questions)
            if sentence.kind != "heading" or not sentence.heading or heading in used or _ABOUT_TEXTS.search(heading):
                continue
            used.add(heading)
            if _is_answered(passage, sentence, search(passage.passage.id, place)):
                questions[f"What do the sources say about “{heading.rstrip('.:')}”?"] = None
    return tuple(questions)


def _is_answered(asked: RankedPassage, heading: Sentence, found: Sequence[RankedPassage]) -> bool:
    """Whether the section below a heading is among the first passages found, with a sentence to quote."""
    return any(
        sentence.kind != "heading"
        and heading.heading == sentence.heading
        and asked.passage.document_id == ranked.passage.document_id
        for ranked in found
        for sentence in ranked.passage.sentences
    )


def search_heading(index: Index, library: Library, passage_id: str, place: int) -> list[RankedPassage]:
    """The first passages found for the heading at a place in a passage, by the vector that is stored for it."""
    stored = library.passages([passage_id]).get(passage_id)
    if stored is None:  # its document has just been deleted
        return []
    heading = stored.passage.slice(stored.passage.sentences[place])
    return retrieve(heading, stored.sentence_vectors[place], index, library, WITHIN, FETCH)
