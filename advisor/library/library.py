"""The library on disk: documents, their passages with vectors, and practices, in one SQLite file.

The truth from which the index is derived. Each write is one transaction, so that a killed process leaves
whole documents only; readers in other processes go on reading (WAL).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from advisor.errors import LibraryError
from advisor.library.provenance import identity, together
from advisor.types import Bibliography, Document, Evidence, Passage, Practice, Provenance, Sentence, Vectors, Work

LIBRARY_FILE = "library.db"
_SCHEMA_VERSION = 2
_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL UNIQUE,
    bibliography TEXT NOT NULL,
    text TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    shape TEXT NOT NULL,      -- of what made the passages: settings and version of the pipeline
    identity TEXT NOT NULL DEFAULT '[]',  -- shared with every other document that is the same source
    left_out TEXT NOT NULL    -- [[reason, sample]]
);
CREATE TABLE IF NOT EXISTS passages (
    id TEXT PRIMARY KEY,
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    text TEXT NOT NULL,
    heading TEXT NOT NULL,
    sentences TEXT NOT NULL,  -- [[start, end, kind, paragraph, heading]]
    vector_key TEXT NOT NULL,
    vector BLOB NOT NULL,             -- float32
    sentence_vectors BLOB NOT NULL,   -- float16, a row per sentence
    provenance TEXT NOT NULL DEFAULT '[]',  -- [[reported, looks_ahead_to, publisher_kind, dated]], of each sentence
    UNIQUE (document_id, position)
);
CREATE INDEX IF NOT EXISTS passages_by_key ON passages (vector_key);
CREATE TABLE IF NOT EXISTS practices (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,     -- the file it is from
    position INTEGER NOT NULL,
    entry TEXT NOT NULL,      -- as written in the file
    practice TEXT,            -- with its evidence found; NULL while a quote is not
    vector_key TEXT NOT NULL DEFAULT '[]'
);
CREATE TABLE IF NOT EXISTS practice_vectors (
    key TEXT PRIMARY KEY,     -- of the embedding model and the words embedded, so that what is unchanged costs nothing
    vector BLOB NOT NULL      -- float32
);
"""
# Columns that version 1 lacks; what was stored before has nothing in them until the next ingest.
_NEW_COLUMNS = {"documents": "identity", "passages": "provenance", "practices": "vector_key"}


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document without its text: `characters` and `passages` are counts."""

    id: str
    source: str
    bibliography: Bibliography
    characters: int
    passages: int


@dataclass(frozen=True, slots=True)
class Catalogued:
    """A document's bibliography; documents whose `identity` overlaps are one source."""

    bibliography: Bibliography
    identity: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class StoredPassage:
    """A passage with its vector (d,) and those of its sentences (n, d), all of unit length, and their provenance."""

    passage: Passage
    vector: Vectors
    sentence_vectors: Vectors
    provenance: tuple[Provenance, ...]


