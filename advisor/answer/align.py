"""Which words of a statement its quote has too, in the same or another form, and which are its own."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import TypeAlias

from advisor.answer.reading import Reading, Word

SHORTEST = 3  # letters of a word that a noun is made of with an ending of its own
ROOT = 4  # letters that two words of one family share at least
BESIDE = 5  # words between which two are still neighbours
NEAR = 1  # content words from the neighbours of a word to one that it may stand for; the figures are in evals/LOG.md

# What a word may end in and still be of the family: "argue" and "argument", "decide" and "decision".
_ENDINGS = frozenset(
    """
    e s d t es ed er or ing ion ions ation ations ational ition ment ments al ally ial ially ly y ies ied ity ities ness
    en ened ens th ance ence ances ences ency ancy ant ent able ible ability ful fully ive ively ivity ative ize izes
    ized izing ization ise ic ical ically ics ist ists ism ous ously ary ate ates ated ating ator de sion sions sive
    ption pt ve fy fies fied fication faction ship ships hood ier iest est r rs st logy logical logies ee ees ure ures
    iness ily i se ce age ages ward wards
    """.split()
) | {""}

_NOUN = ("ment", "able", "ability")

Pairs: TypeAlias = dict[int, int]  # positions in the statement → positions in the quote


@dataclass(frozen=True)
class Alignment:
    """Where the content words of a statement stand in its quote; positions of what is left over on either side.

    `placed` are words that the quote has not, but which stand between the same two neighbours as another word of the
    quote that is left over: rewording, where it is no opposite. `loose` ones stand near one that is left over, which
    they may reword; `added` ones do not.
    """

    pairs: Pairs
    placed: Pairs
    loose: Pairs
    added: tuple[int, ...]
    unused: frozenset[int]
    reworded: int  # pairs of different words


def align(statement: Reading, quote: Reading) -> Alignment:
    """Pairs the content words of a statement with words of its quote, the surest kind first."""
    pairs: Pairs = {}
    _pair(pairs, statement, quote, quote.content, lambda s, q: statement.stems[s] == quote.stems[q])
    _pair(pairs, statement, quote, quote.content, lambda s, q: kin(statement.words[s], quote.words[q]))
    everything = range(len(quote.words))  # "hence" may stand for "so"
    _pair(pairs, statement, quote, everything, lambda s, q: bool(statement.groups[s] & quote.groups[q]), again=True)
    _pair(pairs, statement, quote, quote.content, lambda s, q: kin(statement.words[s], quote.words[q]), again=True)
    placed = _place(pairs, statement, quote)
    left_over = set(quote.content) - {*pairs.values(), *placed.values()}
    own = [position for position in statement.content if position not in pairs.keys() | placed.keys()]
    loose = _loosen(own, statement, quote, pairs, left_over)
    return Alignment(
        pairs,
        placed,
        loose,
        added=tuple(position for position in own if position not in loose),
        unused=frozenset(left_over),
        reworded=sum(statement.stems[position] != quote.stems[other] for position, other in pairs.items()),
    )


def kin(one: Word, other: Word) -> bool:
    """Whether two words are forms of one word or of one family."""
    return one.stem == other.stem or kindred(one.text.lower(), other.text.lower())


@lru_cache(maxsize=65_536)
def kindred(one: str, other: str) -> bool:
    """Whether what two lower-case words do not share are endings; "pay" and "payment" share a whole word."""
    shared = len(list(takewhile(lambda letters: letters[0] == letters[1], zip(one, other, strict=False))))
    if shared in (len(one), len(other)) and (one[shared:] + other[shared:]).startswith(_NOUN):
        return shared >= SHORTEST
    cuts = range(max(ROOT, shared - 2), shared + 1)
    return any(one[cut:] in _ENDINGS and other[cut:] in _ENDINGS for cut in cuts)


def _pair(
    pairs: Pairs,
    statement: Reading,
    quote: Reading,
    among: Collection[int],
    alike: Callable[[int, int], bool],
    again: bool = False,
) -> None:
    """Adds the pairs that are alike, each with the word of the quote in the likest company; `again`: taken ones too."""
    taken = set(pairs.values())
    for position in statement.content:
        if position in pairs:
            continue
        if options := [q for q in among if (again or q not in taken) and alike(position, q)]:
            pairs[position] = max(options, key=lambda q: (q not in taken, _company(statement, quote, position, q), -q))
            taken.add(pairs[position])


def _company(statement: Reading, quote: Reading, position: int, other: int) -> int:
    """How many of the three words before and after are the same."""
    before = {*statement.stems[max(0, position - 3) : position]} & {*quote.stems[max(0, other - 3) : other]}
    after = {*statement.stems[position + 1 : position + 4]} & {*quote.stems[other + 1 : other + 4]}
    return len(before) + len(after)


def _place(pairs: Pairs, statement: Reading, quote: Reading) -> Pairs:
    """The words left over on both sides that have the same two neighbours."""
    used = sorted(set(pairs.values()))
    unused = [position for position in quote.content if position not in pairs.values()]
    known = sorted(pairs)
    placed: Pairs = {}
    for position in statement.content:
        if position in pairs:
            continue
        neighbours = {pairs[n] for n in _neighbours(known, position)}
        for q in unused:
            if q not in placed.values() and len(neighbours & _neighbours(used, q)) == 2:
                placed[position] = q
                break
    return placed


def _loosen(own: Sequence[int], statement: Reading, quote: Reading, pairs: Pairs, left_over: Collection[int]) -> Pairs:
    """For words that the quote has not, one each that is left over there, among or NEAR their neighbours.

    A whole entry of a list stands for one among them only: the quote has the entry, or it is added.
    """
    known, free = sorted(pairs), sorted(left_over)
    loose: Pairs = {}
    for position in own:
        beside = [bisect_left(quote.content, pairs[n]) for n in _around(known, position)]
        entry = [p for p in statement.content if statement.parts[p] == statement.parts[position]]
        near = NEAR if pairs.keys() & set(entry) else 0
        within = quote.content[max(0, min(beside, default=0) - near) : max(beside, default=0) + near + 1]
        if options := [q for q in free if q in within]:
            loose[position] = options[0]
            free.remove(options[0])
    return loose


def _neighbours(known: Sequence[int], position: int) -> set[int]:
    """The nearest known positions on either side, unless they are far."""
    return {n for n in _around(known, position) if abs(n - position) <= BESIDE}


def _around(known: Sequence[int], position: int) -> Sequence[int]:
    """The nearest known positions on either side."""
    at = bisect_left(known, position)
    return (*known[max(0, at - 1) : at], *known[at : at + 1])
