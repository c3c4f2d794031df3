"""Whether a text only says again what another one says: sentence by sentence, by words, names and figures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from advisor.answer.english import is_english
from advisor.library.sentences import sentence_spans
from advisor.words import capitalized, figures, names, plain_words, stems

SHARED = 0.6  # of the content words of the shorter sentence ...
OF_BOTH = 0.25  # ... and of those of both: general words alone put no short sentence into a long one


@dataclass(frozen=True, slots=True)
class _Sentence:
    stems: frozenset[str]
    words: frozenset[str]
    names: frozenset[str]
    figures: frozenset[str]


def says_again(text: str, said: str) -> bool:
    """Whether each sentence of a text says the same as a sentence of what was said."""
    return all(any(_same(one, other) for other in _sentences(said)) for one in _sentences(text))


@lru_cache(maxsize=4096)
def _sentences(text: str) -> tuple[_Sentence, ...]:
    parts = [text[start:end] for start, end in sentence_spans(text, 0, len(text))]
    return tuple(
        _Sentence(*map(frozenset, (stems(part), plain_words(part), _names(part), figures(part)))) for part in parts
    )


def _names(text: str) -> set[str]:
    """The names in a sentence, also the one that opens it."""
    return names(text) | {word for word in capitalized(text) if not is_english(word)}


def _same(one: _Sentence, other: _Sentence) -> bool:
    """Whether two sentences share most words, and neither has a name or a figure in place of the other's."""
    shared = len(one.stems & other.stems)
    alike = shared and shared >= max(
        SHARED * min(len(one.stems), len(other.stems)), OF_BOTH * len(one.stems | other.stems)
    )
    of_the_same = one.names <= other.words or other.names <= one.words
    return bool(alike) and of_the_same and (one.figures <= other.figures or other.figures <= one.figures)
