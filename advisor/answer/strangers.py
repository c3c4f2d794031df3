"""Whom a question is about that the library never mentions: companies, people, laws, products.

Names are told by their capitals, and in small letters by where they stand and by being no English word. Who asks, and
whom the question is addressed to, are not what it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from advisor.answer.english import is_english
from advisor.words import GENERAL_NAMES, POSSESSIVE, STOP_WORDS, names, plain_words, stem, words

_WORD = r"[\w’'&]+"
_CLAUSE = r"(?:[^.?!;:,–-]|\b-\b)"
_OWN_HOUSE = re.compile(
    rf"\b(?:i|we)(?:[’'](?:m|re)| am| are| run| lead| head| work| own| manage| operate| look after)\b{_CLAUSE}*|"
    rf"\b(?:our|my)\b{_CLAUSE}{{0,30}}|\bat\b{_CLAUSE}{{2,40}},?\s+(?=(?:our|my|we|i)\b)",
    re.IGNORECASE,
)
# "So, Captain, what ...", "you're Admiral Pepper", "call me Your Grace"
_ADDRESSED = re.compile(
    r"\b(?i:so|now|well|ok|okay|right|hey|hi|hello|dear|thanks|please|come on|tell me)[,\s]+(?:[A-Z][\w’']*\s?){1,3},|"
    rf"\b(?i:you[’']re|you are|act as|pretend to be|imagine|call (?:me|yourself)|address me)\b{_CLAUSE}*"
)
# Where a company stands: "how do X ...", "X - ...", "X's ...", "... like X?"
_SLOT = re.compile(
    r"\b(?:how|why|what|where|when|which \w+) (?:do|does|did|has|have|is|are|was|were|can|could|made) (?:the )?"
    rf"({_WORD})|"
    rf"^\W*({_WORD}(?: {_WORD}){{0,2}})\s*(?:[-–—:,]\s|[’']s )|\b(?:at|from|like|about) ({_WORD})\W*$",
    re.IGNORECASE,
)
# A single doer without an article is a name: "how did octopus energy get its ..."
_BARE = re.compile(r"\b(?:how|why|what) (?:does|did|has) ([a-z]+)\b(?=[^?]*\bits\b)", re.IGNORECASE)
_OPENING = re.compile(
    rf"^\W*((?:\w+-)?{_WORD}(?: {_WORD}){{0,2}})\s*(?:[-–—:,]\s|[’']s )(?=[^.?!]*\b(?:they|their|it|its)\b)",
    re.IGNORECASE,
)
_LETTERED = re.compile(r"\b(?:[A-Za-df-z]-[A-Z]\w+|^[a-df-z]-\w+)")  # T-Mobile; e-commerce is none


class Vocabulary(Protocol):
    """The words of a library."""

    def knows(self, stem: str, as_name: bool = False) -> bool:
        """Whether it has a stem; unless it is a name, also whether it has what the field calls it."""

    def has(self, name: str) -> bool:
        """Whether it has a name word for word."""


def find_strangers(question: str, asks: str, library: Vocabulary) -> list[str]:
    """The names in a question, as written there, that the library does not have.

    `asks` is the part of it that asks; what stands around it is looked at when that part names nobody.
    """
    about = _ADDRESSED.sub(" ", asks if names(asks) - GENERAL_NAMES else question)
    found = [*_opening(about, library), *_lettered(about, library), *_single(_LETTERED.sub(" ", about), library)]
    return [name for name in dict.fromkeys(found) if not any(name != other and name in other for other in found)]


def _opening(about: str, library: Vocabulary) -> Iterator[str]:
    """What a question puts before a dash ("acme air - how do they ...") when it begins with an unknown word."""
    match = _OPENING.match(about)
    if match and (first := words(match[1])[0]).lower() not in STOP_WORDS and not library.knows(stem(first)):
        yield match[1]


def _lettered(about: str, library: Vocabulary) -> Iterator[str]:
    return (match.group() for match in _LETTERED.finditer(about) if not library.has(match.group()))


def _single(about: str, library: Vocabulary) -> Iterator[str]:
    """Unknown words that are written as names, or stand where a company would and are no English words. Each by itself:
    a whole name may be one that somebody wants to see printed.
    """
    own_house = _words_in(match.group() for match in _OWN_HOUSE.finditer(about))
    slots = _words_in(group for match in _SLOT.finditer(about) for group in match.groups() if group)
    bare = _words_in(match[1] for match in _BARE.finditer(about))
    named = names(about) - GENERAL_NAMES
    for place, word in enumerate(words(about)):
        plain = POSSESSIVE.sub("", word)
        lower = plain.lower()
        anybody = lower in STOP_WORDS | own_house or lower.removesuffix("s") in GENERAL_NAMES or not plain.isalnum()
        as_name = lower in named and (place > 0 or not is_english(plain))
        in_slot = (lower in slots and not is_english(plain)) or lower in bare
        if not anybody and (as_name or in_slot) and not _is_known(plain, library):
            yield plain


def _is_known(word: str, library: Vocabulary) -> bool:
    """Whether the library has a word. One that is not English and has no ending, which its stem could share with other
    words ("revolut"), counts only word for word.
    """
    token = stem(word)
    if not library.knows(token, word.istitle()):
        return False
    return token != word.lower() or is_english(word) or not library.knows(token, True) or library.has(word)


def _words_in(texts: Iterable[str]) -> set[str]:
    return set().union(*map(plain_words, texts))
