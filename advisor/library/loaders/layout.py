"""Pieces of printed lines with their places → lines in the order they are read, headings, paragraphs, rows.

Columns are found by recursive cuts along white space (Nagy and Seth's XY-cut, 1984). Owns geometry and nothing of PDF.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

BULLET = re.compile(r"[•‣▪●◦–·*\uf0b7-]\s+(?=\S)")
_HEADING_SIZE = 1.12  # of the size that most of the text has
_MAX_HEADING_WORDS = 25
_DENSE = 0.4  # of the pages from the first to the last that has it
_EDGE_LINES = 4  # of a running head or foot
_PAGE_OF = re.compile(r"(?:page\s+)?\d{1,4}\s*(?:of|/)\s*\d{1,4}", re.IGNORECASE)
_COLUMN_CHARACTERS = 18  # the median line of a column of prose has more, a cell of a table less


@dataclass(frozen=True, slots=True)
class Piece:
    """Words set in one go: their box in points from the lower left, and the height and weight of their letters."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Line(Piece):
    """What stands on one line of a column; `row` where it is cells of a table."""

    row: bool = False


def lines_in_order(pieces: Sequence[Piece]) -> list[Line]:
    """The lines of a page, column by column from the left, each from top to bottom."""
    return [line for group in _cut(list(pieces), 0) for line in _lines(group)]


def _cut(pieces: list[Piece], depth: int) -> list[list[Piece]]:
    if len(pieces) < 2 or depth > 40:
        return [pieces]
    gutter = _gutter(pieces)
    if gutter is not None:
        left = [piece for piece in pieces if piece.right <= gutter]
        right = [piece for piece in pieces if piece.right > gutter]
        return _cut(left, depth + 1) + _cut(right, depth + 1)
    for cut in _gaps((piece.bottom, piece.top) for piece in pieces)[:6]:
        upper = [piece for piece in pieces if piece.bottom >= cut]
        lower = [piece for piece in pieces if piece.bottom < cut]
        if _gutter(upper) is not None or _gutter(lower) is not None or (len(pieces) > 8 and depth < 3):
            return _cut(upper, depth + 1) + _cut(lower, depth + 1)
    return [pieces]


def _gutter(pieces: Sequence[Piece]) -> float | None:
    """Where white space from top to bottom parts two columns of prose; None where none does."""
    for cut in _gaps((piece.left, piece.right) for piece in pieces):
        sides = [[p for p in pieces if p.right <= cut], [p for p in pieces if p.right > cut]]
        if all(_is_column(side) for side in sides):
            return cut
    return None


