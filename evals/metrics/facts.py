"""Required facts: short strings that a good answer must contain."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_LEVEL = re.compile(r"[\s\-‐–—]+")
OR = " | "


def required_facts(text: str, facts: Sequence[str]) -> float:
    """The share, 0 to 1, of the facts that the text has in one of their wordings ("20% | 20 percent")."""
    said = level(text)
    return sum(any(level(wording) in said for wording in wordings(fact)) for fact in facts) / len(facts)


def wordings(fact: str) -> list[str]:
    """The ways in which a fact may be put."""
    return fact.split(OR)


def level(text: str) -> str:
    """The text in lower case, without accents, white space and dashes made one space, apostrophes straight."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _LEVEL.sub(" ", plain).replace("’", "'").casefold().strip()
