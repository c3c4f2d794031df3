"""The index derived from the library: dense vectors in Chroma and BM25, one folder a generation.

A generation is built in a folder nobody reads, verified complete, and then becomes current by one atomic
rename of the pointer file. Readers hold a shared lock on their generation; it is deleted when nobody does.
The border to Chroma and bm25s: their errors leave this file as LibraryError only.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

import bm25s
import numpy as np
import portalocker

from advisor.errors import IndexMismatchError, IndexMissingError, LibraryError
from advisor.types import Vectors
from advisor.words import stems

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateCollectionConfiguration
    from chromadb.api.models.Collection import Collection

IndexSettings = Mapping[str, str | int]

_FOLDER = "index"
_POINTER = "CURRENT"
_MANIFEST = "manifest.json"
_LOCK = "lock"
_COLLECTION = "passages"
_BATCH = 1000  # Chroma takes at most 5,461 at once
_MISSING = "There is no index yet; run `python ingest.py`."
_DAMAGED = "The index is damaged; run `python ingest.py`, which builds it again from the library."
_FORMAT = 1  # counts the changes to what is indexed after which an index must be built again


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A passage as the index holds it: `text` is what BM25 searches."""

    id: str
    document_id: str
    text: str
    vector: Vectors


class Index:
    """One generation of the index, open for reading from any thread. See `open_index`."""

    def __init__(self, folder: Path, manifest: Mapping[str, object], lock: TextIO) -> None:
        self.generation = folder.name
        self.manifest = manifest
        self._pointer = folder.parent / _POINTER
        self._lock = lock
        self._client, self._collection = _open_chroma(folder)
        self._ids: list[str] = json.loads((folder / "ids.json").read_text())
        if self._collection.count() != len(self._ids):
            raise IndexMissingError(_DAMAGED)
        self._bm25 = bm25s.BM25.load(folder / "bm25", show_progress=False) if (folder / "bm25").is_dir() else None

    def dense(self, vector: Sequence[float] | Vectors, k: int) -> list[tuple[str, float]]:
        """The k passages nearest to a query's vector as (id, cosine similarity), best first."""
        if not self._ids:
            return []
        with _chroma_errors():
            found = self._collection.query(
                query_embeddings=np.asarray([vector], np.float32),
                n_results=min(k, len(self._ids)),
                include=["distances"],
            )
        distances = (found["distances"] or [[]])[0]
        return [(name, 1 - distance) for name, distance in zip(found["ids"][0], distances, strict=True)]

    def sparse(self, text: str, k: int) -> list[tuple[str, float]]:
        """The k passages that BM25 ranks best as (id, score), best first; those without a common word are
        left out.
        """
        words = list(stems(text))
        if self._bm25 is None or not words:
            return []
        scores = self._bm25.get_scores(words)
        best = np.argpartition(-scores, k)[:k] if k < len(scores) else np.arange(len(scores))
        ranked = best[np.argsort(-scores[best], kind="stable")]
        return [(self._ids[i], float(scores[i])) for i in ranked if scores[i] > 0]

    def document_frequency(self, stem: str) -> int:
        """In how many passages a stem (see `advisor.words`) occurs."""
        if self._bm25 is None or (token := self._bm25.vocab_dict.get(stem)) is None:
            return 0
        starts = self._bm25.scores["indptr"]
        return int(starts[token + 1] - starts[token])

    @property
    def size(self) -> int:
        """How many passages it holds."""
        return len(self._ids)

    def is_current(self) -> bool:
        """Whether no newer generation has taken this one's place."""
        return _read_pointer(self._pointer) == self.generation

    def close(self) -> None:
        """Frees the generation, so that it can be deleted once it is not current."""
        self._client.close()
        self._lock.close()