def _is_column(side: Sequence[Piece]) -> bool:
    lengths = sorted(len(piece.text) for piece in side)
    return len(side) >= 3 and lengths[len(lengths) // 2] >= _COLUMN_CHARACTERS


def _gaps(spans: Iterable[tuple[float, float]]) -> list[float]:
    """The middles of the stretches that no span covers, the widest first."""
    reach, gaps = None, []
    for start, end in sorted(spans):
        if reach is not None and start - reach > 2:
            gaps.append((start - reach, (start + reach) / 2))
        reach = end if reach is None else max(reach, end)
    return [middle for _, middle in sorted(gaps, reverse=True)]


def _lines(pieces: Sequence[Piece]) -> list[Line]:
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: -(piece.bottom + piece.top)):
        if rows and _same_line(rows[-1][0], piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [_line(sorted(row, key=lambda piece: piece.left)) for row in rows]


def _same_line(first: Piece, piece: Piece) -> bool:
    return abs((first.bottom + first.top) - (piece.bottom + piece.top)) <= 0.8 * min(first.size, piece.size)


def _line(row: Sequence[Piece]) -> Line:
    cells = [row[0].text]
    for before, piece in pairwise(row):
        near = piece.left - before.right <= 1.2 * piece.size or bool(
            re.fullmatch(r"[•‣▪●◦–·*-]|\(?\w{1,3}[.)]", cells[-1])
        )
        cells[-1:] = [f"{cells[-1]} {piece.text}"] if near else [cells[-1], piece.text]
    largest = max(row, key=lambda piece: len(piece.text))
    box = (min(p.left for p in row), min(p.bottom for p in row), max(p.right for p in row), max(p.top for p in row))
    return Line(" | ".join(cells), *box, largest.size, all(p.bold for p in row), row=len(cells) > 1)


def usual_size(pages: Iterable[Sequence[Line]]) -> float:
    """The size that most letters have."""
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[round(line.size * 2) / 2] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def heading_sizes(pages: Iterable[Sequence[Line]], usual: float) -> list[float]:
    """The sizes of headings, the largest first; five at most, since bold lines are a level of their own."""
    sizes = {round(line.size * 2) / 2 for lines in pages for line in lines if _is_large(line, usual)}
    return sorted(sizes, reverse=True)[:5]


def paragraphs(lines: Sequence[Line], usual: float, sizes: Sequence[float]) -> list[str]:
    """The Markdown-like blocks of a page: lines joined where they are one paragraph, hyphens at their ends mended."""
    blocks: list[str] = []
    above: Line | None = None
    leading = _leading(lines)
    for line in lines:
        level = _level(line, usual, sizes)
        if above is not None and _continues(line, above, leading, level == _level(above, usual, sizes)):
            blocks[-1] = joined(blocks[-1], line.text)
        else:
            blocks.append(_marked(line, level))
        above = line
    return blocks


def _leading(lines: Sequence[Line]) -> float:
    """The white space that lines of one paragraph have between them, as a share of their size."""
    gaps = sorted(
        (above.bottom - line.top) / line.size for above, line in pairwise(lines) if line.bottom < above.bottom
    )
    return gaps[len(gaps) // 4] if gaps else 0.0


def joined(upper: str, lower: str, space: str = " ") -> str:
    """Two lines of a paragraph as one; a word parted by a hyphen at the end of the upper is whole again."""
    if re.search(r"\w[-\u00ad\u2010]$", upper) and lower[:1].islower():
        first, _, rest = lower.partition(" ")
        return upper[:-1] + first + space + rest if rest else upper[:-1] + first
    return upper + space + lower


def _marked(line: Line, level: int) -> str:
    if line.row:
        return "| " + line.text
    if match := BULLET.match(line.text):
        return "- " + line.text[match.end() :]
    if level:
        return "#" * level + " " + line.text
    return "\\" + line.text if re.match(r"#{1,6}\s", line.text) else line.text


def _level(line: Line, usual: float, sizes: Sequence[float]) -> int:
    if line.row or BULLET.match(line.text) or not re.search(r"[^\W\d_]{2}", line.text):
        return 0
    if len(line.text.split()) > _MAX_HEADING_WORDS:
        return 0
    if _is_large(line, usual):
        return 1 + next((place for place, size in enumerate(sizes) if line.size >= size - 0.3), len(sizes) - 1)
    bold = line.bold and line.size >= 0.95 * usual and len(line.text.split()) <= 12
    return min(6, len(sizes) + 2) if bold and line.text[-1] not in ".,;:" else 0


def _is_large(line: Line, usual: float) -> bool:
    return line.size >= _HEADING_SIZE * usual


def _continues(line: Line, above: Line, leading: float, alike: bool) -> bool:
    """Whether a line goes on with the paragraph above; `alike` when both are headings of one level or none."""
    if line.row or above.row or not alike or BULLET.match(line.text) or abs(line.size - above.size) > 0.1 * above.size:
        return False
    if line.bottom > above.bottom:  # the next column: goes on where the sentence does
        return above.text[-1] not in ".!?:;" and line.text[:1].islower()
    if above.bottom - line.top > min(0.7, leading + 0.3) * line.size:
        return False
    ended = above.text[-1] in ".!?:" and above.right < line.right - 3 * line.size
    indented = above.text[-1] in ".!?:" and line.left > above.left + 0.8 * line.size
    numbered = re.match(r"\(?(?:\d{1,2}|[a-z])[.)]\s", line.text) is not None
    return not (ended or indented or numbered)


def without_repeated(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> tuple[list[list[Line]], list[str]]:
    """The pages without running heads, feet and page numbers, and one of each that went.

    These stand at the top or bottom edge, white space between them and the text, and recur in the same place on three
    pages and more, or on both of two, page after page or on every other, whatever numbers are in them.
    """
    usual = usual_size(pages)
    edges = [_edges(lines, height) for lines, height in zip(pages, heights, strict=True)]
    on: dict[tuple[str, int], list[int]] = {}
    for number, edge in enumerate(edges):
        for key in {_key(line, usual) for line in edge}:
            on.setdefault(key, []).append(number)
    least = max(2, min(3, len(pages)))
    running = {key for key, at in on.items() if len(at) >= least and len(at) >= _DENSE * (at[-1] - at[0] + 1)}
    gone: dict[tuple[str, int], str] = {}
    kept: list[list[Line]] = []
    for lines, edge in zip(pages, edges, strict=True):
        furniture = {id(line) for line in edge if _key(line, usual) in running or _PAGE_OF.fullmatch(line.text)}
        gone = {_key(line, usual): line.text for line in lines if id(line) in furniture} | gone
        kept.append([line for line in lines if id(line) not in furniture])
    return kept, list(gone.values())


def _edges(lines: Sequence[Line], height: float) -> list[Line]:
    from_top = sorted(lines, key=lambda line: -line.top)
    from_bottom = sorted(lines, key=lambda line: line.bottom)
    top = from_top[: _apart([(height - line.top, height - line.bottom) for line in from_top])]
    bottom = from_bottom[: _apart([(line.bottom, line.top) for line in from_bottom])]
    return [line for line in top if line.bottom > 0.85 * height] + [line for line in bottom if line.top < 0.15 * height]


def _apart(spans: Sequence[tuple[float, float]]) -> int:
    """How many lines at an edge, up to some, stand apart from the rest; spans are distances from the edge."""
    reach = [max(end for _, end in spans[:count]) for count in range(1, min(_EDGE_LINES, len(spans)) + 1)]
    return max(
        (
            count
            for count, end in enumerate(reach, 1)
            if count == len(spans) or spans[count][0] - end > 0.7 * (spans[count][1] - spans[count][0])
        ),
        default=0,
    )


def _key(line: Line, usual: float) -> tuple[str, int]:
    """What a line has in common with its like on other pages, its height in points with it; headings such as
    "Chapter 3" only with themselves.
    """
    text = line.text
    if not _is_large(line, usual):
        text = " ".join(re.sub(r"\d+", "0", text.casefold()).split())
        text = re.sub(r"(?<!\w)[ivxl]+(?!\w)", "0", text) if len(text) <= 12 else text
    return text, round(line.bottom)
