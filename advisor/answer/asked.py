"""What a question asks for, read off its wording: a list, a figure, an example, advice, a definition; about whom."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from advisor.answer.english import is_english
from advisor.answer.rewrite import Query
from advisor.answer.thesaurus import field_terms
from advisor.types import RankedPassage
from advisor.words import GENERAL_NAMES, POSSESSIVE, STOP_WORDS, capitalized, figures, names, stem, stems, words

AROUND = 0.3  # weight of a word from an earlier turn, or from how the asker introduces themselves

_LIST = re.compile(
    r"\b(?:list|which|what are|steps?|components?|parts?|pillars?|elements?|building blocks|kpis?|metrics|moves|"
    r"measures|strateg(?:y|ies)|skills|principles|kinds|sorts|types|ways|levers|feeds|departments|indicators|practices|"
    r"first steps|where (?:do|should) (?:i|we) (?:start|begin)|priorities|checklist|factors|areas|stages|levels|rows|"
    r"what makes|lines|rules|roles|criteria|conditions|mistakes|tips|process|look like|belongs)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\b(?:how (?:much|many|often|long|big|fast|quick(?:ly)?|large|likel(?:y|ier))|percent(?:age)?|per cent|share of|"
    r"number|figures?|statistics?|stats?|data point|proportion|by when|what year|when (?:did|was|were|will|is))\b",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"\b(?:examples?|who (?:is|has|does|else|in)|any(?:one|body)?|which (?:compan|bank|retail|firm|brand)|big name|"
    r"case|others?|else|done (?:this|it|that)|role models?|peers)\b",
    re.IGNORECASE,
)
_FORMULA = re.compile(
    r"\b(?:formula[es]?|calculat\w+|comput(?:e[ds]?|ing)|work(?:ed|ing)? (?:it )?out|"
    r"how (?:(?:do|can|should|would|could) (?:i|we|you|one) measure|(?:is|are|was) .{1,60} measured))\b",
    re.IGNORECASE,
)
# "Formula: churn rate = ...", or a name, "=" and names again: "10 × 3 = 30" is an example of one.
_GIVES_FORMULA = re.compile(r"^(?:formula\b[^=:]*:?)?\s*([^=]*[a-z]{2}[^=]*) = [^=]*[a-z]{3}", re.IGNORECASE)
_REASON = re.compile(r"\bwhy\b|\bhow come\b|\b(?:what[’']s|what is|what lies) behind\b|\breasons?\b", re.IGNORECASE)
_GIVES_REASON = re.compile(
    r"\b(?:because|since|due to|thanks to|driven by|causes?|reasons?|so that|thereby|leads? to|result|owing to|"
    r"explain\w*|therefore|hence|arises?|only if|since)\b",
    re.IGNORECASE,
)
_ADVISES = re.compile(
    r"\b(?:should|must|ought to|ha(?:s|ve) to|needs? to|(?:is|are) needed|requires?|recommend\w*|takes an?|"
    r"critical|essential|"
    r"crucial|invest(?:ing)? in|ensur(?:e|es|ing)|starts? with|best practice)\b",
    re.IGNORECASE,
)
_ADVICE = re.compile(
    r"\b(?:how (?:do|can|should|would|to)|should (?:i|we)|what (?:should|can|do) (?:i|we)|advice|advise)\b", re.I
)
_BRIEF = re.compile(
    r"^\W*(?:who|when|where|what(?:[’']s| is) (?:a|an|the)|which \w+ (?:is|was|did|does|has))\b", re.IGNORECASE
)
_DEFINITION = re.compile(
    r"\b(?:what(?:[’']s| is| are| does .* mean)|definition|define|meaning|mean by)\b", re.IGNORECASE
)
_SEVERAL = re.compile(
    r"\b(?:agree|concur|consensus|unanimous|common (?:position|view|ground)|line up|see eye to eye|in one direction|"
    r"sing the same|the only one|on (?:his|her|their) own|more than one|only one|just one|"
    r"shared (?:view|advice|opinion|position|belief)|share the view|do (?:all|others|several|different)|"
    r"everyone|several (?:sources|authors|texts|people)|contradict|back (?:that|this|it) up|(?:author|writer)s?)\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(?:compar\w+|versus|vs|differ\w*|contrast|than|beats?|better|both|between|side by side|in common|alike|"
    r"similar\w*)\b",
    re.IGNORECASE,
)
# Sentences about a text itself, and questions that want them.
_ABOUT_TEXTS = re.compile(
    r"\b(?:paper|article|essay|brief|report|text|blog|study) (?:will |shall )?(?:covers?|lists?|discuss(?:es)?|"
    r"describes?|summari[sz]e[sd]?|consists|takes|shares|explores?|examines?|outlines?)\b|"
    r"\b(?:in|throughout) this (?:paper|article|essay|report|text|blog|study),? (?:we|i)\b|"
    r"\bhere,? we (?:look|explore|examine|discuss|describe|show)\b|"
    r"\bpublished (?:in|by|on|as)\b|\bcase study\b.{0,40}\(\d{4}\)|"
    r"\b(?:a|documentary) references?\b|\bwrote \W|\blisted by\b",
    re.IGNORECASE,
)
_WANTS_TEXTS = re.compile(
    r"\b(?:read|reading|books?|literature|references?|cited|cites|sources?|papers?|articles?|essays?|publish\w*|wrote|"
    r"written|study|studies|accounts?|cover(?:s|ed)?|when|who says|who said|come out|came out|where does)\b",
    re.IGNORECASE,
)
_DEFINES = re.compile(r"\b(?:is (?:a|an|the|not)|are|defines?|refers to|means|goes beyond|think of)\b")

_JOINS = ("of", "de")  # small words inside a name


@dataclass(frozen=True)
class Asked:
    """What a question asks for, read off its wording."""

    question: str
    asks: str  # the sentences of it that ask, without who asks and what led up to it
    subjects: frozenset[str]  # names in the question that the passages know, lower-cased
    named: tuple[str, ...]  # the same as the question writes them
    weights: Mapping[str, float]  # idf of each content stem of the query that the library has
    leans_on: str = ""  # what came before, that the question is read with
    sections: frozenset[tuple[str, tuple[str, ...]]] = frozenset()  # cited by the answer that the question leans on

    @property
    def in_context(self) -> str:
        """The question after what it leans on."""
        return f"{self.leans_on} {self.question}"

    @cached_property
    def list(self) -> bool:
        return bool(_LIST.search(self.question))

    @cached_property
    def advice(self) -> bool:
        return bool(_ADVICE.search(self.question))

    @cached_property
    def compares(self) -> bool:
        """Whether the question sets two or more of its subjects against each other."""
        return len(self.named) > 1 and bool(_COMPARES.search(self.question))

    @cached_property
    def figure(self) -> bool:
        return bool(_FIGURE.search(self.question))

    @cached_property
    def several(self) -> bool:
        """Whether the question is on what several texts say, so that each text has its turn."""
        return bool(_SEVERAL.search(self.question))

    @cached_property
    def wants_formula(self) -> bool:
        """Whether the question asks how something is calculated."""
        return bool(_FORMULA.search(self.question))

    def formula(self, text: str, heading: Sequence[str]) -> float:
        """How far a sentence under a heading is the formula of the measure that the question asks how to calculate: the
        share of the measure's word weight; 0 when it is no formula or none is asked for.
        """
        given = _GIVES_FORMULA.match(text) if self.wants_formula else None
        if not given:
            return 0.0
        about = {*stems(given.group(1)), *stems(" ".join(heading))}
        asking = stems(" ".join(_FORMULA.findall(self.question)))
        measure = {token: weight for token, weight in self.weights.items() if token not in asking}
        return sum(measure[token] for token in measure.keys() & about) / (sum(measure.values()) or 1.0)

    def is_beside_the_point(self, text: str) -> bool:
        """Whether a sentence is about a text itself, which the question does not ask for."""
        return bool(_ABOUT_TEXTS.search(text)) and not _WANTS_TEXTS.search(self.question)

    @cached_property
    def brief(self) -> bool:
        """Whether a fact or two answer the question: a figure, a date, a name, a definition."""
        return self.figure or bool(_BRIEF.search(self.question))

    def gives_what_is_asked(self, text: str) -> bool:
        """Whether a sentence has the kind of thing the question asks for."""
        return (
            (self.figure and bool(figures(text)))
            or (bool(_REASON.search(self.question)) and bool(_GIVES_REASON.search(text)))
            or (bool(_EXAMPLE.search(self.question)) and bool(names(text) - GENERAL_NAMES))
            or (self.advice and bool(_ADVISES.search(text)))
            or (bool(_DEFINITION.search(self.question)) and bool(_DEFINES.search(text)))
        )


def wants_list(text: str) -> bool:
    """Whether a question, or a part of one, may be answered by a list: it asks for one, or what to do."""
    return bool(_LIST.search(text) or _ADVICE.search(text))


def read_question(query: Query, ranked: Sequence[RankedPassage], idf: Callable[[str], float]) -> Asked:
    """What a question asks for, given the passages found for it."""
    question, leans_on = query.question, query.leans_on
    known = _names_of(ranked)
    asked = " ".join((query.asked, *field_terms(query.asked)))
    around = " ".join((leans_on or "", question, *query.terms))
    weights = {token: AROUND * idf(token) for token in stems(around)} | {token: idf(token) for token in stems(asked)}
    subjects = _subjects(question, known, idf) or _subjects(leans_on or "", known, idf)
    return Asked(
        question,
        query.asks,
        frozenset(subjects),
        tuple(subjects.values()),
        weights,
        leans_on or "",
        frozenset(query.sections),
    )


def _names_of(ranked: Sequence[RankedPassage]) -> set[str]:
    """Words that the passages only write with a capital, lower-cased: a heading's capitals make no name."""
    texts = [r.passage.text for r in ranked]
    common = {word for text in texts for word in words(text) if word.islower()}
    opening = {word for word in set().union(*map(capitalized, texts)) if not is_english(word)}
    return set().union(opening, *map(names, texts)) - common - GENERAL_NAMES - STOP_WORDS


