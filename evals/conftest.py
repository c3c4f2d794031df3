"""Runs each suite once for all its tests, then prints every figure and, with --report, writes the report."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from advisor.answer.graph import Steps
from advisor.config import load_settings
from evals import record, report
from evals.gate import read_thresholds
from evals.session import Session

_SESSION = pytest.StashKey[Session]()


@pytest.fixture(scope="session")
def session(pytestconfig: pytest.Config) -> Iterator[Session]:
    """The run that every test of the gate reads its figures from."""
    with Session(load_settings(), Steps()) as session:
        pytestconfig.stash[_SESSION] = session
        yield session


@pytest.fixture
def run_suite(session: Session, pytestconfig: pytest.Config) -> object:
    """Runs a suite once, showing how far it is; pytest's capture stands aside meanwhile."""
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")

    def run(name: str) -> object:
        columns = (TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
        with capture.global_and_fixture_disabled(), Progress(*columns, console=Console(stderr=True)) as progress:
            task = progress.add_task(f"\n{name}", total=None, start=True)
            return session.suite(name, lambda: progress.advance(task))

    return run


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--report`, which `make evals` gives: tests alone leave the tree as it is."""
    parser.addoption("--report", action="store_true", help="keep a record of the run and write evals/report.html")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Every figure of the run; the record and the report when no suite was left out."""
    session = config.stash.get(_SESSION, None)
    if session is None or not session.results:
        return
    earlier = record.history(record.mode_of(session.settings))
    shown = report.sections(session.results, read_thresholds(), earlier)
    Console(file=terminalreporter._tw._file, width=140).print(report.table(shown))
    if session.complete and config.getoption("--report"):
        made = record.make_record(session.results, session.settings)
        path = record.keep(made)
        written = report.write(shown, report.worst(session.results), made)
        terminalreporter.write_line(f"Record: {path}. Report: {written}, and the same as text beside it.")
