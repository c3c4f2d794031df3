"""Documents are read in another process, which ends with its limits and starts again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from advisor.library.loaders import worker
from advisor.library.loaders.content import CannotReadError, Limits
from advisor.library.loaders.isolated import Parser
from tests.library import made

PAGE = b"<html><body><p>Somebody answers.</p></body></html>"
SLOW = b"<html><body>" + b"<p>Somebody answers.</p>" * 400_000


def test_what_takes_too_long_is_ended_and_the_next_is_read() -> None:
    with Parser(Limits(seconds=1)) as parser:
        with pytest.raises(CannotReadError, match="ADVISOR_PARSE_SECONDS"):
            parser.read("page", SLOW)
        assert parser.read("page", PAGE).text == "Somebody answers.\n"


def test_what_needs_too_much_memory_is_refused_and_the_next_is_read() -> None:
    with Parser(Limits(memory_mb=300)) as parser:
        with pytest.raises(CannotReadError, match="ADVISOR_PARSE_MEMORY_MB"):
            parser.read("page", SLOW * 2)
        assert parser.read("page", PAGE).text == "Somebody answers.\n"


def test_the_process_knows_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    with Parser(Limits()) as parser:
        parser.read("page", PAGE)
        assert parser._process is not None
        environment = Path(f"/proc/{parser._process.pid}/environ")
        if environment.exists():
            assert b"secret" not in environment.read_bytes()


def test_the_process_can_write_no_file(tmp_path: Path) -> None:
    program = "import sys, pathlib; from advisor.library.loaders import worker; worker._limit(4000); "
    program += "pathlib.Path(sys.argv[1]).write_text('x')"
    ended = subprocess.run([sys.executable, "-c", program, tmp_path / "a"], capture_output=True, check=False)
    assert ended.returncode != 0
    assert (tmp_path / "a").read_bytes() == b""


def test_an_answer_in_another_process_is_that_of_the_loader() -> None:
    data = made.pdf_pages(["Alpha.", "Beta."])
    with Parser(Limits()) as parser:
        assert parser.read("pdf", data) == worker.read("pdf", data, Limits(), keep_all=False)
