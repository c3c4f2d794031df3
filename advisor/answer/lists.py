"""Lists kept whole: all entries, whether items below a heading, short sections in a row, or announced sections."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from advisor.answer.asked import Asked, wants_list
from advisor.answer.items import LONGEST_LIST, SHORTEST_LIST, list_below
from advisor.answer.whole import make_whole, quote
from advisor.types import Draft, Passage, RankedPassage, Sentence
from advisor.words import figures, listed, stems

OPENING = 350  # characters quoted from the beginning of a section that is an entry of a list
FITS = 0.85  # how well a heading must fit a question for the list below it to be given, see evals/LOG.md
SECOND = 0.1  # ... and how far another heading, that has no list below it, may be ahead
WORDS, ALL_OF_THEM = 0.3, 0.3  # a heading's share of the question's word weight, and the share of its words asked for
FOUND = 0.2  # the score of the passage that a heading stands in
LABEL_WORDS = 3  # of headings that are a list because they share a word ("People silos", "Process silos")
_WANTED = re.compile(r"\b(?:what|which|name|list)\b((?:\W+\w+){1,4})", re.IGNORECASE)
_PARTS = re.compile(r"[?;]|,? (?:and|or) (?:also )?(?=(?:what|which|how|why|who|when|where)\b)", re.IGNORECASE)
_ASKS_HOW = re.compile(r"\bhow (?:do|does|can|could|should|would|to)\b|\bsteps?\b|\bprocess\b", re.IGNORECASE)
_TELLS_SOMETHING_ELSE = re.compile(r"(?:what(?! to\b)|why|who|when|which)\b", re.IGNORECASE)
_NUMBERED = re.compile(r"^\w+ \d+[:.)] ")  # "Step 1: "
_PREPOSITION = re.compile(r":| (?:for|to|of|in|from|on|by|that|with)\b")


@dataclass(frozen=True)
class Heading:
    """A heading and the passage it was found in."""

    passage: Passage
    position: int

    @property
    def sentence(self) -> Sentence:
        return self.passage.sentences[self.position]

    @property
    def text(self) -> str:
        return " ".join(self.passage.slice(self.sentence).split())

    @property
    def parent(self) -> tuple[str, ...]:
        return self.sentence.heading[:-1]

    @property
    def label(self) -> set[str]:
        """The stems of a short heading, or of what stands before its colon; else none."""
        label = self.text.partition(":")[0]
        return {s for s in stems(label) if not s.isdigit()} if len(label.split()) <= LABEL_WORDS else set()


def whole_list(
    asked: Asked, ranked: Sequence[RankedPassage], passages_of: Callable[[str], Sequence[Passage]]
) -> list[Draft]:
    """A list that answers a question by itself, whole; empty when there is none."""
    announced = announced_list(asked, ranked, passages_of) if asked.list else []
    return announced or fitting_lists(asked, ranked, passages_of)


def announced_list(
    asked: Asked, ranked: Sequence[RankedPassage], passages_of: Callable[[str], Sequence[Passage]]
) -> list[Draft]:
    """A list whose entries are sections: a statement that names them all, then the first sentence of each section.

    The sections stand below or after a heading that says how many there are and is what was asked for, or their
    headings share a word of the question ("People silos", "Process silos", ...). Empty when there are none.
    """
    for document in dict.fromkeys(one.passage.document_id for one in ranked):
        near = [h for one in ranked if one.passage.document_id == document for h in _headings([one.passage])]
        if not any(_announces(asked, heading) or heading.label & _kinds(asked) for heading in near):
            continue
        passages = passages_of(document)
        for title, entries in _runs(asked, list(_headings(passages))):
            beside = title and entries[0].parent != title.sentence.heading
            if title and beside and (drafts := list_below(title.sentence.heading, passages)):
                return drafts
            sections = [draft for entry in entries if (draft := _opening(passages, entry))]
            if len(sections) == len(entries):
                return [_naming(title, entries), *sections]
    return []


def fitting_lists(
    asked: Asked, ranked: Sequence[RankedPassage], passages_of: Callable[[str], Sequence[Passage]]
) -> list[Draft]:
    """The lists below the headings that fit a question, or a part of it, for steps, a list or advice best: what
    introduces a list, if anything does, then each entry under the heading, in order. Empty when no heading fits.
    """
    parts = [part for part in _PARTS.split(asked.asks) if stems(part)]
    drafts: list[Draft] = []
    for part in parts if len(parts) > 1 else []:
        found = _fitting_list(asked, part, ranked, passages_of)
        if len(drafts) + len(found) <= LONGEST_LIST and not any(draft in drafts for draft in found):
            drafts += found
    return drafts or _fitting_list(asked, asked.asks, ranked, passages_of)


def _fitting_list(
    asked: Asked, part: str, ranked: Sequence[RankedPassage], passages_of: Callable[[str], Sequence[Passage]]
) -> list[Draft]:
    fits = sorted(_fits(asked, part, ranked), key=lambda each: -each[0]) if wants_list(part) else []
    for fit, heading in fits:
        if fit < max(FITS, fits[0][0] - SECOND):
            break
        if drafts := list_below(heading.sentence.heading, passages_of(heading.passage.document_id)):
            return drafts
    return []


def _fits(asked: Asked, part: str, ranked: Sequence[RankedPassage]) -> Iterator[tuple[float, Heading]]:
    """How well each heading fits a part of a question: its cosine with the query, the words they share, the passage."""
    own_words = stems(part) if part != asked.asks else asked.weights
    weights = {stem: asked.weights.get(stem, 0.0) for stem in own_words}
    total = sum(weights.values()) or 1.0
    for one in ranked:
        for heading in _headings([one.passage]):
            if _ASKS_HOW.search(part) and _TELLS_SOMETHING_ELSE.match(heading.text):
                continue
            own = set(stems(heading.text))
            shared = own & weights.keys()
            share = sum(weights[stem] for stem in shared) / total
            cosine = one.sentence_cosines[heading.position]
            words = WORDS * share + ALL_OF_THEM * len(shared) / max(1, len(own))
            yield cosine + words + FOUND * one.score, heading


def _headings(passages: Sequence[Passage]) -> Iterator[Heading]:
    """The headings of passages in order, each once, without the document's title."""
    seen = -1
    for passage in passages:
        for position, sentence in enumerate(passage.sentences):
            if sentence.kind == "heading" and sentence.heading and sentence.start > seen:
                seen = sentence.start
                yield Heading(passage, position)


