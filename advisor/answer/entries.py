"""Which entry of what an answer listed is meant by "the second one", "number two" or "the people one"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile, zip_longest
from typing import TypeAlias

from advisor.types import Turn
from advisor.words import SMALL_NUMBERS, figures, in_digits, stem, stems, words

LEADING = 3  # quotes of an answer in which a list is looked for first: it leads
SHORTEST_LIST = 3
LONGEST_ENTRY, SHORT_ENTRY = 12, 6  # words of an entry of a list after a colon, and after "include" and the like
SAME_START = 4  # letters in which two words must agree to mean one entry ("tech", "technology")

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_THING = (
    r"one|point|step|part|thing|item|component|element|strategy|principle|pillar|kind|sort|type|way|reason|effect|"
    r"practice|trend|recommendation|action|measure|task|example|silo|benefit|of (?:them|these|those)"
)
_NUMBERS = "|".join(SMALL_NUMBERS[1:11])
_NTH = re.compile(
    rf"(?:\b(?:the|its|their|his|her)(?: very)? |^(?:\W*(?:and|or|now|then|so)\b)?\W*)"
    rf"(?P<nth>{'|'.join(_ORDINALS)}|last|final|\d+(?:st|nd|rd|th))"
    rf"(?: (?P<thing>{_THING})\b|(?=\W*$|\W+(?:in|please|pls|then)\b))|"
    rf"(?:\b(?:number|no\.?|point|step|item|action)|#) ?(?P<number>\d+|{_NUMBERS})\b",
    re.IGNORECASE,
)
_NAMED_ENTRY = re.compile(rf"\bthe ((?:[\w-]+ ){{1,3}}?)(?:{_THING})\b", re.IGNORECASE)
_OF_CHECKLIST = re.compile(r"\b(?:checklist|action|task|to-?do|item)s?\b", re.IGNORECASE)
_JUST_LISTED = re.compile(r"\bof (?:them|these|those)\b", re.IGNORECASE)
_COMMA = re.compile(r"\s*[,;]\s*(?:(?:and|or)\s+)?")
_LAST_COMMA = re.compile(r"[,;]\s*(?:and|or)\s")  # before the last entry, so that another "and" joins none
_LAST_AND = re.compile(r"\s(?:and|or)\s(?!.*\s(?:and|or)\s)")
_NUMBERED = re.compile(r"\(\d+\)")
_INTRODUCES = re.compile(r":|\b(?:include[sd]?|including|namely|such as|like|are|with)\b")
_LEADS_UP = re.compile(r":\s*$|\bfollowing\b", re.IGNORECASE)


Section: TypeAlias = tuple[str, tuple[str, ...]]  # the document and the headings over a quote
NOWHERE: Section = ("", ())


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a list in its own words, with the section and the place (document, start, end) that gave it."""

    text: str
    section: Section = NOWHERE
    place: tuple[str, int, int] = ("", 0, 0)

    @property
    def heading(self) -> str:
        return " ".join(self.section[1][-1:])


def entry_meant(question: str, earlier: Sequence[Turn]) -> Entry | None:
    """The entry that "the second one" or "the people one" means, of the list that the question before pointed into,
    else from the latest answer that has it; None for neither.

    An action of a checklist is taken only where the question speaks of one.
    """
    if not earlier:
        return None
    *before, last = earlier
    pointed_before = not _JUST_LISTED.search(question) and entry_meant(last.question, before)
    if pointed_before and (of_the_same_list := entry_meant(question, before)):
        return of_the_same_list
    if nth := _NTH.search(question):
        kind = stem(nth["thing"] or "")  # "the second step" is one of the answer to a question on steps
        turns = sorted(earlier, key=lambda turn: kind in stems(turn.question))  # the last one is the likeliest
        lists = (entries for turn in reversed(turns) for entries in _counted(question, turn))
        return next(filter(None, (_at(nth, entries) for entries in lists)), None)
    named = _NAMED_ENTRY.search(question)
    wanted = [word for word in words(named.group(1).lower()) if stems(word)] if named else []
    listed = [entry for turn in reversed(earlier) for entries in _lists(turn) for entry in entries]
    headings = [replace(entry, text=entry.heading) for turn in reversed(earlier) for entry in _shown(turn)]
    return next((entry for entry in (*listed, *headings) if wanted and _names(entry.text, wanted)), None)


