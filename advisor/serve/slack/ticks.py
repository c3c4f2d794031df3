"""Ticks in Slack change the checklist that the web shows, and the message shows what became of it."""

from __future__ import annotations

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from advisor.errors import AdvisorError
from advisor.serve.slack.blocks import Web, escape, in_short
from advisor.serve.slack.checklist_blocks import Shown, checklist_blocks
from advisor.types import ChecklistChange, ItemChange

if TYPE_CHECKING:  # importing it takes seconds, in which the server already shows that it is starting
    from advisor.advisor import Advisor

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Place:
    """The message that a box or button stands in, and who has used it."""

    channel: str
    ts: str
    user: str


class Ticks:
    """Saves a tick before it is acknowledged. One thread shows them, in order, so that the newest state stands last."""

    def __init__(self, advisor: Advisor, client: WebClient, web: Web) -> None:
        self._advisor, self._client, self._web = advisor, client, web
        self._showing = ThreadPoolExecutor(1, "slack-ticks")

    def add_to(self, app: App) -> None:
        """Registers the boxes and the buttons between pages."""

        @app.action("tick")
        def ticked(ack: Ack, action: dict[str, Any], body: dict[str, Any]) -> None:
            shown = Shown.read(action["block_id"])
            told = self._save(shown, bool(action["selected_options"]))
            ack()
            self._showing.submit(self._show, _place(body), shown.checklist_id, shown.page, told)

        @app.action(re.compile(r"page_\d"))
        def turned(ack: Ack, action: dict[str, Any], body: dict[str, Any]) -> None:
            ack()
            checklist_id, page = action["value"].split(" ")
            self._showing.submit(self._show, _place(body), checklist_id, int(page))

    def close(self) -> None:
        """Shows no more; what was ticked is saved."""
        self._showing.shutdown(wait=False, cancel_futures=True)

    def _save(self, shown: Shown, done: bool) -> str | None:
        """What the person who ticked must know, if anything."""
        try:
            item = shown.find(self._advisor.advice.checklist(shown.checklist_id))
            if item is None:
                return "That item is not in the checklist any more."
            if (item.status == "done") == done:  # somebody else was quicker
                return None
            change = ItemChange(id=item.id, status="done" if done else "open")
            self._advisor.advice.change_checklist(
                shown.checklist_id, ChecklistChange(updated=shown.updated, items=(change,))
            )
        except AdvisorError as error:
            return str(error)
        return None

    def _show(self, place: _Place, checklist_id: str, page: int, told: str | None = None) -> None:
        try:
            checklist = self._advisor.advice.checklist(checklist_id)
            blocks = checklist_blocks(checklist, self._web, page)
            self._client.chat_update(channel=place.channel, ts=place.ts, text=in_short(checklist.title), blocks=blocks)
        except AdvisorError as error:
            told = str(error)
        except (SlackApiError, OSError):
            log.exception("a checklist in channel %s could not be shown anew", place.channel)
        if told:
            self._tell(place, told)

    def _tell(self, place: _Place, told: str) -> None:
        try:
            self._client.chat_postEphemeral(channel=place.channel, user=place.user, text=escape(told))
        except (SlackApiError, OSError):
            log.exception("somebody in channel %s could not be told about a checklist", place.channel)


def _place(body: dict[str, Any]) -> _Place:
    return _Place(body["channel"]["id"], body["message"]["ts"], body["user"]["id"])
