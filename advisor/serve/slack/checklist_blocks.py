"""A checklist as Slack's blocks: a page of its items with a box to tick each, and the way to the other pages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from advisor.advice.checklist import by_horizon
from advisor.advice.profile import describe
from advisor.advice.report import STATUSES
from advisor.serve.slack.blocks import WHOLE, Block, Web, button, inert, section
from advisor.types import Checklist, ChecklistItem

ON_A_PAGE = 20  # items; Slack takes 50 blocks a message, and each group of them has a heading
_HEAD = 2300  # characters that the page's head may need of the whole
_ITEM = (WHOLE - _HEAD) // ON_A_PAGE
_FILES = {"xlsx": "Excel", "docx": "Word"}


@dataclass(frozen=True, slots=True)
class Shown:
    """An item as it stands in a message: of which checklist, on which page, in which version."""

    checklist_id: str
    page: int
    updated: str
    item: str  # a digest of the item's id, which may be long

    @classmethod
    def of(cls, checklist: Checklist, page: int, item: ChecklistItem) -> Self:
        return cls(checklist.id, page, checklist.updated, _digest(item))

    @classmethod
    def read(cls, block_id: str) -> Self:
        checklist_id, page, updated, item = block_id.split(" ")
        return cls(checklist_id, int(page), updated, item)

    @property
    def block_id(self) -> str:
        """Another one for each version: under the same, Slack would keep a tick that has been taken back elsewhere."""
        return f"{self.checklist_id} {self.page} {self.updated} {self.item}"

    def find(self, checklist: Checklist) -> ChecklistItem | None:
        """The item, unless it has gone."""
        return next((item for item in checklist.items if _digest(item) == self.item), None)


def checklist_blocks(checklist: Checklist, web: Web, page: int = 1) -> list[Block]:
    """Page `page` of a checklist, or the nearest there is; at most 50 blocks."""
    items = [(horizon, item) for horizon, group in by_horizon(checklist) for item in group]
    pages = max(1, -(-len(items) // ON_A_PAGE))
    page = min(max(1, page), pages)
    shown = items[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    rows = _rows(checklist, shown, web, page)
    return [section(_head(checklist, web)), *rows, _ways(checklist, page, pages)]


def _head(checklist: Checklist, web: Web) -> str:
    done = sum(item.status == "done" for item in checklist.items)
    whom = describe(checklist.profile)
    lines = [
        f"*{inert(checklist.title, 200)}*",
        f"{done} of {len(checklist.items)} done" if checklist.items else "",
        f"For you because {inert(whom, 300)}." if whom else "",
        *(inert(note, 300) for note in checklist.notes[:3]),
        _links(checklist, web) if web.url and checklist.items else "",
    ]
    return "\n".join(line for line in lines if line)


def _links(checklist: Checklist, web: Web) -> str:
    at = f"v1/checklists/{checklist.id}/export?format="
    files = [web.link(at + format, name) for format, name in _FILES.items()]
    return " · ".join([web.link(f"checklists/{checklist.id}", "Work with it in the browser"), *files])


def _rows(checklist: Checklist, items: Sequence[tuple[str, ChecklistItem]], web: Web, page: int) -> Iterator[Block]:
    group = ""
    for horizon, item in items:
        if horizon != group:
            yield {"type": "header", "text": {"type": "plain_text", "text": horizon}}
            group = horizon
        yield _row(item, Shown.of(checklist, page, item), web)


def _row(item: ChecklistItem, shown: Shown, web: Web) -> Block:
    """The item with its box. What there is no room for is left out, the least needed first."""
    facts = (item.owner, item.effort and f"effort {item.effort}", item.status != "open" and STATUSES[item.status])
    cited = [web.cite(citation, inert(citation.title, 60)) for citation in item.citations[:1]]
    parts = [
        f"*{inert(item.action, _ITEM - 2)}*",
        " · ".join(inert(fact, 80) for fact in facts if fact),
        *cited,
        inert(item.why, 160),
    ]
    text = parts[0]
    for part in parts[1:]:
        if part and len(text) + len(part) + 1 <= _ITEM:
            text += f"\n{part}"
    return {**section(text), "block_id": shown.block_id, "accessory": _box(item)}


def _box(item: ChecklistItem) -> Block:
    option = {"text": {"type": "plain_text", "text": "Done"}, "value": "done"}
    box: Block = {"type": "checkboxes", "action_id": "tick", "options": [option]}
    return {**box, "initial_options": [option]} if item.status == "done" else box


def _ways(checklist: Checklist, page: int, pages: int) -> Block:
    """Buttons to the pages beside this one, and one that shows what others have ticked meanwhile."""
    ways = [(page - 1, "Previous"), (page, f"Refresh page {page} of {pages}"), (page + 1, "Next")]
    elements = [
        button(words, f"page_{at - page + 1}", f"{checklist.id} {at}") for at, words in ways if 1 <= at <= pages
    ]
    return {"type": "actions", "elements": elements}


def _digest(item: ChecklistItem) -> str:
    return hashlib.sha256(item.id.encode()).hexdigest()[:16]
