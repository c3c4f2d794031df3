"""Slack's requests through a web socket that we open, for servers that Slack cannot reach."""

from __future__ import annotations

import logging
import threading

from slack_bolt import App
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

log = logging.getLogger(__name__)

PING = 10.0  # seconds between two looks whether the connection lives
_LONGEST_WAIT = 60.0  # seconds between two tries to connect for the first time


class SocketMode:
    """One connection, opened again by Slack's client whenever it is lost."""

    def __init__(self, app: App, app_token: str, api_url: str) -> None:
        web_client = WebClient(base_url=api_url)
        self._client = SocketModeHandler(app, app_token, log, web_client, ping_interval=PING).client
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._connect, name="slack-socket", daemon=True)

    def start(self) -> None:
        """Connects, in its own time: the server starts without Slack too."""
        self._thread.start()

    def stop(self) -> None:
        """Takes no more; what is not acknowledged Slack sends again. The connection is let go of meanwhile."""
        self._stopping.set()
        self._client.socket_mode_request_listeners.clear()
        threading.Thread(target=self._let_go, daemon=True).start()  # waits for its socket for seconds

    def _let_go(self) -> None:
        try:
            self._client.close()
        except AttributeError:  # the socket was closed from the other side in the same moment
            self._client.close()

    def _connect(self) -> None:
        wait = 1.0
        while not self._stopping.is_set():
            try:
                self._client.connect()
                return
            except (SlackApiError, OSError) as error:
                log.error("Slack's Socket Mode is not connected yet, trying again in %.0f s: %s", wait, error)
            self._stopping.wait(wait)
            wait = min(wait * 2, _LONGEST_WAIT)
