"""What was made for somebody to work with, in the file of the conversations: one row and one JSON body each.

An id is the right to read, change and delete: it is 128 random bits, as that of a conversation.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from advisor.database import Database
from advisor.errors import UnknownDeliverableError
from advisor.types import Deliverable

_SCHEMA = """
CREATE TABLE IF NOT EXISTS deliverables (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,         -- the name of its type
    conversation_id TEXT,       -- with which it is deleted; NULL when it belongs to none
    created TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS deliverables_of_conversation ON deliverables (conversation_id);
"""
D = TypeVar("D", bound=Deliverable)


class Deliverables(Database):
    """Checklists and what else is saved, by id. Safe to share between threads and processes."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, _SCHEMA)

    def add(self, made: Deliverable, conversation_id: str | None = None) -> None:
        """Keeps something new."""
        with self._writing() as db:
            values = (made.id, type(made).__name__, conversation_id, made.created, made.model_dump_json())
            db.execute(
                "INSERT INTO deliverables (id, kind, conversation_id, created, body) VALUES (?, ?, ?, ?, ?)", values
            )

    def get(self, id: str, kind: type[D]) -> D:
        """The one with an id. Raises UnknownDeliverableError, also when it is of another kind."""
        with self._locked() as db:
            return self._read(db, id, kind)

    def change(self, id: str, kind: type[D], change: Callable[[D], D]) -> D:
        """What `change` makes of the one with an id, which is kept in its place; nobody else changes it meanwhile."""
        with self._writing() as db:
            changed = change(self._read(db, id, kind))
            db.execute("UPDATE deliverables SET body = ? WHERE id = ?", (changed.model_dump_json(), id))
        return changed

    def count(self) -> int:
        """How many are saved."""
        with self._locked() as db:
            return int(db.execute("SELECT count(*) FROM deliverables").fetchone()[0])

    def saved(self, kind: type[D]) -> Iterator[D]:
        """Every one of a kind, oldest first, read one by one."""
        with self._locked() as db:
            query = "SELECT id FROM deliverables WHERE kind = ? ORDER BY created, rowid"
            ids = db.execute(query, (kind.__name__,)).fetchall()
        for (id,) in ids:
            try:
                yield self.get(id, kind)
            except UnknownDeliverableError:  # it may be deleted meanwhile
                continue

    def delete_of(self, conversation_id: str) -> None:
        """Deletes what belongs to a conversation."""
        with self._writing() as db:
            db.execute("DELETE FROM deliverables WHERE conversation_id = ?", (conversation_id,))

    def _read(self, db: sqlite3.Connection, id: str, kind: type[D]) -> D:
        query = "SELECT body FROM deliverables WHERE id = ? AND kind = ?"
        row = db.execute(query, (id, kind.__name__)).fetchone()
        if row is None:
            raise UnknownDeliverableError(
                f"There is no {kind.__name__.lower()} with the id {id[:100]!r}. It may have been deleted with its "
                "conversation."
            )
        return kind.model_validate_json(row[0])

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._locked() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")
