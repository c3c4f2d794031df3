"""Brings source texts into the library: `python ingest.py [PATH_OR_URL ...]`, `corpus/` when none is named."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from advisor.config import load_settings
from advisor.errors import AdvisorError
from advisor.library.build import IngestReport, build
from advisor.library.build import Progress as Report

DEFAULT_CORPUS = Path(__file__).resolve().parent / "corpus"


def main(argv: Sequence[str] | None = None) -> int:
    """0 when all was ingested, 1 when some input was rejected (the rest is in), 2 on a usage or configuration
    error.
    """
    arguments = _parse(argv)
    console = Console(stderr=True)
    try:
        settings = load_settings(data_dir=arguments.data_dir)
        from advisor.models.embeddings import (
            load_embedder,
        )  # seconds to import; a wrong setting need not wait for it

        with _progress(console) as progress:
            progress("loading the model", 0, 1)
            embedder = load_embedder(settings.embedding_model, settings.embedding_query_prefix, settings.threads)
            progress("loading the model", 1, 1)
            report = build(
                arguments.paths or [DEFAULT_CORPUS], settings, embedder, progress, arguments.prune, arguments.keep_all
            )
    except AdvisorError as error:
        console.print(f"[bold red]Not ingested.[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        return 2
    except KeyboardInterrupt:
        console.print("Stopped. What was stored stays; run the same command to carry on.")
        return 130
    if arguments.json:
        sys.stdout.write(json.dumps(asdict(report), indent=2, ensure_ascii=False) + "\n")
    else:
        show(report, Console())
    return 1 if report.rejected else 0


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="ingest.py", description="Bring source texts into the library and its index.")
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH_OR_URL",
        help="documents, folders and archives of them, addresses or .urls files that list some (default: corpus/)",
    )
    parser.add_argument("--data-dir", type=Path, help="where the library and the index are kept (default: data)")
    parser.add_argument("--prune", action="store_true", help="remove documents whose file is not among the inputs")
    parser.add_argument("--keep-all", action="store_true", help="keep page furniture, such as navigation and promotion")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    arguments = parser.parse_args(argv)
    arguments.paths = [path if "://" in path else Path(path) for path in arguments.paths]
    return arguments


@contextmanager
def _progress(console: Console) -> Iterator[Report]:
    """A progress bar for each step, on the error output so that the report can be piped."""
    columns = (TextColumn("{task.description:>18}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        tasks = {}

        def report(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield report


def show(report: IngestReport, console: Console) -> None:
    """The report for a person: a line a document, what was left out of the index and why, what was
    rejected.
    """
    if report.documents:
        console.print(_documents_table(report))
    for document in report.documents:
        if document.left_out and document.status != "unchanged":
            _print_line(console, f"[bold]Left out of[/] {escape(document.title)}")
            for group in document.left_out:
                sample = f": [dim]{escape(group.samples[0])}[/]" if group.samples else ""
                _print_line(console, f"  {group.count:>3}  {group.reason}{sample}")
    for name in report.removed:
        console.print(f"Removed: {escape(name)}", highlight=False)
    for rejected in report.rejected:
        console.print(f"[bold red]Rejected:[/] {escape(rejected.message)}", highlight=False, soft_wrap=True)
    console.print(
        f"{report.embedded} passages embedded in {report.seconds:.1f} s. The library holds "
        f"{report.total_documents} documents, {report.total_passages} passages and "
        f"{report.total_practices} practices.",
        highlight=False,
    )


def _documents_table(report: IngestReport) -> Table:
    table = Table(box=SIMPLE, expand=True, pad_edge=False)
    table.add_column("Document", ratio=1, no_wrap=True, overflow="ellipsis")
    table.add_column("Status")
    for name in ("Characters", "Passages", "Embedded", "Left out"):
        table.add_column(name, justify="right")
    for document in report.documents:
        left_out = sum(group.count for group in document.left_out)
        counts = (document.characters, document.passages, document.embedded, left_out)
        table.add_row(escape(document.title), document.status, *(f"{count:,}" for count in counts))
    return table


def _print_line(console: Console, line: str) -> None:
    console.print(line, highlight=False, no_wrap=True, overflow="ellipsis")


if __name__ == "__main__":
    sys.exit(main())