def counts_off(question: str) -> bool:
    """Whether a question points at something by its number."""
    return bool(_NTH.search(question))


def without_pointer(question: str) -> str:
    """What a question asks of "the second one" or "the people one", which may be nothing."""
    return " ".join((_NTH if counts_off(question) else _NAMED_ENTRY).sub(" ", question).split())


def _counted(question: str, turn: Turn) -> Iterator[Sequence[Entry]]:
    """What may have been counted in an answer, likeliest first: its checklist, its lists, its quotes. Where a number
    of things was asked for, only a list of so many.
    """
    if turn.actions and _OF_CHECKLIST.search(question):
        yield [Entry(action) for action in turn.actions]
    number, lists = figures(turn.question) - {"1"}, list(_lists(turn))  # "the first one" asks for no number of things
    yield from (entries for entries in lists if not number or str(len(entries)) in number)
    if not lists and not number:
        yield _shown(turn)


def _shown(turn: Turn) -> list[Entry]:
    """The quotes of an answer in order."""
    quoted = zip_longest(turn.quotes, turn.sections, turn.places)
    return [Entry(quote, section or NOWHERE, place or ("", 0, 0)) for quote, section, place in quoted if quote]


def _lists(turn: Turn) -> Iterator[Sequence[Entry]]:
    """The lists in an answer: the headings it leads with, but for one that says how many follow; what its first
    sentence leads up to; those inside its leading sentences, first of one that says how many there are.
    """
    shown = _shown(turn)
    headings = list(takewhile(lambda entry: entry.text == entry.heading, shown))
    if headings:
        yield headings[str(len(headings) - 1) in figures(headings[0].text) :]
    sentences = shown[len(headings) :]
    if sentences and _LEADS_UP.search(sentences[0].text) and (entries := _led_up_to(sentences)):
        yield entries
    inside = [(listed, quote.text) for quote in sentences[:LEADING] if (listed := _listed(quote.text))]
    for listed, _ in sorted(inside, key=lambda one: str(len(one[0])) not in figures(one[1])):
        yield [Entry(text) for text in listed]


def _led_up_to(sentences: Sequence[Entry]) -> list[Entry]:
    """What follows an introduction in the order of its text: the quotes of its own section, or else one of each."""
    introduction = sentences[0]
    in_order = takewhile(lambda two: two[0].place <= two[1].place, pairwise(sentences))
    entries = [entry for _, entry in in_order if entry.place[0] == introduction.place[0]]
    own = list(takewhile(lambda entry: entry.section == introduction.section, entries))
    return own or [replace(one, text=one.heading) for one in {e.section: e for e in reversed(entries)}.values()][::-1]


def _at(nth: re.Match[str], entries: Sequence[Entry]) -> Entry | None:
    said = (nth["nth"] or nth["number"]).lower()
    if said in ("last", "final"):
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
        parts = _NUMBERED.split(listed) if _NUMBERED.search(listed) else _COMMA.split(listed)
        if len(parts) > 1 and not _NUMBERED.search(listed) and not _LAST_COMMA.search(listed):
            parts[-1:] = _LAST_AND.split(parts[-1])
        entries = [entry.strip(" .,;").removesuffix(" and").rstrip(" ,;") for entry in parts if entry.strip(" .,;")]
        longest = LONGEST_ENTRY if introduced.group() == ":" else SHORT_ENTRY
        if len(entries) >= SHORTEST_LIST and all(len(words(entry)) <= longest for entry in entries):
            return entries
    return []
