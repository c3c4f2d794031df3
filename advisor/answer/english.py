"""What is English: which language a question is in, which words are in use, what a misspelt one was meant to be.

Languages by py3langid, words by pyspellchecker's list; both work without a network.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier
from spellchecker import SpellChecker

from advisor.words import STOP_WORDS, names, stem, words

COMMON = 60  # times in the word list's corpus (film subtitles); rarer entries are mostly names
SURE = 0.8  # probability from which a question counts as one in another language
LIKELY, FEW_ENGLISH = 0.3, 0.34  # ... or from which it does when at most this share of its words is English
FEWEST = 3  # words besides names, which say nothing of the language; fewer are too few to tell
SHORTEST = 5  # letters; shorter words have too many neighbours to be put right


def is_english(word: str) -> bool:
    """Whether a word is in general use, rather than a name or a slip."""
    return bool(_words()[word.lower()] >= COMMON) or word.isdigit()


def correct(word: str, knows: Callable[[str], bool]) -> str | None:
    """What a misspelt word was meant to be, one letter away; None when it is fine, a name, or past guessing.

    `knows` tells whether the library has a stem: its words are the likelier ones.
    """
    lower = word.lower()
    if len(word) < SHORTEST or not word.isalpha() or not word.islower() or _words()[lower] or knows(stem(word)):
        return None
    near = [candidate for candidate in _words().known(_words().edit_distance_1(lower)) if is_english(candidate)]
    return max(near, key=lambda candidate: (knows(stem(candidate)), _words()[candidate]), default=None)


@lru_cache(maxsize=1)
def _words() -> SpellChecker:
    return SpellChecker(language="en", distance=1)


def other_language(text: str) -> str | None:
    """The ISO 639-1 code of the language a text is surely in, when that is not English."""
    if len([word for word in words(text) if word.lower() not in names(text)]) < FEWEST and text.isascii():
        return None
    language, probability = _languages().classify(text)
    known = [word for word in words(text) if is_english(word) or word.lower() in STOP_WORDS]
    foreign = probability >= SURE or (probability >= LIKELY and len(known) <= len(words(text)) * FEW_ENGLISH)
    return str(language) if language != "en" and foreign else None


@lru_cache(maxsize=1)
def _languages() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
