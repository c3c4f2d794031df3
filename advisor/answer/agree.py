"""What sources have in common: how many say what a statement says, and where two differ in a figure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from advisor.answer.align import align
from advisor.answer.contradict import find_contradiction
from advisor.answer.quantities import numbers
from advisor.answer.reading import Reading
from advisor.library.library import Catalogued
from advisor.library.provenance import credited_words, works
from advisor.types import Bibliography, Draft, Origin, Provenance, RankedPassage, Vectors
from advisor.words import GENERAL_NAMES, SMALL_NUMBERS, figures, listed, names, stem

SAME = 0.80  # cosine of two sentences that say the same; likeness of subject stays below (evals/LOG.md)
MOST = 2  # notes of each kind
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, eq=False)
class Said:
    """A sentence of a retrieved passage. Two of the same `work` or the same `voice` are one source."""

    text: str
    document_id: str
    start: int
    end: int
    vector: Vectors
    work: str  # the document, or the first of several that are one source
    voice: str  # whom it reports, else its work
    bibliography: Bibliography
    provenance: Provenance

    @property
    def line(self) -> str:
        """The sentence without its line breaks."""
        return " ".join(self.text.split())

    @cached_property
    def subjects(self) -> frozenset[str]:
        """The names in it, lower-cased, but for those that only credit its source."""
        return names(self.text) - GENERAL_NAMES - credited_words(Origin(self.bibliography, self.provenance))

    @cached_property
    def quantities(self) -> dict[str, set[str]]:
        return quantities(self.text)


def find_said(ranked: Sequence[RankedPassage], catalogue: Mapping[str, Catalogued]) -> list[Said]:
    """Every sentence of the passages whose documents are in the catalogue, once; headings left out."""
    work_of = works({name: known.identity for name, known in catalogue.items()})
    found: dict[tuple[str, int], Said] = {}
    for one in ranked:
        passage = one.passage
        if passage.document_id not in catalogue:
            continue
        known, work = catalogue[passage.document_id].bibliography, work_of[passage.document_id]
        for sentence, vector, told in zip(passage.sentences, one.sentence_vectors, one.provenance, strict=True):
            if sentence.kind != "heading":
                voice = (told.reported or work).casefold()
                place = (passage.document_id, sentence.start)
                text = passage.slice(sentence)
                found[place] = Said(text, *place, sentence.end, vector, work, voice, known, told)
    return list(found.values())


def compare(drafts: Sequence[Draft], said: Sequence[Said]) -> tuple[str, ...]:
    """Notes on the statements that several of the sources say, and on figures in which two of them differ."""
    if not said:  # their documents have just been deleted
        return ()
    vectors = np.stack([one.vector for one in said])
    quoted = [(one, _near(one, said, vectors)) for draft in drafts for one in _quoted(draft, said)]
    sources = len({one.work for one in said})
    agreed = [note for one, near in quoted if (note := _agreement(one, near, sources))]
    differing = [note for one, near in quoted for note in _differences(one, near)]
    return (*list(dict.fromkeys(agreed))[:MOST], *list(dict.fromkeys(differing))[:MOST])


def _near(one: Said, said: Sequence[Said], vectors: Vectors) -> list[Said]:
    """The sentences of other works that say the same of the same names, their figures left aside."""
    near = np.flatnonzero(vectors @ one.vector >= SAME).tolist()
    alike = [said[place] for place in near if said[place].work != one.work]
    return [
        other
        for other in alike
        if one.subjects == other.subjects
        and not (_contradicts(one.text, other.text) or _contradicts(other.text, one.text))
    ]


def _agreement(one: Said, near: Sequence[Said], sources: int) -> str | None:
    agreeing = [one]
    for other in near:
        apart = all(other.work != known.work and other.voice != known.voice for known in agreeing)
        if apart and _counted(one.text) == _counted(other.text):
            agreeing.append(other)
    if len(agreeing) == 1:
        return None
    titles = listed([f"“{each.bibliography.title}”" for each in agreeing])
    return f"{_share(len(agreeing), sources)} this: “{one.line}” ({titles})."


def _differences(one: Said, near: Sequence[Said]) -> Iterator[str]:
    for other in near:
        if _differs(one.quantities, other.quantities):
            both = sorted((one, other), key=lambda each: each.document_id)
            told = " – ".join(f"“{each.line}” (“{each.bibliography.title}”)" for each in both)
            yield f"Sources differ in a figure: {told}."


def _quoted(draft: Draft, said: Sequence[Said]) -> list[Said]:
    """The sentences that a statement quotes."""
    places = [(e.document_id, e.start, e.end) for e in draft.evidence]
    return [one for one in said if any(one.document_id == d and one.start < e and s < one.end for d, s, e in places)]


def _contradicts(text: str, other: str) -> bool:
    """Whether a text denies or turns into its opposite what the other says, which likeness of meaning overlooks."""
    said, stands = Reading(text), Reading(other)
    return len(said.denials) != len(stands.denials) or bool(find_contradiction(said, stands, align(said, stands)))


def _differs(one: Mapping[str, set[str]], other: Mapping[str, set[str]]) -> bool:
    return any(not one[unit] & other[unit] for unit in one.keys() & other.keys())


def quantities(text: str) -> dict[str, set[str]]:
    """The numbers of a text by what they count: "5-10% in two years" → {"%": {"5", "10"}, "year": {"2"}}.

    Years and "one" count nothing.
    """
    found: dict[str, set[str]] = {}
    for number in numbers(text):
        unit = number.unit or stem(next(iter(number.followed_by), ""))
        if unit and number.value != "1" and not _YEAR.fullmatch(number.value):
            found.setdefault(unit, set()).add(number.value)
    return found


def _counted(text: str) -> frozenset[str]:
    """The figures of a text but "one", which is as often no count ("one owner", "a single owner")."""
    return figures(text) - {"1"}


def _share(count: int, of: int) -> str:
    """How many sources, as the beginning of a sentence: "Two of the five sources that were found say"."""
    if count == of:
        return "Both sources that were found say" if of == 2 else f"All {_word(of)} sources that were found say"
    return f"{_word(count).capitalize()} of the {_word(of)} sources that were found say"


def _word(number: int) -> str:
    return SMALL_NUMBERS[number] if number < len(SMALL_NUMBERS) else str(number)
