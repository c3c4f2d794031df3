"""Replies to what waits in the store, several at a time, those of one thread in their order.

Of several processes over one data folder one replies, and when it ends another takes over.
"""

from __future__ import annotations

import logging
import threading
import uuid
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import portalocker
from slack_sdk import WebClient

from advisor.advice.profile import describe
from advisor.errors import AdvisorError
from advisor.serve.slack.blocks import Web, answer_blocks, escape, in_short
from advisor.serve.slack.checklist_blocks import checklist_blocks
from advisor.serve.slack.profiles import Profiles
from advisor.serve.slack.reply import Reply
from advisor.serve.slack.store import Request, SlackStore
from advisor.types import Answer, CheckedStatement

if TYPE_CHECKING:  # importing it takes seconds, in which the server already shows that it is starting
    from advisor.advisor import Advisor

log = logging.getLogger(__name__)

THREADS = 4
NOT_THERE = "Sorry, I cannot write where you asked me. Invite me to the channel, then ask again, or ask me here."
LOOKING = "looking through the library"
MAKING = "making a checklist"
LOCK_FILE = "slack.lock"
_GRACE = 2.0  # seconds that replies under way get when the server stops
_POLL = 1.0  # seconds between two looks at what other processes have kept, and whether they have ended


class SlackWorker:
    """What a restart interrupts is taken up again, in the same message."""

    def __init__(
        self, advisor: Advisor, store: SlackStore, profiles: Profiles, client: WebClient, web: Web, data_dir: Path
    ) -> None:
        self._advisor, self._store, self._profiles, self._client, self._web = advisor, store, profiles, client, web
        self._lock_file = data_dir / LOCK_FILE
        self._changed = threading.Condition()
        self._taken: list[Request] = []
        self._stopping = False
        self._lead = threading.Thread(target=self._work, name="slack", daemon=True)

    def start(self) -> None:
        """Begins with what is waiting, once no other process replies to it."""
        self._lead.start()

    def wake(self) -> None:
        """Says that there is something new in the store."""
        with self._changed:
            self._changed.notify_all()

    def stop(self) -> bool:
        """Waits a moment for what is under way, and tells whether all of it is done; the rest waits for a start."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._lead.join(_GRACE)
        return not self._lead.is_alive()

    def _work(self) -> None:
        """Holds the lock as long as replies are written."""
        with self._lock_file.open("a") as lock:
            while not _is_held(lock):
                with self._changed:
                    if self._stopping:
                        return
                    self._changed.wait(_POLL)
            threads = [threading.Thread(target=self._run, name=f"slack-{n}", daemon=True) for n in range(THREADS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    def _run(self) -> None:
        while (request := self._take()) is not None:
            try:
                self._reply(request)
            finally:
                with self._changed:
                    self._taken.remove(request)
                    self._changed.notify_all()

    def _take(self) -> Request | None:
        """The oldest request in whose thread nothing is under way, or None when the server stops."""
        with self._changed:
            while not self._stopping:
                busy = {(one.channel, one.thread) for one in self._taken}
                free = (one for one in self._store.waiting() if (one.channel, one.thread) not in busy)
                if request := next(free, None):
                    self._taken.append(request)
                    return request
                self._changed.wait(_POLL)
        return None

    def _reply(self, request: Request) -> None:
        """The reply, or an apology; to the asker alone where Slack takes neither, as in a channel we are not in."""
        try:
            self._carry_out(request)
        except Exception as error:
            if self._stopping:  # the advisor may be closed: not done yet
                return
            self._apologise(request, error)
        self._store.done(request)

    def _carry_out(self, request: Request) -> None:
        reply = Reply(self._client, self._store, request, self._web)
        if request.kind == "checklist":
            self._make_checklist(request, reply)
        else:
            self._answer(request, reply)

    def _answer(self, request: Request, reply: Reply) -> None:
        reply.begin(LOOKING)
        profile = self._profiles.of(request.channel, request.user)
        conversation_id = self._conversation(request, reply)
        statements: list[CheckedStatement] = []
        for event in self._advisor.stream(request.text, conversation_id, profile):
            if isinstance(event, CheckedStatement):
                statements.append(event)
                reply.grow(statements)
            elif isinstance(event, Answer):
                whom = describe(profile) if profile else None
                asked = event.question if request.unseen else None
                reply.finish(in_short(event.text), answer_blocks(event, self._web, whom, asked))
        self._store.begin_thread(request.channel, reply.root, conversation_id)

    def _conversation(self, request: Request, reply: Reply) -> str:
        known = self._store.conversation_of(request.channel, reply.root)
        return known or self._advisor.new_conversation()

    def _make_checklist(self, request: Request, reply: Reply) -> None:
        reply.begin(MAKING)
        profile = self._profiles.of(request.channel, request.user)
        made = self._advisor.advice.make_checklist_of(request.text, profile)
        reply.finish(in_short(made.title), checklist_blocks(made, self._web))

    def _apologise(self, request: Request, error: Exception) -> None:
        if isinstance(error, AdvisorError):
            words = escape(str(error))
        else:
            reference = uuid.uuid4().hex[:12]
            log.error("slack reply %s failed", reference, exc_info=error)
            words = f"Sorry, that went wrong. Ask again; if it stays, report the reference {reference}."
        try:
            Reply(self._client, self._store, request, self._web).finish(words, [])
        except Exception:
            log.exception("slack takes no reply in channel %s", request.channel)
            self._tell_alone(request)

    def _tell_alone(self, request: Request) -> None:
        try:
            self._client.chat_postMessage(channel=request.user, text=NOT_THERE)
        except Exception:
            log.exception("slack takes no message to user %s", request.user)


def _is_held(lock: IO[Any]) -> bool:
    try:
        portalocker.lock(lock, portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING)
    except portalocker.LockException:
        return False
    return True