def open_index(data_dir: Path, expected: IndexSettings) -> Index:
    """The current generation, locked for reading.

    Raises IndexMissingError when there is none or it is damaged, IndexMismatchError when other settings made
    it.
    """
    folder = data_dir / _FOLDER
    for _ in range(5):  # a build may replace and delete the generation between two looks
        generation = _read_pointer(folder / _POINTER)
        if generation is None:
            raise IndexMissingError(_MISSING)
        lock = _lock_shared(folder / generation)
        if lock is None or _read_pointer(folder / _POINTER) != generation:
            continue
        try:
            manifest = _read_manifest(folder / generation)
            _check_settings(manifest, expected)
            with _chroma_errors():
                return Index(folder / generation, manifest, lock)
        except BaseException:
            lock.close()
            raise
    raise IndexMissingError(_DAMAGED)


def build_index(data_dir: Path, entries: Iterable[Entry], settings: IndexSettings, fingerprint: str) -> str:
    """Builds a generation from all entries, verifies it, makes it current, and returns its name.

    Generations that nobody reads any more are deleted, those of a killed build too.
    """
    now = datetime.now(UTC)
    generation = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    folder = data_dir / _FOLDER / generation
    with _chroma_errors():
        folder.mkdir(parents=True)
        (folder / _LOCK).touch()
        ids, vectors = _fill(folder, entries)
        _verify(folder, ids, vectors)
    manifest = {
        "generation": generation,
        "format": _FORMAT,
        "settings": dict(settings),
        "passages": len(ids),
        "fingerprint": fingerprint,
        "created": now.isoformat(timespec="seconds"),
        "files": sorted(str(path.relative_to(folder)) for path in folder.rglob("*.*") if path.is_file()),
    }
    (folder / _MANIFEST).write_text(json.dumps(manifest, indent=1))
    _sync(folder)
    _point_to(data_dir / _FOLDER, generation)
    delete_unread(data_dir)
    return generation


def current_generation(data_dir: Path, settings: IndexSettings, fingerprint: str) -> str | None:
    """The current generation if it is whole and was made with these settings from these passages,
    else None.
    """
    folder = data_dir / _FOLDER
    generation = _read_pointer(folder / _POINTER)
    if generation is None:
        return None
    try:
        manifest = _read_manifest(folder / generation)
        made_from = (manifest.get("format"), manifest["settings"], manifest["fingerprint"])
        if made_from != (_FORMAT, dict(settings), fingerprint):
            return None
        with _chroma_errors():
            ids = json.loads((folder / generation / "ids.json").read_text())
            _verify(folder / generation, ids, None)
            if ids:
                bm25s.BM25.load(folder / generation / "bm25", show_progress=False)
    except LibraryError:
        return None
    return generation


def delete_unread(data_dir: Path) -> None:
    """Deletes every generation but the current one, unless somebody reads it."""
    folder = data_dir / _FOLDER
    current = _read_pointer(folder / _POINTER)
    for old in folder.iterdir():
        if not old.is_dir() or old.name == current:
            continue
        try:
            with (old / _LOCK).open("a") as lock:
                portalocker.lock(lock, portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING)
                shutil.rmtree(old, ignore_errors=True)
        except portalocker.LockException:
            continue
        except OSError:  # no lock file: half deleted by a killed run
            shutil.rmtree(old, ignore_errors=True)


# --- writing a generation ---


def _fill(folder: Path, entries: Iterable[Entry]) -> tuple[list[str], list[Vectors]]:
    client, collection = _open_chroma(folder, new=True)
    ids: list[str] = []
    vectors: list[Vectors] = []
    tokens: list[list[str]] = []
    try:
        for batch in _batches(entries):
            collection.add(
                ids=[entry.id for entry in batch],
                embeddings=np.stack([entry.vector for entry in batch]),
                documents=[entry.text for entry in batch],
                metadatas=[{"document_id": entry.document_id} for entry in batch],
            )
            ids += [entry.id for entry in batch]
            vectors += [entry.vector for entry in batch]
            tokens += [list(stems(entry.text)) for entry in batch]
    finally:
        client.close()
    if any(tokens):
        bm25 = bm25s.BM25(method="lucene")
        bm25.index(tokens, show_progress=False)
        bm25.save(folder / "bm25")
    (folder / "ids.json").write_text(json.dumps(ids))
    return ids, vectors


