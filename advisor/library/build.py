"""Files → library → index: load, clean, chunk, embed, store, index. One writer at a time.

A bad input is reported and the rest goes on. Every step can be cut off by a kill: what is stored is whole
documents, the index in use stays the last good one, and the next run does what is left.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Protocol

import portalocker

from advisor.config import Settings, index_settings
from advisor.errors import LibraryBusyError, LibraryError
from advisor.library.blocks import parse_blocks
from advisor.library.chunk import Sizes, embedding_text, make_passages
from advisor.library.clean import clean
from advisor.library.files import Rejected, find_files
from advisor.library.index import Entry, build_index, current_generation, delete_unread
from advisor.library.library import Library, NewPassage, Stored
from advisor.library.load import Input, Loaded, container_of, is_there, limits_of, load_documents, source_of
from advisor.library.loaders.content import Limits
from advisor.library.mine import MINED, forget_mined, mine_practices
from advisor.library.practices import PracticeEmbedder, embed_practices, load_practices, verify_practices
from advisor.library.provenance import find_provenance
from advisor.types import Document, Passage, Vectors

PIPELINE = 3  # counts the changes to clean, chunk and provenance after which stored passages must be made again
_EMBED_AT_ONCE = 256  # passages; enough for batches of like length, few enough to lose little to a kill
_LOCK_FILE = "ingest.lock"

Progress = Callable[[str, int, int], None]  # what is done, how much of it, of how much


class PassageEmbedder(PracticeEmbedder, Protocol):
    """What a build needs of an embedding model."""

    max_tokens: int

    def count_tokens(self, texts: Sequence[str]) -> list[int]: ...

    def embed_passages(
        self, passages: Sequence[Sequence[str]], on_done: Callable[[int], None]
    ) -> list[tuple[Vectors, Vectors]]: ...


@dataclass(frozen=True, slots=True)
class LeftOutGroup:
    """How many blocks were left out of the index for one reason, with the first few."""

    reason: str
    count: int
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """What became of one document; `embedded` counts the passages that were not known yet."""

    id: str
    title: str
    source: str
    status: Literal["added", "updated", "unchanged"]
    characters: int
    passages: int
    embedded: int
    left_out: tuple[LeftOutGroup, ...]


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What a build did. `total_…` count the whole library, `generation` is None while it is empty."""

    documents: tuple[DocumentReport, ...]
    rejected: tuple[Rejected, ...]
    removed: tuple[str, ...]
    embedded: int
    total_documents: int
    total_passages: int
    total_practices: int
    generation: str | None
    seconds: float


def build(
    paths: Sequence[Input],
    settings: Settings,
    embedder: PassageEmbedder,
    progress: Progress = lambda step, done, total: None,
    prune: bool = False,
    keep_all: bool = False,
) -> IngestReport:
    """Brings the files below the paths, and what stands at addresses, into the library, and its index up to date.

    `prune` removes the documents whose file is no longer among the inputs; `keep_all` keeps page furniture. Raises
    LibraryBusyError when another build is running.
    """
    began = time.monotonic()
    found = find_files([path for path in paths if isinstance(path, Path)])
    inputs: list[Input] = [*found.files, *(path for path in paths if isinstance(path, str))]
    with _only_writer(settings.data_dir), Library(settings.data_dir) as library:
        pipeline = _Pipeline(library, settings, embedder, progress, keep_all)
        documents, rejected = _take_in(inputs, limits_of(settings), pipeline)
        removed = _prune(library, documents, rejected, found.practices) if prune else ()
        documents += _renew_others(pipeline, documents)
        rejected += load_practices(library, found.practices)
        mine_practices(library)
        rejected += verify_practices(library)
        embed_practices(library, embedder)
        generation = _bring_index_up_to_date(library, settings, progress)
        summaries = library.documents()
        return IngestReport(
            documents=tuple(documents),
            rejected=(*found.rejected, *rejected),
            removed=removed,
            embedded=sum(document.embedded for document in documents),
            total_documents=len(summaries),
            total_passages=sum(summary.passages for summary in summaries),
            total_practices=len(library.practices()),
            generation=generation,
            seconds=round(time.monotonic() - began, 3),
        )


def remove_document(document_id: str, settings: Settings) -> str | None:
    """Removes a document from the library, where it is gone at once, and from the index; returns the
    generation.
    """
    with _only_writer(settings.data_dir), Library(settings.data_dir) as library:
        library.remove(document_id)
        forget_mined(library, library.stored())
        verify_practices(library)
        return _bring_index_up_to_date(library, settings, lambda step, done, total: None)


