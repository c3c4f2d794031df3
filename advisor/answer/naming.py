"""Whether the names of a statement stand in its quote; an acronym and what it stands for are one name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from advisor.answer.english import is_english
from advisor.words import GENERAL_NAMES, POSSESSIVE, STOP_WORDS, capitalized, listed, names, plain_words, words

# Acronyms that are not the initials of what they stand for.
_SHORT = {
    "cx": "customer experience",
    "ux": "user experience",
    "ex": "employee experience",
    "it": "information technology",
}
_COMPOUND = re.compile(r"(?:^|(?<=[.!?:] ))[A-Z][a-z]+(?=-[a-z])")
_OFFICER = re.compile(r"\bchief ((?:\w+ ){1,2})officers?\b", re.IGNORECASE)
_OFFICE = re.compile(r"\bC[A-Z]{1,2}O(?=s?\b)")
SHORTEST = 3  # letters of an acronym that is known by its initials alone
LONGEST = 5  # words that an acronym stands for


def find_stranger(statement: str, quoted: str) -> str | None:
    """The names that a statement has and its quote has not, or None."""
    if strange := _offices(statement) - _offices(quoted):
        return f"the source does not name {listed(sorted(strange))}"
    known = plain_words(quoted) | spelled_out(statement, quoted)
    strangers = {word for word in capitalized(statement) if word not in known and word.removesuffix("s") not in known}
    written = names(statement)
    # an English word that opens a sentence, or the first part of a compound there ("Multi-sector"), is no name
    plain = {match.group().lower() for match in _COMPOUND.finditer(statement)}
    strange = {word for word in strangers if word in written or not (is_english(word) or word in plain)}
    return f"the source does not name {listed(sorted(strange))}" if strange else None


def named_in(text: str) -> frozenset[str]:
    """The names in a text, lower-cased, one that opens it included."""
    return names(text) | {word for word in capitalized(text) if not is_english(word)}


def spelled_out(statement: str, quoted: str) -> set[str]:
    """The words of a statement, lower-cased, that spell out an acronym of the quote or are one for its words."""
    shortened = {_singular(word) for word in words(quoted) if _is_acronym(word)}
    found = {word for acronym, said in _acronyms(statement).items() if acronym in shortened for word in said}
    own = {word for word in words(statement) if _is_acronym(word)}
    return found | {word.lower() for word in own if _singular(word) in _acronyms(quoted)}


def _acronyms(text: str) -> dict[str, set[str]]:
    """What a text could be shortened to: the initials of every few words of it, with those words."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for said in _runs([POSSESSIVE.sub("", word).lower() for word in words(text)]):
        for acronym in _initials(said):
            found[acronym].update(said)
    return dict(found)


def _runs(spoken: list[str]) -> Iterator[tuple[str, ...]]:
    for start in range(len(spoken)):
        for end in range(start + 2, min(start + LONGEST, len(spoken)) + 1):
            yield tuple(spoken[start:end])


def _initials(said: tuple[str, ...]) -> Iterator[str]:
    letters = ("".join(w[0] for w in said), "".join(w[0] for w in said if w not in STOP_WORDS))
    # two letters are the initials of too many things, "AI" and its like apart
    yield from (short for short in letters if len(short) >= SHORTEST or short in GENERAL_NAMES)
    phrase = " ".join(said)
    yield from (short for short, long in _SHORT.items() if long == phrase)


def _singular(acronym: str) -> str:
    """An acronym, lower-cased, without the endings of the possessive and the plural: "COOs" → "coo"."""
    return POSSESSIVE.sub("", acronym).removesuffix("s").lower()


def _is_acronym(word: str) -> bool:
    plain = POSSESSIVE.sub("", word).removesuffix("s")
    return len(plain) > 1 and plain.isupper()


def _offices(text: str) -> set[str]:
    """The officers that a text names, shortened: "chief information officer" → "CIO"."""
    spelled = {f"C{''.join(w[0] for w in m.group(1).split()).upper()}O" for m in _OFFICER.finditer(text)}
    return spelled | set(_OFFICE.findall(text))
