"""People who are asked for by what they did or by their office, and whether texts name them."""

from __future__ import annotations

import re
from collections.abc import Sequence

BESIDE = 60  # characters after an office within which whose it is has to stand

_POST = (
    r"(?:ceo|cio|coo|cmo|cfo|chief|chair(?:man|woman)?|president|vp|director|head of|founder|scientist|manager|"
    r"executive)"
)
_OFFICE = re.compile(rf"[A-Z]\w+ [A-Z]\w+(?:,| is| was| \()(?! \w+ survey)[^.]{{0,60}}\b(?i:{_POST})\b")
# Offices by the words for them: who holds one is not told by who holds another.
_OFFICES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bceo\b|\bchief executive",
        r"\bcio\b|\bchief information|\bit[ -](?:chief|head|director|boss)|\b(?:head|chief) of it\b",
        r"\bcoo\b|\bchief operating|\boperations (?:chief|head|director)|\bhead of operations\b",
        r"\bcmo\b|\bchief marketing|\bmarketing (?:chief|head|director)|\bhead of marketing\b",
        r"\bcfo\b|\bchief financial|\bfinance (?:chief|head|director)|\bhead of finance\b",
        r"\bchair",
        r"\bfounder|\bfounded\b",
    )
]
_DOER = re.compile(
    r"\bwho (?:\w+ )?(founded|designed|built|created|invented|started|launched|led|headed|ran|developed|introduced)\b",
    re.IGNORECASE,
)
_PERSON = r"[A-Z][\w’'-]+ [A-Z][\w’'-]+"
_WHO = re.compile(
    r"^\W*who(?:[’']s| is| was| are| runs| leads| heads| owns| chairs)\b|\bname and title\b|"
    r"\b(?:the )?name of the\b|\bwhat(?:[’']s| is) (?:the|his|her|their) name\b",
    re.IGNORECASE,
)


def names_person(question: str, texts: Sequence[str], named: Sequence[str]) -> bool:
    """Whether no person is asked for, or a text has who did it, or who holds that office there."""
    if deed := _DOER.search(question):
        done = re.compile(rf"{_PERSON} (?:had |has |first )?{deed[1]}\b|\b{deed[1]} (?:\w+ )?by {_PERSON}")
        return any(map(done.search, texts))
    offices = [office for office in _OFFICES if office.search(question)]
    around = (text[m.start() : m.end() + BESIDE] for text in texts for m in _OFFICE.finditer(text))
    held = (text for text in around if any(name in text for name in named))
    return not _WHO.search(question) or any(all(office.search(text) for office in offices) for text in held)