def _verify(folder: Path, ids: Sequence[str], vectors: Sequence[Vectors] | None) -> None:
    """Reads every vector back from disk; raises LibraryError when one is missing or not the one given."""
    client, collection = _open_chroma(folder)
    try:
        whole = collection.count() == len(ids)
        for first in range(0, len(ids), _BATCH):
            names = list(ids[first : first + _BATCH])
            found = _embeddings(collection, names)
            whole = whole and len(found) == len(names) and all(name in found for name in names)
            if whole and vectors is not None:
                whole = all(
                    np.allclose(found[name], vector, atol=1e-5)
                    for name, vector in zip(names, vectors[first : first + _BATCH], strict=True)
                )
    finally:
        client.close()
    if not whole:
        raise LibraryError("The index is not complete. Check the disk's free space and run `python ingest.py` again.")


def _embeddings(collection: Collection, names: list[str]) -> dict[str, Vectors]:
    found = collection.get(ids=names, include=["embeddings"])
    rows = found["embeddings"]
    return dict(zip(found["ids"], np.asarray(rows if rows is not None else [], np.float32), strict=False))


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    batch: list[Entry] = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _sync(folder: Path) -> None:
    """Has everything below a folder on disk before the pointer names it."""
    for path in (folder, folder.parent, *folder.rglob("*")):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _point_to(folder: Path, generation: str) -> None:
    written = folder / f"{_POINTER}.{generation}"
    with written.open("w") as file:
        file.write(generation)
        file.flush()
        os.fsync(file.fileno())
    os.replace(written, folder / _POINTER)
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --- reading a generation ---


def _read_pointer(pointer: Path) -> str | None:
    try:
        return pointer.read_text().strip() or None
    except (FileNotFoundError, NotADirectoryError):
        return None


def _lock_shared(folder: Path) -> TextIO | None:
    try:
        lock = (folder / _LOCK).open()
    except OSError:
        return None
    try:
        portalocker.lock(lock, portalocker.LockFlags.SHARED | portalocker.LockFlags.NON_BLOCKING)
    except portalocker.LockException:
        lock.close()
        return None
    return lock


def _read_manifest(folder: Path) -> Mapping[str, object]:
    """The manifest of a generation of which all files are there."""
    try:
        manifest = json.loads((folder / _MANIFEST).read_text())
        whole = all((folder / name).is_file() for name in manifest["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexMissingError(_DAMAGED) from error
    if not whole:
        raise IndexMissingError(_DAMAGED)
    known: Mapping[str, object] = manifest
    return known


def _check_settings(manifest: Mapping[str, object], expected: IndexSettings) -> None:
    made_with = manifest["settings"]
    if made_with == dict(expected):
        return
    known = made_with if isinstance(made_with, dict) else {}
    changed = [
        f"{name} was {known.get(name)!r} and is {value!r}"
        for name, value in expected.items()
        if known.get(name) != value
    ]
    raise IndexMismatchError(
        f"The index was built with other settings ({'; '.join(changed)}); run `python ingest.py` to build it again."
    )


def _open_chroma(folder: Path, new: bool = False) -> tuple[Client, Collection]:
    """Chroma itself: LangChain's vector store over it doubles the time of a query (2.2 ms to 1.2 ms at k =
    10).
    """
    import chromadb  # half a second to import; not needed to read a manifest
    from chromadb.config import Settings

    quiet = Settings(anonymized_telemetry=False)
    client = cast("Client", chromadb.PersistentClient(path=str(folder / "chroma"), settings=quiet))
    if not new:
        return client, client.get_collection(_COLLECTION, embedding_function=None)
    configuration: CreateCollectionConfiguration = {"hnsw": {"space": "cosine"}}
    return client, client.create_collection(_COLLECTION, configuration=configuration, embedding_function=None)


@contextmanager
def _chroma_errors() -> Iterator[None]:
    """Anything Chroma, bm25s or the disk raise, as an error of ours."""
    try:
        yield
    except LibraryError:
        raise
    except OSError as error:
        raise IndexMissingError(
            f"The index cannot be used ({error}). Check permissions and free space, then run `python ingest.py`."
        ) from error
    except Exception as error:  # Chroma raises anything, bare panics of its Rust part included
        raise IndexMissingError(_DAMAGED) from error
