"""Which entry of what an answer listed is meant by "the second one", "number two" or "the people one"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from advisor.types import Turn
from advisor.words import SMALL_NUMBERS, figures, in_digits, stem, stems, words

LEADING = 3  # quotes of an answer in which a list is looked for first: it leads
SHORTEST_LIST = 3
LONGEST_ENTRY, SHORT_ENTRY = 12, 6  # words of an entry of a list after a colon, and after "include" and the like
SAME_START = 4  # letters in which two words must agree to mean one entry ("tech", "technology")

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_THING = (
    r"one|point|step|part|thing|item|component|element|strategy|principle|pillar|kind|type|way|reason|effect|practice|"
    r"trend|recommendation|action|measure|task|example|silo|benefit|of (?:them|these|those)"
)
_NUMBERS = "|".join(SMALL_NUMBERS[1:11])
_NTH = re.compile(
    rf"\bthe (?P<nth>{'|'.join(_ORDINALS)}|last|\d+(?:st|nd|rd|th))"
    rf"(?: (?:{_THING})\b|(?=\W*$|\W+(?:in|please|then)\b))|"
    rf"(?:\b(?:number|no\.?|point|step|item|action)|#) ?(?P<number>\d+|{_NUMBERS})\b",
    re.IGNORECASE,
)
_NAMED_ENTRY = re.compile(rf"\bthe ((?:[\w-]+ ){{1,3}}?)(?:{_THING})\b", re.IGNORECASE)
_OF_CHECKLIST = re.compile(r"\b(?:checklist|action|task|to-?do|item)s?\b", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:[,;]\s*(?:and\s+|or\s+)?|\s(?:and|or)\s)")
_NUMBERED = re.compile(r"\(\d+\)")
_INTRODUCES = re.compile(r":|\b(?:include[sd]?|including|namely|such as|like|are|with)\b")


def entry_meant(question: str, earlier: Sequence[Turn]) -> str | None:
    """The entry that "the second one" or "the people one" means, from the latest answer that has it; None for neither.

    An action of a checklist is taken only where the question speaks of one.
    """
    if nth := _NTH.search(question):
        return next(filter(None, (_at(nth, entries) for entries in _counted(question, earlier))), None)
    named = _NAMED_ENTRY.search(question)
    wanted = [word for word in words(named.group(1).lower()) if stems(word)] if named else []
    headings = [[heading[-1] for _, heading in turn.sections if heading] for turn in reversed(earlier)]
    lists = [*(entries for turn in reversed(earlier) for entries in map(_listed, turn.quotes)), *headings]
    return next((entry for entries in lists for entry in entries if wanted and _names(entry, wanted)), None)


def counts_off(question: str) -> bool:
    """Whether a question points at something by its number."""
    return bool(_NTH.search(question))


def without_pointer(question: str) -> str:
    """The question without "the second one" and the like, as far as anything is left."""
    rest = _NTH.sub("", question)
    return rest if stems(rest) else question


def _counted(question: str, earlier: Sequence[Turn]) -> Iterator[Sequence[str]]:
    """What may have been counted, likeliest first: of each answer, the latest first, its checklist, the lists in its
    leading quotes, its quotes. Where a number of things was asked for, only a list of so many.
    """
    for turn in reversed(earlier):
        if turn.actions and _OF_CHECKLIST.search(question):
            yield turn.actions
        number = figures(turn.question)
        lists = list(filter(None, map(_listed, turn.quotes[:LEADING])))
        yield from (entries for entries in lists if not number or str(len(entries)) in number)
        introduced = turn.quotes[:1] and turn.quotes[0].rstrip().endswith(":")
        if not lists and not number:
            yield turn.quotes[1:] if introduced else turn.quotes


def _at(nth: re.Match[str], entries: Sequence[str]) -> str | None:
    said = (nth["nth"] or nth["number"]).lower()
    if said == "last":
        return entries[-1] if entries else None
    digits = re.sub(r"\D", "", in_digits(said))
    place = int(digits) - 1 if digits else _ORDINALS.index(said)
    return entries[place] if 0 <= place < len(entries) else None


def _names(entry: str, wanted: Sequence[str]) -> bool:
    """Whether each wanted word begins as a word of the entry does."""
    have = [word.lower() for word in words(entry)]
    return all(
        any(
            w[:SAME_START] == h[:SAME_START] and (w.startswith(h[:-1]) or h.startswith(w[:-1]) or stem(w) == stem(h))
            for h in have
        )
        for w in wanted
    )


def _listed(quote: str) -> list[str]:
    """The entries of a list inside a sentence ("five steps: a, b, and c"); empty when it has fewer than three."""
    for introduced in _INTRODUCES.finditer(quote):
        listed = quote[introduced.end() :].split(". ")[0]
        parts = (_NUMBERED if _NUMBERED.search(listed) else _BETWEEN).split(listed)
        entries = [entry.strip(" .,;").removesuffix(" and").rstrip(" ,;") for entry in parts if entry.strip(" .,;")]
        longest = LONGEST_ENTRY if introduced.group() == ":" else SHORT_ENTRY
        if len(entries) >= SHORTEST_LIST and all(len(words(entry)) <= longest for entry in entries):
            return entries
    return []
