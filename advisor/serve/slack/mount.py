"""Slack joined to the server: its requests at `/slack/events`, proved to be Slack's, or through Socket Mode."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from slack_bolt import App, BoltRequest
from slack_bolt.adapter.starlette.handler import to_starlette_response
from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.signature import SignatureVerifier
from starlette.concurrency import run_in_threadpool

from advisor.serve.failures import error_body, request_id_of
from advisor.serve.slack import store as stored
from advisor.serve.slack.blocks import Web
from advisor.serve.slack.listeners import make_app
from advisor.serve.slack.profiles import Profiles
from advisor.serve.slack.socket_mode import SocketMode
from advisor.serve.slack.store import SLACK_FILE, SlackStore
from advisor.serve.slack.ticks import Ticks
from advisor.serve.slack.worker import SlackWorker

if TYPE_CHECKING:  # importing it takes seconds, in which the server already shows that it is starting
    from advisor.advisor import Advisor

SLACK_API = "https://slack.com/api/"
WINDOW = 600  # seconds that a signature is remembered: timestamps may be 300 s off either way
_SOON = 2  # seconds for a call that a person waits for, as for a form to open
_PATIENT = 5  # times that a rate limit is waited out
_NO_REQUEST = "This is signed by Slack, and is not one of its requests."
_NOT_SLACK = "This request is not signed by Slack, is too old, or was sent before."


@dataclass(frozen=True, slots=True)
class SlackKeys:
    """What Slack gives to an app: its bot's token, and a signing secret for requests or a token for Socket Mode."""

    bot_token: str
    signing_secret: str = ""
    app_token: str = ""


def mount_slack(
    api: FastAPI, advisor: Advisor, keys: SlackKeys, public_url: str, data_dir: Path, api_url: str = SLACK_API
) -> None:
    """Adds what takes Slack's requests, and the worker that runs as long as the app does."""
    store, profiles, web = SlackStore(data_dir / SLACK_FILE), Profiles(data_dir / SLACK_FILE), Web(public_url)
    retries: list[Any] = [RateLimitErrorRetryHandler(max_retry_count=_PATIENT)]
    client = WebClient(keys.bot_token, api_url, retry_handlers=retries)
    worker = SlackWorker(advisor, store, profiles, client, web, data_dir)

    def take(request: stored.Request) -> None:
        if store.add(request):
            worker.wake()

    app = make_app(WebClient(base_url=api_url, timeout=_SOON), keys.bot_token, advisor, store, profiles, take)
    ticks = Ticks(advisor, client, web)
    ticks.add_to(app)
    if keys.signing_secret:
        _add_route(api, app, store, SignatureVerifier(keys.signing_secret))
    socket = SocketMode(app, keys.app_token, api_url) if keys.app_token else None

    def start() -> None:
        worker.start()
        if socket:
            socket.start()

    def stop() -> None:
        if socket:
            socket.stop()
        ticks.close()
        if worker.stop():
            store.close()
            profiles.close()

    inner = api.router.lifespan_context

    @asynccontextmanager
    async def lifespan(of: FastAPI) -> AsyncIterator[Any]:
        start()
        try:
            async with inner(of) as state:
                yield state
        finally:
            await run_in_threadpool(stop)

    api.router.lifespan_context = lifespan


def _add_route(api: FastAPI, app: App, store: SlackStore, verifier: SignatureVerifier) -> None:
    @api.post("/slack/events", include_in_schema=False)
    async def events(request: Request) -> Response:
        body = await request.body()
        if not await run_in_threadpool(_is_slack, verifier, store, body, request):
            return JSONResponse(error_body("unauthorized", _NOT_SLACK, request_id_of(request)), 401)
        try:
            asked = BoltRequest(body=body.decode(), headers=dict(request.headers))
        except (ValueError, AttributeError):  # no JSON, or JSON that is no object
            return JSONResponse(error_body("bad_json", _NO_REQUEST, request_id_of(request)), 400)
        return to_starlette_response(await run_in_threadpool(app.dispatch, asked))


def _is_slack(verifier: SignatureVerifier, store: SlackStore, body: bytes, request: Request) -> bool:
    """Whether the signature is right for these bytes, and new."""
    headers = dict(request.headers)
    try:
        valid = verifier.is_valid_request(body, headers)
    except (ValueError, TypeError):  # a timestamp that is no number, a signature or body in another encoding
        return False
    return valid and store.first_use(headers["x-slack-signature"], WINDOW)
