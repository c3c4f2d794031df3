"""Where the sentences of a block are: sentencex's boundaries as exact offsets."""

from __future__ import annotations

import re

from sentencex import get_sentence_boundaries

_ENUMERATOR = re.compile(r"\(?(?:\d{1,3}|[a-zA-Z])[.)]$")
_ASIDE = re.compile(r"\([^()]*[.!?]\)(?=\s+[\w“\"'‘(])")
_CLOSING = re.compile(r"[\"'”’»)\]*_]+(?=\s|$)")


def sentence_spans(text: str, start: int, end: int, language: str = "en") -> tuple[tuple[int, int], ...]:
    """The (start, end) of each sentence of `text[start:end]`, white space trimmed, counted in `text`.

    A closing quote or bracket stays with the sentence it closes, a number such as "1." with the one it
    begins.
    """
    spans: list[tuple[int, int]] = []
    for boundary in get_sentence_boundaries(language, text[start:end]):
        left, right = _trimmed(text, start + boundary["start_index"], start + boundary["end_index"])
        if left == right:
            continue
        if aside := _ASIDE.match(text, left, right):  # sentencex does not part them
            spans.append((left, aside.end()))
            left, right = _trimmed(text, aside.end(), right)
        if spans and _belongs_to(text, spans[-1], (left, right)):
            spans[-1] = (spans[-1][0], right)
        elif spans and (closing := _CLOSING.match(text, left, right)):
            spans[-1] = (spans[-1][0], closing.end())
            left, right = _trimmed(text, closing.end(), right)
            if left < right:
                spans.append((left, right))
        else:
            spans.append((left, right))
    return tuple(spans)


def language_code(language: str | None) -> str:
    """The code sentencex knows a bibliography's language by; English where that says nothing usable."""
    match = re.match(r"([a-z]{2,3})(?:[-_]|$)", (language or "").lower())
    return match[1] if match else "en"


def _belongs_to(text: str, before: tuple[int, int], span: tuple[int, int]) -> bool:
    return bool(_ENUMERATOR.match(text[slice(*before)])) or not any(char.isalnum() for char in text[slice(*span)])


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    words = text[start:end]
    return start + len(words) - len(words.lstrip()), start + len(words.rstrip())
