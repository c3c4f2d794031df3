"""Kept blocks → passages: whole sentences of one section, packed to the window of the embedding model.

A passage is a contiguous slice of the document's text and never holds what `clean` left out.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from advisor.library.blocks import Block
from advisor.library.clean import Cleaned
from advisor.library.sentences import language_code, sentence_spans
from advisor.types import Document, Passage, Sentence

CountTokens = Callable[[Sequence[str]], list[int]]
_Rooms = Mapping[tuple[str, ...], int]

_STRETCH = 1.25  # a passage may grow so far past its size where that keeps a section or a list whole
_TINY = 0.3  # sections up to this share of a passage are packed together with their siblings
_MIN_ROOM = 16
_MAX_PREFIX = 120  # characters of the heading path put before a passage


@dataclass(frozen=True, slots=True)
class Sizes:
    """Tokens of a passage, of the overlap of two, and of all that the embedding model reads at once,
    without the special ones."""

    passage: int
    overlap: int
    window: int


def make_passages(document: Document, cleaned: Cleaned, sizes: Sizes, count_tokens: CountTokens) -> tuple[Passage, ...]:
    """The document's passages in order; together they hold every sentence of the kept blocks."""
    count_tokens = _never_too_few(count_tokens)
    whole = _sentences(document, cleaned.kept)
    rooms = _rooms(document.bibliography.title, whole, sizes, count_tokens)
    sentences = _split_long(document.text, whole, rooms, count_tokens)
    sections = _sections(document, sentences, cleaned, count_tokens)
    slices = [
        piece
        for group in _groups(sections, rooms, sizes.passage)
        for piece in _pack(_clusters(group.units, group.room), group.size, group.room, sizes.overlap)
    ]
    worded = [piece for piece in slices if any(unit.sentence.kind != "heading" for unit in piece)]
    return _passages(document, worded or slices)


