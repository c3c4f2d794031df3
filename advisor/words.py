"""What a text is made of: stems for matching, names, figures, dates. No model, no state.

Shared by the index (BM25), the composer and the check, so that a word means the same to all three.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import Stemmer
from bm25s.stopwords import STOPWORDS_EN_PLUS

# Words of asking rather than of the thing asked about.
_ASKING = """
    tell give please want need know find think say said says tells ask explain describe show list name help like
    really actually exactly just also ok okay hi hello thanks anyone someone something anything thing things
    stuff way ways lot kind sort bit actual possible possibly reckon mean means please got get gets getting let
    lets versus vs eg ie etc does did doing done one ones im ive id youre theyre whats hows wheres whos dont
    doesnt isnt cant wont arent didnt source sources text texts library document documents article articles
    according cx
""".split()
STOP_WORDS = frozenset(STOPWORDS_EN_PLUS) | frozenset(_ASKING)

# Written like names, yet anybody's: roles, measures, languages of the trade.
GENERAL_NAMES = frozenset(
    """
    ceo coo cio cmo cto cfo chro cxo coos cios cmos ceos cx ux it ai ml iot hr b2b b2c kpi kpis nps csat roi vp
    svp i ok crm erp us uk eu usa q&a sla slas faq pdf monday tuesday wednesday thursday friday saturday sunday
    english
    """.split()
)

_WORD = re.compile(r"[^\W_]+(?:[’'&.][^\W_]+)*")
POSSESSIVE = re.compile(r"[’']s?$")
# British spellings meet their American twins; possessives go.
_SPELLINGS = (
    (POSSESSIVE, ""),
    (re.compile(r"isation(s?)$"), r"ization\1"),
    (re.compile(r"(?<=[a-z]{3})is(e|ed|es|ing|er|ers)$"), r"iz\1"),
    (re.compile(r"(?<=[a-z]{2})yse(d|s)?$"), r"yze\1"),
    (re.compile(r"(?<=[a-z]{3})our(s|al|ed|ite|ing)?$"), r"or\1"),
    (re.compile(r"^centre(s?)$"), r"center\1"),
    (re.compile(r"^programme(s?)$"), r"program\1"),
)
SMALL_NUMBERS = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen
""".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_NUMBER_WORDS = (
    {word: value for value, word in enumerate(SMALL_NUMBERS)}
    | {ten: 10 * value for value, ten in enumerate(_TENS, 2)}
    | {f"{ten}-{SMALL_NUMBERS[one]}": 10 * value + one for value, ten in enumerate(_TENS, 2) for one in range(1, 10)}
    | {"hundred": 100}
)
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(sorted(_NUMBER_WORDS, key=len, reverse=True))})\b", re.IGNORECASE)
_FRACTIONS = frozenset({"half", "quarter"})
_FIGURE = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*")
MONTHS = frozenset(
    """
    january february march april may june july august september october november december
    """.split()
)


_of_texts = lru_cache(maxsize=8192)  # the sentences of a library come up in one question after the other


def words(text: str) -> list[str]:
    """The words of a text as written, in order."""
    return _WORD.findall(text)


@_of_texts
def stems(text: str) -> tuple[str, ...]:
    """The content words of a text, lower-cased, spelling and endings levelled, stop words out, in order."""
    return tuple(stem(word) for word in words(text) if word.lower() not in STOP_WORDS)


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The Snowball stem of one word after levelling its spelling."""
    level = word.lower()
    for pattern, replacement in _SPELLINGS:
        level = pattern.sub(replacement, level)
    return str(_stemmer().stemWord(level))


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english", 0)  # our own cache stands in front of it


@_of_texts
def plain_words(text: str) -> frozenset[str]:
    """Every word of a text, lower-cased, possessive endings off."""
    return frozenset(POSSESSIVE.sub("", word).lower() for word in words(text))


@_of_texts
def capitalized(text: str) -> frozenset[str]:
    """Every word written with a capital, wherever it stands; lower-cased, possessive endings off."""
    written = (word for word in words(text) if not word.islower() and not word.isdigit())
    return frozenset(POSSESSIVE.sub("", word).lower() for word in written)


def in_digits(text: str) -> str:
    """A text with its number words in digits: "Ninety-three of them" → "93 of them"."""
    return _NUMBER_WORD.sub(lambda match: str(_NUMBER_WORDS[match.group().lower()]), text)


@_of_texts
def figures(text: str) -> frozenset[str]:
    """Every number in a text in digits, thousands separators out: "10,000" → "10000", "three" → "3"."""
    digits = {match.group().replace(",", "").rstrip(".") for match in _FIGURE.finditer(in_digits(text))}
    return frozenset(digits | (plain_words(text) & _FRACTIONS))


@_of_texts
def names(text: str) -> frozenset[str]:
    """Words that are written as names: a capital inside a sentence, or capitals throughout; lower-cased.

    The first word of a sentence counts only when it has further capitals ("KPMG") or a capitalised neighbour.
    """
    found = set()
    for sentence in re.split(r"(?<=[.!?:;])\s+|\n+", text):
        tokens = words(sentence)
        for position, token in enumerate(tokens):
            plain = POSSESSIVE.sub("", token)
            if not plain[:1].isupper() or plain.lower() in STOP_WORDS or plain.lower() in MONTHS:
                continue
            inner = any(letter.isupper() for letter in plain[1:])
            follows = position == 0 and any(after[:1].isupper() and after[:1] != "I" for after in tokens[1:2])
            if position > 0 or inner or follows:
                found.add(plain.lower())
    return frozenset(found)


def listed(items: Sequence[str]) -> str:
    """Items as a person lists them: "a, b and c"."""
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))
