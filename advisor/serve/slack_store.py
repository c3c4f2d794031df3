"""What Slack has sent, in a SQLite file: questions to answer, threads that we are in, signatures already used."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from advisor.database import open_database

SLACK_FILE = "slack.sqlite3"
_KEPT = 30 * 86_400  # seconds that an answered question is remembered, far beyond Slack's retries
_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY,
    event_id TEXT NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    ts TEXT NOT NULL,
    thread TEXT,
    user TEXT NOT NULL,
    question TEXT NOT NULL,
    status_ts TEXT,
    done INTEGER NOT NULL DEFAULT 0,
    created REAL NOT NULL,
    UNIQUE (channel, ts)
);
CREATE TABLE IF NOT EXISTS threads (
    channel TEXT NOT NULL, thread TEXT NOT NULL, conversation_id TEXT NOT NULL, PRIMARY KEY (channel, thread)
);
CREATE TABLE IF NOT EXISTS signatures (signature TEXT PRIMARY KEY, used REAL NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Job:
    """A question to answer. `thread` is where (None: in the channel itself)."""

    id: int
    channel: str
    thread: str | None
    user: str
    question: str


class SlackStore:
    """Safe to share between threads; what it has taken survives a restart."""

    def __init__(self, path: Path) -> None:
        self._connection = open_database(path, _SCHEMA)
        self._lock = Lock()

    def first_use(self, signature: str, window: float) -> bool:
        """Whether this signature has not been used in the last `window` seconds; it has been from now on."""
        now = time.time()
        with self._locked() as connection:
            connection.execute("DELETE FROM signatures WHERE used < ?", (now - window,))
            return connection.execute("INSERT OR IGNORE INTO signatures VALUES (?, ?)", (signature, now)).rowcount == 1

    def add(self, event_id: str, channel: str, ts: str, thread: str | None, user: str, question: str) -> bool:
        """Keeps a question to answer; False when its event, or its message under another event, was kept before."""
        new = (
            "INSERT OR IGNORE INTO jobs (event_id, channel, ts, thread, user, question, created) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)"
        )
        now = time.time()
        with self._locked() as connection:
            connection.execute("DELETE FROM jobs WHERE done AND created < ?", (now - _KEPT,))
            return connection.execute(new, (event_id, channel, ts, thread, user, question, now)).rowcount == 1

    def next(self) -> Job | None:
        """The oldest question without an answer."""
        oldest = "SELECT id, channel, thread, user, question FROM jobs WHERE NOT done ORDER BY id LIMIT 1"
        with self._locked() as connection:
            row = connection.execute(oldest).fetchone()
        return Job(*row) if row else None

    def posted(self, job: Job, status_ts: str) -> None:
        """Remembers which message of ours a question's answer goes into."""
        with self._locked() as connection:
            connection.execute("UPDATE jobs SET status_ts = ? WHERE id = ?", (status_ts, job.id))

    def status_of(self, job: Job) -> str | None:
        """The message that a question's answer goes into, if it is posted."""
        with self._locked() as connection:
            row = connection.execute("SELECT status_ts FROM jobs WHERE id = ?", (job.id,)).fetchone()
        return row[0] if row else None

    def done(self, job: Job) -> None:
        """The question has its reply; its words are not needed any more."""
        with self._locked() as connection:
            connection.execute("UPDATE jobs SET done = 1, question = '' WHERE id = ?", (job.id,))

    def begin_thread(self, channel: str, thread: str, conversation_id: str) -> None:
        """Follow-ups in the thread belong to that conversation from now on."""
        with self._locked() as connection:
            connection.execute("INSERT OR IGNORE INTO threads VALUES (?, ?, ?)", (channel, thread, conversation_id))

    def conversation_of(self, channel: str, thread: str) -> str | None:
        """The conversation of a thread, or None when we have answered nothing in it."""
        known = "SELECT conversation_id FROM threads WHERE channel = ? AND thread = ?"
        with self._locked() as connection:
            row = connection.execute(known, (channel, thread)).fetchone()
        return row[0] if row else None

    def began(self, channel: str, thread: str) -> bool:
        """Whether the thread hangs on a question to us or on a message of ours, in the last 30 days."""
        ours = "SELECT 1 FROM jobs WHERE channel = ? AND ((thread = ? AND ts = thread) OR status_ts = ?)"
        with self._locked() as connection:
            return connection.execute(ours, (channel, thread, thread)).fetchone() is not None

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _locked(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            yield self._connection