def _runs(asked: Asked, headings: Sequence[Heading]) -> Iterator[tuple[Heading | None, Sequence[Heading]]]:
    """Headings that are the entries of what was asked for, with the heading that announces them, if any."""
    for place, heading in enumerate(headings):
        if count := _announces(asked, heading):
            after = headings[place + 1 : place + 1 + count]
            if len(after) == count and len({one.parent for one in after}) == 1:
                yield heading, after
    for _, siblings in groupby(headings, key=lambda heading: heading.parent):
        for shares, run in groupby(siblings, key=lambda heading: sorted(heading.label & _kinds(asked))[:1]):
            entries = list(run)
            if shares and len(entries) >= SHORTEST_LIST and len(entries) in (_counts(asked.asks) or [len(entries)]):
                yield None, entries


def _announces(asked: Asked, heading: Heading) -> int:
    """How many entries a heading announces of what was asked for, or 0."""
    counts, wanted = _counts(heading.text), _counts(asked.asks)
    things = [stem for stem in stems(_PREPOSITION.split(heading.text)[0]) if not figures(stem)]
    if len(counts) != 1 or not things or min(counts) < SHORTEST_LIST:
        return 0
    fits = counts <= wanted and set(things) & _kinds(asked) if wanted else things[-1] in _kinds(asked)
    return min(counts) if fits else 0


def _counts(text: str) -> set[int]:
    return {int(number) for number in figures(text) if re.fullmatch(r"[2-9]", number)}


def _kinds(asked: Asked) -> set[str]:
    """The stems of what a question wants listed ("which silos"); of all its words when it says how many."""
    if _counts(asked.asks):
        return set(stems(asked.asks))
    return {stem for match in _WANTED.finditer(asked.asks) for stem in stems(match.group(1))}


def _opening(passages: Sequence[Passage], entry: Heading) -> Draft | None:
    """The first sentence below a heading that can be quoted."""
    for passage in passages:
        for position, sentence in enumerate(passage.sentences):
            below = sentence.heading == entry.sentence.heading and sentence.kind != "heading"
            if below and (span := make_whole(passage, position)):
                return quote(passage, span[0], _paragraph_end(passage, position, *span), sentence.heading)
    return None


def _paragraph_end(passage: Passage, position: int, start: int, end: int) -> int:
    """Where a paragraph ends, or the last of its sentences that still leaves the quote short."""
    for sentence in passage.sentences[position + 1 :]:
        if sentence.paragraph != passage.sentences[position].paragraph or sentence.end - start > OPENING:
            break
        end = max(end, sentence.end)
    return end


def _naming(title: Heading | None, entries: Sequence[Heading]) -> Draft:
    """A statement that names the entries, and cites the headings that do."""
    quoted = [
        quote(h.passage, h.sentence.start, h.sentence.end, h.sentence.heading)
        for h in ([title] if title else []) + list(entries)
    ]
    names = [_NUMBERED.sub("", entry.text) for entry in entries]
    text = f"{title.text.rstrip(':')}: {'; '.join(names)}." if title else f"{listed(names)}."
    return replace(quoted[0], text=text, aspect=None, evidence=tuple(e for draft in quoted for e in draft.evidence))
