"""What answers were made from, and what of all that is saved no longer stands: `python -m advisor.receipts`.

Compares the evidence of every saved answer, checklist, assessment, comparison and brief with the library as it is now.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Literal, TypeAlias

from advisor.config import load_settings
from advisor.conversations import CONVERSATIONS_FILE, Conversations
from advisor.deliverables import Deliverables
from advisor.errors import AdvisorError, ConfigurationError
from advisor.library.library import Library
from advisor.types import (
    Answer,
    Assessment,
    Brief,
    Checklist,
    Citation,
    Comparison,
    Deliverable,
    RetrievedPassage,
)

Change: TypeAlias = Literal["gone", "changed", "moved"]
TextOf: TypeAlias = Callable[[str], str | None]  # a document's stored text by id; None when it is gone
Saved: TypeAlias = Answer | Deliverable

DELIVERABLES: tuple[type[Deliverable], ...] = (Checklist, Assessment, Comparison, Brief)

_SAID = {
    "gone": "its document is not in the library any more",
    "changed": "its words are not in the document any more",
    "moved": "its words stand at another place in the document",
}
_SHOWN = 100  # characters of a quote


@dataclass(frozen=True, slots=True)
class Finding:
    """A piece of evidence that is not as it was. `used_in` says for what: "citation [2]"."""

    used_in: str
    change: Change
    document_id: str
    quote: str


@dataclass(frozen=True, slots=True)
class Stale:
    """Something saved whose evidence changed or vanished: its kind ("answer", "checklist", ...), when it was made
    (ISO 8601, UTC), and the question it answers or the title it bears.
    """

    kind: str
    id: str
    created: str
    about: str
    findings: tuple[Finding, ...]


def hash_text(text: str) -> str:
    """The SHA-256 of a text, as receipts carry it for each passage."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def find_stale(saved: Iterable[tuple[str, Saved]], text_of: TextOf) -> list[Stale]:
    """What is saved, given with when it was made, of which some evidence is not as it was."""
    found = ((created, one, tuple(_findings(one, text_of))) for created, one in saved)
    return [
        Stale(type(one).__name__.lower(), one.id, created, _about(one), findings)
        for created, one, findings in found
        if findings
    ]


def _about(saved: Saved) -> str:
    return saved.question if isinstance(saved, Answer) else saved.title


def _findings(saved: Saved, text_of: TextOf) -> Iterator[Finding]:
    for used_in, citation in _used(saved):
        yield from _compare(used_in, citation, text_of)
    for passage in saved.passages if isinstance(saved, Answer) else ():
        yield from _compare_passage(passage, text_of)


def _used(saved: Saved) -> Iterator[tuple[str, Citation]]:
    """Every citation with what it is used in. The checklist in an answer or an assessment is saved by itself."""
    if isinstance(saved, Answer | Comparison | Brief):
        yield from ((f"citation [{citation.number}]", citation) for citation in saved.citations)
    elif isinstance(saved, Checklist):
        yield from ((f"item “{item.action}”", citation) for item in saved.items for citation in item.citations)
    elif isinstance(saved, Assessment):
        yield from ((f"gap “{gap.name}”", citation) for gap in saved.gaps for citation in gap.citations)


def _compare(used_in: str, citation: Citation, text_of: TextOf) -> Iterator[Finding]:
    text, quote = text_of(citation.document_id), citation.quote
    if text is None or text[citation.start : citation.end] != quote:
        yield Finding(used_in, _change(text, quote), citation.document_id, quote)


def _compare_passage(passage: RetrievedPassage, text_of: TextOf) -> Iterator[Finding]:
    """A passage that stands elsewhere is the same evidence: only what is cited needs its place."""
    change = _change(text_of(passage.document_id), passage.text)
    if change != "moved":
        yield Finding(f"passage {passage.rank} of those it was made from", change, passage.document_id, passage.text)


def _change(text: str | None, quote: str) -> Change:
    if text is None:
        return "gone"
    return "moved" if quote in text else "changed"


# --- the command ---


def main(argv: Sequence[str] | None = None) -> int:
    """0 when the evidence of all that is saved stands, 1 when some does not, 2 on a usage or configuration error."""
    arguments = _parse(argv)
    try:
        data_dir = load_settings(data_dir=arguments.data_dir).data_dir
        if not data_dir.is_dir():
            raise ConfigurationError(f"There is no folder {data_dir}. Name the one the server uses with --data-dir.")
        count, stale = _look_through(data_dir)
    except AdvisorError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    found = {"saved": count, "stale": [asdict(one) for one in stale]}
    sys.stdout.write(json.dumps(found, indent=2, ensure_ascii=False) + "\n" if arguments.json else _told(count, stale))
    return 1 if stale else 0


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m advisor.receipts",
        description="List saved answers, checklists, assessments, comparisons and briefs whose evidence changed or "
        "vanished since.",
    )
    parser.add_argument("--data-dir", type=Path, help="where library and conversations are kept (default: data)")
    parser.add_argument("--json", action="store_true", help="print what was found as JSON")
    return parser.parse_args(argv)


def _look_through(data_dir: Path) -> tuple[int, list[Stale]]:
    """How much is saved, and what of it does not stand."""
    path = data_dir / CONVERSATIONS_FILE
    if not path.exists():
        return 0, []
    with (
        closing(Conversations(path)) as conversations,
        closing(Deliverables(path)) as deliverables,
        Library(data_dir) as library,
    ):

        def text_of(document_id: str) -> str | None:
            document = library.document(document_id)
            return document.text if document else None

        made = ((one.created, one) for kind in DELIVERABLES for one in deliverables.saved(kind))
        count = conversations.count() + deliverables.count()
        return count, find_stale(chain(conversations.saved(), made), cache(text_of))


def _told(count: int, stale: Sequence[Stale]) -> str:
    if not stale:
        return (
            f"The evidence of all that is saved stands: {count} in all.\n" if count else "Nothing has been saved yet.\n"
        )
    lines = [f"{len(stale)} of {count} saved answers and other results rest on evidence that is not as it was:"]
    for one in stale:
        lines.append(f"\n“{one.about}” ({one.kind} of {one.created[:10]}, {one.id})")
        lines += [f"- {_line(finding)}" for finding in one.findings]
    lines.append("\nAsk or make these again: they will rest on the library as it is now.")
    return "\n".join(lines) + "\n"


def _line(finding: Finding) -> str:
    quote = " ".join(finding.quote.split())
    shown = quote if len(quote) <= _SHOWN else quote[:_SHOWN].rpartition(" ")[0] + " …"
    return f"{finding.used_in}, from {finding.document_id}: {_SAID[finding.change]}: “{shown}”"


if __name__ == "__main__":
    sys.exit(main())
