"""The vocabulary: every value that passes between two parts of the advisor, all of it frozen; what managers take along
beside an answer is in `takeaways.py`.

Dataclasses stay inside the process; the pydantic models below them are the HTTP contract.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

Vectors: TypeAlias = NDArray[np.float32]  # one unit-length row per text


@dataclass(frozen=True, slots=True)
class Work:
    """A published text that a document rests on; None means unknown."""

    title: str
    publisher: str | None = None
    url: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Bibliography:
    """What is known of a document's origin; None means unknown, never guessed.

    `about` names the text that a brief reports on ("Flevy Management Insights, 2024"), and the two fields after it say
    when that text was published and what kind it is. `sources` are the texts that a guide draws its facts from.
    """

    title: str
    author: str | None = None
    publisher: str | None = None
    published: str | None = None
    kind: str | None = None
    license: str | None = None
    language: str | None = None
    url: str | None = None
    about: str | None = None
    about_published: str | None = None
    about_kind: str | None = None
    sources: tuple[Work, ...] = ()


PublisherKind: TypeAlias = Literal["vendor", "consultancy", "university", "practitioner"]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a claim comes from; None means that neither the words nor the bibliography tell."""

    reported: str | None = None  # whose finding or saying is passed on; None when the claim is the text's own
    looks_ahead_to: int | None = None  # the last year that a forecast in it is about
    publisher_kind: PublisherKind | None = None  # of the text, for a brief of the one it reports on
    dated: str | None = None  # when that text was published, as its bibliography writes it


@dataclass(frozen=True, slots=True)
class Origin:
    """What is known of the source of a quote: its document's bibliography, where the quoted claim comes from, and the
    page, from 1, that the quote begins on.
    """

    bibliography: Bibliography
    provenance: Provenance = Provenance()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One source as loaded. Every offset in the project counts characters of `text`."""

    id: str
    source: str  # where it came from: a path or a URL
    bibliography: Bibliography
    text: str
    sha256: str  # of text and bibliography


@dataclass(frozen=True, slots=True)
class Sentence:
    """The smallest thing an answer quotes: `document.text[start:end]`, white space trimmed."""

    start: int
    end: int
    kind: Literal["prose", "item", "heading"]
    paragraph: int  # counts blocks (paragraphs, list items, headings) of the document from 0
    heading: tuple[str, ...]  # the section it stands in, outermost first, without the title


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of a document in the index: `document.text[start:end] == text`."""

    id: str
    document_id: str
    start: int
    end: int
    text: str
    heading: tuple[str, ...]
    sentences: tuple[Sentence, ...]

    def slice(self, sentence: Sentence) -> str:
        """The words of one of the passage's sentences."""
        return self.text[sentence.start - self.start : sentence.end - self.start]


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A retrieved passage. `score` is the fused one, `cosine` the dense one (-1 to 1); higher is better. Of each of its
    sentences: the cosine with the query, the vector (n, d) and where it comes from.
    """

    passage: Passage
    rank: int
    score: float
    cosine: float
    sentence_cosines: tuple[float, ...]
    sentence_vectors: Vectors = field(compare=False, repr=False)
    provenance: tuple[Provenance, ...]


@dataclass(frozen=True, slots=True)
class Emphasis:
    """A subject that the asker's profile puts first: its name, the ways of saying it (lower-case words with one blank
    between), and what a passage that speaks of it gains, as a share of the highest score.
    """

    name: str
    ways: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question, and what its answer showed: in order, the section (document, heading), the words and the
    place (document, start, end) of each quote, and the actions of its checklist.
    """

    question: str
    sections: tuple[tuple[str, tuple[str, ...]], ...] = ()
    quotes: tuple[str, ...] = ()
    places: tuple[tuple[str, int, int], ...] = ()
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """The verbatim quote behind a statement or an action, with where it stands."""

    document_id: str
    passage_id: str
    start: int
    end: int
    quote: str
    heading: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement before it is checked and cited."""

    text: str
    aspect: str | None  # the heading it is grouped under; None for the leading statement
    evidence: tuple[Evidence, ...]
    also: tuple[Evidence, ...] = ()  # quotes from elsewhere that say the same

    @property
    def quotes(self) -> tuple[Evidence, ...]:
        """Every quote that it cites."""
        return self.evidence + self.also


@dataclass(frozen=True, slots=True)
class Practice:
    """One action a manager can take, with at least one verified quote: curated, or mined from a sentence that advises.

    It is for organisations of its sectors and channels ("any": all of them), of its levels of maturity (from, to: 1 to
    5) and of at least that many staff; `aims` are the goals it serves, `after` the ids of practices to do before it.
    """

    id: str
    action: str
    why: str
    theme: str
    roles: tuple[str, ...]
    sectors: tuple[str, ...]
    channels: tuple[str, ...]
    maturity: tuple[int, int]
    staff_at_least: int
    aims: tuple[str, ...]
    after: tuple[str, ...]
    horizon_days: int
    effort: Literal["low", "medium", "high"]
    measure: str
    evidence: tuple[Evidence, ...]
    mined: bool = False  # then it says nothing of owner, horizon, effort and measure


class Frozen(BaseModel):
    """A value of the HTTP contract: it cannot be changed, and knows no other fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Profile(Frozen):
    """The organisation and role that advice is for; every field may be left out."""

    role: str | None = Field(default=None, max_length=200)
    sector: str | None = Field(default=None, max_length=200)
    size: str | None = Field(default=None, max_length=200)
    channels: tuple[str, ...] = ()
    maturity: int | None = Field(default=None, ge=1, le=5)
    goal: str | None = Field(default=None, max_length=1000)
    horizon_days: int | None = Field(default=None, ge=1, le=3650)


