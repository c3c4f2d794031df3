"""Whether words bear out a statement: the yardstick of the citation metrics, apart from the advisor's own check."""

from __future__ import annotations

from advisor.answer.english import is_english
from advisor.words import capitalized, figures, names, plain_words, stems

COVERED = 0.6  # of a statement's content words; 0.9 and more for a quote, under 0.3 for another sentence on the subject


def supports(quoted: str, statement: str) -> bool:
    """Whether a statement's figures and names stand in the quoted words, and most of its content words do."""
    named = names(statement) | {word for word in capitalized(statement) if not is_english(word)}
    if figures(statement) - figures(quoted) or named - plain_words(quoted):
        return False
    said, stands = set(stems(statement)), set(stems(quoted))
    return len(said & stands) >= COVERED * len(said)
