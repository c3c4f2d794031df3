"""Lines that recur on most web pages of one place: what a site says on each page is about the site."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_LEAST_PAGES = 3
_SHARE = 0.6
_MAX_WORDS = 60


def without_repeated(texts: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Each text without the lines that most of the texts have, whatever numbers are in them, and those lines.

    Texts that say nothing else, copies of each other for instance, stay whole.
    """
    keys = [[_key(line) for line in text.split("\n\n")] for text in texts]
    seen = Counter(key for lines in keys for key in set(lines) if key)
    least = max(_LEAST_PAGES, _SHARE * len(texts))
    repeated = {key for key, count in seen.items() if count >= least}
    return [_without(text, lines, repeated) for text, lines in zip(texts, keys, strict=True)]


def _without(text: str, keys: Sequence[str], repeated: set[str]) -> tuple[str, list[str]]:
    lines = text.split("\n\n")
    kept = [line for line, key in zip(lines, keys, strict=True) if key not in repeated]
    gone = [line.strip() for line, key in zip(lines, keys, strict=True) if key in repeated]
    if not gone or sum(map(len, kept)) < 0.3 * len(text):
        return text, []
    return "\n\n".join(kept).rstrip("\n") + "\n", gone


def _key(line: str) -> str:
    """What a line says without its numbers and marks; nothing for headings' lone words and for long paragraphs."""
    words = re.sub(r"\d+", "0", re.sub(r"[^\w\s]", "", line.casefold())).split()
    return " ".join(words) if 1 <= len(words) <= _MAX_WORDS else ""
