"""Turns of conversations, in a SQLite file of their own beside the library."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from advisor.types import Answer

_SCHEMA = """
CREATE TABLE IF NOT EXISTS turns (
    answer_id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL,
    created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ')),
    question TEXT NOT NULL,
    answer TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS turns_of_conversation ON turns (conversation_id, created);
"""


class Conversations:
    """What was asked and answered, by conversation. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(_SCHEMA)
        self._lock = Lock()

    def add(self, answer: Answer) -> None:
        """Keeps one turn."""
        with self._locked() as connection:
            connection.execute(
                "INSERT INTO turns (answer_id, conversation_id, question, answer) VALUES (?, ?, ?, ?)",
                (answer.id, answer.conversation_id, answer.question, answer.model_dump_json()),
            )

    def questions(self, conversation_id: str, last: int) -> list[str]:
        """The last questions of a conversation, oldest first; empty for an unknown one."""
        with self._locked() as connection:
            rows = connection.execute(
                "SELECT question FROM turns WHERE conversation_id = ? ORDER BY created DESC, rowid DESC LIMIT ?",
                (conversation_id, last),
            ).fetchall()
        return [question for (question,) in reversed(rows)]

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _locked(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            yield self._connection
