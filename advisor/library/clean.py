"""Page furniture out, content in: what of a text is worth an answer, and what is the page around it.

Works by what furniture is (captions of links, promotion by the publisher, lists of names, cards of other
articles), not by the phrases of one site; see `rules`. In doubt a block is kept: a lost sentence costs more
than a stray caption.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from advisor.library.blocks import Block
from advisor.library.furniture import FINAL_CAPTION, is_caption
from advisor.library.rules import ORDER, PROMOTION, RULES, Marks, Page
from advisor.types import Bibliography


@dataclass(frozen=True, slots=True)
class Dropped:
    """A slice of the text that was left out, and why."""

    start: int
    end: int
    reason: str
    sample: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The blocks to index and the slices left out, both in order."""

    kept: tuple[Block, ...]
    dropped: tuple[Dropped, ...]


def clean(text: str, blocks: Sequence[Block], bibliography: Bibliography, keep_all: bool = False) -> Cleaned:
    """Separates content from page furniture; a block that only begins or ends in furniture is kept in part.

    With `keep_all` only orders to a machine go.
    """
    page = Page(text, tuple(blocks), bibliography)
    marks: Marks = {}
    for rule in RULES[:1] if keep_all else RULES:
        marks = {**rule(page, marks), **marks}
    kept: list[Block] = []
    dropped: list[Dropped] = []
    for number, block in enumerate(page.blocks):
        if number in marks:
            if block.end > block.start:
                dropped.append(_dropped(text, block.start, block.end, marks[number]))
            continue
        parts, holes = _carve(page, number, keep_all)
        kept += parts
        dropped += holes
    return Cleaned(tuple(kept), tuple(dropped))


def _dropped(text: str, start: int, end: int, reason: str) -> Dropped:
    return Dropped(start, end, reason, " ".join(text[start:end].split())[:160])


# --- furniture inside a block that is kept ---


def _carve(page: Page, number: int, keep_all: bool) -> tuple[list[Block], list[Dropped]]:
    """A block in the parts worth keeping, with the sentences of promotion between them. From an order to a machine on,
    nothing is kept.
    """
    block = page.blocks[number]
    if (order := page.orders[number]) is not None:
        return _part(page.text, block, block.start, order), [_dropped(page.text, order, block.end, ORDER)]
    if block.kind in ("rule", "gap"):
        return ([block] if block.kind == "gap" else []), []
    if keep_all:
        return _part(page.text, block, block.start, block.end), []
    gone = _promotion_within(page, number) if block.kind == "paragraph" else []
    caption = FINAL_CAPTION.search(page.text[block.words : block.end])
    if caption and caption.start() > 0 and not gone:
        gone = [(block.words + caption.start(), block.end)]
    parts: list[Block] = []
    start = block.start
    for left, right in gone:
        parts += _part(page.text, block, start, left)
        start = right
    parts += _part(page.text, block, start, block.end)
    return parts, [_dropped(page.text, *span, reason=PROMOTION) for span in gone]


def _promotion_within(page: Page, number: int) -> list[tuple[int, int]]:
    """The sentences of a block to leave out of it. One that reads as a caption may be advice, but
    at the end.
    """
    spans = page.sentences[number]
    strong = [span for span, strength in zip(spans, page.strengths[number], strict=True) if strength == 2]
    gone = [span for span in strong if span == spans[-1] or not is_caption(page.text[slice(*span)])]
    return gone if len(gone) < len(spans) else []


def _part(text: str, block: Block, start: int, end: int) -> list[Block]:
    words = text[start:end]
    if not words.strip():
        return []
    first = start + len(words) - len(words.lstrip())
    return [replace(block, start=first, words=max(first, block.words), end=start + len(words.rstrip()))]
