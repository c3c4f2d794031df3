"""Turns of conversations and what people thought of them, in a SQLite file of their own beside the library.

A conversation's id is the right to read, continue and delete it: those made here are 128 random bits.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from advisor.database import Database
from advisor.errors import UnknownAnswerError, UnknownConversationError
from advisor.types import Answer, Complaint, Turn, Vote

CONVERSATIONS_FILE = "conversations.sqlite3"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS turns (
    answer_id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL,
    created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ')),
    question TEXT NOT NULL,
    answer TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS turns_of_conversation ON turns (conversation_id, created);
CREATE TABLE IF NOT EXISTS asking (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id TEXT NOT NULL,
    created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ'))
);
CREATE TABLE IF NOT EXISTS feedback (
    answer_id TEXT PRIMARY KEY REFERENCES turns (answer_id) ON DELETE CASCADE,
    created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ')),
    vote TEXT NOT NULL,
    reason TEXT
);
"""


def new_conversation_id() -> str:
    """An id that nobody can guess."""
    return secrets.token_hex(16)


class Conversations(Database):
    """What was asked and answered, by conversation. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, _SCHEMA)
        self._connection.execute("PRAGMA synchronous = NORMAL")  # in WAL mode a killed process loses nothing

    @contextmanager
    def asking(self, conversation_id: str) -> Iterator[Callable[[Answer], bool]]:
        """Holds a place for the answer to a question while it is written; the function given keeps the answer there,
        and tells whether it did.

        A conversation that is deleted meanwhile loses its places, and what is written for them is not kept.
        """
        with self._locked() as connection:
            connection.execute("DELETE FROM asking WHERE created < strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 day')")
            new = "INSERT INTO asking (conversation_id) VALUES (?)"
            place = connection.execute(new, (conversation_id,)).lastrowid
        try:
            yield lambda answer: self._keep(answer, place)
        finally:
            with self._locked() as connection:
                connection.execute("DELETE FROM asking WHERE place = ?", (place,))

    def _keep(self, answer: Answer, place: int | None) -> bool:
        with self._locked() as connection:
            done = connection.execute(
                "INSERT INTO turns (answer_id, conversation_id, question, answer) SELECT ?, ?, ?, ?"
                " WHERE EXISTS (SELECT 1 FROM asking WHERE place = ?)",
                (answer.id, answer.conversation_id, answer.question, answer.model_dump_json(), place),
            )
        return done.rowcount > 0

    def turns(self, conversation_id: str, last: int, before: str | None = None) -> list[Turn]:
        """The last turns of a conversation, or those before an answer of it, oldest first; empty for an unknown one."""
        with self._locked() as connection:
            rows = connection.execute(
                "SELECT question, answer FROM turns WHERE conversation_id = ? AND (? IS NULL OR (created, rowid) <"
                " (SELECT created, rowid FROM turns WHERE answer_id = ?)) ORDER BY created DESC, rowid DESC LIMIT ?",
                (conversation_id, before, before, last),
            ).fetchall()
        return [_turn(question, json.loads(answer)) for question, answer in reversed(rows)]

    def answers(self, conversation_id: str) -> list[Answer]:
        """Every turn of a conversation, oldest first. Raises UnknownConversationError."""
        with self._locked() as connection:
            rows = connection.execute(
                "SELECT answer FROM turns WHERE conversation_id = ? ORDER BY created, rowid", (conversation_id,)
            ).fetchall()
        if not rows:
            raise _unknown(conversation_id)
        return [Answer.model_validate_json(answer) for (answer,) in rows]

    def answer(self, answer_id: str) -> Answer:
        """The answer with an id, as it was given. Raises UnknownAnswerError."""
        with self._locked() as connection:
            query = "SELECT answer FROM turns WHERE answer_id = ?"
            row = connection.execute(query, (answer_id,)).fetchone()
        if row is None:
            raise _unknown_answer(answer_id)
        return Answer.model_validate_json(row[0])

    def count(self) -> int:
        """How many answers are saved."""
        with self._locked() as connection:
            return int(connection.execute("SELECT count(*) FROM turns").fetchone()[0])

    def saved(self) -> Iterator[tuple[str, Answer]]:
        """Every answer with when it was given (ISO 8601, UTC), oldest first, read one by one."""
        with self._locked() as connection:
            ids = connection.execute("SELECT answer_id FROM turns ORDER BY created, rowid").fetchall()
        for (answer_id,) in ids:
            with self._locked() as connection:
                query = "SELECT created, answer FROM turns WHERE answer_id = ?"
                row = connection.execute(query, (answer_id,)).fetchone()
            if row is not None:  # it may be deleted meanwhile
                yield row[0], Answer.model_validate_json(row[1])

    def delete(self, conversation_id: str) -> None:
        """Deletes a conversation with its answers, their checklists and votes, and what is being written for it.
        Raises UnknownConversationError.
        """
        with self._locked() as connection:  # the places first: an answer that still finds one is deleted right after
            asked = connection.execute("DELETE FROM asking WHERE conversation_id = ?", (conversation_id,))
            done = connection.execute("DELETE FROM turns WHERE conversation_id = ?", (conversation_id,))
            if not asked.rowcount + done.rowcount:
                raise _unknown(conversation_id)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # nor does the log keep it

    def vote(self, answer_id: str, vote: Vote, reason: str | None) -> None:
        """Keeps what a person thinks of an answer; a later vote replaces it. Raises UnknownAnswerError."""
        with self._locked() as connection:
            done = connection.execute(
                "INSERT INTO feedback (answer_id, vote, reason) SELECT answer_id, ?, ? FROM turns WHERE answer_id = ?"
                " ON CONFLICT (answer_id) DO UPDATE SET"
                " vote = excluded.vote, reason = excluded.reason, created = excluded.created",
                (vote, reason, answer_id),
            )
        if not done.rowcount:
            raise _unknown_answer(answer_id)

    def complaints(self) -> list[Complaint]:
        """The answers that were voted down, oldest vote first, each with the questions asked before it."""
        with self._locked() as connection:
            rows = connection.execute(
                "SELECT turns.answer, feedback.reason, feedback.created, (SELECT json_group_array(question) FROM"
                " (SELECT question FROM turns AS before WHERE before.conversation_id = turns.conversation_id"
                " AND (before.created, before.rowid) < (turns.created, turns.rowid) ORDER BY created, rowid))"
                " FROM feedback JOIN turns USING (answer_id) WHERE vote = 'down' ORDER BY feedback.created"
            ).fetchall()
        return [
            Complaint(Answer.model_validate_json(answer), reason, created, tuple(json.loads(earlier)))
            for answer, reason, created, earlier in rows
        ]


def _turn(question: str, answer: Mapping[str, Any]) -> Turn:
    cited = answer["citations"]
    return Turn(
        question,
        sections=tuple((one["document_id"], tuple(one["heading"])) for one in cited),
        quotes=tuple(one["quote"] for one in cited),
        places=tuple((one["document_id"], one["start"], one["end"]) for one in cited),
        actions=tuple(item["action"] for item in (answer["checklist"] or {"items": ()})["items"]),
    )


def _unknown_answer(answer_id: str) -> UnknownAnswerError:
    return UnknownAnswerError(
        f"There is no answer with the id {answer_id[:100]!r}. Send the `id` of an answer this server has given."
    )


def _unknown(conversation_id: str) -> UnknownConversationError:
    return UnknownConversationError(
        f"There is no conversation with the id {conversation_id[:100]!r}. It may have been deleted; ask without "
        "`conversation_id` to begin a new one."
    )
