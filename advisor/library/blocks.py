"""Text → blocks with exact offsets: headings, paragraphs, list items, rules.

One parser for Markdown and for plain text. Where no line is marked as a heading, short lines that stand alone
before prose are taken for headings. Which blocks are worth keeping is decided in `clean`, sentences are found
in `chunk`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Literal

BlockKind = Literal["heading", "paragraph", "item", "rule", "gap"]

IMPLICIT_LEVEL = 2  # of a heading without a mark; level 1 is the title's
_MAX_HEADING_WORDS = 16  # the longest heading without a mark among the sources tried has 13
_MAX_HEADING_CHARACTERS = 110
_MIN_WRAP_WIDTH = 45
_MAX_WRAP_WIDTH = 130  # longer lines are paragraphs of their own, not wrapped ones
_GAP_LINES = 3  # this many blank lines end a section where fewer are usual

_BLANK = "\u200b\ufeff"
_ATX = re.compile(r"[ ]{0,3}(#{1,6})[ \t]+(?=\S)")
_SETEXT = re.compile(r"[ ]{0,3}(=+|-+)[ \t]*$")
_RULE = re.compile(r"[ ]{0,3}([-*_=~])(?:[ \t]*\1){2,}[ \t]*$|<!--.*-->$|\|?[ \t]*:?-{3,}:?[ \t|:-]*$")
_ITEM = re.compile(r"([ \t\xa0]*)(?:[-*+•‣▪●◦–·][ \t\xa0]+|\(?\d{1,3}[.)][ \t\xa0]+|\(?[a-z][)][ \t\xa0]+)(?=\S)")
_ROW = re.compile(r"[ \t]*\|[ \t]*(?=\S)")
_QUOTE = re.compile(r"[ ]{0,3}>[ \t]?(?![ \t]*>)")
_FENCE = re.compile(r"[ ]{0,3}(```|~~~)")
_LABEL = re.compile(r"(sources?|by|written by|author|published|updated|date|figure|table|note)\b", re.IGNORECASE)
_CLOSERS = "\"'”’»)]*_ "


@dataclass(frozen=True, slots=True)
class Block:
    """`text[start:end]`; its words begin at `words`, after a mark such as `## ` or `- `.

    `level` is the depth of a heading (1-6) or the indentation of a list item. A `rule` has no words and ends
    nothing; a `gap` is empty and ends the section before it.
    """

    start: int
    end: int
    words: int
    kind: BlockKind
    level: int = 0
    alone: bool = False  # blank lines, or the ends of the text, stand before and after it


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int  # without white space at the end
    raw: str

    @property
    def blank(self) -> bool:
        return not self.raw.strip().strip(_BLANK).strip()


def parse_blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a text in order; together they hold every word of it."""
    lines = _lines(text)
    blocks = _with_gaps(text, _join_lines(lines))
    if any(block.kind == "heading" for block in blocks):
        return blocks
    return _with_implicit_headings(text, blocks)


def _lines(text: str) -> list[_Line]:
    lines, start = [], 0
    for raw in text.splitlines(keepends=True):
        lines.append(_Line(start, start + len(raw.rstrip()), raw.rstrip()))
        start += len(raw)
    return lines


def _join_lines(lines: Sequence[_Line]) -> list[Block]:
    width = _wrap_width(lines)
    blocks: list[Block] = []
    fenced = False
    above: _Line | None = None  # the line above, None when it is blank
    for line in lines:
        if line.blank:
            above = None
            continue
        fence = bool(_FENCE.match(line.raw))
        fenced ^= fence
        if fence:
            blocks.append(_block(line, "rule"))
        elif fenced:
            blocks.append(_block(line, "paragraph"))
        elif above is not None and _underlines(line, above, blocks[-1]):
            blocks[-1] = replace(blocks[-1], kind="heading", level=1 if "=" in line.raw else 2)
            blocks.append(_block(line, "rule"))
        elif above is not None and _continues(line, above, blocks[-1], width):
            blocks[-1] = replace(blocks[-1], end=line.end)
        else:
            if above is not None:  # the block above touches this one
                blocks[-1] = replace(blocks[-1], alone=False)
            blocks.append(replace(_marked_block(line), alone=above is None))
        above = line
    return blocks


