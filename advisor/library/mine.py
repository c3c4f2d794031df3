"""Documents that nobody curated practices from → practices mined from their sentences that advise.

They are practices like the others, marked as mined: what a sentence does not tell (who, when, how one sees that it
worked) is left open. A document that curated practices quote, or that lies in a folder with curated practices, is not
mined: its reader has chosen already.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from advisor.library.addressed import addresses_a_machine
from advisor.library.library import Library, Stored
from advisor.types import Passage, Sentence

MINED = "mined from "  # before a document's source, the source of the practices mined from it
MOST = 12  # practices of one document, in its order
SHORTEST, LONGEST = 30, 300  # characters of a sentence that is a piece of advice

# "Organizations should invest in ..." → "Invest in ..."; passives ("must be optimized") give no instruction.
_ADVICE = re.compile(
    r"\b(?:should|must|needs? to|ought to|has to|have to) (?!be\b|not\b|also be\b)(?:also )?([a-z][^.;:—]+)"
)
_CREDIT = re.compile(
    r",? (?:according to|(?:says?|argues?|advises|recommends|writes|claims|finds) (?=[A-Z])|in [A-Z]\w+[’']s? view).*$"
)
_IMPERATIVE = re.compile(
    r"^(?:create|develop|understand|find|let go|invest|start|build|put|align|map|measure|design|review)\b", re.I
)


def find_action(text: str) -> str | None:
    """The instruction in a statement that advises something, or None."""
    if _IMPERATIVE.match(text):
        return text.split(". ")[0].rstrip(".") + "."
    if match := _ADVICE.search(text):
        action = _CREDIT.sub("", match.group(1)).strip()
        return action[0].upper() + action[1:].rstrip(",") + "."
    return None


def mine_practices(library: Library) -> None:
    """Stores what each document advises, in place of what was mined before."""
    forget_mined(library, {})
    curated = [(source, entry) for _, source, entry in library.practice_entries()]
    folders = {Path(source).parent for source, _ in curated}
    quoted = {quote["document"] for _, entry in curated if isinstance(entry, dict) for quote in entry["evidence"]}
    for source, stored in library.stored().items():
        if Path(source).parent not in folders and Path(source).name not in quoted:
            library.put_practices(f"{MINED}{source}", list(_mined(library, stored).items())[:MOST])


def forget_mined(library: Library, kept: dict[str, Stored]) -> None:
    """Removes what was mined from documents other than those kept, by source."""
    mined = {source for _, source, _ in library.practice_entries() if source.startswith(MINED)}
    for source in mined - {f"{MINED}{name}" for name in kept}:
        library.put_practices(source, ())


def _mined(library: Library, stored: Stored) -> dict[str, object]:
    """The entries of a document by id, as they would be written in a file of practices."""
    entries: dict[str, object] = {}
    for passage, sentence in _sentences(library, stored.id):
        words = passage.slice(sentence)
        plain = " ".join(words.split())
        action = find_action(plain) if _may_advise(plain) else None
        if action:
            name = f"mined-{hashlib.sha256(f'{stored.id}:{words}'.encode()).hexdigest()[:16]}"
            entries[name] = {
                "id": name,
                "action": action,
                "why": plain,
                "theme": (sentence.heading or ("general",))[-1],
                "sectors": ["any"],
                "horizon_days": 90,  # this and what follows is for the order alone, and not shown
                "effort": "medium",
                "measure": "Not told",
                "evidence": [{"document": stored.source, "quote": words}],
            }
    return entries


def _sentences(library: Library, document_id: str) -> Iterator[tuple[Passage, Sentence]]:
    for passage in library.passages_of(document_id):
        for sentence in passage.sentences:
            if sentence.kind != "heading":
                yield passage, sentence


def _may_advise(words: str) -> bool:
    fits = SHORTEST <= len(words) <= LONGEST
    return fits and not words.endswith("?") and not addresses_a_machine(words)
