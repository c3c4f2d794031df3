"""One reply in Slack as it comes about: a status first, then what is known so far, in the end one whole message.

Whatever is interrupted in between, the same message of ours is found again and holds the reply.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from advisor.serve.render import lay_out
from advisor.serve.slack.blocks import WHOLE, Block, Web, prose_blocks
from advisor.serve.slack.store import BEING_POSTED, Request, SlackStore
from advisor.types import CheckedStatement

log = logging.getLogger(__name__)

PACE = 1.0  # seconds between two messages or changes of one; Slack takes about one a second in a channel
_FAILED = (SlackApiError, OSError)  # said no; not reached
_LOOKED_BACK = 50  # of the latest messages, where one of ours may be that we do not know of


class Reply:
    """The message of ours that belongs to a request. Raises SlackApiError or OSError where Slack does not take it."""

    def __init__(self, client: WebClient, store: SlackStore, request: Request, web: Web) -> None:
        self._client, self._store, self._request, self._web = client, store, request, web
        self._at = self._found()
        in_person = request.channel.startswith("D")
        self._streams = bool(request.thread and self._at is None and (in_person or (request.team and request.user)))
        self._streaming = False
        self._shown, self._next = "", 0.0

    @property
    def root(self) -> str:
        """The timestamp of the thread that the reply stands in or begins, once it has begun."""
        return self._request.thread or self._at or ""

    def begin(self, doing: str) -> None:
        """Shows what we are doing: as the thread's status where Slack takes one, else as the message to come."""
        if self._at is not None:
            return
        if self._request.thread:
            with suppress(*_FAILED):
                self._client.assistant_threads_setStatus(
                    channel_id=self._request.channel, thread_ts=self._request.thread, status=f"is {doing} …"
                )
                return
        self._streams = False
        self._post(f"{doing.capitalize()} …", [])

    def grow(self, statements: Sequence[CheckedStatement]) -> None:
        """Shows the statements so far, where Slack takes a stream; not more often than it likes."""
        if not self._streams or time.monotonic() < self._next:
            return
        text = lay_out(statements)
        if len(text) > WHOLE // 2:  # with the sources below it there may be no room for more
            return
        citations = [citation for statement in statements for citation in statement.citations]
        blocks = prose_blocks(text[len(self._shown) :].strip(), citations, self._web)
        self._shown, self._next = text, time.monotonic() + PACE
        try:
            self._append([{"type": "blocks", "blocks": blocks}])
        except _FAILED as error:  # there is none here, or it has expired: the whole answer comes at once
            log.info("slack streams no more in channel %s: %s", self._request.channel, error)
            self._streams = False

    def finish(self, text: str, blocks: list[Block]) -> None:
        """Puts the whole reply in the place of what was shown; `text` is for notifications."""
        self._at = self._at or self._found()
        if self._at is None:
            self._post(text, blocks)
            return
        if self._streaming:
            self._stop()
        try:
            self._update(text, blocks)
        except SlackApiError as error:
            if error.response["error"] != "streaming_state_conflict":  # of a stream before a restart
                raise
            self._stop()
            self._update(text, blocks)

    def _append(self, chunks: list[Block]) -> None:
        request = self._request
        if self._streaming:
            self._client.chat_appendStream(channel=request.channel, ts=self._at or "", chunks=chunks)
            return
        with self._placing():
            begun = self._client.chat_startStream(
                channel=request.channel,
                thread_ts=request.thread or "",
                recipient_team_id=request.team or None,
                recipient_user_id=request.user or None,
                chunks=chunks,
            )
        self._streaming = True
        self._is_at(str(begun["ts"]))

    def _stop(self) -> None:
        with suppress(SlackApiError):  # it has expired
            self._client.chat_stopStream(channel=self._request.channel, ts=self._at or "")
        self._streaming = False

    def _update(self, text: str, blocks: list[Block]) -> None:
        self._client.chat_update(channel=self._request.channel, ts=self._at or "", text=text, blocks=blocks)

    def _post(self, text: str, blocks: list[Block]) -> None:
        with self._placing():
            posted = self._client.chat_postMessage(
                channel=self._request.channel,
                thread_ts=self._request.thread,
                text=text,
                blocks=blocks or None,
                unfurl_links=False,
                unfurl_media=False,
            )
        self._is_at(str(posted["ts"]))

    @contextmanager
    def _placing(self) -> Iterator[None]:
        """Remembers that a message of ours may be there, until Slack says that it is not."""
        self._store.posted(self._request, BEING_POSTED)
        try:
            yield
        except SlackApiError:
            self._store.posted(self._request, None)
            raise

    def _is_at(self, ts: str) -> None:
        self._at = ts
        self._store.posted(self._request, ts)

    def _found(self) -> str | None:
        """The message that is there already. One that was being posted when we were interrupted is looked up."""
        known = self._store.message_of(self._request)
        if known != BEING_POSTED:
            return known
        with suppress(SlackApiError):  # as where we may not read: two messages are better than none
            ours = self._client.auth_test()["user_id"]
            for message in self._latest():
                if message.get("user") == ours and not self._store.is_ours(self._request.channel, message["ts"]):
                    self._is_at(message["ts"])
                    return message["ts"]
        return None

    def _latest(self) -> list[dict[str, str]]:
        """The newest messages of the thread or channel that came after the request, newest first."""
        channel, thread, asked = self._request.channel, self._request.thread, self._request.ts
        after = asked if asked.replace(".", "").isdigit() else "0"
        if thread:
            replies = self._client.conversations_replies(channel=channel, ts=thread, oldest=after, limit=_LOOKED_BACK)
            return sorted(replies["messages"], key=lambda message: float(message["ts"]), reverse=True)
        history = self._client.conversations_history(channel=channel, oldest=after, limit=_LOOKED_BACK)
        return list(history["messages"])
