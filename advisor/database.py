"""A SQLite file beside the library that several threads share: conversations, what was made for people, keys, replies,
what Slack has sent.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock


class Database:
    """One connection, for one thread at a time, without transactions of its own; what is kept there goes by methods of
    the classes that inherit it. Makes the file and what the schema adds.
    """

    def __init__(self, path: Path, schema: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten, not only unlinked
        self._connection.executescript(schema)
        self._lock = Lock()

    def close(self) -> None:
        """Closes the file."""
        with self._locked() as connection:
            connection.close()

    @contextmanager
    def _locked(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            yield self._connection
