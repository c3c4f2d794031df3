"""Lists kept whole: all entries of a list, whether they are items, short sections in a row, or announced sections."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from advisor.answer.asked import Asked
from advisor.answer.whole import make_whole, quote
from advisor.types import Draft, Passage, RankedPassage, Sentence
from advisor.words import figures, listed, stems

LONGEST_LIST = 12
SHORTEST_LIST = 3
STEP_SENTENCES = 2  # sentences below a heading that is an entry of a list
OPENING = 350  # characters quoted from the beginning of a section that is an entry of a list
LABEL_WORDS = 3  # of headings that are a list because they share a word ("People silos", "Process silos")
_WANTED = re.compile(r"\b(?:what|which|name|list)\b((?:\W+\w+){1,4})", re.IGNORECASE)
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


def entries_around(passage: Passage, position: int) -> list[int]:
    """The sentences that give the list around a sentence, one an entry, after the one that introduces it; or none."""
    entries = _items_around(passage.sentences, position) or _steps_around(passage.sentences, position)
    return entries[:LONGEST_LIST] if len(entries) >= SHORTEST_LIST else []


def _items_around(sentences: Sequence[Sentence], position: int) -> list[int]:
    """The sentence that introduces a list, and the first sentence of each of its items."""
    first = position
    while first > 0 and sentences[first].kind == "item":
        first -= 1
    items: list[int] = []
    for place in range(first + 1, len(sentences)):
        if sentences[place].kind != "item":
            break
        if sentences[place].paragraph != sentences[place - 1].paragraph:
            items.append(place)
    return [first, *items] if items and sentences[first].kind == "prose" else items


def _steps_around(sentences: Sequence[Sentence], position: int) -> list[int]:
    """The first sentence below each of several headings in a row, when each has hardly more than one."""
    starts = [place for place in range(1, len(sentences)) if sentences[place - 1].kind == "heading"]
    runs = [place for place in starts if sentences[place].kind == "prose"]
    if len(runs) < SHORTEST_LIST or not runs[0] <= position <= runs[-1] + STEP_SENTENCES:
        return []
    gaps = [after - before for before, after in pairwise(runs)]
    return runs if max(gaps) <= STEP_SENTENCES + 1 else []


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
            sections = [draft for entry in entries if (draft := _opening(passages, entry))]
            if len(sections) == len(entries):
                return [_naming(title, entries), *sections]
    return []


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
