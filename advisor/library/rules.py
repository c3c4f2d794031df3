"""Which blocks of a page are furniture: one rule a kind, over views of the page that several rules need.

A rule sees what earlier rules marked and adds to it. What single lines give away is in `furniture`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from advisor.library.addressed import addresses_a_machine
from advisor.library.blocks import Block
from advisor.library.furniture import (
    LEAD_IN,
    REFERENCE,
    REFERENCES_HEADING,
    RELATED_HEADING,
    TEASER_HEADING,
    ends_in_caption,
    is_byline,
    is_caption,
    publisher_pattern,
    strength,
)
from advisor.library.sentences import language_code, sentence_spans
from advisor.types import Bibliography

CAPTION = "link caption"
PROMOTION = "promotion"
NAMES = "list of names"
TEASER = "teaser of another page"
ORDER = "order to a machine"
_MAX_TEASER_WORDS = 80

Marks = Mapping[int, str]  # reasons by the number of a block


class Page:
    """A text with its blocks, and the views of them that several rules need."""

    def __init__(self, text: str, blocks: tuple[Block, ...], bibliography: Bibliography) -> None:
        self.text = text
        self.blocks = blocks
        self.title = _folded(bibliography.title)
        self.publisher = _folded(bibliography.publisher or "")
        self.publisher_pattern = publisher_pattern(bibliography.publisher, text)
        self.language = language_code(bibliography.language)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of each block on one line, without the block's mark."""
        return tuple(" ".join(self.text[block.words : block.end].split()) for block in self.blocks)

    @cached_property
    def folded(self) -> tuple[str, ...]:
        return tuple(_folded(words) for words in self.words)

    @cached_property
    def spoken(self) -> tuple[int, ...]:
        """The numbers of the blocks that have words."""
        return tuple(number for number, words in enumerate(self.words) if words)

    @cached_property
    def sentences(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        return tuple(sentence_spans(self.text, block.words, block.end, self.language) for block in self.blocks)

    @cached_property
    def strengths(self) -> tuple[tuple[int, ...], ...]:
        """Of each sentence of each block: 2 is furniture, 1 is furniture beside furniture, 0 is content."""
        return tuple(
            tuple(strength(" ".join(self.text[start:end].split()), self.publisher_pattern) for start, end in spans)
            for spans in self.sentences
        )

    @cached_property
    def orders(self) -> tuple[int | None, ...]:
        """Where in each block the first sentence that is an order to a machine begins; None where there is none."""
        return tuple(
            next((start for start, end in spans if addresses_a_machine(" ".join(self.text[start:end].split()))), None)
            for spans in self.sentences
        )

    @cached_property
    def places(self) -> Mapping[int, int]:
        """The place of each block among those with words."""
        return {number: place for place, number in enumerate(self.spoken)}

    def above(self, number: int, count: int = 1) -> tuple[int, ...]:
        """Up to `count` blocks with words before a block, the nearest first."""
        place = self.places[number]
        return self.spoken[max(0, place - count) : place][::-1]

    def beside(self, number: int) -> tuple[int, ...]:
        """The blocks with words just before and after."""
        place = self.places[number]
        return self.spoken[max(0, place - 1) : place] + self.spoken[place + 1 : place + 2]

    def length(self, number: int) -> int:
        """How many words a block has."""
        return len(self.words[number].split())

    def sections(self, marks: Marks) -> list[tuple[int, list[int]]]:
        """Each heading not marked as furniture with the blocks below it, up to the next such heading."""
        found: list[tuple[int, list[int]]] = []
        for number in self.spoken:
            if self.blocks[number].kind == "heading" and marks.get(number) != CAPTION:
                found.append((number, []))
            elif found:
                found[-1][1].append(number)
        return found


def _folded(words: str) -> str:
    return re.sub(r"\W+", " ", words.casefold()).strip()


# --- the rules; each adds reasons by block number ---

Rule = Callable[[Page, Marks], Marks]


def _orders(page: Page, marks: Marks) -> Marks:
    """Blocks that are, or begin with, an order to a machine; what follows in one is cut off by `clean`."""
    return {
        number: ORDER
        for number, order in enumerate(page.orders)
        if order is not None and (page.blocks[number].kind != "paragraph" or order == page.sentences[number][0][0])
    }


def _mastheads(page: Page, marks: Marks) -> Marks:
    """The site's or the author's name on a line of its own at the top, and bylines."""
    top = page.spoken[:5]
    publisher = page.publisher
    found: dict[int, str] = {}
    for number in page.spoken:
        folded, words = page.folded[number], page.words[number]
        named = publisher and folded.startswith(publisher) and len(folded.split()) <= len(publisher.split()) + 2
        if number in top and named and folded != page.title:
            found[number] = "site name"
        elif len(words) < 500 and is_byline(words):
            found[number] = "byline or note about the page"
    return found


def _repeated(page: Page, marks: Marks) -> Marks:
    """The title said again, and the later times of a line that runs through the page."""
    times = Counter(page.folded)
    seen: set[str] = set()
    found: dict[int, str] = {}
    for number in page.spoken:
        folded, words = page.folded[number], page.words[number]
        runs = times[folded] >= 3 and len(folded.split()) >= 3 and page.blocks[number].kind == "paragraph"
        prose = words[-1] in '.!?;:”"' or "|" in words
        if folded in seen and (folded == page.title or (runs and not prose)):
            found[number] = "repeated line"
        seen.add(folded)
    return found


def _captions(page: Page, marks: Marks) -> Marks:
    """Lines that are nothing but the words of a link or a button."""
    return {
        number: CAPTION
        for number in page.spoken
        if page.length(number) <= 20
        and not (page.blocks[number].kind == "item" and page.words[number].endswith("."))
        and is_caption(page.words[number])
    }


def _name_lists(page: Page, marks: Marks) -> Marks:
    """Lists of clients."""
    return {
        number: NAMES
        for number in page.spoken
        if page.blocks[number].kind == "paragraph" and _is_name_list(page.words[number])
    }


def _is_name_list(words: str) -> bool:
    """Whether ten and more words, nearly all of them names, make no sentence."""
    parts = words.split()
    names = sum(part[0].isupper() or part[0].isdigit() or part == "&" for part in parts)
    sentence = words[-1] in ".!?:;)|" or "|" in words or words.isupper()
    labelled = re.match(r"(?:figure|fig|table|box|exhibit|source)\b", words, re.IGNORECASE)
    return len(parts) >= 10 and names >= 0.9 * len(parts) and not sentence and not labelled


def _promotions(page: Page, marks: Marks) -> Marks:
    """Blocks that are promotion throughout."""
    return {
        number: PROMOTION
        for number in page.spoken
        if page.blocks[number].kind != "item"
        and min(page.strengths[number], default=0) > 0
        and max(page.strengths[number]) == 2
    }


def _promotions_beside(page: Page, marks: Marks) -> Marks:
    """Blocks that might be meant in earnest, but stand beside ones that are not."""
    found = dict(marks)
    for _ in range(3):  # each round reaches one block further
        found |= {
            number: PROMOTION
            for number in page.spoken
            if number not in found
            and page.blocks[number].kind == "paragraph"
            and min(page.strengths[number], default=0) > 0
            and any(found.get(beside) in (PROMOTION, NAMES) for beside in page.beside(number))
        }
    return found


def _cards(page: Page, marks: Marks) -> Marks:
    """Teasers of other pages: a line or two with a caption that recurs on the page below or behind them."""
    closing = [number for number in page.spoken if _closes_card(page, number, marks)]
    if len(closing) < 2:
        return {}
    teased = {above for number in closing for above in _teased(page, number, own_line=number in marks)}
    return dict.fromkeys(teased.union(closing) - marks.keys(), TEASER)


def _closes_card(page: Page, number: int, marks: Marks) -> bool:
    if marks.get(number) == CAPTION:
        return page.folded.count(page.folded[number]) >= 2
    caption = ends_in_caption(page.words[number])
    return caption is not None and sum(words.endswith(caption) for words in page.words) >= 2


def _teased(page: Page, number: int, own_line: bool) -> tuple[int, ...]:
    """The blocks above a card's end that belong to it: heading and teaser where the caption has its
    own line.
    """
    above = page.above(number, 2)
    if not own_line:  # the teaser ends in its caption; its question or title stands above
        return above[:1] if above and page.length(above[0]) <= 30 else ()
    if above and page.blocks[above[0]].kind == "heading":
        return above[:1]
    card = len(above) == 2 and page.blocks[above[1]].kind == "heading" and page.length(above[0]) <= 60
    return above if card else ()


def _question_lists(page: Page, marks: Marks) -> Marks:
    """Three and more questions of one pattern in a row near the top: a table of contents."""
    found: dict[int, str] = {}
    run: list[int] = []
    for number in (*page.spoken[:30], -1):
        if number >= 0 and page.words[number].endswith("?") and page.length(number) <= 14:
            run.append(number)
            continue
        openings = {" ".join(page.folded[asked].split()[:2]) for asked in run}
        if len(run) >= 3 and len(openings) == 1 and not _introduced(page, run[0]):
            found.update(dict.fromkeys(run, "list of questions"))
        run = []
    return found


def _introduced(page: Page, number: int) -> bool:
    return any(page.words[above].endswith(":") for above in page.above(number))


def _references(page: Page, marks: Marks) -> Marks:
    """A list of works cited with its heading."""
    found: dict[int, str] = {}
    for place, number in enumerate(page.spoken):
        if not REFERENCES_HEADING.match(page.words[number]):
            continue
        listed: list[int] = []
        for below in page.spoken[place + 1 :]:
            if page.blocks[below].kind == "heading" or not REFERENCE.search(page.words[below]):
                break
            listed.append(below)
        if listed:
            found.update(dict.fromkeys((number, *listed), "list of references"))
    return found


def _teaser_sections(page: Page, marks: Marks) -> Marks:
    """Sections that point to other pages, whole: the heading says so and the blocks below mostly do."""
    found: dict[int, str] = {}
    for heading, below in page.sections(marks):
        related = RELATED_HEADING.match(page.words[heading]) is not None
        if not below or not (related or TEASER_HEADING.search(page.words[heading])):
            continue
        gone = [number for number in below if number in marks or (related and _is_bare_link(page, number))]
        rest = [number for number in below if number not in gone]
        enough = len(gone) >= (0.3 if related else 0.5) * len(below)
        if enough and all(page.length(number) <= _MAX_TEASER_WORDS for number in rest):
            found.update(dict.fromkeys((heading, *below), "section that points to other pages"))
    return found


def _is_bare_link(page: Page, number: int) -> bool:
    return page.length(number) <= 20 and page.words[number][-1] not in '.!:;”"'


def _lead_ins(page: Page, marks: Marks) -> Marks:
    """A line that introduces furniture."""
    found: dict[int, str] = {}
    for number, below in zip(page.spoken, page.spoken[1:], strict=False):
        introduces = below in marks and marks[below] not in ("repeated line", CAPTION)
        if introduces and len(page.sentences[number]) <= 2 and LEAD_IN.match(page.words[number]):
            found[number] = "introduction to what was left out"
    return found


def _emptied_headings(page: Page, marks: Marks) -> Marks:
    """Headings of which nothing is left below."""
    return {
        heading: "heading of what was left out"
        for heading, below in page.sections(marks)
        if below
        and page.folded[heading] != page.title
        and all(number in marks for number in below)
        and not _has_subsections(page, heading)
    }


def _has_subsections(page: Page, heading: int) -> bool:
    later = next((b for b in page.blocks[heading + 1 :] if b.kind == "heading"), None)
    return later is not None and later.level > page.blocks[heading].level


RULES: Sequence[Rule] = (
    _orders,
    _captions,
    _mastheads,
    _repeated,
    _name_lists,
    _promotions,
    _promotions_beside,
    _cards,
    _question_lists,
    _references,
    _teaser_sections,
    _lead_ins,
    _emptied_headings,
)
