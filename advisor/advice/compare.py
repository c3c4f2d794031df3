"""Companies or approaches side by side: for each, and each dimension, what the library says, in its own words.

A sentence is about a subject when it names it, or when it stands in a section on it and names nobody else. It is in a
dimension (compare.yaml) by the words it uses and by its meaning.
"""

from __future__ import annotations

import math
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from advisor.advice.checklist import timestamp
from advisor.answer.asked import Asked, idf_of
from advisor.answer.check import check
from advisor.answer.cite import cite
from advisor.answer.graph import Sources
from advisor.answer.retrieve import retrieve
from advisor.answer.rewrite import clean_question
from advisor.answer.thesaurus import field_terms
from advisor.answer.whole import make_whole, wording
from advisor.errors import QuestionError
from advisor.library.library import StoredPassage
from advisor.takeaways import Cell, Comparison, ComparisonRow
from advisor.types import Draft, Evidence, Profile, Statement, Vectors
from advisor.words import GENERAL_NAMES, STOP_WORDS, listed, names, stem, stems, words

FEWEST, MOST = 2, 5  # subjects
MOST_DIMENSIONS = 10
LONGEST_NAME = 100  # characters of a subject or a dimension
PASSAGES, FETCHED = 40, 100  # of each subject: looked at, and proposed by each search
WORD = 0.15  # what each word of a dimension adds to a sentence's likeness to it, for a rare word; half for a common one
IN_IT, ALSO_IN = 0.3, 0.5  # of a sentence's score in its best dimension, and in another one; see evals/LOG.md
MOST_WORDS = 3.0  # weight of a dimension's words beyond which more of them do not count
OF_A_CELL = 2  # statements
PLACED = (
    "Each quote was put in its row by its words and its meaning. Where a cell is empty and it matters to you, look in "
    "the sources: they may say it in words that were not recognized."
)

_LISTED = re.compile(
    r"\b(?:compar(?:e|ing)|contrast(?:ing)?|comparison (?:of|between)|differences? between)\s+(?P<listed>.+)$|"
    r"^how (?:do|does|are|is|did) (?P<between>.+?) (?:differ|compare|different)\b(?P<rest>.*)$|"
    r"^(?P<against>.+\b(?:vs|versus)\b.+)$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*(?:[,;&]|\b(?:versus|vs|and|or|with|to|against)\b\.?)\s*", re.IGNORECASE)
_DIMENSIONS = re.compile(r"\s+(?:in terms of|with regard to|regarding|as to|by|on|in|for|along)\s+", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:(?:the|a|an|both|how|what|companies|approaches|between)\s+)+", re.IGNORECASE)
_NAME = re.compile(r"[A-Z0-9][\w’'.-]*(?:(?: of| de)?(?: [A-Z0-9][\w’'.-]*))*")


@dataclass(frozen=True, slots=True)
class Compared:
    """What is to be compared, and in what; no dimensions are the usual ones."""

    subjects: tuple[str, ...]
    dimensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Dimension:
    name: str
    like: Vectors  # of sentences that belong in it
    stems: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Found:
    """A statement about a subject with its score in each dimension, and whether it has words of that dimension."""

    draft: Draft
    scores: tuple[float, ...]
    named: tuple[bool, ...]


# --- what is asked ---


def read_comparison(question: str) -> Compared:
    """What a question wants compared ("Compare Zara and USAA on technology and culture").

    Raises QuestionError when it names fewer than two subjects, or more than five.
    """
    asked = clean_question(question).rstrip("?.! ")
    match = _LISTED.search(asked)
    if match is None:
        return compared(name for name in _NAME.findall(asked) if name.lower() not in GENERAL_NAMES | STOP_WORDS)
    whole = (match["listed"] or match["between"] or match["against"]) + (match["rest"] or "")
    subjects, *dimensions = _DIMENSIONS.split(whole, maxsplit=1)
    if len(_parts(subjects)) < FEWEST:  # "compare journeys in banking and in retail"
        subjects, dimensions = whole, []
    return compared(_named(_parts(subjects)), _parts(dimensions[0]) if dimensions else ())


def _parts(text: str) -> list[str]:
    return [part for part in (_ARTICLE.sub("", part.strip()) for part in _BETWEEN.split(text)) if part]


def _named(parts: Sequence[str]) -> list[str]:
    """The names alone where each part has one ("how Zara", "Disney use technology"), else the parts as they are."""
    found = [max(_NAME.findall(part), key=len, default="") for part in parts]
    return found if all(found) else list(parts)