def _subjects(question: str, known: set[str], idf: Callable[[str], float]) -> dict[str, str]:
    """Each name in the question as its rarest word, lower-cased, with the name as written ("america": "Bank of
    America").
    """
    runs: list[list[str]] = [[]]
    for word in words(question):
        plain = POSSESSIVE.sub("", word)
        if len(plain) > 1 and plain.lower() in known and (not plain.islower() or not is_english(plain)):
            runs[-1].append(plain)
        elif plain.lower() not in _JOINS:
            runs.append([])
    rarest = {max(run, key=lambda word: idf(stem(word))): _as_written(run, question) for run in runs if run}
    return {word.lower(): name for word, name in rarest.items()}


def _as_written(run: Sequence[str], question: str) -> str:
    """The words of a name with what stands between them in the question."""
    between = rf"(?:[\W_]+(?:{'|'.join(_JOINS)}))?[\W_]+"
    match = re.search(between.join(map(re.escape, run)), question)
    return match.group() if match else " ".join(run)


def idf_of(document_frequency: Callable[[str], int], passages: int) -> Callable[[str], float]:
    """BM25's inverse document frequency of a stem; 0 for one that the library does not have."""

    def idf(token: str) -> float:
        found = document_frequency(token)
        return math.log(1 + (passages - found + 0.5) / (found + 0.5)) if found else 0.0

    return idf
