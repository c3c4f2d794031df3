"""Keys as they are made, found, kept and revoked, and the command that does it."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from advisor.keys import KEYS_FILE, Keys, main


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[Keys]:
    with closing(Keys(tmp_path)) as keys:
        yield keys


def lapse(folder: Path, table: str) -> None:
    """Puts the end of everything in the table into the past."""
    with closing(sqlite3.connect(folder / KEYS_FILE)) as db, db:
        db.execute(f"UPDATE {table} SET expires = '2020-01-01T00:00:00.000+00:00'")


def test_key_is_found_until_it_is_revoked_and_is_noted_as_used(keys: Keys) -> None:
    made, secret = keys.create("dashboard", ("ask",))
    found = keys.find(secret)
    assert found is not None
    assert (found.id, found.scopes) == (made.id, ("ask",))
    assert keys.all()[0].last_used is not None
    keys.revoke(made.id)
    assert keys.find(secret) is None
    assert keys.all()[0].state == "revoked"


def test_expired_key_is_found_no_more(keys: Keys, tmp_path: Path) -> None:
    _, secret = keys.create("trial", ("ask",), days=1)
    assert keys.find(secret)
    lapse(tmp_path, "keys")
    assert keys.find(secret) is None
    assert keys.all()[0].state == "expired"


@pytest.mark.parametrize("secret", ["", "none", "cxk_", "cxs_", "cxk_\udc80", "' OR 1=1 --"])
def test_what_is_no_key_finds_none(keys: Keys, secret: str) -> None:
    keys.create("one", ("ask",))
    assert keys.find(secret) is None


def test_neither_key_nor_session_is_in_the_file(keys: Keys, tmp_path: Path) -> None:
    key, secret = keys.create("one", ("ask",))
    session = keys.begin_session(key)
    stored = b"".join(path.read_bytes() for path in tmp_path.glob(f"{KEYS_FILE}*"))
    assert b"one" in stored
    assert secret.encode() not in stored
    assert session.encode() not in stored


def test_session_ends_with_its_time_its_key_and_at_sign_out(keys: Keys, tmp_path: Path) -> None:
    key, _ = keys.create("one", ("ask",))
    left, ended, revoked = (keys.begin_session(key) for _ in range(3))
    assert keys.find(left)
    assert keys.find(ended)
    keys.end_session(ended)
    assert keys.find(ended) is None
    keys.revoke(key.id)
    assert keys.find(revoked) is None
    other, _ = keys.create("two", ("ask",))
    late = keys.begin_session(other)
    lapse(tmp_path, "sessions")
    assert keys.find(late) is None


def test_admin_may_all_and_the_others_only_what_they_say(keys: Keys) -> None:
    admin, _ = keys.create("admin", ("admin",))
    asker, _ = keys.create("asker", ("ask",))
    assert all(admin.may(scope) for scope in ("ask", "write", "admin"))
    assert [asker.may("ask"), asker.may("write"), asker.may("admin")] == [True, False, False]


# --- the command ---


def run(capsys: pytest.CaptureFixture[str], folder: Path, *arguments: str) -> tuple[int, str, str]:
    code = main([*arguments, "--data-dir", str(folder)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_command_makes_lists_and_revokes_a_key(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, secret, said = run(capsys, tmp_path, "create", "weekly report", "--scope", "ask", "--days", "30")
    assert code == 0
    assert re.fullmatch(r"cxk_[\w-]{43}\n", secret)
    assert "not shown again" in said
    (listed,) = json.loads(run(capsys, tmp_path, "list", "--json")[1])["keys"]
    assert (listed["name"], listed["scopes"], listed["state"]) == ("weekly report", ["ask"], "valid")
    assert listed["expires"] > listed["created"]
    assert secret.strip() not in json.dumps(listed)
    assert listed["id"] in run(capsys, tmp_path, "list")[1]
    assert run(capsys, tmp_path, "revoke", listed["id"])[0] == 0
    assert "revoked" in run(capsys, tmp_path, "list")[1]


def test_key_to_revoke_that_there_is_not_is_one_sentence_and_1(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, said = run(capsys, tmp_path, "revoke", "nope")
    assert (code, out) == (1, "")
    assert "'nope'" in said
    assert said.count("\n") == 1


def test_folder_that_is_not_there_is_not_made_by_looking(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, said = run(capsys, tmp_path / "typo", "list")
    assert code == 2
    assert "--data-dir" in said
    assert not (tmp_path / "typo").exists()


@pytest.mark.parametrize("wrong", [["create"], ["create", "a", "--scope", "all"], ["create", "a", "--days", "0"], []])
def test_wrong_use_of_the_command_is_2(capsys: pytest.CaptureFixture[str], wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(wrong)
    assert ended.value.code == 2
