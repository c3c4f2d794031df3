"""From what a person wrote, in its conversation, to what is searched."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from advisor.answer.english import other_language
from advisor.answer.thesaurus import field_terms
from advisor.errors import QuestionError
from advisor.library.addressed import addresses_a_machine
from advisor.library.sentences import sentence_spans
from advisor.types import Turn
from advisor.words import GENERAL_NAMES, STOP_WORDS, names, stems, words

_LONGEST_WORD = 40  # letters; longer ones are keys, codes or addresses
_TAG = re.compile(r"<(?:!--.*?--|/?[a-zA-Z][^<>]*)>", re.DOTALL)
_SCRIPT = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.DOTALL | re.IGNORECASE)
_OPENS_FOLLOW_UP = re.compile(
    r"^\W*(?:ok(?:ay)?|so|and|but|or|also|then|right|thanks?|what about|how about|why(?: so| is that| not)?\W*$)\b",
    re.IGNORECASE,
)
_SWITCHES = re.compile(
    r"^\W*(?:ok(?:ay)?[,. ]+|right[,. ]+|now[,. ]+|thanks?[,. ]+)*(?:(?:a )?(?:different|new|another|next|"
    r"other) (?:subject|topic|question|thing)|something else|leave (?:that|it)|on another (?:note|subject|topic)|"
    r"chang(?:e|ing) (?:of )?(?:the )?"
    r"(?:subject|topic)|moving on|switching|forget (?:that|it))[^,:;.!?–-]*[,:;.!?–-]+\s*",
    re.IGNORECASE,
)
_REFERS_BACK = re.compile(
    r"\b(?:that|this|those|these|it|its|they|them|their|he|she|his|her|him|there|same|such|others?|both|"
    r"first|second|third|last one|the one|the former|the latter|more|else)\b",
    re.IGNORECASE,
)
# ... of these, the words that stand for a thing instead of counting among several
_POINTS_AT = re.compile(
    r"\b(?:that|this|those|these|it|they|them|there)\b(?! (?:is|are|was|were) (?:a|an|the|any)\b)", re.IGNORECASE
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
_ENTRY = re.compile(
    rf"\bthe ({'|'.join(_ORDINALS)})(?: (?:one|point|step|part|thing|item|of (?:them|these|those)))\b", re.I
)
_BETWEEN = re.compile(r"\s*(?:[,;]\s*(?:and\s+)?|\sand\s)")
_NUMBERED = re.compile(r"\(\d+\)")
MOST_QUOTES = 3  # of an answer, in which a list is looked for: it leads
LONG = 30  # content words from which only the sentences that ask are searched
_CLAUSE = re.compile(r"[,;:?–—]|\band\b|\b(?:if|when|that|because)\b")
FEW = 6  # content words; a question with so many names what it is about
# "I'm COO of a telecom; how do I ...": who asks, then what. The first part helps to search and counts little for what
# answers, unless what is asked is that person's own part in it.
_WHO_ASKS = re.compile(
    r"^(?:(?:hi|hello|hey)\W+)?(?:(?:i|we)(?:[’'](?:m|re| am| are)|[’']ve| am| are| run| lead| head| chair| work|"
    r" manage| own| look after| operate| sell)\b|as (?:a|an|the)?\b|(?:just|recently) \w+ (?:promoted|appointed|"
    r"hired)|my company|our company|"
    r"[\w -]{3,30} (?:here|speaking)\b)[^;:?.!–]{3,120}?(?:[;:.!–]|,| - )\s+(?P<asked>.{12,})$",
    re.IGNORECASE | re.DOTALL,
)
_OF_THE_ASKER = re.compile(
    r"\b(?:we(?:[’']re| are| run)|i(?:[’']m| am| run| head| lead)|as an?|as|our|my|us)\b[^,;.?!]{0,60}", re.IGNORECASE
)
_OWN_PART = re.compile(
    r"\b(?:my (?:own )?(?:part|role|job|task|place|problem|mandate)|for me|mine|should i (?:do|start))\b", re.I
)
TURNS_BACK = 2  # more earlier turns lose quality: see evals/LOG.md


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched: the question, led by the turns it leans on, followed by the field's terms for it."""

    text: str
    question: str  # the cleaned question alone
    asked: str  # the same without who asks it ("I'm COO of a telecom; ...")
    asks: str  # the sentences of that which ask
    leans_on: str | None  # the earlier questions that were put before it, if any
    terms: tuple[str, ...]
    notes: tuple[str, ...]
    sections: tuple[tuple[str, tuple[str, ...]], ...] = ()  # what the answer before cited, when it leans on that


