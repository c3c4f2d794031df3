"""Votes on answers in Slack, and the reason for one against."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from advisor.errors import AdvisorError
from advisor.serve.slack.blocks import Block

if TYPE_CHECKING:  # importing it takes seconds, in which the server already shows that it is starting
    from advisor.advisor import Advisor

log = logging.getLogger(__name__)


def add_feedback(app: App, advisor: Advisor) -> None:
    """Registers the two buttons and the form for the reason."""

    def vote(answer_id: str, up: bool, reason: str | None = None) -> None:
        try:
            advisor.vote(answer_id, "up" if up else "down", reason)
        except AdvisorError as error:  # its conversation was deleted since
            log.info("a vote from slack was not kept: %s", error)

    @app.action("vote_up")
    def up(ack: Ack, action: dict[str, Any]) -> None:
        ack()
        vote(action["value"], True)

    def down(ack: Ack, action: dict[str, Any]) -> None:
        ack()
        vote(action["value"], False)

    def ask_why(action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=_reason_view(action["value"]))

    app.action("vote_down")(ack=down, lazy=[ask_why])

    @app.view("vote_reason")
    def reason(ack: Ack, view: dict[str, Any]) -> None:
        ack()
        vote(view["private_metadata"], False, view["state"]["values"]["reason"]["reason"]["value"])


def _reason_view(answer_id: str) -> Block:
    def words(text: str) -> dict[str, str]:
        return {"type": "plain_text", "text": text}

    field = {"type": "plain_text_input", "action_id": "reason", "multiline": True, "max_length": 2000}
    return {
        "type": "modal",
        "callback_id": "vote_reason",
        "private_metadata": answer_id,
        "title": words("What was wrong?"),
        "submit": words("Send"),
        "close": words("Skip"),
        "blocks": [
            {"type": "input", "block_id": "reason", "optional": True, "label": words("Reason"), "element": field}
        ],
    }
