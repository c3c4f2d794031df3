"""Every statement against what it cites, without a model, before anyone sees it.

What a statement says has to be in its quotes: its numbers with their units, its names, what it denies, and all its
words, in one form or another. A quote in its own words needs no further look.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence

from advisor.answer.align import Alignment, align
from advisor.answer.contradict import backed, find_contradiction
from advisor.answer.naming import find_stranger, spelled_out
from advisor.answer.quantities import find_false_number
from advisor.answer.reading import Reading, forms
from advisor.answer.whole import wording
from advisor.types import Draft, Evidence
from advisor.words import figures, listed

# How many words a statement may have that no list knows for words of its quotes, for each word that it puts otherwise;
# the curve is in evals/LOG.md.
UNKNOWN_PER_REWORDED = 0.5

_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+")


def check(
    drafts: Sequence[Draft], retrieved: Collection[str], stored_text: Callable[[str], str | None]
) -> tuple[list[Draft], list[str]]:
    """The drafts that hold, in order, and a sentence on each that does not.

    `retrieved` are the ids of the passages found for the question; `stored_text` gives a document's text by id.
    """
    kept, failed = [], []
    for draft in drafts:
        fault = find_fault(draft, retrieved, stored_text)
        if fault is None:
            kept.append(draft)
        else:
            failed.append(f"“{draft.text}” was left out: {fault}.")
    return kept, failed


def find_fault(draft: Draft, retrieved: Collection[str], stored_text: Callable[[str], str | None]) -> str | None:
    """Why a draft must not be shown, or None when it holds."""
    if not draft.evidence:
        return "it cites nothing"
    for evidence in draft.quotes:
        if fault := _find_broken_citation(evidence, retrieved, stored_text(evidence.document_id)):
            return fault
    quotes = [evidence.quote for evidence in draft.evidence]
    if _sentences(draft.text) <= set().union(*map(_sentences, quotes)):
        return None
    return _find_untruth(draft.text, " ¶ ".join(quotes))


def _sentences(text: str) -> set[str]:
    """The sentences of a text as they compare: white space, capitals and the final stop say nothing."""
    return {wording(sentence).casefold().rstrip(".") for sentence in _SENTENCE_ENDS.split(text)}


def _find_untruth(statement: str, quoted: str) -> str | None:
    """What a statement says that the quoted words do not, or None."""
    if fault := find_false_number(statement, quoted) or find_stranger(statement, quoted):
        return fault
    said, stands = Reading(statement), Reading(quoted)
    alignment = align(said, stands)
    if fault := find_contradiction(said, stands, alignment):
        return fault
    if unknown := _find_invented(said, alignment, backed(said, stands, alignment), spelled_out(statement, quoted)):
        return f"{listed([f'“{word}”' for word in unknown])} {'is' if len(unknown) == 1 else 'are'} not in the source"
    return None


def _find_invented(statement: Reading, alignment: Alignment, backed: Collection[int], known: set[str]) -> list[str]:
    """The words of a statement that its quotes have in no form, when they are too many for a mere rewording.

    A statement that keeps to the words of its quotes may have none: there a word that differs is an error or an
    addition. One that is put otherwise may, as no list knows every synonym.
    """
    general = known | forms().general

    def new(positions: Iterable[int]) -> list[int]:
        among = ((position, statement.words[position].text.lower()) for position in positions)
        return [p for p, word in among if p not in backed and word not in general and not figures(word)]

    added, loose, placed = new(alignment.added), new(alignment.loose), new(alignment.placed)
    allowed = max(1, int(alignment.reworded * UNKNOWN_PER_REWORDED)) if alignment.reworded else 0
    unknown = added + loose + ([] if alignment.reworded else placed)
    return [statement.words[p].text for p in sorted(unknown)] if added or len(unknown) > allowed else []


def _find_broken_citation(evidence: Evidence, retrieved: Collection[str], text: str | None) -> str | None:
    if evidence.passage_id not in retrieved:
        return "its passage was not found for this question"
    if text is None:
        return "its document is not in the library any more"
    if text[evidence.start : evidence.end] != evidence.quote or not evidence.quote.strip():
        return "its quote does not stand in the document at that place"
    return None
