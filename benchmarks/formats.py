"""What is read of each format: `python -m benchmarks.formats [--pages DIR] [--files DIR]`.

Without arguments: the shipped briefs set in every format, of which all is known (`made`). PAGES is the folder of
article-extraction-benchmark (github.com/scrapinghub/article-extraction-benchmark, MIT): 181 web pages with the text of
their article in `ground-truth.json`. FILES is any folder of real files: what was read of each kind, and how fast.
Neither is part of the project. Other parsers are measured beside ours where they are installed.

Text is compared by its runs of four words: recovered is the share of what should be there that is, precision the share
of what is there that should be. A heading or list item is kept when a block of that kind has its words.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import fmean, median

from rich.console import Console
from rich.table import Table

from advisor.library.bibliography import make_bibliography
from advisor.library.blocks import parse_blocks
from advisor.library.clean import clean
from advisor.library.files import Rejected, read_bytes
from advisor.library.load import Loaded, Loader
from advisor.library.loaders.content import PAGE_BREAK, Content, Limits
from advisor.library.loaders.html import read_html
from advisor.library.loaders.isolated import Parser
from advisor.library.loaders.kinds import kind_of
from advisor.library.loaders.tables import read_table
from advisor.library.loaders.text import decode, read_markdown, read_plain
from benchmarks.made import Made, files_below, make_files
from benchmarks.parsers import others

LIMITS = Limits()
_IN_PROCESS = {"text": read_plain, "markdown": read_markdown, "table": read_table}
RUN = 4  # words


def main(argv: Sequence[str] | None = None) -> int:
    """Prints a table for the made files, one for the labelled pages and one for the real files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--briefs", type=int, default=8, help="how many briefs are set in each format")
    parser.add_argument("--pages", type=Path, help="folder of article-extraction-benchmark")
    parser.add_argument("--files", type=Path, help="folder of real files")
    arguments = parser.parse_args(argv)
    warnings.simplefilter("ignore")
    console = Console(width=140)
    console.print(made_table(make_files(arguments.briefs)))
    if arguments.pages:
        console.print(pages_table(arguments.pages))
    if arguments.files:
        console.print(files_table(files_below(arguments.files)))
    return 0


# --- scores ---


def runs(text: str) -> Counter[tuple[str, ...]]:
    """How often each run of four words stands in a text."""
    words = re.findall(r"\w+", text.casefold())
    return Counter(tuple(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1)))


def overlap(truth: str, found: str) -> tuple[float, float]:
    """The share of the truth's runs that are found, and of those found that are true."""
    wanted, there = runs(truth), runs(found)
    both = sum((wanted & there).values())
    return both / max(1, sum(wanted.values())), both / max(1, sum(there.values()))


def kept(kind: str, made: Made, text: str) -> float | None:
    """The share of a file's headings, or list items, that are blocks of that kind; None where it has none."""
    wanted = [_words(words) for known, words in made.truth if known == kind]
    there = {_words(text[block.words : block.end]) for block in parse_blocks(text) if block.kind == kind}
    return sum(words in there for words in wanted) / len(wanted) if wanted else None


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


# --- files of which all is known ---


def read_ours(name: str, data: bytes, parser: Parser) -> Content:
    kind = kind_of(data, name, LIMITS)
    in_process = _IN_PROCESS.get(kind)
    return in_process(decode(data)) if in_process else parser.read(kind, data)


def made_table(files: Sequence[Made]) -> Table:
    """A row for each format and parser."""
    title = f"{len(files)} files made of the briefs, {sum(made.pages for made in files)} pages"
    columns = "text recovered", "headings", "items", "furniture gone", "wrongly gone", "ms a page"
    table = _table(title, "files", "parser", *columns)
    formats: dict[str, list[Made]] = {}
    for made in files:
        formats.setdefault(made.name.partition(".")[2], []).append(made)
    with Parser(LIMITS) as parser:
        parser.read("page", b"<p>warm</p>")
        for name, group in formats.items():
            _add(table, name, "ours", group, lambda made: read_ours(made.name, made.data, parser))
            for other, read in others(name.rpartition(".")[2] or name).items():
                _add(table, name, other, group, partial(_by_another, read))
    return table