def _never_too_few(count_tokens: CountTokens) -> CountTokens:
    """Counts at least a token for every 12 characters: an endless string without spaces is one
    unknown token.
    """

    def count(texts: Sequence[str]) -> list[int]:
        return [max(tokens, len(text) // 12) for text, tokens in zip(texts, count_tokens(texts), strict=True)]

    return count


def embedding_text(title: str, passage: Passage) -> tuple[str, int]:
    """What is embedded and searched for a passage, and where in it the passage's own text begins.

    The headings it stands under come first, as far as its text does not begin with them; the document's title
    where there is none.
    """
    return _with_prefix(
        title, passage.heading, passage.text, tuple(passage.slice(s) for s in _leading(passage.sentences))
    )


def _with_prefix(title: str, heading: Sequence[str], text: str, leading: Sequence[str]) -> tuple[str, int]:
    prefix = _prefix([part for part in heading if part not in leading] or ([] if leading else [title]))
    return prefix + text, len(prefix)


def _prefix(parts: Sequence[str]) -> str:
    while len(parts) > 1 and len(" > ".join(parts)) > _MAX_PREFIX:
        parts = parts[1:]
    return " > ".join(parts)[:_MAX_PREFIX].rstrip() + "\n" if parts else ""


def _leading(sentences: Sequence[Sentence]) -> Iterator[Sentence]:
    for sentence in sentences:
        if sentence.kind != "heading":
            return
        yield sentence


# --- sentences ---


def _sentences(document: Document, blocks: Sequence[Block]) -> list[Sentence]:
    text, title = document.text, _folded(document.bibliography.title)
    language = language_code(document.bibliography.language)
    titles = _title_starts(document, blocks, title)
    path: tuple[tuple[int, str], ...] = ()
    found: list[Sentence] = []
    paragraph = 0
    for block in blocks:
        if block.kind == "gap":
            path = ()
            continue
        words = text[block.words : block.end].strip()
        is_title = block.start in titles
        if block.kind == "heading" and not is_title:
            path = (*(part for part in path if part[0] < block.level), (block.level, " ".join(words.split())))
        heading = tuple(name for _, name in path)
        if block.kind == "heading" or is_title:
            start = block.words + text[block.words : block.end].find(words)
            found.append(Sentence(start, start + len(words), "heading", paragraph, heading))
        else:
            found += (
                Sentence(start, end, "item" if block.kind == "item" else "prose", paragraph, heading)
                for start, end in sentence_spans(text, block.words, block.end, language)
            )
        paragraph += 1
    return [sentence for sentence in found if sentence.end > sentence.start]


def _title_starts(document: Document, blocks: Sequence[Block], title: str) -> set[int]:
    """Where the blocks begin that are the title: those that say it, and a Markdown text's only top
    heading.
    """
    top = [block for block in blocks if block.kind == "heading" and block.level == 1]
    says = [
        block
        for block in blocks[:20]
        if block.kind in ("heading", "paragraph") and _folded(document.text[block.words : block.end]) == title
    ]
    return {block.start for block in (says[:1] + (top if len(top) == 1 else []))}


def _folded(words: str) -> str:
    return re.sub(r"\W+", " ", words.casefold()).strip()


def _split_long(text: str, sentences: Sequence[Sentence], rooms: _Rooms, count_tokens: CountTokens) -> list[Sentence]:
    """Sentences longer than the model's window in pieces, cut after a clause or at least after a word."""
    lengths = count_tokens([text[sentence.start : sentence.end] for sentence in sentences])
    result: list[Sentence] = []
    for sentence, length in zip(sentences, lengths, strict=True):
        room = rooms[sentence.heading]
        result += [sentence] if length <= room else _pieces(text, sentence, room, count_tokens)
    return result


_WORD = re.compile(r"\S{1,60}\s*")  # longer ones are cut: no language has them, tables and keys do
_CLAUSE = re.compile(r"[,;:—–)]\s+$")


def _pieces(text: str, sentence: Sentence, room: int, count_tokens: CountTokens) -> Iterator[Sentence]:
    words = [match.span() for match in _WORD.finditer(text, sentence.start, sentence.end)]
    tokens = count_tokens([text[start:end] for start, end in words])
    first = 0
    while first < len(words):
        last, total = first, tokens[first]
        while last + 1 < len(words) and total + tokens[last + 1] <= room:
            last += 1
            total += tokens[last]
        if last + 1 < len(words):
            clauses = [i for i in range(first, last + 1) if _CLAUSE.search(text[slice(*words[i])])]
            last = next((i for i in reversed(clauses) if i - first >= (last - first) // 2), last)
        start, end = words[first][0], words[last][1]
        yield replace(sentence, start=start, end=start + len(text[start:end].rstrip()))
        first = last + 1


def _rooms(title: str, sentences: Sequence[Sentence], sizes: Sizes, count_tokens: CountTokens) -> _Rooms:
    """By heading, the most tokens of text that a passage under it can have beside what is put before it."""
    headings = list(dict.fromkeys(sentence.heading for sentence in sentences))
    longest = int(sizes.passage * _STRETCH)
    before = count_tokens([_with_prefix(title, heading, "", ())[0] for heading in headings])
    return {
        heading: max(_MIN_ROOM, min(sizes.window - length, longest))
        for heading, length in zip(headings, before, strict=True)
    }


# --- sections ---


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence with the tokens from its start to that of the next."""

    sentence: Sentence
    tokens: int


@dataclass(frozen=True, slots=True)
class _Section:
    """Consecutive sentences below one heading. Sections of different runs have something left out between
    them.
    """

    path: tuple[str, ...]
    run: int
    units: tuple[_Unit, ...]

    @property
    def tokens(self) -> int:
        return sum(unit.tokens for unit in self.units)


@dataclass(frozen=True, slots=True)
class _Group:
    """Sections packed together, the size their passages are packed to and the most that one may reach."""

    units: tuple[_Unit, ...]
    size: int
    room: int


def _sections(
    document: Document, sentences: Sequence[Sentence], cleaned: Cleaned, count_tokens: CountTokens
) -> list[_Section]:
    if not sentences:
        return []
    starts = [dropped.start for dropped in cleaned.dropped] + [b.start for b in cleaned.kept if b.kind == "gap"]
    runs = _runs(sentences, sorted(starts))
    ends = [
        after.start if run == run_after else sentence.end
        for sentence, after, run, run_after in zip(sentences, sentences[1:], runs, runs[1:], strict=False)
    ] + [sentences[-1].end]
    tokens = count_tokens([document.text[s.start : end] for s, end in zip(sentences, ends, strict=True)])
    sections: list[_Section] = []
    units: list[_Unit] = []
    section_run = runs[0]
    for sentence, run, length in zip(sentences, runs, tokens, strict=True):
        if units and not _same_section(units, section_run, sentence, run):
            sections.append(_Section(units[-1].sentence.heading, section_run, tuple(units)))
            units = []
        units.append(_Unit(sentence, length))
        section_run = run
    return [*sections, _Section(units[-1].sentence.heading, section_run, tuple(units))]


def _same_section(units: Sequence[_Unit], run: int, sentence: Sentence, its_run: int) -> bool:
    """Whether a sentence is of the section of those before it, or the first below their heading."""
    last = units[-1].sentence
    if run != its_run:
        return False
    return last.kind == "heading" or (sentence.kind != "heading" and sentence.heading == last.heading)


def _runs(sentences: Sequence[Sentence], breaks: Sequence[int]) -> list[int]:
    """For each sentence the number of breaks before it: equal numbers have nothing between them."""
    runs, passed = [], 0
    for sentence in sentences:
        while passed < len(breaks) and breaks[passed] <= sentence.start:
            passed += 1
        runs.append(passed)
    return runs


def _groups(sections: Sequence[_Section], rooms: _Rooms, size: int) -> Iterator[_Group]:
    """Each section alone, or tiny ones next to each other with their siblings and the parent above them."""
    gathered: list[_Section] = []
    for section in sections:
        if gathered and not _packs_with(gathered, section, rooms, size):
            yield _group(gathered, rooms, size)
            gathered = []
        gathered.append(section)
    if gathered:
        yield _group(gathered, rooms, size)


def _packs_with(gathered: Sequence[_Section], section: _Section, rooms: _Rooms, size: int) -> bool:
    first, tiny = gathered[0], size * _TINY
    related = section.path[:-1] == first.path[:-1] or section.path[: len(first.path)] == first.path
    if section.run != first.run or not related or section.tokens > tiny or gathered[-1].tokens > tiny:
        return False
    return sum(one.tokens for one in gathered) + section.tokens <= min(rooms[first.path], rooms[section.path])


def _group(gathered: Sequence[_Section], rooms: _Rooms, size: int) -> _Group:
    room = min(rooms[section.path] for section in gathered)
    return _Group(tuple(unit for section in gathered for unit in section.units), min(size, room), room)


# --- packing ---

_Cluster = tuple[_Unit, ...]


def _clusters(units: Sequence[_Unit], room: int) -> list[_Cluster]:
    """What must not be parted where it fits: a heading and the sentence below it, a list and what introduces
    it.
    """
    clusters: list[_Cluster] = []
    for unit in units:
        last = clusters[-1] if clusters else ()
        if last and _belongs(last, unit) and _tokens(last) + unit.tokens <= room:
            clusters[-1] = (*last, unit)
        else:
            clusters.append((unit,))
    return clusters


def _belongs(cluster: _Cluster, unit: _Unit) -> bool:
    last, sentence = cluster[-1].sentence, unit.sentence
    if last.kind == "heading":
        return True
    return sentence.kind == "item" and (last.kind == "item" or last.paragraph == sentence.paragraph - 1)


def _pack(clusters: Sequence[_Cluster], size: int, room: int, overlap: int) -> Iterator[_Cluster]:
    piece: _Cluster = ()
    rest = sum(_tokens(cluster) for cluster in clusters)
    for cluster in clusters:
        fits = _tokens(piece) + _tokens(cluster) <= size or _tokens(piece) + rest <= room
        if piece and not fits:
            yield piece
            piece = _tail(piece, min(overlap, room - _tokens(cluster)))
        piece = (*piece, *cluster)
        rest -= _tokens(cluster)
    if piece:
        yield piece


def _tail(piece: _Cluster, tokens: int) -> _Cluster:
    """The last whole sentences of a passage that the next one begins with: never all of them, never a
    heading.
    """
    taken: _Cluster = ()
    for unit in reversed(piece[1:]):
        if unit.sentence.kind == "heading" or _tokens(taken) + unit.tokens > tokens:
            break
        taken = (unit, *taken)
    return taken


def _tokens(units: Sequence[_Unit]) -> int:
    return sum(unit.tokens for unit in units)


def _passages(document: Document, pieces: Sequence[_Cluster]) -> tuple[Passage, ...]:
    seen: Counter[tuple[tuple[str, ...], str]] = Counter()
    result: list[Passage] = []
    for piece in pieces:
        sentences = tuple(unit.sentence for unit in piece)
        start, end = sentences[0].start, sentences[-1].end
        text = document.text[start:end]
        heading = _common([s.heading for s in sentences if s.kind != "heading"] or [s.heading for s in sentences])
        seen[heading, text] += 1
        key = "\x1f".join((document.id, *heading, text, str(seen[heading, text])))
        name = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        result.append(Passage(name, document.id, start, end, text, heading, sentences))
    return tuple(result)


def _common(paths: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    first = min(paths, key=len)
    for depth, part in enumerate(first):
        if any(path[depth] != part for path in paths):
            return first[:depth]
    return first
