"""`practices.yaml` → practices whose every quote stands verbatim in a document of the library."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal, Protocol

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from advisor.library.files import Rejected
from advisor.library.library import Library, Stored
from advisor.library.load import source_of
from advisor.library.mine import MINED
from advisor.types import Evidence, Passage, Practice


class PracticeEmbedder(Protocol):
    """What practices need of an embedding model."""

    name: str

    def embed_documents(self, texts: list[str]) -> list[list[float]]: ...


Level = Annotated[int, Field(ge=1, le=5)]


class _Quote(BaseModel):
    model_config = ConfigDict(extra="forbid")

    document: str = Field(min_length=1)  # the name of a file
    quote: str = Field(min_length=1)


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    action: str = Field(min_length=1)
    why: str = Field(min_length=1)
    theme: str = Field(min_length=1)
    roles: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    channels: tuple[str, ...] = ("any",)
    maturity: tuple[Level, Level] = (1, 5)
    staff_at_least: int = Field(1, ge=1)
    aims: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    horizon_days: int = Field(ge=1, le=3650)
    effort: Literal["low", "medium", "high"]
    measure: str = Field(min_length=1)
    evidence: tuple[_Quote, ...] = Field(min_length=1)


def load_practices(library: Library, files: Sequence[Path]) -> list[Rejected]:
    """Stores the entries of each file, and returns what is wrong with the ones left out."""
    rejected: list[Rejected] = []
    for file in files:
        try:
            listed = yaml.safe_load(file.read_text(encoding="utf-8-sig"))
        except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
            reason = " ".join(str(error).split())[:200]
            rejected.append(Rejected(str(file), f"{file} does not parse, its practices stay as they were: {reason}."))
            continue
        entries: dict[str, object] = {}
        for number, raw in enumerate(listed if isinstance(listed, list) else [listed], 1):
            try:
                entry = _Entry.model_validate(raw)
            except ValidationError as error:
                name = raw.get("id") if isinstance(raw, dict) else None
                rejected.append(Rejected(str(file), f"{file}: practice {name or number} is left out: {_first(error)}."))
                continue
            if entry.id in entries:
                rejected.append(
                    Rejected(str(file), f"{file}: the id {entry.id} is used twice; the second one is left out.")
                )
                continue
            entries[entry.id] = entry.model_dump(mode="json")
        library.put_practices(source_of(file), list(entries.items()))
    return rejected


def verify_practices(library: Library) -> list[Rejected]:
    """Finds every quote of every practice in the library, and returns those that are not there."""
    verified: dict[str, Practice] = {}
    rejected: list[Rejected] = []
    finder = _Finder(library)
    for name, source, raw in library.practice_entries():
        entry = _Entry.model_validate(raw)
        evidence: list[Evidence] = []
        for quote in entry.evidence:
            found = finder.find(source, quote)
            if isinstance(found, Evidence):
                evidence.append(found)
            else:
                rejected.append(Rejected(source, f"Practice {name} is left out: {found}: “{quote.quote[:120]}”."))
        if len(evidence) == len(entry.evidence):
            values = entry.model_dump(exclude={"evidence"})
            verified[name] = Practice(**values, evidence=tuple(evidence), mined=source.startswith(MINED))
    library.verify_practices(verified)
    return rejected


def embed_practices(library: Library, embedder: PracticeEmbedder) -> None:
    """Gives every verified practice a vector of what is to be done and why; only new words are embedded."""
    practices = library.practices()
    words = {practice.id: _words(practice) for practice in practices}
    keys = {id: hashlib.sha256(f"{embedder.name}\n{text}".encode()).hexdigest() for id, text in words.items()}
    known = library.practice_vector_keys()
    missing = {keys[id]: text for id, text in words.items() if keys[id] not in known}
    vectors = np.asarray(embedder.embed_documents(list(missing.values())), dtype=np.float32)
    library.put_practice_vectors(keys, dict(zip(missing, vectors, strict=True)))


def _words(practice: Practice) -> str:
    theme = practice.theme.replace("-", " ")
    if practice.mined:  # the action stands in the reason, word for word
        return f"{theme}: {practice.why}"
    return f"{theme}: {practice.action} {practice.why}"


class _Finder:
    """Where quotes stand; a document's text and passages are read once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._stored: Mapping[str, Stored] = library.stored()
        self._texts: dict[str, str] = {}

    def find(self, source: str, quote: _Quote) -> Evidence | str:
        """The evidence, or in words why there is none."""
        document_id = self._document(Path(source).parent, quote.document)
        if document_id is None:
            return f"{quote.document} is not in the library"
        if document_id not in self._texts:
            document = self._library.document(document_id)
            self._texts[document_id] = document.text if document else ""
        words = quote.quote.strip()
        start = self._texts[document_id].find(words)
        if start < 0:
            return f"the quote is not in {quote.document}"
        end = start + len(words)
        within = [p for p in self._library.passages_of(document_id) if p.start <= start and end <= p.end]
        if not within:
            return f"the quote stands in no single passage of {quote.document} (shorten it)"
        best = min(within, key=lambda passage: len(passage.text))
        return Evidence(document_id, best.id, start, end, words, _heading(best, start))

    def _document(self, folder: Path, name: str) -> str | None:
        beside = self._stored.get(name) or self._stored.get((folder / name).as_posix())
        if beside is not None:
            return beside.id
        return next((known.id for source, known in self._stored.items() if Path(source).name == name), None)


def _heading(passage: Passage, start: int) -> tuple[str, ...]:
    """The section of the sentence that a quote begins in."""
    begun = [sentence for sentence in passage.sentences if sentence.start <= start]
    return begun[-1].heading if begun else passage.heading


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"]) or "entry"
    return f"{place}: {first['msg'].lower()}"