def _wrap_width(lines: Sequence[_Line]) -> int | None:
    """The width at which the text's lines were wrapped, or None where each line is a paragraph."""
    upper = [
        line
        for line, below in pairwise(lines)
        if not line.blank
        and not below.blank
        and _marked_block(line).kind in ("paragraph", "item")
        and _marked_block(below).kind == "paragraph"
    ]
    if len(upper) < 3:
        return None
    lengths = sorted(len(line.raw) for line in upper)
    width = lengths[int(0.95 * (len(lengths) - 1))]
    full = sum(length >= 0.7 * width for length in lengths) / len(lengths)
    open_ended = sum(not _ends_sentence(line.raw) for line in upper) / len(upper)
    return width if _MIN_WRAP_WIDTH <= width <= _MAX_WRAP_WIDTH and full >= 0.6 and open_ended >= 0.5 else None


def _continues(line: _Line, above: _Line, block: Block, width: int | None) -> bool:
    if block.kind not in ("paragraph", "item") or _marked_block(line).kind != "paragraph":
        return False
    if above.raw.lstrip().startswith("|"):
        return False
    first = line.raw.lstrip()[0]
    if first.islower() and not _ends_sentence(above.raw):
        return True
    if block.kind == "item" and len(line.raw) - len(line.raw.lstrip()) > block.level:
        return True
    return width is not None and (len(above.raw) >= 0.6 * width or not _ends_sentence(above.raw))


def _underlines(line: _Line, above: _Line, block: Block) -> bool:
    alone = block.kind == "paragraph" and block.start >= above.start and len(above.raw) <= _MAX_HEADING_CHARACTERS
    return alone and bool(_SETEXT.match(line.raw)) and len(line.raw.strip()) >= 2 and "|" not in above.raw


def _ends_sentence(line: str) -> bool:
    return line.rstrip(_CLOSERS)[-1:] in tuple(".!?:;…")


def _marked_block(line: _Line) -> Block:
    if match := _ATX.match(line.raw):
        bare = line.raw.rstrip("#")
        closed = bare.rstrip(" \t") if bare[-1:] in (" ", "\t") else line.raw
        end = max(len(closed), match.end())  # "# #" has no words and ends where they would begin
        return Block(line.start, line.start + end, line.start + match.end(), "heading", len(match[1]))
    if _RULE.match(line.raw):
        return _block(line, "rule")
    if match := _ITEM.match(line.raw):
        return Block(_first(line), line.end, line.start + match.end(), "item", len(match[1]))
    if match := _ROW.match(line.raw):
        return Block(_first(line), line.end, line.start + match.end(), "item")
    if match := _QUOTE.match(line.raw):
        if not line.raw[match.end() :].strip():
            return _block(line, "rule")
        return Block(_first(line), line.end, line.start + match.end(), "paragraph")
    return _block(line, "paragraph")


def _block(line: _Line, kind: BlockKind) -> Block:
    return Block(_first(line), line.end, line.end if kind == "rule" else _first(line), kind)


def _first(line: _Line) -> int:
    return line.start + len(line.raw) - len(line.raw.lstrip())


def _with_gaps(text: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Unusually many blank lines end a section, as a rule would."""
    if len(blocks) < 2:
        return tuple(blocks)
    heights = [text.count("\n", above.end, below.start) - 1 for above, below in pairwise(blocks)]
    usual = median(heights)
    result = [blocks[0]]
    for block, height in zip(blocks[1:], heights, strict=True):
        if height >= _GAP_LINES and height >= usual + 2 and block.kind != "heading":
            result.append(Block(block.start, block.start, block.start, "gap"))
        result.append(block)
    return tuple(result)


def _with_implicit_headings(text: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    result: list[Block] = []
    leads = False  # whether what follows the block is prose or a heading with prose
    for block in reversed(blocks):
        if block.kind in ("rule", "gap"):
            result.append(block)
            continue
        heading = leads and _looks_like_heading(text, block)
        result.append(replace(block, kind="heading", level=IMPLICIT_LEVEL) if heading else block)
        leads = heading or block.kind == "item" or _is_prose(text[block.words : block.end])
    return tuple(reversed(result))


def _looks_like_heading(text: str, block: Block) -> bool:
    words = text[block.words : block.end]
    bare = words.strip(_CLOSERS + "“‘«([")
    return (
        block.kind == "paragraph"
        and block.alone
        and "\n" not in words
        and len(words) <= _MAX_HEADING_CHARACTERS
        and len(words.split()) <= _MAX_HEADING_WORDS
        and bare[-1:] not in tuple(".,;:…!")
        and (bare[:1].isupper() or bare[:1].isdigit())
        and not _LABEL.match(bare)
    )


def _is_prose(words: str) -> bool:
    return len(words.split()) >= 12 or _ends_sentence(words)
