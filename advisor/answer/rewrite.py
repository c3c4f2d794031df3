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
from advisor.words import STOP_WORDS, stems, words

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
    leans_on: str | None  # the earlier questions that were put before it, if any
    terms: tuple[str, ...]
    notes: tuple[str, ...]


def rewrite(question: str, earlier: Sequence[str], correct: Callable[[str], str | None]) -> Query:
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
    leans_on = _what_it_leans_on(cleaned, [_without_orders(clean_question(turn))[0] for turn in earlier])
    fresh = _SWITCHES.sub("", cleaned) or cleaned
    whole = f"{leans_on} {fresh} {fresh}" if leans_on else fresh  # what is asked now weighs more than what was
    terms = tuple(field_terms(whole))
    return Query(" ".join((whole, *terms)), cleaned, _without_who_asks(fresh), leans_on, terms, notes)


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


def _stands_alone(question: str) -> bool:
    """Whether a question names what it is about before (or without) pointing back at something."""
    if _OPENS_FOLLOW_UP.search(question) and len(stems(question)) < 6:
        return False
    back = _REFERS_BACK.search(question)
    if back is None:
        return len(stems(question)) >= 2
    return len(stems(question[: back.start()])) >= 2
