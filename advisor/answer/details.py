"""Details a question asks for (a sum, a count, a date, a ranking, a name) and whether the evidence has them.

Near a subject that the library covers, likeness of meaning cannot tell a question it answers from one it does not
(evals/LOG.md), so the evidence itself is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from advisor.answer.asked import Asked
from advisor.answer.compose import Candidate
from advisor.answer.deeds import find_untold_deed
from advisor.answer.lexicon import groups_of
from advisor.answer.persons import names_person
from advisor.answer.premises import find_false_premise
from advisor.answer.strangers import Vocabulary
from advisor.answer.thesaurus import field_terms
from advisor.answer.topics import find_absent_topics
from advisor.library.sentences import sentence_spans
from advisor.words import GENERAL_NAMES, STOP_WORDS, listed, names, plain_words, stem, stems, words

LOOKED_AT = 12  # best sentences on the subject in which a detail has to occur
FIRST = 3  # best sentences, one of which may have the date asked for
BEST, SHARED = 4, 0.25  # a figure: among so many best, or in one with this share of the question's words
BARELY_MENTIONED = 0.4  # cosine below which a sentence on the subject needs a word in common with the question

# "What did they change, and what did it cost?" asks twice.
_PARTS_BETWEEN = re.compile(
    r"(?<=\?)\s+|,? and (?=(?:how (?:much|many|long)|what|when|who|which|where|why|by (?:what|which|how)) )",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\bhow many (?!of\b)(?:more |other |outside |different )?(\w+)(?: (\w+))?", re.IGNORECASE)
_HOW_TO = re.compile(
    r"\bhow (?:do|can|could|should|would|to)\b[^?.;]*\bhow many\b", re.IGNORECASE
)  # asks for no number
_PARTS = frozenset(map(stem, "step component part pillar element kind type strategy block silo principle move".split()))
_NO_SHARE = re.compile(
    r"\b(?:took part|participat|respon[ds]|survey|interview|sample|asked|should|need)", re.IGNORECASE
)
_NUMBER = (
    r"(?:\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?)"
)
_PERCENT = re.compile(r"\d\s?(?:%|per ?cent)|\b(?:half|third|quarter|fifth|majority|minority) of\b", re.IGNORECASE)
_SUM = re.compile(
    r"[$€£¥]\s?\d|\d[\d,.]*\s?(?:%|per ?cent|k\b|m\b|bn\b|thousand|million|billion|dollars|euros|"
    r"pounds)",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"(?<!\w)(?!(?:19|20)\d\d\b)\d")
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\b\w+-(?:year|month|week|day)\b", re.IGNORECASE)
_BY_YEAR = re.compile(r"\bby (?:19|20)\d\d\b|\bfor (?:the year )?(?:19|20)\d\d\b", re.IGNORECASE)
_PAST = re.compile(
    r"\b(?:did|was|were|said|happened|began|started)\b(?!.*\b(?:goal|target|forecast|predict|aim|plan))", re.I
)
_RANKING = re.compile(
    r"\b(?:top (?:ten|\d+|three|five)|rank(?:s|ed)? (?:best|first|highest|top)|rankings?|league table|"
    r"number one|scores? best|comes? (?:first|last|out on top))\b",
    re.IGNORECASE,
)
_SCORE = re.compile(
    r"\b(?:what|which|how high)\b.{0,40}\b(?:score|rating|csat|churn|(?<!to )budget|price|fee|salary|turnover|"
    r"revenue|market share|headcount|roi|rate|number|percentage|share|proportion)\b|\b(?:what|how high) (?:will|"
    r"was|were|did|should|does) .{0,40}\bnps\b|\b(?:average|good|typical) (?:nps|csat)\b|"
    r"\bby (?:how much|how many|what (?:share|percentage|margin|amount|factor))\b",
    re.IGNORECASE,
)
_SHARE_OF = re.compile(r"\b(?:percentage|proportion|share|per ?cent) of (?:the |all |its |their )?(\w+(?: \w+)?)", re.I)
_EXACT = re.compile(r"\b(?:exact|precise)(?:ly)?\b|\bin per ?cent\b", re.IGNORECASE)  # "a minority of" is no such share
_OF_PERSON = re.compile(r"\b(?:he|she|him|his|her)\b", re.IGNORECASE)
_WHO = re.compile(r"\bwho\b", re.IGNORECASE)
_RESULT = re.compile(
    r"\b(?:in fact|actually|really|in the end|so far|by now|reached?|achieved?|managed)\b", re.IGNORECASE
)
_AHEAD = re.compile(
    r"\b(?:goals?|targets?|aims?|aimed|forecasts?|predicts?|expects?|plans?|will|by (?:19|20)\d\d)\b", re.I
)
_MEASURE = re.compile(
    r"\b(?:nps|net promoter score|csat|churn|revenue|turnover|roi|price|headcount|salary|market share|"
    r"share price|budget)\b",
    re.IGNORECASE,
)
_BUY = re.compile(
    r"\b(?:which|what) (?:\w+ ){0,3}(?:vendors?|suppliers?|tools?|software|platforms?|systems?|products?|crm)"
    r" (?:should|do|shall|would|can) (?:we|i|you) (?:buy|choose|pick|take|use|get|recommend)\b|"
    r"\b(?:which|what) (?:\w+ ){1,4}(?:should|shall) (?:we|i) (?:buy|install|order|purchase|license)\b",
    re.IGNORECASE,
)
_HOW_MUCH = re.compile(r"\bhow much\b", re.IGNORECASE)
_COST = re.compile(
    r"\bhow much (?:budget|money|funding|cash|capital)\b|\bhow much (?:did|does|do|has|have|is|was|were|"
    r"will)\b(?:(?!\band\b)[^,;.?]){0,60}\b(?:cost|spend|spent|sink|sunk|invest\w*|pay|paid|charge|put|save|saved|earn\w*|make|worth|"
    r"raise|budget)\b|\bwhat (?:do|does|did|would|is|was) .{1,60}\b(?:cost|charge|take per|pay(?! off)|earn)\b|"
    r"\b(?:price|fee|cost|budget) (?:of|for|tag)\b|\bin (?:dollars|euros|pounds|"
    r"usd|eur|gbp)\b",
    re.IGNORECASE,
)
_PRICED = re.compile(
    r"\bper (?:year|month|head|user|seat)\b|\bin the (?:first|next) year\b|"
    r"\ba (?:year|month|head)\b|\broughly\b|\bball ?park\b|\bsalar|"
    r"\btypically (?:earn|cost|pay)|\b(?:price|fee) (?:of|for|tag)\b",
    re.IGNORECASE,
)
_HOW_LONG = re.compile(r"\bhow (?:long|soon|many (?:days|weeks|months|years))\b(?! have| has)", re.IGNORECASE)
_DURATION = re.compile(r"\b(?:\d+|\w+)[- ](?:year|month|week|day|hour|minute)s?\b", re.IGNORECASE)
_HOW_OFTEN = re.compile(r"\b(?:how (?:often|frequently)|at what intervals)\b", re.IGNORECASE)
_FREQUENCY = re.compile(
    r"\b(?:daily|weekly|monthly|quarterly|yearly|annually|regularly|constantly|continu\w+|always|once|twice|"
    r"real[- ]time|(?:every|each|per|a) (?:day|week|month|quarter|year))\b",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"\bwhere\b.{1,60}\b(?:located|based|headquartered|situated)\b|\bhow old (?:is|are)\b", re.IGNORECASE
)
_PLACED = re.compile(
    r"\b(?:located|based|headquartered|situated) in\b|\b(?:aged?|born|years old|founded)\b", re.IGNORECASE
)
_CONTACT = re.compile(
    r"\be-?mail address|\bphone number|\bcontact details|\blinkedin|\bpostal address|\bwhere does .{1,30} live", re.I
)
_WHEN = re.compile(
    r"\b(?:what|which) (?:year|date|month|day)\b|\bwhen (?:exactly |precisely )?(?:did|was|were|will)\b|"
    r"\bwhen(?:[’']s| is| are) the (?:next|first|last)\b",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"\b(?:which|what|whose) (?:\w+ )?(vendor|supplier|agency|consultancy|consultants|software|tool|app|city|country|"
    r"university|"
    r"law|standard|manufacturer|bank|database|provider)s?\b",
    re.IGNORECASE,
)
_WHOSE_WORD = (
    r"(?:man|woman|people|folks|guy|professor|expert|researcher|blog|paper|article|essay|survey|study|report|text|"
    r"say|said|claim|argue|think)s?\b"
)
_OWN_HOUSE = re.compile(r"\b(?:i|we|our|my)\b", re.IGNORECASE)
# "What does X say about ...?" takes nothing for granted.
_OPEN = re.compile(
    r"\bwhat\b[^?]{0,40}\b(?:says?|said|thinks?|writes?|wrote|views?|opinion|stance|position)\b[^?]{0,12}\b(?:about|on|of)\b",
    re.IGNORECASE,
)
_SAYS = re.compile(r"\b(?:survey|study|article|essay|paper|report|author|blog)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Missing:
    """A detail that is asked for and not given, in words, and what kind of source would have it."""

    what: str
    source: str


def find_missing_details(asked: Asked, found: Sequence[Candidate], library: Vocabulary) -> list[Missing | None]:
    """For each part of what is asked, the detail that the best sentences on its subject lack, or the subject that the
    whole library lacks; None when they do not. What is asked of a person that is not told who is, is missing too.
    """
    parts = [part for part in _PARTS_BETWEEN.split(asked.asks) if part.strip()]
    missing: list[Missing | None] = []
    for place, part in enumerate(parts):
        of_whom = missing[-1] if _OF_PERSON.search(part) and place and _WHO.search(parts[place - 1]) else None
        missing.append(of_whom or _find_missing(_on_part(asked, part), found, library))
    return missing


def _on_part(asked: Asked, part: str) -> Asked:
    """What one part of a question asks. When it names somebody whom no passage knows as a name, it is not about those
    of the other parts.
    """
    elsewhere = part != asked.asks and names(part) - GENERAL_NAMES and not asked.subjects & plain_words(part)
    return replace(asked, asks=part, subjects=frozenset(), named=()) if elsewhere else replace(asked, asks=part)


def _find_missing(asked: Asked, found: Sequence[Candidate], library: Vocabulary) -> Missing | None:
    question, of = asked.asks, f" for {listed(asked.named)}" if asked.subjects else ""
    about = [c for c in found if not asked.subjects or c.speaks_of & asked.subjects][:LOOKED_AT]
    texts = [candidate.text for candidate in about]

    def given(pattern: re.Pattern[str]) -> bool:
        return any(pattern.search(text) for text in texts)

    if _BUY.search(question):
        return Missing("The library recommends no products.", "a comparison of products")
    if _CONTACT.search(question):
        return Missing("The library holds no contact details.", "a directory")
    if topics := find_absent_topics(question, library):
        return Missing(f"The library does not deal with {listed(topics)}.", f"a text on {listed(topics)}")
    claim = _claim(asked)
    if _names_somebody(claim, asked.subjects) and find_false_premise(claim, asked.subjects, texts):
        whom = f" of {listed(asked.named)}" if asked.subjects else ""
        return Missing(f"The question takes for granted what the library nowhere says{whom}.", "a text that reports it")
    if find_untold_deed(question, asked.named, [c.text for c in found if c.speaks_of & asked.subjects]):
        return Missing(f"The library tells nothing of the kind{of}.", "a text that reports it")
    priced = asked.subjects or _HOW_MUCH.search(question) or _PRICED.search(question)
    if _COST.search(question) and priced and not given(_SUM):
        return Missing(f"The library gives no such sum of money{of}.", "an annual report, a budget or a price list")
    if _HOW_LONG.search(question) and not given(_DURATION):
        return Missing(f"The library gives no length of time{of}.", "a report on that project")
    if _HOW_OFTEN.search(question) and not any(map(_FREQUENCY.search, texts[:BEST])):
        return Missing(f"The library does not say how often{of}.", "a handbook or a case study")
    if _WHERE.search(question) and not given(_PLACED):
        return Missing(f"The library does not say that{of}.", "a company website")
    if (count := _COUNT.search(question)) and not _HOW_TO.search(question) and not _counted(count, texts):
        return Missing(f"The library gives no such number{of}.", "a survey or a company's own figures")
    if (_SCORE.search(question) or (asked.subjects and _MEASURE.search(question))) and not _measured(question, about):
        return Missing(f"The library gives no such figure{of}.", "a survey or a company's own figures")
    if _WHEN.search(question) and not _dated(about, asked):
        return Missing(f"The library gives no such date{of}.", "a company history or a press release")
    if asked.subjects and not names_person(question, texts, asked.named):
        return Missing(
            f"The library does not give that name{of}.", "a press release, a company website or an organisation chart"
        )
    if _RANKING.search(question) and not given(_RANKING):
        return Missing("The library has no such ranking.", "a study that compares companies")
    if asked.subjects and (which := _WHICH.search(question)) and not given(re.compile(which.group(1), re.I)):
        return Missing(f"The library does not say which {which.group(1)} that is{of}.", "a case study that gives names")
    if len(asked.subjects) == 1 and _only_mentioned(asked, about):
        return Missing(f"The library mentions {listed(asked.named)} but does not go into that.", "a case study on it")
    return None


def _counted(count: re.Match[str], texts: Sequence[str]) -> bool:
    """Whether a sentence has a number before the thing counted, or a share of people."""
    things = {stem(group) for group in count.groups() if group and group.lower() not in STOP_WORDS}
    if things & _PARTS:
        return True
    for text in texts:
        for match in re.finditer(rf"\b{_NUMBER}\b((?:[\s-]+[\w’'-]+){{1,3}})", text, re.IGNORECASE):
            if things & set(stems(match.group(1).replace("-", " "))):
                return True
        if _PERCENT.search(text) and not _NO_SHARE.search(count.string):
            return True
    return False


def _dated(about: Sequence[Candidate], asked: Asked) -> bool:
    """Whether a date stands in one of the very best sentences, or in one that shares the question's words. What is to
    happen "by 2030" has no date that could tell when something was.
    """
    past = _PAST.search(asked.asks)
    near = (c for place, c in enumerate(about) if place < FIRST or c.coverage >= SHARED)
    return any(_DATE.search(_BY_YEAR.sub("", c.text) if past else c.text) for c in near)


def _measured(question: str, about: Sequence[Candidate]) -> bool:
    """Whether a figure stands in one of the very best sentences, or in one that shares the question's words; of those
    it is asked of, and no goal or forecast where the result is asked for.
    """
    whole, exact = _SHARE_OF.search(question), _EXACT.search(question)
    of_whom = _meanings(" ".join([whole[1], *field_terms(whole[1])])) if whole else set()
    return any(
        (_AMOUNT.search(c.text) or (not exact and _PERCENT.search(c.text)))
        and (place < BEST or c.coverage >= SHARED)
        and (not of_whom or of_whom & _meanings(c.text))
        and not (_RESULT.search(question) and _AHEAD.search(c.text))
        for place, c in enumerate(about)
    )


def _meanings(text: str) -> set[str | int]:
    """The stems of a text and the groups of synonyms that they belong to."""
    found = stems(text)
    return {*found, *(group for groups in groups_of(found) for group in groups)}


def _claim(asked: Asked) -> str:
    """The part of a question that asks, after the sentences around it that name whom it is about."""
    whole, asks = asked.question, asked.asks
    spans = (whole[start:end] for start, end in sentence_spans(whole, 0, len(whole)))
    return " ".join([*(s for s in spans if asked.subjects & plain_words(s) and not s.endswith("?")), asks])


def _names_somebody(claim: str, subjects: frozenset[str]) -> bool:
    """Whether a claim says whose doing or whose word it is about."""
    if _OPEN.search(claim):
        return False
    if subjects:
        return bool(subjects & plain_words(claim))
    return not _OWN_HOUSE.search(claim) and bool(names(claim) - GENERAL_NAMES or _SAYS.search(claim))


def _only_mentioned(asked: Asked, about: Sequence[Candidate]) -> bool:
    """Whether the subject comes up but no sentence on it is near the question or shares a word with it.

    A name that only tells whose word is wanted ("the KPMG paper") is no subject to go into.
    """
    (name,) = asked.named
    wanted = set(asked.weights) - set(map(stem, words(name)))
    if name not in asked.question:  # a turn before named it
        return False
    if not wanted or re.search(rf"{re.escape(name)}(?:[’']s)? (?:\w+ )?{_WHOSE_WORD}", asked.in_context):
        return False
    shared = any(wanted & set(stems(" ".join(c.speaks_of))) for c in about)
    return not shared and max((c.cosine for c in about), default=0.0) < BARELY_MENTIONED
