"""An answer without a model: the sources' own sentences, chosen, made whole and put in order."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from advisor.answer.whole import make_whole, wording
from advisor.answer.rewrite import Query
from advisor.types import Draft, Evidence, RankedPassage, Sentence
from advisor.words import GENERAL_NAMES, POSSESSIVE, STOP_WORDS, figures, names, plain_words, stem, stems, words

# Weights of what makes a sentence a direct answer; measured in evals/LOG.md.
MEANING = 1.0
WORDS = 0.35
PASSAGE = 0.15
ASKED_FOR = 0.12  # the sentence has the kind of thing that was asked for
OFF_SUBJECT = 0.25  # the question names somebody the sentence does not speak of

MOST = 5  # statements of an answer that is not a list
LONGEST_LIST = 12
BEHIND_LEAD = 0.16  # a statement this far behind the leading one is left out
ALIKE = 0.6  # share of words at which two statements say the same

_LIST = re.compile(
    r"\b(?:list|which|what are|steps?|components?|parts?|pillars?|elements?|building blocks|kpis?|metrics|moves|"
    r"measures|strateg(?:y|ies)|skills|principles|kinds|types|ways|levers|feeds|departments|indicators|practices|"
    r"first steps|where (?:do|should) (?:i|we) (?:start|begin)|priorities|checklist|factors|areas)\b",
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
_ADVISES = re.compile(r"\b(?:should|must|need(?:s)? to|requires?|recommend|invest in|ensur(?:e|ing)|start(?:s)? with)\b")
_ADVICE = re.compile(r"\b(?:how (?:do|can|should|would|to)|should (?:i|we)|what (?:should|can|do) (?:i|we)|advice|advise)\b", re.I)
_DEFINITION = re.compile(r"\b(?:what(?:[’']s| is| are| does .* mean)|definition|define|meaning|mean by)\b", re.IGNORECASE)
_DEFINES = re.compile(r"\b(?:is (?:a|an|the|not)|are|defines?|refers to|means|goes beyond|think of)\b")


@dataclass(frozen=True)
class Asked:
    """What a question asks for, read off its wording."""

    question: str
    subjects: frozenset[str]  # names in the question that the passages know, lower-cased
    named: tuple[str, ...]  # the same as the question writes them
    weights: dict[str, float]  # idf of each content stem of the question (and of what it leans on, less)

    @cached_property
    def list(self) -> bool:
        return bool(_LIST.search(self.question))

    @cached_property
    def figure(self) -> bool:
        return bool(_FIGURE.search(self.question))

    def gives_what_is_asked(self, text: str) -> bool:
        """Whether a sentence has the kind of thing the question asks for."""
        return (
            (self.figure and bool(figures(text)))
            or (bool(_EXAMPLE.search(self.question)) and bool(names(text) - GENERAL_NAMES))
            or (bool(_ADVICE.search(self.question)) and bool(_ADVISES.search(text)))
            or (bool(_DEFINITION.search(self.question)) and bool(_DEFINES.search(text)))
        )


@dataclass(frozen=True)
class Candidate:
    """A sentence that may become a statement."""

    ranked: RankedPassage
    position: int
    score: float
    cosine: float
    coverage: float  # share of the question's word weight that the sentence or its heading has

    @property
    def sentence(self) -> Sentence:
        return self.ranked.passage.sentences[self.position]

    @property
    def text(self) -> str:
        return self.ranked.passage.slice(self.sentence)

    @cached_property
    def speaks_of(self) -> set[str]:
        """The words, lower-cased, of the sentence and of those before it in its paragraph."""
        passage, this = self.ranked.passage, self.sentence
        block = [s for s in passage.sentences[: self.position + 1] if s.paragraph == this.paragraph]
        return set().union(*(plain_words(passage.slice(s)) for s in block))


def read_question(query: Query, ranked: Sequence[RankedPassage], idf: Callable[[str], float]) -> Asked:
    """What a question asks for, given the passages found for it."""
    question, leans_on = query.question, query.leans_on
    known = _names_of(ranked)
    weights = {token: idf(token) for token in stems(question)}
    subjects = _subjects(question, known, idf)
    if leans_on:
        weights = {token: 0.5 * idf(token) for token in stems(leans_on)} | weights
        subjects = subjects or _subjects(leans_on, known, idf)
    return Asked(question, frozenset(subjects), tuple(subjects.values()), weights)


def _names_of(ranked: Sequence[RankedPassage]) -> set[str]:
    """Words that the passages only write with a capital, lower-cased: a heading's capitals make no name."""
    texts = [r.passage.text for r in ranked]
    common = {word for text in texts for word in words(text) if word.islower()}
    return set().union(*map(names, texts)) - common - GENERAL_NAMES - STOP_WORDS


