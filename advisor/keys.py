"""API keys in a SQLite file beside the library, and the command `python -m advisor.keys create|list|revoke`.

A key and a browser's session are 256 random bits each, so that a plain SHA-256 of them is safe to keep: there is no
dictionary to try. Neither is ever kept itself.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import secrets
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Column, Table

from advisor.config import load_settings
from advisor.database import Database
from advisor.errors import AdvisorError, ConfigurationError, UnknownKeyError

KeyScope: TypeAlias = Literal["ask", "write", "admin"]
SCOPES: tuple[KeyScope, ...] = get_args(KeyScope)
KEYS_FILE = "keys.sqlite3"
KEY_PREFIX, SESSION_PREFIX = "cxk_", "cxs_"
SESSION = timedelta(days=7)
_NOTED = timedelta(minutes=1)  # the last use is kept to the minute, so that a request seldom writes
_SCHEMA = """
CREATE TABLE IF NOT EXISTS keys (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,  -- SHA-256
    scopes TEXT NOT NULL,       -- separated by spaces
    created TEXT NOT NULL,      -- as all times: ISO 8601, UTC
    expires TEXT,
    last_used TEXT,
    revoked TEXT
);
CREATE TABLE IF NOT EXISTS sessions (
    hash TEXT PRIMARY KEY,
    key_id TEXT NOT NULL REFERENCES keys (id),
    expires TEXT NOT NULL
);
"""
_READ = "SELECT keys.id, name, scopes, created, keys.expires, last_used, revoked FROM keys"
_OF_KEY = f"{_READ} WHERE keys.hash = ?"
_OF_SESSION = f"{_READ} JOIN sessions ON key_id = keys.id WHERE sessions.hash = ? AND sessions.expires > ?"


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key, which is everything but the key itself; times are ISO 8601 in UTC."""

    id: str
    name: str
    scopes: tuple[KeyScope, ...]
    created: str
    expires: str | None
    last_used: str | None
    revoked: str | None

    def may(self, scope: KeyScope) -> bool:
        """Whether the key's scopes allow what asks for `scope`; `admin` allows all."""
        return scope in self.scopes or "admin" in self.scopes

    @property
    def state(self) -> Literal["valid", "expired", "revoked"]:
        """Whether it opens anything now."""
        if self.revoked:
            return "revoked"
        return "expired" if self.expires is not None and self.expires <= _now() else "valid"