def _add(table: Table, name: str, parser: str, group: Sequence[Made], read: Callable[[Made], Content]) -> None:
    recovered, headings, items, gone, wrong, seconds = [], [], [], 0, 0, 0.0
    for made in group:
        began = time.perf_counter()
        content = read(made)
        seconds += time.perf_counter() - began
        recovered.append(overlap(" ".join(words for _, words in made.truth), content.text)[0])
        headings.append(kept("heading", made, content.text))
        items.append(kept("item", made, content.text))
        text, truth = _words(content.text), _words(" ".join(words for _, words in made.truth))
        gone += len(made.furniture) - sum(
            min(made.furniture.count(f), text.count(_words(f))) for f in set(made.furniture)
        )
        wrong += sum(_words(part.sample) in truth and len(part.sample) > 9 for part in content.left_out)
    furniture = sum(len(made.furniture) for made in group)
    table.add_row(
        f"{len(group)} {name}", parser, f"{fmean(recovered):.3f}", _mean(headings), _mean(items),
        f"{gone} of {furniture}" if furniture else "–", str(wrong) if parser == "ours" else "–",
        f"{1000 * seconds / sum(made.pages for made in group):.1f}",
    )  # fmt: skip


def _by_another(read: Callable[[bytes], str], made: Made) -> Content:
    return Content(read(made.data), {})


def _mean(shares: Sequence[float | None]) -> str:
    known = [share for share in shares if share is not None]
    return f"{fmean(known):.3f}" if known else "–"


# --- labelled web pages ---


def pages_table(folder: Path) -> Table:
    """How much of each page's article is read, and of what is read that is article."""
    truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    sources = {name: decode(gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())) for name in truth}
    table = _table(f"{len(truth)} labelled web pages", "parser", "content kept", "precision", "F1", "ms a page")
    readers: dict[str, Callable[[str], str]] = {
        "all that a browser shows": lambda source: read_html(source, keep_all=True).text,
        "ours, before cleaning": lambda source: read_html(source).text,
        "ours": _cleaned,
    }
    readers |= {name: partial(_encoded, read) for name, read in others("html").items()}
    for name, read in readers.items():
        began = time.perf_counter()
        scores = [overlap(truth[page]["articleBody"], read(source)) for page, source in sources.items()]
        seconds = time.perf_counter() - began
        recall, precision = fmean(score[0] for score in scores), fmean(score[1] for score in scores)
        both = 2 * recall * precision / (recall + precision)
        table.add_row(name, f"{recall:.3f}", f"{precision:.3f}", f"{both:.3f}", f"{1000 * seconds / len(scores):.0f}")
    return table


def _encoded(read: Callable[[bytes], str], source: str) -> str:
    return read(source.encode())


def _cleaned(source: str) -> str:
    content = read_html(source)
    bibliography = make_bibliography(content.metadata, content.text, "page")
    blocks = clean(content.text, parse_blocks(content.text), bibliography).kept
    return "\n".join(content.text[block.words : block.end] for block in blocks)


# --- real files ---


def files_table(paths: Sequence[Path]) -> Table:
    """What was read of real files by their kind; of PDFs also how much of what another parser finds."""
    table = _table(
        f"{len(paths)} real files", "kind", "read", "rejected", "pages", "characters", "ms a page", "agrees with"
    )
    kinds: dict[str, list[tuple[int, int, float, float | None]]] = {}
    rejected: Counter[str] = Counter()
    with Loader(LIMITS) as loader:
        for path in paths:
            began = time.perf_counter()
            results = list(loader.load(path))
            seconds = time.perf_counter() - began
            ending = path.suffix.lower()
            for result in results:
                if isinstance(result, Rejected):
                    rejected[ending] += 1
                    print(result.message, file=sys.stderr)
                elif isinstance(result, Loaded):
                    text = result.document.text
                    row = (text.count(PAGE_BREAK) + 1, len(text), seconds, _agreement(path, text))
                    kinds.setdefault(ending, []).append(row)
    for ending in sorted({*kinds, *rejected}):
        rows = kinds.get(ending, [])
        pages, seconds = sum(row[0] for row in rows), sum(row[2] for row in rows)
        shares = [row[3] for row in rows if row[3] is not None]
        agreed = f"{fmean(shares):.3f}, median {median(shares):.3f}" if shares else "–"
        table.add_row(
            ending, str(len(rows)), str(rejected[ending]), str(pages), f"{sum(row[1] for row in rows):,}",
            f"{1000 * seconds / max(1, pages):.0f}", agreed,
        )  # fmt: skip
    return table


def _agreement(path: Path, text: str) -> float | None:
    """The share of what another parser reads of a file that ours reads, too, whatever the order of lines."""
    other = next(iter(others(path.suffix.lower().lstrip(".")).values()), None)
    if other is None:
        return None
    try:
        words = Counter(_words(other(read_bytes(path, LIMITS.file_mb))).split())
    except Exception:  # others raise whatever they like
        return None
    there = Counter(_words(text).split())
    return sum((words & there).values()) / sum(words.values()) if words else None


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number < 2 else "right")
    return table


if __name__ == "__main__":
    raise SystemExit(main())