class Citation(Frozen):
    """A statement's link to a passage; `quote` is `text[start:end]` of the stored document."""

    number: int
    document_id: str
    passage_id: str
    title: str
    author: str | None
    publisher: str | None
    published: str | None
    kind: str | None
    url: str | None
    heading: tuple[str, ...]
    page: int | None = None
    start: int
    end: int
    quote: str
    reported_from: str | None = None
    caveat: str | None = None


class Statement(Frozen):
    """One checked sentence of an answer with the numbers of its citations."""

    text: str
    aspect: str | None  # the heading it is grouped under; None for the leading statement
    citations: tuple[int, ...]


class CheckedStatement(Frozen):
    """One statement as it is streamed: Markdown with its markers, and the citations they stand for."""

    text: str
    aspect: str | None
    citations: tuple[Citation, ...]


class Status(Frozen):
    """What the advisor is doing, in plain words."""

    text: str


class DocumentSummary(Frozen):
    """A document of the library without its text; counts are of the stored text."""

    id: str
    title: str
    author: str | None
    publisher: str | None
    published: str | None
    kind: str | None
    language: str | None
    url: str | None
    characters: int
    passages: int


class RetrievedPassage(Frozen):
    """A passage as the API shows it."""

    rank: int
    score: float
    document_id: str
    passage_id: str
    start: int
    end: int
    text: str


ItemStatus: TypeAlias = Literal["open", "doing", "done", "dropped"]


class ChecklistItem(Frozen):
    """One action with its reason and its evidence."""

    id: str
    action: str
    why: str
    theme: str | None = None  # what it belongs to, as a heading; None for one taken from an answer
    owner: str | None
    horizon: str | None
    effort: str | None
    measure: str | None
    priority: int
    status: ItemStatus = "open"
    note: str = ""
    fits_because: str | None
    citations: tuple[Citation, ...]
    updated: str = ""  # when a person last changed it, ISO 8601 in UTC; empty when nobody has


class Deliverable(Frozen):
    """What is made for somebody to work with; `created` and `updated` are ISO 8601, UTC, and `updated` tells versions
    apart.
    """

    id: str
    title: str
    profile: Profile
    created: str
    updated: str


class Checklist(Deliverable):
    """Action items drawn from an answer for a profile. `notes` say what of it was guessed, and why a list is empty."""

    items: tuple[ChecklistItem, ...]
    notes: tuple[str, ...] = ()


class Seconds(Frozen):
    """Wall-clock seconds of each step."""

    rewrite: float
    retrieve: float
    answer: float
    check: float
    total: float


class Receipt(Frozen):
    """What an answer was made from: in keyless mode the same question in the same conversation, version of the program
    and year, with the same receipt, gets the same answer.

    `passage_hashes` are the SHA-256 of the text of each passage, in the order of `Answer.passages`.
    """

    index_generation: str
    embedding_model: str
    chat_model: str | None
    settings_hash: str
    passage_hashes: tuple[str, ...]


Reason: TypeAlias = Literal["out_of_scope", "not_in_library", "weak_evidence"]


class Answer(Frozen):
    """What the advisor says, with everything it rests on. A refusal is an answer too."""

    id: str
    conversation_id: str
    question: str
    query: str
    status: Literal["answered", "refused"]
    reason: Reason | None
    mode: Literal["keyless", "model"]
    text: str
    citations: tuple[Citation, ...]
    passages: tuple[RetrievedPassage, ...]
    checklist: Checklist | None
    follow_ups: tuple[str, ...]
    notes: tuple[str, ...]
    seconds: Seconds
    receipt: Receipt


Vote: TypeAlias = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Complaint:
    """An answer that a person voted down: why, when (ISO 8601, UTC), and what was asked before it."""

    answer: Answer
    reason: str | None
    created: str
    earlier: tuple[str, ...]