def compared(subjects: Iterable[str], dimensions: Iterable[str] = ()) -> Compared:
    """What a person names, without blanks and repetition. Raises QuestionError when that cannot be compared."""
    named, asked_in = _unique(subjects), _unique(dimensions)
    if not FEWEST <= len(named) <= MOST:
        given = listed([f"“{name[:LONGEST_NAME]}”" for name in named[: MOST + 1]]) or "none"
        more = f" and {len(named) - MOST - 1} more" if len(named) > MOST + 1 else ""
        raise QuestionError(
            f"A comparison takes two to five subjects; this names {given}{more}. Name companies or approaches, for "
            "example “Compare Zara, Disney and USAA”."
        )
    if len(asked_in) > MOST_DIMENSIONS:
        raise QuestionError(f"A comparison has at most {MOST_DIMENSIONS} dimensions; this names {len(asked_in)}.")
    for name in (*named, *asked_in):
        if len(name) > LONGEST_NAME:
            raise QuestionError(f"“{name[:40]} …” is too long: at most {LONGEST_NAME} characters are allowed.")
        if not any(character.isalnum() for character in name):
            raise QuestionError(f"“{name}” has no letters or digits to search for.")
    return Compared(named, asked_in)


def _unique(given: Iterable[str]) -> tuple[str, ...]:
    """Each once, as it was first written."""
    named: dict[str, str] = {}
    for name in (" ".join(one.split()) for one in given):
        named.setdefault(name.casefold(), name)
    return tuple(name for name in named.values() if name)


# --- what the library says ---


def build_comparison(
    asked: Compared, profile: Profile, sources: Sources, embed: Callable[[str], Vectors]
) -> Comparison:
    """The matrix: every statement of it is a checked quote about its subject. `embed` gives unit vectors.

    A usual dimension in which nothing is said of any subject is left out, and named in a note; one that was asked for
    stays.
    """
    dimensions = [_dimension(name, embed) for name in asked.dimensions or usual_dimensions()]
    rivals = [_dimension(name, embed) for name in _others(asked.dimensions)] if asked.dimensions else []
    columns = [
        _column(subject, asked, (*dimensions, *rivals), sources, embed)[: len(dimensions)] for subject in asked.subjects
    ]
    statements, citations = cite(
        [d for row in zip(*columns, strict=True) for cell in row for d in cell], sources.origin
    )
    said = iter(statements)
    rows = [
        ComparisonRow(dimension=dimension.name, cells=tuple(_cell(cell, said) for cell in cells))
        for dimension, *cells in zip(dimensions, *columns, strict=True)
    ]
    silent = [row.dimension for row in rows if not any(cell.statements for cell in row.cells)]
    unsaid = silent if not asked.dimensions and len(silent) < len(rows) else []
    now = timestamp()
    return Comparison(
        id=uuid.uuid4().hex,
        title=f"{listed(asked.subjects)} compared",
        profile=profile,
        created=now,
        updated=now,
        subjects=asked.subjects,
        rows=tuple(row for row in rows if row.dimension not in unsaid),
        citations=tuple(citations),
        notes=(*_unknown(asked.subjects, columns, sources), *_left_out(unsaid), PLACED),
    )


@cache
def usual_dimensions() -> dict[str, dict[str, Any]]:
    """What is compared when nobody says in what: for each dimension sentences `like` those in it, and its `words`."""
    known: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return known


def _dimension(name: str, embed: Callable[[str], Vectors]) -> _Dimension:
    """A dimension; one of a person's own that is named like a usual one ("technology") is that one."""
    if usual := _usual(name):
        known = usual_dimensions()[usual]
        return _Dimension(name, np.stack([embed(one) for one in known["like"]]), frozenset(stems(known["words"])))
    return _Dimension(name, np.stack([embed(name)]), frozenset(stems(" ".join((name, *field_terms(name))))))


def _usual(name: str) -> str | None:
    """The usual dimension that a name means, or None."""
    own = set(stems(name))
    return next((known for known in usual_dimensions() if own and own <= set(stems(known))), None)


def _others(names: Iterable[str]) -> list[str]:
    """The usual dimensions that were not asked for: what belongs there does not belong in those that were."""
    asked = {_usual(name) for name in names}
    return [known for known in usual_dimensions() if known not in asked]


def _column(
    subject: str, asked: Compared, dimensions: Sequence[_Dimension], sources: Sources, embed: Callable[[str], Vectors]
) -> list[list[Draft]]:
    """The drafts of a subject's cells, one list for each dimension."""
    ranked = retrieve(subject, embed(subject), sources.index, sources.library, PASSAGES, FETCHED)
    stored = list(sources.library.passages([one.passage.id for one in ranked]).values())
    weight = _weights(sources)
    found = [
        _found(draft, said - set(stems(subject)), vector, dimensions, weight)
        for passage in stored
        for draft, said, vector in _about(subject, asked.subjects, passage, sources)
    ]
    held, _ = check([one.draft for one in found], {one.passage.id for one in stored}, cache(sources.text))
    found = [one for one in found if one.draft in held]
    return [_best(found, at) for at in range(len(dimensions))]