def rewrite(question: str, earlier: Sequence[Turn], correct: Callable[[str], str | None]) -> Query:
    """The query for a question asked after `earlier` ones (oldest first).

    `correct` gives a library word for a misspelt one, or None. Raises QuestionError on a question without words or in
    another language.
    """
    asked, orders = _without_orders(clean_question(question))
    cleaned, notes = _correct_spelling(asked, correct)
    if orders:
        notes += ("Left out of the question: orders to a program, or what is not in English.",)
    if language := other_language(cleaned):
        raise QuestionError(
            f"The question seems to be in another language ({language}). The library is read in English: "
            "please ask in English."
        )
    leans_on = _what_it_leans_on(cleaned, [_without_orders(clean_question(turn.question))[0] for turn in earlier])
    if entry := _entry_meant(cleaned, earlier) if leans_on else None:
        leans_on = entry
    if leans_on:
        notes += (f"Read together with: “{leans_on}”",)
    fresh = _SWITCHES.sub("", cleaned) or cleaned
    asked = _without_who_asks(fresh)
    asks = _asking(asked)
    if len(stems(fresh)) > LONG and len(stems(asks)) >= FEW:  # a story, and a question in it
        fresh = asks
    whole = f"{leans_on} {fresh} {fresh}" if leans_on else fresh  # what is asked now weighs more than what was
    terms = tuple(field_terms(whole))
    sections = earlier[-1].sections if leans_on else ()
    return Query(" ".join((whole, *terms)), cleaned, asked, asks, leans_on, terms, notes, sections)


def clean_question(question: str) -> str:
    """The question's own words on one line, without markup. Raises QuestionError when none are left."""
    plain = _TAG.sub(" ", _SCRIPT.sub(" ", html.unescape(question)))
    cleaned = " ".join(word for word in plain.split() if len(word) <= _LONGEST_WORD)
    if not any(character.isalpha() for character in cleaned):
        raise QuestionError(
            "The question has no words to search for. Ask in a sentence, for example: "
            "“How do we get our departments to work as one for the customer?”"
        )
    return cleaned


def _asking(question: str) -> str:
    """The sentences that end in a question mark, or the last one when none does."""
    sentences = [question[start:end] for start, end in sentence_spans(question, 0, len(question))]
    return " ".join(sentence for sentence in sentences if sentence.endswith("?")) or sentences[-1]


def _without_orders(question: str) -> tuple[str, bool]:
    """The question without sentences that speak to a program or in another language, unless it is nothing else; and
    whether there were some.
    """
    sentences = [question[start:end] for start, end in sentence_spans(question, 0, len(question), "en")]
    if len(sentences) < 2:
        return question, False
    kept = [s for s in sentences if not addresses_a_machine(s) and not other_language(s)]
    if len(kept) == len(sentences) or not any(stems(sentence) for sentence in kept):
        return question, False
    return " ".join(kept), True


def who_asks(question: str) -> str:
    """What a question says of the asker: its introduction, and what follows "our", "we are" and the like."""
    introduction = question.removesuffix(_without_who_asks(question))
    return " ".join([introduction, *(match.group() for match in _OF_THE_ASKER.finditer(question))])


def _without_who_asks(question: str) -> str:
    match = _WHO_ASKS.match(question)
    if match is None or _OWN_PART.search(match["asked"]) or len(stems(match["asked"])) < 2:
        return question
    return match["asked"]


def _correct_spelling(question: str, correct: Callable[[str], str | None]) -> tuple[str, tuple[str, ...]]:
    corrected, notes = question, []
    for word in dict.fromkeys(words(question)):
        if word.lower() in STOP_WORDS or (better := correct(word)) is None:
            continue
        corrected = re.sub(rf"\b{re.escape(word)}\b", better, corrected)
        notes.append(f"Read “{word}” as “{better}”.")
    return corrected, tuple(notes)


def _what_it_leans_on(question: str, earlier: Sequence[str]) -> str | None:
    """The nearest earlier questions that make this one whole: back to one that stands alone."""
    if not earlier or _SWITCHES.match(question) or _stands_alone(question):
        return None
    leaned: list[str] = []
    for turn in reversed(earlier[-TURNS_BACK:]):
        leaned.insert(0, turn)
        if _stands_alone(turn):
            break
    return " ".join(leaned)


def _entry_meant(question: str, earlier: Sequence[Turn]) -> str | None:
    """The entry of a list in an earlier answer that "the second one" means, from the latest answer that has it."""
    match = _ENTRY.search(question)
    if match is None:
        return None
    place = _ORDINALS.index(match.group(1).lower())
    lists = [
        entries for turn in reversed(earlier) for quote in turn.quotes[:MOST_QUOTES] if (entries := _listed(quote))
    ]
    return next((entries[place] for entries in lists if len(entries) > place), None)


def _listed(quote: str) -> list[str]:
    """The entries of a list inside a sentence ("five steps: a, b, and c"); empty when it has fewer than three."""
    _, colon, listed = quote.partition(":")
    parts = (_NUMBERED if _NUMBERED.search(listed) else _BETWEEN).split(listed) if colon else []
    entries = [entry.strip(" .,;").removesuffix(" and").rstrip(" ,;") for entry in parts if entry.strip(" .,;")]
    return entries if len(entries) >= 3 else []


def _stands_alone(question: str) -> bool:
    """Whether a question names what it is about before (or without) pointing back at something."""
    named = len(stems(question))
    if _OPENS_FOLLOW_UP.search(question) and named < FEW:
        return False
    back = _REFERS_BACK.search(question)
    if back is None:
        return named >= 2
    before = question[: back.start()]
    if named >= FEW or len(stems(before)) < 2:
        return named >= FEW
    # "What did Zara change, and what did it cost?" says itself what "it" is
    return bool(names(before) - GENERAL_NAMES) or bool(_CLAUSE.search(before)) or not _POINTS_AT.search(question)
