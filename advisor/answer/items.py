"""The items of a list, found around a sentence of it or below its heading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from advisor.answer.whole import make_whole, quote
from advisor.types import Draft, Passage, Sentence

LONGEST_LIST = 12
SHORTEST_LIST = 3
STEP_SENTENCES = 2  # sentences below a heading that is an entry of a list
LONG, LONG_WORDS = 8, 250  # entries or words past which each entry is told by its first sentence


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


def list_below(path: tuple[str, ...], passages: Sequence[Passage]) -> list[Draft]:
    """The list that a section consists of, or those that its subsections consist of; empty when it is no list."""
    below: dict[tuple[str, ...], dict[int, tuple[Passage, int]]] = {}
    for passage in passages:
        for position, sentence in enumerate(passage.sentences):
            if sentence.heading[: len(path)] == path and sentence.kind != "heading":
                below.setdefault(sentence.heading, {}).setdefault(sentence.start, (passage, position))
    own = list(below.pop(path, {}).values())
    if drafts := _list_of(own):
        return drafts
    lists = [_list_of(list(places.values())) for places in below.values()]
    drafts = [draft for one in lists for draft in one]
    return drafts if all(lists) and len(drafts) <= LONGEST_LIST else []


def _list_of(places: Sequence[tuple[Passage, int]]) -> list[Draft]:
    """The items of a section under its heading, after what introduces them; empty where most of it is no item."""
    items = [list(of) for _, of in groupby(_items(places), key=lambda at: at[0].sentences[at[1]].paragraph)]
    if not SHORTEST_LIST <= len(items) <= LONGEST_LIST or 2 * sum(map(len, items)) < len(places):
        return []
    words = sum(len(passage.slice(passage.sentences[at]).split()) for item in items for passage, at in item)
    short = len(items) <= LONG and words <= LONG_WORDS
    drafts = [_entry(item if short else item[:1]) for item in items]
    return [*_introduction(places[: places.index(items[0][0])]), *drafts]


def _introduction(before: Sequence[tuple[Passage, int]]) -> list[Draft]:
    """The sentence before the first item as the statement that leads, if there is one that can be quoted."""
    passage, position = before[-1] if before else (None, 0)
    span = make_whole(passage, position) if passage else None
    return (
        [replace(quote(passage, *span, passage.sentences[position].heading), aspect=None)] if passage and span else []
    )


def _items(places: Sequence[tuple[Passage, int]]) -> Iterator[tuple[Passage, int]]:
    return (at for at in places if at[0].sentences[at[1]].kind == "item")


def _entry(item: Sequence[tuple[Passage, int]]) -> Draft:
    """The sentences of an item, as far as they stand in one passage, as a statement."""
    passage, position = item[0]
    last = max(at for other, at in item if other is passage)
    first = passage.sentences[position]
    return quote(passage, first.start, passage.sentences[last].end, first.heading)
