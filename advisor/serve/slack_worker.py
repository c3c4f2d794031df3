"""Answers the questions that wait in the store: a status first, then the answer in its place."""

from __future__ import annotations

import logging
import threading
import uuid
from typing import TYPE_CHECKING

from slack_sdk import WebClient

from advisor.errors import AdvisorError
from advisor.serve.slack_blocks import answer_blocks, escape
from advisor.serve.slack_store import Job, SlackStore

if TYPE_CHECKING:  # importing it takes seconds, in which the server already shows that it is starting
    from advisor.advisor import Advisor

log = logging.getLogger(__name__)

NOT_THERE = "Sorry, I cannot write where you asked me. Invite me to the channel, then ask again, or ask me here."
LOOKING = "Looking through the library …"


class SlackWorker:
    """One thread that answers in order. What a restart interrupts is taken up again, in the same message."""

    def __init__(self, advisor: Advisor, store: SlackStore, client: WebClient, public_url: str) -> None:
        self._advisor, self._store, self._client, self._public_url = advisor, store, client, public_url
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="slack", daemon=True)

    def start(self) -> None:
        """Begins with what is waiting."""
        self._thread.start()

    def wake(self) -> None:
        """Says that there is something new in the store."""
        self._wake.set()

    def stop(self) -> None:
        """Waits a moment for the question under way; what takes longer is asked again after a start."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(2)
        if not self._thread.is_alive():
            self._store.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            job = self._store.next()
            if job is None:
                self._wake.wait()
            else:
                self._reply(job)

    def _reply(self, job: Job) -> None:
        """The answer, or an apology; to the asker alone where Slack takes neither, as in a channel we are not in."""
        try:
            try:
                self._answer(job)
            except AdvisorError as error:
                self._say(job, escape(str(error)))
            except Exception:
                reference = uuid.uuid4().hex[:12]
                log.exception("slack reply %s failed", reference)
                self._say(job, f"Sorry, that went wrong. Ask again; if it stays, report the reference {reference}.")
        except Exception:
            log.exception("slack takes no reply in channel %s", job.channel)
            self._tell_alone(job)
        if not self._stopping.is_set():
            self._store.done(job)

    def _tell_alone(self, job: Job) -> None:
        try:
            self._client.chat_postMessage(channel=job.user, text=NOT_THERE)
        except Exception:
            log.exception("slack takes no message to user %s", job.user)

    def _answer(self, job: Job) -> None:
        at = self._placed(job)
        root = job.thread or at
        conversation_id = self._store.conversation_of(job.channel, root) or self._advisor.new_conversation()
        self._store.begin_thread(job.channel, root, conversation_id)
        answer = self._advisor.ask(job.question, conversation_id)
        blocks = answer_blocks(answer, self._public_url)
        self._client.chat_update(channel=job.channel, ts=at, text=escape(answer.text[:300]), blocks=blocks)

    def _say(self, job: Job, text: str) -> None:
        self._client.chat_update(channel=job.channel, ts=self._placed(job), text=text, blocks=[])

    def _placed(self, job: Job) -> str:
        """The timestamp of our message for the question; posts it when there is none yet."""
        known = self._store.status_of(job)
        if known:
            return known
        posted = self._client.chat_postMessage(channel=job.channel, thread_ts=job.thread, text=LOOKING)
        at = str(posted["ts"])
        self._store.posted(job, at)
        return at
