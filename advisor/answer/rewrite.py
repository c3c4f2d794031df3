"""From what a person wrote, in its conversation, to what is searched; `follow.py` finds what it leans on."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from advisor.answer.english import other_language
from advisor.answer.follow import FEW, chooses, is_more, is_shorter, read_in, statements_wanted, wants_new
from advisor.answer.thesaurus import field_terms
from advisor.errors import QuestionError
from advisor.library.addressed import addresses_a_machine
from advisor.library.sentences import sentence_spans
from advisor.types import Turn
from advisor.words import STOP_WORDS, stems, words

_LONGEST_WORD = 40  # letters; longer ones are keys, codes or addresses
_TAG = re.compile(r"<(?:!--.*?--|/?[a-zA-Z][^<>]*)>", re.DOTALL)
_SCRIPT = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.DOTALL | re.IGNORECASE)
LONG = 30  # content words from which only the sentences that ask are searched
# "I'm COO of a telecom; how do I ...": who asks, then what. The first part helps to search and counts little for what
# answers, unless what is asked is that person's own part in it.
_WHO_ASKS = re.compile(
    r"^(?:(?:hi|hello|hey)\W+)?(?:(?:i|we)(?:[’'](?:m|re| am| are)|[’']ve| am| are| run| lead| head| chair| work|"
    r" manage| own| look after| operate| sell)\b|as (?:a|an|the)?\b|(?:just|recently) \w+ (?:promoted|appointed|"
    r"hired)|my company|our company|"
    r"[\w -]{3,30} (?:here|speaking)\b)(?:[^;:?.!–]{3,120}[.!;]|[^;:?.!–]{3,120}?(?:[;:.!–]|,| - ))\s+"
    r"(?P<asked>.{12,})$",
    re.IGNORECASE | re.DOTALL,
)
_OF_THE_ASKER = re.compile(
    r"\b(?:we(?:[’']re| are| run)|i(?:[’']m| am| run| head| lead)|as an?|as|our|my|us)\b[^,;.?!]{0,60}", re.IGNORECASE
)
_OWN_PART = re.compile(
    r"\b(?:my (?:own )?(?:part|role|job|task|place|problem|mandate)|for me|mine|should i (?:do|start))\b", re.I
)
TURNS_BACK = 6  # that a question is read after; what it leans on are two of them at most, see evals/LOG.md


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
    said: tuple[tuple[str, int, int], ...] = ()  # what has been quoted, where more than it or a choice is asked for
    among: bool = False  # a choice among what has been said is asked for
    only_new: bool = False  # none of that is to be said again
    at_most: int | None = None  # statements, when a shorter answer is wanted


def rewrite(question: str, earlier: Sequence[Turn], correct: Callable[[str], str | None]) -> Query:
    """The query for a question asked after `earlier` ones (oldest first).

    `correct` gives a library word for a misspelt one, or None. Raises QuestionError on a question without words or in
    another language.
    """
    asked, orders = _without_orders(clean_question(question))
    cleaned, notes = _correct_spelling(asked, correct)
    if orders:
        notes += ("Left out of the question: orders to a program, or what is not in English.",)
    turns = [replace(turn, question=_without_orders(clean_question(turn.question))[0]) for turn in earlier]
    if turns and (again := _asked_again(cleaned, turns, correct)):
        return again
    if language := other_language(cleaned):
        raise QuestionError(
            f"The question seems to be in another language ({language}). The library is read in English: "
            "please ask in English."
        )
    leans_on, fresh, sections = read_in(cleaned, turns)
    if leans_on:
        notes += (f"Read together with: “{leans_on}”",)
    asked = _without_who_asks(fresh)
    asks = _asking(asked) if asked else ""
    if len(stems(fresh)) > LONG and len(stems(asks)) >= FEW:  # a story, and a question in it
        fresh = asks
    # what is asked now weighs more than what was
    among = bool(leans_on) and chooses(fresh)
    whole = " ".join(filter(None, (leans_on, fresh, fresh))) if leans_on and not among else fresh
    terms = tuple(field_terms(whole))
    said = earlier[-1].places if leans_on and (among or wants_new(fresh)) else ()
    return Query(
        " ".join((whole, *terms)), cleaned, asked or leans_on or "", asks, leans_on, terms, notes, sections, said, among
    )


def _asked_again(question: str, earlier: Sequence[Turn], correct: Callable[[str], str | None]) -> Query | None:
    """The query before, for a question that only wants its answer shorter or more of it; None for any other."""
    shorter, more = is_shorter(question), is_more(question)
    if not shorter and not more:
        return None
    *before, last = earlier
    query = rewrite(last.question, before, correct)
    if shorter:
        note = f"Read as: a shorter answer to “{query.question}”"
        return replace(query, at_most=statements_wanted(question, len(last.quotes)), notes=(note,))
    note = f"Read as: more on “{query.question}”, beyond what was said"
    said = tuple(place for turn in _on_one_question(earlier) for place in turn.places)
    return replace(query, said=said, only_new=True, sections=last.sections, at_most=None, notes=(note,))


def _on_one_question(turns: Sequence[Turn]) -> Sequence[Turn]:
    """The last turns, back to the question that the others only wanted shorter or more on."""
    asked = [place for place, turn in enumerate(turns) if not is_shorter(turn.question) and not is_more(turn.question)]
    return turns[asked[-1] if asked else 0 :]


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