def _subjects(question: str, known: set[str], idf: Callable[[str], float]) -> dict[str, str]:
    """Each name in the question as its rarest word, lower-cased, with the name as written ("america": "America")."""
    runs: list[list[str]] = [[]]
    for word in words(question):
        plain = POSSESSIVE.sub("", word)
        if plain.lower() in known:
            runs[-1].append(plain)
        elif plain.lower() not in ("of", "de", "and the"):
            runs.append([])
    rarest = {max(run, key=lambda word: idf(stem(word))): " ".join(run) for run in runs if run}
    return {word.lower(): name for word, name in rarest.items()}


def candidates(asked: Asked, ranked: Sequence[RankedPassage]) -> list[Candidate]:
    """Every sentence of the passages once, best first."""
    seen: set[tuple[str, int]] = set()
    found = []
    for passage in ranked:
        for position, sentence in enumerate(passage.passage.sentences):
            place = (passage.passage.document_id, sentence.start)
            if sentence.kind == "heading" or place in seen:
                continue
            seen.add(place)
            found.append(_score(asked, passage, position))
    return sorted(found, key=lambda c: -c.score)


def _score(asked: Asked, ranked: RankedPassage, position: int) -> Candidate:
    passage, sentence = ranked.passage, ranked.passage.sentences[position]
    text = passage.slice(sentence)
    own, around = set(stems(text)), set(stems(" ".join(sentence.heading)))
    total = sum(asked.weights.values()) or 1.0
    coverage = sum(w * (1.0 if t in own else 0.5 if t in around else 0.0) for t, w in asked.weights.items()) / total
    cosine = ranked.sentence_cosines[position]
    score = MEANING * cosine + WORDS * coverage + PASSAGE * ranked.score
    score += ASKED_FOR * asked.gives_what_is_asked(text)
    candidate = Candidate(ranked, position, score, cosine, coverage)
    if asked.subjects and not candidate.speaks_of & asked.subjects:
        return replace(candidate, score=score - OFF_SUBJECT)
    return candidate


def compose(asked: Asked, found: Sequence[Candidate]) -> list[Draft]:
    """Drafts of the answer's statements: the most direct one first, the others by aspect. Empty when none is whole."""
    chosen: list[tuple[Candidate, Draft]] = []
    for candidate in _in_turn(asked, found):
        if chosen and candidate.score < chosen[0][0].score - BEHIND_LEAD:
            break
        draft = _draft(candidate)
        if draft is None or any(_alike(draft, other) for _, other in chosen):
            continue
        chosen.append((candidate, draft))
        if len(chosen) == MOST:
            break
    return _by_aspect([draft for _, draft in chosen])


def _in_turn(asked: Asked, found: Sequence[Candidate]) -> Iterable[Candidate]:
    """Best first; of a comparison first the best for each subject."""
    firsts: list[Candidate] = []
    if len(asked.subjects) > 1:
        for subject in asked.subjects:
            about = (c for c in found if subject in c.speaks_of)
            firsts += [best for best in [next(about, None)] if best is not None and best not in firsts]
    level = max((c.score for c in found), default=0.0)
    yield from sorted((replace(c, score=level) for c in firsts), key=lambda c: -c.cosine)
    yield from found


def _draft(candidate: Candidate) -> Draft | None:
    passage = candidate.ranked.passage
    span = make_whole(passage, candidate.position)
    if span is None:
        return None
    start, end = span
    quote = passage.text[start - passage.start : end - passage.start]
    heading = candidate.sentence.heading
    evidence = Evidence(passage.document_id, passage.id, start, end, quote, heading)
    return Draft(wording(quote), heading[-1] if heading else None, (evidence,))


def _alike(one: Draft, other: Draft) -> bool:
    a, b = one.evidence[0], other.evidence[0]
    if a.document_id == b.document_id and min(a.end, b.end) > max(a.start, b.start):
        return True
    first, second = set(stems(one.text)), set(stems(other.text))
    return len(first & second) >= ALIKE * max(1, min(len(first), len(second)))


def _by_aspect(drafts: Sequence[Draft]) -> list[Draft]:
    """The first draft leads, without an aspect; the rest stay together by aspect, in the order aspects came up."""
    if not drafts:
        return []
    order = [None, *dict.fromkeys(draft.aspect for draft in drafts[1:] if draft.aspect)]
    rest = sorted(drafts[1:], key=lambda draft: order.index(draft.aspect))
    return [replace(drafts[0], aspect=None), *rest]


def idf_of(document_frequency: Callable[[str], int], passages: int) -> Callable[[str], float]:
    """BM25's inverse document frequency of a stem, never below 0; an unknown stem weighs most."""
    return lambda token: math.log(1 + (passages - (df := document_frequency(token)) + 0.5) / (df + 0.5))

