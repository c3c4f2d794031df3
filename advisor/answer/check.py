"""Every statement against what it cites, without a model, before anyone sees it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from advisor.answer.english import is_english
from advisor.types import Draft, Evidence
from advisor.words import capitalized, figures, names, negations, plain_words, stems, units

COVERED = 0.75  # share of a statement's content words that must stand in its quotes


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
    for evidence in draft.evidence:
        if fault := _find_broken_citation(evidence, retrieved, stored_text(evidence.document_id)):
            return fault
    quoted = " ".join(evidence.quote for evidence in draft.evidence)
    if missing := figures(draft.text) - figures(quoted):
        return f"the source does not give {', '.join(sorted(missing))}"
    if missing := units(draft.text) - units(quoted):
        return f"the source does not say {', '.join(sorted(missing))}"
    strangers = capitalized(draft.text) - plain_words(quoted)
    # an English word that opens a sentence is no name
    if missing := {word for word in strangers if word in names(draft.text) or not is_english(word)}:
        return f"the source does not name {', '.join(sorted(missing))}"
    if negations(draft.text) != negations(quoted):
        return "it denies what the source says, or the other way round"
    said, stands = set(stems(draft.text)), set(stems(quoted))
    if said and len(said & stands) < COVERED * len(said):
        return "most of its words are not in the source"
    return None


def _find_broken_citation(evidence: Evidence, retrieved: Collection[str], text: str | None) -> str | None:
    if evidence.passage_id not in retrieved:
        return "its passage was not found for this question"
    if text is None:
        return "its document is not in the library any more"
    if text[evidence.start : evidence.end] != evidence.quote or not evidence.quote.strip():
        return "its quote does not stand in the document at that place"
    return None
