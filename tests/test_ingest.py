"""The command line of `ingest.py`: exit codes, the report, plain words for what went wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import ingest

TEXT = "Crews that speak early keep the trust of people on the quay.\n\nRead more\n"


@pytest.fixture(autouse=True)
def away_from_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` and no settings of the caller's."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("ADVISOR_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "ferry.txt").write_text(TEXT)
    return tmp_path / "texts"


def run(*arguments: object) -> int:
    return ingest.main([str(argument) for argument in (*arguments, "--data-dir", "data")])


def test_all_in_is_0_and_the_table_says_what_was_left_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder) == 0
    shown = capsys.readouterr().out
    assert "added" in shown
    assert "link caption: Read more" in shown
    assert "1 documents" in shown or "1 document" in shown


def test_json_report_is_all_that_is_on_the_output(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["documents"][0]["status"] == "added"
    assert report["embedded"] == report["total_passages"] == 1
    assert report["documents"][0]["left_out"][0]["samples"] == ["Read more"]


def test_rejected_input_is_1_and_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "empty.md").write_text("")
    assert run(folder, "nowhere") == 1
    shown = capsys.readouterr().out
    assert "empty.md is empty" in " ".join(shown.split())
    assert "nowhere does not exist" in " ".join(shown.split())


def test_markup_in_a_title_is_shown_as_it_is(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "sources.yaml").write_text("- file: ferry.txt\n  title: '[red]Quays[/red] [/]'\n")
    assert run(folder) == 0
    assert "[red]Quays[/red] [/]" in capsys.readouterr().out


def test_address_of_this_machine_is_rejected_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("http://127.0.0.1:9/page") == 1
    assert "not on the public internet" in " ".join(capsys.readouterr().out.split())


def test_bad_setting_is_2_and_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ADVISOR_PASSAGE_TOKENS", "3")
    assert run(folder) == 2
    assert "ADVISOR_PASSAGE_TOKENS" in capsys.readouterr().err


def test_data_folder_that_cannot_be_made_is_2(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data").write_text("a file stands where the folder would go")
    assert run(folder) == 2
    assert "data" in capsys.readouterr().err


def test_interrupt_ends_without_a_trace(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ingest, "build", interrupted)
    assert run(folder) == 130
    assert "Stopped" in capsys.readouterr().err


def test_two_runs_at_once_one_waits_for_nobody(folder: Path) -> None:
    for number in range(40):
        (folder / f"bench-{number}.txt").write_text(f"Benches of kind {number} make the wait shorter. " * 20)
    command = [sys.executable, str(Path(ingest.__file__)), str(folder), "--data-dir", "data", "--json"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    ended = [(process.communicate(), process.returncode) for process in both]
    codes = sorted(code for _, code in ended)
    assert codes in ([0, 2], [0, 0])  # [0, 0] where the first was done before the second began
    assert all("Traceback" not in err for (_, err), _ in ended)
    if codes == [0, 2]:
        assert any("Another ingest" in " ".join(err.split()) for (_, err), _ in ended)