class Keys(Database):
    """The keys of one data folder and the sessions that browsers began with them. Safe to share between threads and
    processes: what one changes counts for all at once.
    """

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir / KEYS_FILE, _SCHEMA)

    def create(self, name: str, scopes: Sequence[KeyScope], days: int | None = None) -> tuple[Key, str]:
        """A new key that is valid for `days`, or until it is revoked; what opens is given this once."""
        secret = KEY_PREFIX + secrets.token_urlsafe(32)
        expires = _now(timedelta(days=days)) if days else None
        ordered = tuple(scope for scope in SCOPES if scope in scopes)
        key = Key(secrets.token_hex(4), name, ordered, _now(), expires, None, None)
        values = (key.id, name, _hash(secret), " ".join(ordered), key.created, expires)
        with self._locked() as db:
            db.execute("INSERT INTO keys (id, name, hash, scopes, created, expires) VALUES (?, ?, ?, ?, ?, ?)", values)
        return key, secret

    def all(self) -> list[Key]:
        """Every key there ever was, oldest first."""
        with self._locked() as db:
            return [_key(row) for row in db.execute(f"{_READ} ORDER BY created, rowid")]

    def revoke(self, id: str) -> Key:
        """The key with that id, which opens nothing from now on, nor do its sessions. Raises UnknownKeyError."""
        with self._locked() as db:
            db.execute("UPDATE keys SET revoked = coalesce(revoked, ?) WHERE id = ?", (_now(), id))
            row = db.execute(f"{_READ} WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise UnknownKeyError(f"There is no key with the id {id[:100]!r}. `python -m advisor.keys list` has them.")
        return _key(row)

    def find(self, secret: str) -> Key | None:
        """The valid key that this is, or that a session of this name was begun with; None for anything else."""
        with self._locked() as db:
            if secret.startswith(KEY_PREFIX):
                row = db.execute(_OF_KEY, (_hash(secret),)).fetchone()
            else:
                row = db.execute(_OF_SESSION, (_hash(secret), _now())).fetchone()
            key = _key(row) if row else None
            if key is None or key.state != "valid":
                return None
            if key.last_used is None or key.last_used <= _now(-_NOTED):
                db.execute("UPDATE keys SET last_used = ? WHERE id = ?", (_now(), key.id))
        return key

    def begin_session(self, key: Key) -> str:
        """A name under which `find` finds the key for a week, for a browser to keep in its place."""
        session = SESSION_PREFIX + secrets.token_urlsafe(32)
        with self._locked() as db:
            db.execute("DELETE FROM sessions WHERE expires <= ?", (_now(),))
            db.execute("INSERT INTO sessions VALUES (?, ?, ?)", (_hash(session), key.id, _now(SESSION)))
        return session

    def end_session(self, session: str) -> None:
        """Forgets a session, if it is one."""
        with self._locked() as db:
            db.execute("DELETE FROM sessions WHERE hash = ?", (_hash(session),))


def _key(row: Sequence[Any]) -> Key:
    id, name, scopes, created, expires, last_used, revoked = row
    return Key(id, name, tuple(scopes.split()), created, expires, last_used, revoked)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def _now(later: timedelta = timedelta()) -> str:
    return (datetime.now(UTC) + later).isoformat(timespec="milliseconds")


# --- the command ---


def main(argv: Sequence[str] | None = None) -> int:
    """0 when done, 1 when there is no such key, 2 on a usage or configuration error."""
    arguments = _parse(argv)
    try:
        data_dir = load_settings(data_dir=arguments.data_dir).data_dir
        if arguments.command != "create" and not data_dir.is_dir():
            raise ConfigurationError(f"There is no folder {data_dir}. Name the one the server uses with --data-dir.")
        with closing(Keys(data_dir)) as keys:
            return _DO[arguments.command](keys, arguments)
    except UnknownKeyError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except AdvisorError as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data-dir", type=Path, help="where the server keeps its data (default: data)")
    common.add_argument("--json", action="store_true", help="print JSON")
    parser = argparse.ArgumentParser(prog="python -m advisor.keys", description="Keys for the HTTP API and the pages.")
    commands = parser.add_subparsers(dest="command", required=True)
    create = commands.add_parser("create", parents=[common], help="make a key; it is shown once and kept as a hash")
    create.add_argument("name", help="whose key it is, to know it by in the list")
    create.add_argument(
        "--scope",
        nargs="+",
        choices=SCOPES,
        action="extend",
        help="what it allows: ask (ask and read), write (make and change), admin (all); default: ask write",
    )
    create.add_argument("--days", type=_days, help="how long it is valid (default: until it is revoked)")
    commands.add_parser("list", parents=[common], help="list all keys with scopes, expiry and last use")
    revoke = commands.add_parser("revoke", parents=[common], help="make a key useless, from this moment on")
    revoke.add_argument("id", help="its id in the list")
    return parser.parse_args(argv)


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= 36_500:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days from 1 to 36500")
    return int(text)


def _create(keys: Keys, arguments: argparse.Namespace) -> int:
    """Prints the key alone on the output, for programs; what a person should know goes beside it."""
    key, secret = keys.create(arguments.name, arguments.scope or ("ask", "write"), arguments.days)
    sys.stdout.write(json.dumps({**asdict(key), "key": secret}) + "\n" if arguments.json else secret + "\n")
    sys.stderr.write(
        f"This is the key {key.id} of {key.name!r}, for {', '.join(key.scopes)}, "
        f"{f'until {key.expires[:10]}' if key.expires else 'until it is revoked'}. It is not shown again. "
        "Send it as `Authorization: Bearer KEY`, or sign in with it in the browser.\n"
    )
    return 0


def _list(keys: Keys, arguments: argparse.Namespace) -> int:
    found = keys.all()
    if arguments.json:
        shown = [{**asdict(key), "state": key.state} for key in found]
        sys.stdout.write(json.dumps({"keys": shown}, indent=2, ensure_ascii=False) + "\n")
        return 0
    if not found:
        sys.stdout.write("There are no keys yet. `python -m advisor.keys create NAME` makes one.\n")
        return 0
    table = Table(Column("id", no_wrap=True), "name", "scopes", "created", "expires", "last used", "state", box=SIMPLE)
    for key in found:
        times = [(time or "-")[:16].replace("T", " ") for time in (key.created, key.expires, key.last_used)]
        table.add_row(key.id, key.name, " ".join(key.scopes), *times, key.state)
    Console(markup=False).print(table)
    return 0


def _revoke(keys: Keys, arguments: argparse.Namespace) -> int:
    key = keys.revoke(arguments.id)
    said = json.dumps(asdict(key)) if arguments.json else f"The key {key.id} of {key.name!r} opens nothing any more."
    sys.stdout.write(said + "\n")
    return 0


_DO = {"create": _create, "list": _list, "revoke": _revoke}

if __name__ == "__main__":
    sys.exit(main())
