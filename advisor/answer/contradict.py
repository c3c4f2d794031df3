"""Whether a statement says the opposite of its quote: opposites, and what is denied or given up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TypeAlias

from advisor.answer.align import Alignment, kin, kindred
from advisor.answer.lexicon import Pole
from advisor.answer.reading import Reading

_PREFIXES = ("un", "in", "im", "ir", "il", "dis", "mis", "non", "de")
REACH = 2  # content words on either side that make the company of a word
SHORTEST = 4  # letters of a word that can be turned round by a prefix

Side: TypeAlias = tuple[int, int, bool]  # pair of opposites, side, denied


def find_contradiction(statement: Reading, quote: Reading, alignment: Alignment) -> str | None:
    """The words in which a statement contradicts its quote, or None."""
    return (
        _find_new_denial(statement, quote, alignment)
        or _find_dropped_denial(statement, quote, alignment)
        or _find_swap(statement, quote)
        or _find_opposite(statement, quote, alignment)
        or _find_turned_word(statement, quote, alignment)
    )


def backed(statement: Reading, quote: Reading, alignment: Alignment) -> set[int]:
    """Words of a statement for which the quote has one left over of the same side ("included", "no exception")."""
    mine, theirs = _leaning(statement, quote)
    found: set[int] = set()
    for (pair, side, denied), poles in mine.items():
        same = theirs.get((pair, side, denied), []) + theirs.get((pair, 1 - side, not denied), [])
        if any(alignment.unused.intersection(range(pole.start, pole.end)) for pole in same):
            found.update(position for pole in poles for position in range(pole.start, pole.end))
    return found


def _find_new_denial(statement: Reading, quote: Reading, alignment: Alignment) -> str | None:
    """What a statement denies and its quote does not."""
    for reach in statement.denials:
        head = (_heads(statement, reach) or reach)[0]
        if _turned(statement, head, quote):
            continue
        meant = _occurrences(statement, head, quote, alignment)
        if not quote.denied or (meant and not quote.denied.intersection(meant)):
            return f"it denies “{statement.words[head].text}”, which the source does not"
    return None


def _find_dropped_denial(statement: Reading, quote: Reading, alignment: Alignment) -> str | None:
    """What a quote denies, and nowhere affirms, and its statement affirms."""
    meant_by = defaultdict(set)
    for position, other in alignment.pairs.items():
        meant_by[other].add(position)
    for reach in quote.denials:
        heads = _heads(quote, reach)
        affirmed = [p for p in range(len(quote.words)) if p not in quote.denied]
        heads = [head for head in heads if not any(kin(quote.words[head], quote.words[p]) for p in affirmed)]
        said = {
            p
            for head in heads
            for p in (*meant_by[head], *(p for p in statement.content if kin(statement.words[p], quote.words[head])))
        }
        known = {p for p in statement.denied if any(_alike(statement, p, quote, other) for other in reach)}
        turned = any(_turned(quote, head, statement) for head in heads)
        if said and not said & statement.denied and not known and not turned:
            return f"it leaves out that the source denies “{quote.words[heads[0]].text}”"
    return None


def _find_swap(statement: Reading, quote: Reading) -> str | None:
    """What a statement says is given up for something else, and its quote says is what comes instead."""
    if not quote.given_up:
        return None
    gone = {quote.stems[position] for position in quote.denied}
    for reach in statement.given_up:
        for position in reach:
            if statement.stems[position] in quote.stems and statement.stems[position] not in gone:
                return f"it gives up “{statement.words[position].text}”, which the source does not"
    return None


def _find_opposite(statement: Reading, quote: Reading, alignment: Alignment) -> str | None:
    """A word of a statement where its quote has one that means the opposite."""
    mine, theirs = _leaning(statement, quote)
    for (pair, side, denied), poles in mine.items():
        this, that = (pair, side, denied), (pair, 1 - side, denied)
        more = _count(mine, this) > _count(theirs, this)
        if more and _count(theirs, that) > _count(mine, that):
            near = [(o, t) for o in poles for t in theirs[that] if _close(alignment, statement, quote, o, t)]
            if not near:
                continue
            one, other = near[0]
            return f"it says “{_said(statement, one)}” where the source says “{_said(quote, other)}”"
    return None


def _find_turned_word(statement: Reading, quote: Reading, alignment: Alignment) -> str | None:
    """A word that a prefix turns round ("satisfied", "unsatisfied") and no denial turns back."""
    left_over = alignment.unused.union(alignment.placed.values())
    for position in (*alignment.own, *alignment.placed):
        for other in left_over:
            turned = _turns(statement.words[position].text.lower(), quote.words[other].text.lower())
            if turned and (position in statement.denied) == (other in quote.denied):
                one, two = statement.words[position].text, quote.words[other].text
                return f"it says “{one}” where the source says “{two}”"
    return None


def _heads(reading: Reading, reach: Sequence[int]) -> list[int]:
    """What a denial is about: the first two content words it reaches."""
    return [position for position in reach if reading.words[position].content][:2]


def _occurrences(statement: Reading, position: int, quote: Reading, alignment: Alignment) -> set[int]:
    """Everything in the quote that a word of the statement may stand for."""
    found = {other for other in range(len(quote.words)) if _alike(statement, position, quote, other)}
    kindly = {other for other in found if kin(statement.words[position], quote.words[other])}
    aligned = {alignment.pairs[position]} if position in alignment.pairs else set()
    return (kindly | aligned) and found


def _alike(one: Reading, position: int, other: Reading, place: int) -> bool:
    return kin(one.words[position], other.words[place]) or bool(one.groups[position] & other.groups[place])


def _turned(one: Reading, position: int, other: Reading) -> bool:
    """Whether the other text has the word with a negating prefix, or without the one it has here."""
    word = one.words[position].text.lower()
    return any(_turns(word, candidate.text.lower()) for candidate in other.words)


def _turns(one: str, other: str) -> bool:
    return _negates(one, other) or _negates(other, one)


def _negates(one: str, other: str) -> bool:
    """Whether the first word is the second with a negating prefix or ending."""
    stripped = [one[len(prefix) :] for prefix in _PREFIXES if one.startswith(prefix)]
    stripped += [one.removesuffix("less")] if one.endswith("less") else []
    return any(len(rest) >= SHORTEST and (rest == other or kindred(rest, other)) for rest in stripped)


def _leaning(statement: Reading, quote: Reading) -> tuple[dict[Side, list[Pole]], dict[Side, list[Pole]]]:
    """The words with an opposite on each side, by what they lean to, without those that both have alike."""
    common = Counter(_phrases(statement)) & Counter(_phrases(quote))
    return _beyond(statement, common), _beyond(quote, common)


def _phrases(reading: Reading) -> list[tuple[str, ...]]:
    return [phrase for _, phrase in sorted({(pole.start, pole.phrase) for pole in reading.poles})]


def _beyond(reading: Reading, common: Counter[tuple[str, ...]]) -> dict[Side, list[Pole]]:
    seen: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    found: defaultdict[Side, list[Pole]] = defaultdict(list)
    for pole in sorted(reading.poles, key=lambda pole: (pole.start, pole.end)):
        places = seen[pole.phrase]
        if pole.start not in places:
            places.append(pole.start)
        if places.index(pole.start) >= common[pole.phrase]:
            denied = bool(reading.denied.intersection(range(pole.start, pole.end)))
            found[pole.pair, pole.side, denied].append(pole)
    return dict(found)


def _count(leaning: dict[Side, list[Pole]], side: Side) -> int:
    return len({pole.start for pole in leaning.get(side, [])})


def _close(alignment: Alignment, statement: Reading, quote: Reading, one: Pole, other: Pole) -> bool:
    """Whether two words stand in the same company: a word beside the one is a word beside the other, too."""
    here, there = _beside(statement, one), _beside(quote, other)
    same = {statement.stems[p] for p in here} & {quote.stems[p] for p in there}
    return bool(same) or any(alignment.pairs.get(p) in there for p in here)


def _beside(reading: Reading, pole: Pole) -> list[int]:
    before = [p for p in reading.content if p < pole.start][-REACH:]
    return before + [p for p in reading.content if p >= pole.end][:REACH]


def _said(reading: Reading, pole: Pole) -> str:
    return " ".join(word.text for word in reading.words[pole.start : pole.end])
