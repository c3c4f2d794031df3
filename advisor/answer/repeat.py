"""Whether a text only says again what another one says: sentence by sentence, by words, names and figures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from advisor.answer.naming import named_in
from advisor.library.sentences import sentence_spans
from advisor.words import figures, plain_words, stems

# Of the content words that are in no name, what two sentences that say the same share; the curve is in evals/LOG.md.
FEWEST = 3
SHARED = 0.6  # of those of the shorter sentence ...
OF_BOTH = 0.35  # ... and of those of both: general words alone put no short sentence into a long one


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
    return tuple(_Sentence(frozenset(stems(part)), plain_words(part), named_in(part), figures(part)) for part in parts)


def _same(one: _Sentence, other: _Sentence) -> bool:
    """Whether two sentences share most words, and neither has a name or a figure in place of the other's."""
    if len(one.stems & other.stems) < FEWEST:  # as most pairs, and names only take from it
        return False
    named = set(stems(" ".join(one.names | other.names)))  # who is credited twice has not said one thing twice
    first, second = one.stems - named, other.stems - named
    enough = max(FEWEST, SHARED * min(len(first), len(second)), OF_BOTH * len(first | second))
    of_the_same = one.names <= other.words or other.names <= one.words
    as_many = one.figures <= other.figures or other.figures <= one.figures
    return len(first & second) >= enough and of_the_same and as_many
