"""Whether a text says what sentences say, no more and no less: a model may put it otherwise, not change it.

Stricter than the check, which lets a statement say a part of its source and add a word that no list knows. Where a
paraphrase is in doubt, the source's own sentence stands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from advisor.answer.naming import named_in
from advisor.answer.reading import Reading
from advisor.words import figures, in_digits, plain_words

# Small words that decide what a sentence claims; those of a line say the same.
_DECIDING = """
    not cannot / no / never / none nobody nothing / nor / neither / without / hardly scarcely barely / only / merely /
    may might / could / can / must / should ought / would / will shall / if / unless / when whenever / while / until /
    because since / although though / but / than / before / after / so therefore thus hence / instead / rather /
    all / every each / any / some / many / most / several / few / both / half / often frequently / always / usually /
    sometimes / rarely seldom / mostly / nearly almost / about around roughly approximately / least / more / less /
    fewer / over above / under below / from / by / against / according says said say / source article
"""
MARK = "="  # opens what stands for a deciding word, as no stem does
_MARKS = {word: MARK + line.split()[0] for line in _DECIDING.split("/") for word in line.split()}


def says_the_same(text: str, sentences: Sequence[str]) -> bool:
    """Whether a text has every name, figure, content word and deciding word of some sentences and no others; and in
    each of its clauses in their order, so that nobody's deed becomes another's.

    Synonyms do not do: with the check's lists of them, a model that rewords lost required facts (evals/LOG.md).
    """
    quoted = " ¶ ".join(sentences)
    if figures(text) != figures(quoted) or text.count("%") != quoted.count("%"):
        return False
    if named_in(quoted) - plain_words(text) or named_in(text) - plain_words(quoted):
        return False
    said, stands = Reading(text), Reading(quoted)
    mine, theirs = _weighty(said), _weighty(stands)
    if set(mine.values()) != set(theirs.values()) or _marks(mine) != _marks(theirs):
        return False
    return _in_order(said, mine, theirs)


def _weighty(reading: Reading) -> dict[int, str]:
    """The words that make a claim, by position: deciding words by their mark, content words by their stem."""
    found = {}
    for position, word in enumerate(reading.words):
        if mark := _mark(word.text.lower()):
            found[position] = mark
        elif word.content:
            digits = in_digits(word.text)
            found[position] = word.stem if digits == word.text else digits
    return found


def _mark(word: str) -> str | None:
    return MARK + "not" if re.search("n[’']t$", word) else _MARKS.get(word)


def _marks(weighty: Mapping[int, str]) -> Counter[str]:
    """How often each deciding word stands there; of content words it does not matter."""
    return Counter(key for key in weighty.values() if key.startswith(MARK))


def _in_order(said: Reading, mine: Mapping[int, str], theirs: Mapping[int, str]) -> bool:
    """Whether the words of each clause can be read off their source from left to right."""
    clause, last = -1, -1
    for position, key in mine.items():
        if said.words[position].clause != clause:
            clause, last = said.words[position].clause, -1
        ahead = [place for place, other in theirs.items() if other == key and place > last]
        if not ahead:
            return False
        last = ahead[0]
    return True
