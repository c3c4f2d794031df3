"""Slack's requests at `/slack/events`: proved to be Slack's, kept in the store, acknowledged at once."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from slack_bolt import Ack, App, BoltRequest
from slack_bolt.adapter.starlette.handler import to_starlette_response
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.http_retry import RetryHandler
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.signature import SignatureVerifier
from starlette.concurrency import run_in_threadpool

from advisor.errors import AdvisorError
from advisor.serve.failures import error_body, request_id_of
from advisor.serve.slack_store import SLACK_FILE, SlackStore
from advisor.serve.slack_worker import SlackWorker

if TYPE_CHECKING:  # importing it takes seconds, in which the server already shows that it is starting
    from advisor.advisor import Advisor

log = logging.getLogger(__name__)

SLACK_API = "https://slack.com/api/"
WINDOW = 600  # seconds that a signature is remembered: timestamps may be 300 s off either way
_MENTION = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>")
_NOT_SLACK = "This request is not signed by Slack, is too old, or was sent before."


def mount_slack(
    api: FastAPI,
    advisor: Advisor,
    token: str,
    signing_secret: str,
    public_url: str,
    data_dir: Path,
    api_url: str = SLACK_API,
) -> None:
    """Adds the route, and the worker that runs as long as the app does."""
    store = SlackStore(data_dir / SLACK_FILE)
    retries: list[RetryHandler] = [RateLimitErrorRetryHandler(max_retry_count=5)]
    worker = SlackWorker(advisor, store, WebClient(token, api_url, retry_handlers=retries), public_url)
    app = _bolt(token, api_url, store, worker, advisor)
    verifier = SignatureVerifier(signing_secret)

    @api.post("/slack/events", include_in_schema=False)
    async def events(request: Request) -> Response:
        body = await request.body()
        if not await run_in_threadpool(_is_slack, verifier, store, body, request):
            return JSONResponse(error_body("unauthorized", _NOT_SLACK, request_id_of(request)), 401)
        asked = BoltRequest(body=body.decode(), headers=dict(request.headers))
        return to_starlette_response(await run_in_threadpool(app.dispatch, asked))

    inner = api.router.lifespan_context

    @asynccontextmanager
    async def lifespan(of: FastAPI) -> AsyncIterator[Any]:
        worker.start()
        try:
            async with inner(of) as state:
                yield state
        finally:
            await run_in_threadpool(worker.stop)

    api.router.lifespan_context = lifespan


def _is_slack(verifier: SignatureVerifier, store: SlackStore, body: bytes, request: Request) -> bool:
    """Whether the signature is right for these bytes, and new."""
    headers = dict(request.headers)
    try:
        valid = verifier.is_valid_request(body, headers)
    except (ValueError, TypeError):  # a timestamp that is no number, a signature or body in another encoding
        return False
    return valid and store.first_use(headers["x-slack-signature"], WINDOW)


def _bolt(token: str, api_url: str, store: SlackStore, worker: SlackWorker, advisor: Advisor) -> App:
    """What is done with each kind of request, all of it before the acknowledgement, so that nothing gets lost."""

    def authorize() -> AuthorizeResult:  # ours is one workspace's token; asking Slack for it would delay the ack
        return AuthorizeResult(enterprise_id=None, team_id=None, bot_token=token)

    app = App(
        client=WebClient(token, api_url, timeout=2),
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,  # done above, on the raw body
        ignoring_self_events_enabled=False,  # needs our user's id; messages of bots are left out below
    )

    def take(event_id: str, channel: str, ts: str, thread: str | None, user: str, text: str) -> None:
        if store.add(event_id, channel, ts, thread, user, _question(text)):
            worker.wake()

    @app.event("app_mention")
    def mentioned(event: dict[str, Any], body: dict[str, Any]) -> None:
        if _by_a_person(event):
            take(
                body["event_id"],
                event["channel"],
                event["ts"],
                event.get("thread_ts") or event["ts"],
                event["user"],
                event["text"],
            )

    @app.event("message")
    def message(event: dict[str, Any], body: dict[str, Any]) -> None:
        thread = event.get("thread_ts")
        ours = event.get("channel_type") == "im" or (thread and store.began(event["channel"], thread))
        if ours and _by_a_person(event):
            take(body["event_id"], event["channel"], event["ts"], thread or event["ts"], event["user"], event["text"])

    @app.command("/cx")
    def command(ack: Ack, body: dict[str, Any]) -> None:
        if not body.get("text", "").strip():
            ack("Write your question behind the command: /cx How do we reduce complaints?")
            return
        ack()
        take(body["trigger_id"], body["channel_id"], body["trigger_id"], None, body["user_id"], body["text"])

    @app.message_shortcut("ask_advisor")
    def shortcut(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        asked, trigger = body["message"], body["trigger_id"]
        take(
            trigger,
            body["channel"]["id"],
            trigger,
            asked.get("thread_ts") or asked["ts"],
            body["user"]["id"],
            asked.get("text", ""),
        )

    _add_feedback(app, advisor)
    return app


def _add_feedback(app: App, advisor: Advisor) -> None:
    def vote(answer_id: str, up: bool, reason: str | None = None) -> None:
        try:
            advisor.vote(answer_id, "up" if up else "down", reason)
        except AdvisorError as error:  # its conversation was deleted since
            log.info("a vote from slack was not kept: %s", error)

    @app.action("vote_up")
    def up(ack: Ack, action: dict[str, Any]) -> None:
        ack()
        vote(action["value"], True)

    @app.action("vote_down")
    def down(ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        ack()
        vote(action["value"], False)
        client.views_open(trigger_id=body["trigger_id"], view=_reason_view(action["value"]))

    @app.view("vote_reason")
    def reason(ack: Ack, view: dict[str, Any]) -> None:
        ack()
        vote(view["private_metadata"], False, view["state"]["values"]["reason"]["reason"]["value"])


def _reason_view(answer_id: str) -> dict[str, Any]:
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


def _by_a_person(event: dict[str, Any]) -> bool:
    return "bot_id" not in event and "subtype" not in event and bool(event.get("user"))


def _question(text: str) -> str:
    """The words of a message, without the mention of us and without Slack's escapes."""
    return html.unescape(_MENTION.sub(" ", text)).strip()
