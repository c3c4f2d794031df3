"""Profiles of people and channels in Slack, in the file of what Slack has sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from advisor.database import Database
from advisor.types import Profile

_SCHEMA = """
CREATE TABLE IF NOT EXISTS profiles (
    of TEXT PRIMARY KEY, -- a user's id or a channel's
    profile TEXT NOT NULL,
    used INTEGER NOT NULL
);
"""


class Profiles(Database):
    """The profiles by the id of their user or channel. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, _SCHEMA)

    def of(self, channel: str, user: str) -> Profile | None:
        """Whom an answer to a user in a channel is for: the channel's profile, and over it what the user says of
        themselves; None where neither is there or the user has switched it off.
        """
        (own, used), (channels, channels_used) = self.get(user), self.get(channel)
        fields = {**(said(channels) if channels_used else {}), **said(own)}
        return Profile(**fields) if fields and used else None

    def get(self, of: str) -> tuple[Profile, bool]:
        """What is kept, and whether it is used; an empty one that is where nothing is kept."""
        with self._locked() as db:
            row = db.execute("SELECT profile, used FROM profiles WHERE of = ?", (of,)).fetchone()
        return (Profile.model_validate_json(row[0]), bool(row[1])) if row else (Profile(), True)

    def keep(self, of: str, profile: Profile, used: bool) -> None:
        """Keeps a profile in the place of the one before."""
        values = (of, profile.model_dump_json(), used)
        with self._locked() as db:
            db.execute("INSERT OR REPLACE INTO profiles VALUES (?, ?, ?)", values)


def said(profile: Profile) -> dict[str, Any]:
    """The fields that say something."""
    return {field: value for field, value in profile.model_dump().items() if value}