def _best(found: Sequence[_Found], at: int) -> list[Draft]:
    """The statements of a dimension, best first: those that belong there most; where there is none, the one of another
    dimension that belongs here too, and says so in words of it.
    """
    ranked = sorted(found, key=lambda one: -one.scores[at])
    own = [one.draft for one in ranked if one.scores[at] == max(one.scores) and one.scores[at] >= IN_IT]
    also = [one.draft for one in ranked if one.named[at] and one.scores[at] >= ALSO_IN]
    chosen: list[Draft] = []
    for draft in own or also[:1]:
        if len(chosen) < OF_A_CELL and not any(_overlap(draft, other) for other in chosen):
            chosen.append(draft)
    return chosen


def _overlap(one: Draft, other: Draft) -> bool:
    a, b = one.evidence[0], other.evidence[0]
    return a.document_id == b.document_id and a.start < b.end and b.start < a.end


def _about(
    subject: str, subjects: Sequence[str], stored: StoredPassage, sources: Sources
) -> Iterator[tuple[Draft, set[str], Vectors]]:
    """What a passage says of the subject, statement by statement, each with the stems and the vector of the sentence
    that it was made whole around.
    """
    passage, asked = stored.passage, Asked(subject, subject, frozenset(), (), {})
    title = sources.bibliography(passage.document_id).title
    for position, sentence in enumerate(passage.sentences):
        span = make_whole(passage, position) if sentence.kind != "heading" else None
        if span is None:
            continue
        quote = passage.text[span[0] - passage.start : span[1] - passage.start]
        text = wording(quote)
        if _is_about(subject, subjects, text, (title, *sentence.heading)) and not asked.is_beside_the_point(text):
            evidence = Evidence(passage.document_id, passage.id, *span, quote, sentence.heading)
            yield Draft(text, None, (evidence,)), set(stems(passage.slice(sentence))), stored.sentence_vectors[position]


def _found(
    draft: Draft, said: set[str], vector: Vectors, dimensions: Sequence[_Dimension], weight: Callable[[str], float]
) -> _Found:
    """A statement placed: its sentence, with its stems and its vector, belongs in a dimension by its likeness to the
    nearest of the sentences that do, and by the words that it shares with them.
    """
    shared = [said & dimension.stems for dimension in dimensions]
    scores = (
        float((dimension.like @ vector).max()) + WORD * min(MOST_WORDS, sum(map(weight, tokens)))
        for dimension, tokens in zip(dimensions, shared, strict=True)
    )
    return _Found(draft, tuple(scores), tuple(map(bool, shared)))


def _weights(sources: Sources) -> Callable[[str], float]:
    """How much a stem tells: a half when it is in every passage, 1 when in one, 0 when the library lacks it."""
    passages = sources.index.size
    idf, rarest = idf_of(sources.index.document_frequency, passages), math.log(1 + (passages - 0.5) / 1.5)
    return lambda token: 0.5 + 0.5 * idf(token) / rarest if idf(token) else 0.0


def _is_about(subject: str, subjects: Sequence[str], text: str, headings: Sequence[str]) -> bool:
    """Whether a text names the subject, or stands under a heading that names it alone and names nobody else itself."""
    if is_named(subject, text):
        return True
    under = [name for name in subjects if any(is_named(name, heading) for heading in headings)]
    known = {word.lower() for heading in headings for word in words(heading)} | GENERAL_NAMES | STOP_WORDS
    return under == [subject] and not names(text) - known


def is_named(subject: str, text: str) -> bool:
    """Whether the words of a subject stand in a text one after the other, in any form; capitals only as capitals, so
    that "IT" is not "it".
    """
    wanted, said = words(_ARTICLE.sub("", subject)), words(text)
    places = range(len(said) - len(wanted) + 1)
    return bool(wanted) and any(all(map(_same, wanted, said[at:])) for at in places)


def _same(wanted: str, said: str) -> bool:
    return stem(wanted) == stem(said) and not (wanted.isupper() and said.islower())


def _cell(drafts: Sequence[Draft], said: Iterator[Statement]) -> Cell:
    return Cell(statements=tuple(islice(said, len(drafts))))


def _unknown(subjects: Sequence[str], columns: Sequence[Sequence[Sequence[Draft]]], sources: Sources) -> list[str]:
    notes = []
    for subject, column in zip(subjects, columns, strict=True):
        if any(column):
            continue
        known = all(sources.knows(stem(word), True) for word in words(subject))
        notes.append(
            f"The library says nothing of “{subject}” that belongs in this comparison."
            if known
            else f"The library never mentions “{subject}”. A document on it, once ingested, would fill its column."
        )
    return notes


def _left_out(dimensions: Sequence[str]) -> list[str]:
    quoted = listed([f"“{name}”" for name in dimensions])
    return [f"Left out, as no sentence on any of them belongs there: {quoted}."] if dimensions else []
