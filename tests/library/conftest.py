"""Miniature texts of the shapes that real sources have, and short ways to take one through the steps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from advisor.library.blocks import parse_blocks
from advisor.library.chunk import Sizes, make_passages
from advisor.library.clean import Cleaned, clean
from advisor.models.embeddings import Embedder
from advisor.types import Bibliography, Document, Passage

PAGE = """Pharos Insights

How ferries keep their passengers informed

Written by Ada Quill | Mar 03, 2024

Passengers forgive a late ferry sooner than a silent one. Crews that announce delays keep trust.


What does Boarding mean?
What does Turnaround mean?
What does Manifest mean?


Boarding

Boarding sets the tone for the crossing. Staff who greet people hear of problems sooner.

Pharos provides toolkits and templates for every quay. We can help you plan the next season.

Trusted by 4,000 harbor teams

Acme Borealis Cobalt Dorado Everglade Fjordland Gannet Halcyon Isobar Juniper Kestrel Lumen

>> The tide tables of tomorrow <<

Turnaround

A quick turnaround needs one person who decides. Three ports cut their turnaround by 12% in 2023.

Turnaround Case Studies

For a deeper look, take a look at these case studies.

A Northern Port Rebuilds Its Quay

Scenario: A northern port struggles with storms and crowded quays.

Read Full Case Study

A Lake Operator Moves Online

Scenario: A lake operator loses bookings to buses and trains.

Read Full Case Study

Related Questions

Here are our additional questions you may be interested in.

How do ferries plan their crews?
Crews are planned by season, licence and vessel, with a reserve for storms. [Read full answer]
How do ports measure silence?
Ports count the minutes between a delay and its first announcement. [Read full answer]

Download our FREE Quay Templates

References:

  1. Quill, A. (2019). Silence on the Water. Tidal Press.
  2. Moor, B. (2021). Queues and Quays. Tidal Press.
"""


@pytest.fixture
def page() -> str:
    return PAGE


def document_of(text: str, title: str = "A title of its own", publisher: str | None = None) -> Document:
    known = Bibliography(title, publisher=publisher)
    return Document("doc", "/doc.txt", known, text, "0" * 64)


def cleaned_of(text: str, **bibliography: str) -> Cleaned:
    document = document_of(text, **bibliography)
    return clean(text, parse_blocks(text), document.bibliography)


@pytest.fixture
def passages_of(embedder: Embedder) -> Callable[..., tuple[Passage, ...]]:
    def make(text: str, passage: int = 200, overlap: int = 50, **bibliography: str) -> tuple[Passage, ...]:
        sizes = Sizes(passage, overlap, embedder.max_tokens)
        return make_passages(
            document_of(text, **bibliography), cleaned_of(text, **bibliography), sizes, embedder.count_tokens
        )

    return make


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three small sources and their bibliography."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "ferry.txt").write_text(PAGE, encoding="utf-8")
    (folder / "desk.md").write_text(
        "# The front desk\n\n## Greeting\n\nA greeting costs nothing and is remembered for years.\n\n"
        "## Waiting\n\nWaiting feels shorter when its end is known. Tell people how long it takes.\n",
        encoding="utf-8",
    )
    (folder / "lift.html").write_text(
        "<html lang=en><head><title>Lifts</title></head><body><nav>Home</nav><h1>Lifts</h1>"
        "<p>Mirrors beside a lift make the wait feel shorter than it is.</p></body></html>",
        encoding="utf-8",
    )
    (folder / "sources.yaml").write_text(
        "- file: ferry.txt\n  title: How ferries keep their passengers informed\n"
        "  publisher: Pharos Insights\n  published: 2024\n",
        encoding="utf-8",
    )
    return folder
