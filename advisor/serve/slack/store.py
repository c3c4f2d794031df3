"""What Slack has sent, in a SQLite file: what is to be replied to, threads that we are in, signatures already used."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from advisor.database import Database

SLACK_FILE = "slack.sqlite3"
BEING_POSTED = ""  # stands for the timestamp of a message that Slack may or may not have taken yet
_KEPT = 30 * 86_400  # seconds that what was replied to is remembered, far beyond Slack's retries
_AT_ONCE = 100  # waiting requests looked at together
_SCHEMA = """
CREATE TABLE IF NOT EXISTS requests (
    id INTEGER PRIMARY KEY,
    event_id TEXT NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    ts TEXT NOT NULL,
    thread TEXT,
    user TEXT NOT NULL,
    team TEXT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    message TEXT,
    done INTEGER NOT NULL DEFAULT 0,
    created REAL NOT NULL,
    UNIQUE (channel, ts)
);
CREATE INDEX IF NOT EXISTS requests_waiting ON requests (id) WHERE NOT done;
CREATE TABLE IF NOT EXISTS threads (
    channel TEXT NOT NULL, thread TEXT NOT NULL, conversation_id TEXT NOT NULL, PRIMARY KEY (channel, thread)
);
CREATE TABLE IF NOT EXISTS signatures (signature TEXT PRIMARY KEY, used REAL NOT NULL);
"""

Kind: TypeAlias = Literal["question", "checklist"]


@dataclass(frozen=True, slots=True)
class Request:
    """Something to reply to: a question in words, or an answer's id of which a checklist is wanted.

    `ts` is the message's own timestamp, or what Slack gives to a command or a button in its place. `thread` is where
    the reply goes (None: into the channel itself), `team` the workspace of the asker where Slack tells it.
    """

    event_id: str
    channel: str
    ts: str
    thread: str | None
    user: str
    team: str
    text: str
    kind: Kind = "question"
    id: int = 0  # given by the store

    @property
    def unseen(self) -> bool:
        """Whether it is no message that others see, but a command or a click."""
        return self.ts == self.event_id


class SlackStore(Database):
    """Safe to share between threads; what it has taken survives a restart."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, _SCHEMA)

    def first_use(self, signature: str, window: float) -> bool:
        """Whether this signature has not been used in the last `window` seconds; it has been from now on."""
        now = time.time()
        with self._locked() as connection:
            connection.execute("DELETE FROM signatures WHERE used < ?", (now - window,))
            return connection.execute("INSERT OR IGNORE INTO signatures VALUES (?, ?)", (signature, now)).rowcount == 1

    def add(self, new: Request) -> bool:
        """Keeps what is to be replied to; False when its event, its message under another event, or a button's same
        wish that still waits, was kept before.
        """
        insert = (
            "INSERT OR IGNORE INTO requests (event_id, channel, ts, thread, user, team, kind, text, created)"
            " SELECT ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE ? = 'question' OR NOT EXISTS"
            " (SELECT 1 FROM requests WHERE NOT done AND kind = ? AND user = ? AND text = ?)"
        )
        now = time.time()
        values = (new.event_id, new.channel, new.ts, new.thread, new.user, new.team, new.kind, new.text, now)
        with self._locked() as connection:
            connection.execute("DELETE FROM requests WHERE done AND created < ?", (now - _KEPT,))
            return connection.execute(insert, (*values, new.kind, new.kind, new.user, new.text)).rowcount == 1

    def waiting(self) -> list[Request]:
        """What has no reply yet, oldest first."""
        oldest = (
            "SELECT event_id, channel, ts, thread, user, team, text, kind, id FROM requests"
            " WHERE NOT done ORDER BY id LIMIT ?"
        )
        with self._locked() as connection:
            return [Request(*row) for row in connection.execute(oldest, (_AT_ONCE,))]

    def posted(self, request: Request, message: str | None) -> None:
        """Remembers which message of ours holds the reply, that one is BEING_POSTED, or that there is none."""
        with self._locked() as connection:
            connection.execute("UPDATE requests SET message = ? WHERE id = ?", (message, request.id))

    def message_of(self, request: Request) -> str | None:
        """The message that holds the reply, BEING_POSTED, or None when there is none."""
        with self._locked() as connection:
            row = connection.execute("SELECT message FROM requests WHERE id = ?", (request.id,)).fetchone()
        return row[0] if row else None

    def is_ours(self, channel: str, message: str) -> bool:
        """Whether a message of ours is known to hold a reply."""
        known = "SELECT 1 FROM requests WHERE channel = ? AND message = ?"
        with self._locked() as connection:
            return connection.execute(known, (channel, message)).fetchone() is not None

    def done(self, request: Request) -> None:
        """It has its reply; its words are not needed any more."""
        with self._locked() as connection:
            connection.execute("UPDATE requests SET done = 1, text = '' WHERE id = ?", (request.id,))

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
        ours = "SELECT 1 FROM requests WHERE channel = ? AND ((thread = ? AND ts = thread) OR message = ?)"
        with self._locked() as connection:
            return connection.execute(ours, (channel, thread, thread)).fetchone() is not None