@dataclass(frozen=True, slots=True, eq=False)
class NewPassage:
    """A passage to store; `key` says what its vectors were made from, so that the same need not be made
    again. `provenance` is of each sentence.
    """

    passage: Passage
    key: str
    vector: Vectors
    sentence_vectors: Vectors
    provenance: tuple[Provenance, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of a stored document when its file is seen again."""

    id: str
    source: str
    sha256: str
    shape: str


class Library:
    """Opens (and first makes) the library of a data folder. One connection, safe to share between threads."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / LIBRARY_FILE
        self._lock = RLock()
        with self._readable():
            data_dir.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None, timeout=30)
            self._prepare()

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- reading ---

    def passages(self, ids: Sequence[str]) -> dict[str, StoredPassage]:
        """The passages with these ids; one that is gone is left out."""
        rows = self._all(
            "SELECT id, document_id, start, end, text, heading, sentences, vector, sentence_vectors, provenance"
            " FROM passages WHERE id IN (SELECT value FROM json_each(?))",
            [json.dumps(ids)],
        )
        found = {
            row[0]: StoredPassage(_passage(row[:7]), *_vectors(row[7], row[8]), tuple(_provenances(row[6], row[9])))
            for row in rows
        }
        return {name: found[name] for name in ids if name in found}

    def provenance(self, document_id: str, start: int, end: int) -> Provenance:
        """Where the claim of `text[start:end]` of a document comes from; nothing known of what is not in a passage."""
        rows = self._all(
            "SELECT sentences, provenance FROM passages WHERE document_id = ? AND start < ? AND end > ?"
            " ORDER BY position",
            [document_id, end, start],
        )
        return together(
            provenance
            for sentences, stored in rows
            for (left, right, *_), provenance in zip(
                json.loads(sentences), _provenances(sentences, stored), strict=True
            )
            if left < end and start < right
        )

    def page(self, document_id: str, place: int) -> int | None:
        """The page, from 1, of a place in a document's text; None where the document has no pages."""
        rows = self._all(
            "SELECT length(before) - length(replace(before, char(12), '')) + 1 FROM"
            " (SELECT substr(text, 1, ?) AS before FROM documents WHERE id = ? AND instr(text, char(12)))",
            [place, document_id],
        )
        return next((page for (page,) in rows), None)

    def catalogue(self, ids: Iterable[str]) -> dict[str, Catalogued]:
        """What is known of the documents with these ids, without their texts; one that is gone is left out."""
        rows = self._all(
            "SELECT id, bibliography, identity FROM documents WHERE id IN (SELECT value FROM json_each(?))",
            [json.dumps(sorted(set(ids)))],
        )
        return {name: Catalogued(_bibliography(known), frozenset(json.loads(same))) for name, known, same in rows}

    def document(self, document_id: str) -> Document | None:
        """A document with its text."""
        rows = self._all("SELECT id, source, bibliography, text, sha256 FROM documents WHERE id = ?", [document_id])
        return next(
            (Document(i, source, _bibliography(known), text, sha) for i, source, known, text, sha in rows),
            None,
        )

    def documents(self) -> tuple[StoredDocument, ...]:
        """All documents by id."""
        rows = self._all(
            "SELECT id, source, bibliography, length(text),"
            " (SELECT count(*) FROM passages WHERE document_id = documents.id) FROM documents ORDER BY id"
        )
        return tuple(StoredDocument(i, source, _bibliography(known), *counts) for i, source, known, *counts in rows)

    def practices(self) -> list[Practice]:
        """The practices of which every quote was found, in the order of their files."""
        rows = self._all("SELECT practice FROM practices WHERE practice IS NOT NULL ORDER BY source, position")
        return [_practice(json.loads(row[0])) for row in rows]

    # --- reading, for a build ---

    def stored(self) -> dict[str, Stored]:
        """What is stored, by source."""
        rows = self._all("SELECT id, source, sha256, shape FROM documents")
        return {row[1]: Stored(*row) for row in rows}

    def left_out(self, document_id: str) -> list[tuple[str, str]]:
        """The (reason, sample) of all that is not in the index of a document."""
        rows = self._all("SELECT left_out FROM documents WHERE id = ?", [document_id])
        return [(reason, sample) for row in rows for reason, sample in json.loads(row[0])]

    def passages_of(self, document_id: str) -> list[Passage]:
        """A document's passages in order."""
        rows = self._all(
            "SELECT id, document_id, start, end, text, heading, sentences FROM passages"
            " WHERE document_id = ? ORDER BY position",
            [document_id],
        )
        return [_passage(row) for row in rows]

    def vectors(self, keys: Sequence[str]) -> dict[str, tuple[Vectors, Vectors]]:
        """The vectors already made, of a passage and of its sentences, by key."""
        found: dict[str, tuple[Vectors, Vectors]] = {}
        for some in _batches(sorted(set(keys)), 500):
            rows = self._all(
                "SELECT vector_key, vector, sentence_vectors FROM passages"
                " WHERE vector_key IN (SELECT value FROM json_each(?))",
                [json.dumps(some)],
            )
            found |= {key: _vectors(vector, of_sentences) for key, vector, of_sentences in rows}
        return found

    def indexed(self) -> Iterator[tuple[str, Passage, Vectors]]:
        """Every passage with its document's title and its vector, by document and position."""
        ids = [row[0] for row in self._all("SELECT id FROM passages ORDER BY document_id, position")]
        titles = {document.id: document.bibliography.title for document in self.documents()}
        for some in _batches(ids, 500):
            for stored in self.passages(some).values():
                yield titles[stored.passage.document_id], stored.passage, stored.vector

    def fingerprint(self) -> str:
        """A hash over what the index holds: equal exactly when an index of one serves for the other."""
        digest = hashlib.sha256()
        for name, key in self._all("SELECT id, vector_key FROM passages ORDER BY id"):
            digest.update(f"{name}:{key}\n".encode())
        return digest.hexdigest()

    def practice_entries(self) -> list[tuple[str, str, object]]:
        """Every practice as (id, source file, entry as written), those with a quote not found too."""
        rows = self._all("SELECT id, source, entry FROM practices ORDER BY source, position")
        return [(name, source, json.loads(entry)) for name, source, entry in rows]

    # --- writing ---

    def put(
        self,
        document: Document,
        passages: Iterable[NewPassage],
        shape: str,
        left_out: Sequence[tuple[str, str]],
    ) -> None:
        """Stores a document with its passages in place of what was stored under its id or source."""
        with self._transaction() as db:
            db.execute("DELETE FROM documents WHERE id = ? OR source = ?", [document.id, document.source])
            db.execute(
                "INSERT INTO documents (id, source, bibliography, text, sha256, shape, left_out, identity)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    document.id,
                    document.source,
                    json.dumps(asdict(document.bibliography)),
                    document.text,
                    document.sha256,
                    shape,
                    json.dumps(left_out),
                    json.dumps(sorted(identity(document))),
                ],
            )
            db.executemany(
                "INSERT INTO passages (id, document_id, position, start, end, text, heading, sentences,"
                " vector_key, vector, sentence_vectors, provenance) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (_row(position, new) for position, new in enumerate(passages)),
            )

    def remove(self, document_id: str) -> None:
        """Removes a document and its passages; nothing happens when it is not there."""
        with self._transaction() as db:
            db.execute("DELETE FROM documents WHERE id = ?", [document_id])

    def put_practices(self, source: str, entries: Sequence[tuple[str, object]]) -> None:
        """Stores the entries (id, as written) of a file in place of what the file held before."""
        with self._transaction() as db:
            db.execute("DELETE FROM practices WHERE source = ?", [source])
            db.executemany(
                "INSERT OR REPLACE INTO practices (id, source, position, entry) VALUES (?, ?, ?, ?)",
                ([name, source, position, json.dumps(entry)] for position, (name, entry) in enumerate(entries)),
            )

    def embedded_practices(self) -> list[tuple[Practice, NDArray[np.float32]]]:
        """The same with a unit-length vector each; one stored before there were vectors waits for an ingest."""
        rows = self._all(
            "SELECT practice, vector FROM practices JOIN practice_vectors ON key = vector_key"
            " WHERE practice IS NOT NULL ORDER BY source, position"
        )
        return [(_practice(json.loads(practice)), np.frombuffer(vector, np.float32)) for practice, vector in rows]

    def put_practice_vectors(self, keys: Mapping[str, str], new: Mapping[str, NDArray[np.float32]]) -> None:
        """Stores the key of each practice's vector, by the practice's id, and the vectors of new keys."""
        with self._transaction() as db:
            db.executemany("UPDATE practices SET vector_key = ? WHERE id = ?", [(key, id) for id, key in keys.items()])
            rows = [(key, vector.tobytes()) for key, vector in new.items()]
            db.executemany("INSERT OR REPLACE INTO practice_vectors (key, vector) VALUES (?, ?)", rows)
            db.execute("DELETE FROM practice_vectors WHERE key NOT IN (SELECT vector_key FROM practices)")

    def practice_vector_keys(self) -> set[str]:
        """The keys of the vectors there are."""
        return {row[0] for row in self._all("SELECT key FROM practice_vectors")}

    def verify_practices(self, practices: Mapping[str, Practice]) -> None:
        """Stores by id the practices of which every quote was found; the others are not shown."""
        with self._transaction() as db:
            db.execute("UPDATE practices SET practice = NULL")
            db.executemany(
                "UPDATE practices SET practice = ? WHERE id = ?",
                ([json.dumps(asdict(practice)), name] for name, practice in practices.items()),
            )

    # --- the connection ---

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")  # in WAL mode a killed process loses no committed transaction
        self._db.execute("PRAGMA foreign_keys = ON")
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > _SCHEMA_VERSION:
            raise LibraryError(
                f"{self.path} was written by a newer version of CX Advisor; upgrade, or use another folder."
            )
        if version < _SCHEMA_VERSION:
            self._db.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}COMMIT;")
            self._upgrade()

    def _upgrade(self) -> None:
        """Adds the columns that a library of version 1 lacks."""
        with self._transaction() as db:
            for table, column in _NEW_COLUMNS.items():
                if column not in [row[1] for row in db.execute(f"PRAGMA table_info({table})")]:
                    db.execute(f"ALTER TABLE {table} ADD COLUMN {column} TEXT NOT NULL DEFAULT '[]'")
            db.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")

    def _all(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        with self._readable(), self._lock:
            return self._db.execute(sql, tuple(values)).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._readable(), self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.DatabaseError, OSError) as error:
            raise LibraryError(
                f"The library {self.path} cannot be used ({error}). Check the folder's permissions and free "
                "space; if the file is damaged, move it away and run `python ingest.py` again."
            ) from error