@contextmanager
def _only_writer(data_dir: Path) -> Iterator[None]:
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with (data_dir / _LOCK_FILE).open("a") as file:
            try:
                portalocker.lock(file, portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING)
            except portalocker.LockException as error:
                raise LibraryBusyError(
                    f"Another ingest is writing to {data_dir}. Wait until it is done, or use another data folder."
                ) from error
            yield
    except OSError as error:
        raise LibraryError(
            f"The data folder {data_dir} cannot be written ({error}). Check its permissions and free space."
        ) from error


# --- documents ---


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A document on its way into the library."""

    document: Document
    status: Literal["added", "updated"]
    passages: tuple[Passage, ...]
    texts: tuple[tuple[str, ...], ...]  # the sentences of each passage, which are what is embedded
    keys: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]


class _Pipeline:
    """Clean → chunk → embed → store, for one document and for many."""

    def __init__(
        self, library: Library, settings: Settings, embedder: PassageEmbedder, progress: Progress, keep_all: bool
    ) -> None:
        self.library = library
        self.embedder = embedder
        self.progress = progress
        self.keep_all = keep_all
        self.sizes = Sizes(settings.passage_tokens, settings.overlap_tokens, embedder.max_tokens)
        shaped_by = [
            *index_settings(settings).items(),
            embedder.name,
            embedder.max_tokens,
            PIPELINE,
            *(["keep all"] if keep_all else []),
        ]
        self.shape = _hash(json.dumps(shaped_by))[:16]

    def prepare(self, loaded: Loaded, status: Literal["added", "updated"]) -> _Prepared:
        document = loaded.document
        cleaned = clean(document.text, parse_blocks(document.text), document.bibliography, self.keep_all)
        passages = make_passages(document, cleaned, self.sizes, self.embedder.count_tokens)
        texts = tuple(tuple(passage.slice(sentence) for sentence in passage.sentences) for passage in passages)
        keys = tuple(_hash(json.dumps([self.embedder.name, sentences])) for sentences in texts)
        left_out = [(part.reason, part.sample) for part in loaded.left_out]
        left_out += [(part.reason, part.sample) for part in cleaned.dropped]
        return _Prepared(document, status, passages, texts, keys, tuple(left_out))

    def store(self, prepared: Sequence[_Prepared]) -> list[DocumentReport]:
        """Embeds what is not known yet of some documents, all together, and stores each."""
        known = self.library.vectors([key for one in prepared for key in one.keys])
        wanted = {
            key: sentences
            for one in prepared
            for key, sentences in zip(one.keys, one.texts, strict=True)
            if key not in known
        }
        vectors = {**known, **self._embed(wanted)}
        return [self._store_one(one, vectors, wanted.keys()) for one in prepared]

    def _embed(self, wanted: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[Vectors, Vectors]]:
        if not wanted:
            return {}
        done = 0

        def on_done(count: int) -> None:
            nonlocal done
            done += count
            self.progress("embedding", done, len(wanted))

        self.progress("embedding", 0, len(wanted))
        vectors = self.embedder.embed_passages(list(wanted.values()), on_done)
        return dict(zip(wanted, vectors, strict=True))

    def _store_one(
        self, one: _Prepared, vectors: Mapping[str, tuple[Vectors, Vectors]], embedded: Collection[str]
    ) -> DocumentReport:
        fresh = set(one.keys).intersection(embedded)
        new = [
            NewPassage(passage, key, *vectors[key], find_provenance(sentences, one.document.bibliography))
            for passage, key, sentences in zip(one.passages, one.keys, one.texts, strict=True)
        ]
        self.library.put(one.document, new, self.shape, one.left_out)
        return _report(one.document, one.status, len(new), len(fresh), one.left_out)


def _take_in(
    inputs: Sequence[Input], limits: Limits, pipeline: _Pipeline
) -> tuple[list[DocumentReport], list[Rejected]]:
    """Every input's documents in the library, embedded in groups, those that did not change left as they
    are.
    """
    stored = pipeline.library.stored()
    taken = {known.id: known.source for known in stored.values()}
    reports: list[DocumentReport] = []
    rejected: list[Rejected] = []
    waiting: list[_Prepared] = []
    read = 0
    for loaded in load_documents(inputs, limits, pipeline.keep_all):
        if isinstance(loaded, Rejected):
            rejected.append(loaded)
            continue
        read += 1
        pipeline.progress("reading", read, max(read, len(inputs)))
        loaded, known = _identify(loaded, stored, taken)
        if known and (known.source, known.sha256, known.shape) == (
            loaded.document.source, loaded.document.sha256, pipeline.shape
        ):  # fmt: skip
            reports.append(_unchanged(pipeline.library, loaded.document))
            continue
        waiting.append(pipeline.prepare(loaded, "updated" if known else "added"))
        if sum(len(one.passages) for one in waiting) >= _EMBED_AT_ONCE:
            reports += pipeline.store(waiting)
            waiting = []
    return reports + pipeline.store(waiting), rejected


def _identify(loaded: Loaded, stored: Mapping[str, Stored], taken: dict[str, str]) -> tuple[Loaded, Stored | None]:
    """The document under the id its source has, or that it had before it was moved, or else a free one."""
    document = loaded.document
    known = stored.get(document.source) or next(
        (old for old in stored.values() if old.sha256 == document.sha256 and not is_there(old.source)),
        None,
    )
    name = known.id if known else _free_id(document.id, document.source, taken)
    taken[name] = document.source
    return replace(loaded, document=replace(document, id=name)), known


def _free_id(wanted: str, source: str, taken: Mapping[str, str]) -> str:
    name, number = wanted, 1
    while taken.get(name, source) != source:
        number += 1
        name = f"{wanted}-{number}"
    return name


def _renew_others(pipeline: _Pipeline, done: Sequence[DocumentReport]) -> list[DocumentReport]:
    """Passages of other documents in the library made again where other settings, or an older version, made
    them.
    """
    seen = {report.id for report in done}
    stale = [old for old in pipeline.library.stored().values() if old.shape != pipeline.shape and old.id not in seen]
    reports: list[DocumentReport] = []
    for old in stale:
        document = pipeline.library.document(old.id)
        if document is not None:
            reports += pipeline.store([pipeline.prepare(Loaded(document), "updated")])
    return reports


def _prune(
    library: Library, read: Sequence[DocumentReport], rejected: Sequence[Rejected], practices: Sequence[Path]
) -> tuple[str, ...]:
    """Removes what was neither read nor, alone or with its archive, rejected: that may be well again tomorrow."""
    there = {report.source for report in read} | {item.input for item in rejected}
    gone = sorted(old.id for old in library.stored().values() if not {old.source, container_of(old.source)} & there)
    for name in gone:
        library.remove(name)
    kept = {source_of(file) for file in practices}
    for source in {source for _, source, _ in library.practice_entries()} - kept:
        if not source.startswith(MINED):  # that goes with its document
            library.put_practices(source, ())
    return tuple(gone)


def _unchanged(library: Library, document: Document) -> DocumentReport:
    return _report(document, "unchanged", len(library.passages_of(document.id)), 0, library.left_out(document.id))


def _report(
    document: Document,
    status: Literal["added", "updated", "unchanged"],
    passages: int,
    embedded: int,
    left_out: Sequence[tuple[str, str]],
) -> DocumentReport:
    groups: dict[str, list[str]] = {}
    for reason, sample in left_out:
        groups.setdefault(reason, []).append(sample)
    return DocumentReport(
        id=document.id,
        title=document.bibliography.title,
        source=document.source,
        status=status,
        characters=len(document.text),
        passages=passages,
        embedded=embedded,
        left_out=tuple(
            LeftOutGroup(reason, len(samples), tuple(samples[:3])) for reason, samples in sorted(groups.items())
        ),
    )


# --- index ---


def _bring_index_up_to_date(library: Library, settings: Settings, progress: Progress) -> str | None:
    """The name of a generation that holds exactly the library's passages, built if there is none."""
    shaping, fingerprint = index_settings(settings), library.fingerprint()
    current = current_generation(settings.data_dir, shaping, fingerprint)
    if current is not None:
        delete_unread(settings.data_dir)
        return current
    total = sum(summary.passages for summary in library.documents())
    if total == 0 and not (settings.data_dir / "index").exists():
        return None

    def entries() -> Iterator[Entry]:
        for number, (title, passage, vector) in enumerate(library.indexed(), 1):
            progress("indexing", number, total)
            yield Entry(passage.id, passage.document_id, embedding_text(title, passage)[0], vector)

    return build_index(settings.data_dir, entries(), shaping, fingerprint)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