# --- rows ---


def _row(position: int, new: NewPassage) -> list[object]:
    passage = new.passage
    sentences = [[s.start, s.end, s.kind, s.paragraph, s.heading] for s in passage.sentences]
    return [
        passage.id,
        passage.document_id,
        position,
        passage.start,
        passage.end,
        passage.text,
        json.dumps(passage.heading),
        json.dumps(sentences),
        new.key,
        new.vector.astype(np.float32).tobytes(),
        new.sentence_vectors.astype(np.float16).tobytes(),
        json.dumps([[p.reported, p.looks_ahead_to, p.publisher_kind, p.dated] for p in new.provenance]),
    ]


def _passage(row: Sequence[Any]) -> Passage:
    name, document_id, start, end, text, heading, sentences = row
    parts = tuple(
        Sentence(left, right, kind, paragraph, tuple(path))
        for left, right, kind, paragraph, path in json.loads(sentences)
    )
    return Passage(name, document_id, start, end, text, tuple(json.loads(heading)), parts)


def _provenances(sentences: str, stored: str) -> list[Provenance]:
    """One for each sentence; nothing is known of those that an older version stored."""
    return [Provenance(*one) for one in json.loads(stored)] or [Provenance()] * len(json.loads(sentences))


def _vectors(vector: bytes, of_sentences: bytes) -> tuple[Vectors, Vectors]:
    whole = np.frombuffer(vector, np.float32)
    return whole, np.frombuffer(of_sentences, np.float16).astype(np.float32).reshape(-1, len(whole))


def _bibliography(known: str) -> Bibliography:
    fields = json.loads(known)
    return Bibliography(**{**fields, "sources": tuple(Work(**one) for one in fields.get("sources", ()))})


def _practice(known: dict[str, Any]) -> Practice:
    evidence = tuple(Evidence(**{**quote, "heading": tuple(quote["heading"])}) for quote in known["evidence"])
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in known.items()}
    return Practice(**{**values, "evidence": evidence})


def _batches(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (values[first : first + size] for first in range(0, len(values), size))
