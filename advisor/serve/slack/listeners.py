"""What is done with each kind of request of Slack's: kept before it is acknowledged, so that nothing gets lost."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from advisor.serve.slack import who
from advisor.serve.slack.feedback import add_feedback
from advisor.serve.slack.profiles import Profiles
from advisor.serve.slack.store import Request, SlackStore
from advisor.serve.starters import starters

if TYPE_CHECKING:  # importing it takes seconds, in which the server already shows that it is starting
    from advisor.advisor import Advisor

Take: TypeAlias = Callable[[Request], None]
Event: TypeAlias = dict[str, Any]

MOST_PROMPTS = 4  # that Slack shows
_MENTION = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>")
_LINK = re.compile(r"<(?:[^<>|]*\|)?([^<>|]*)>")  # an address or a channel, behind it the words that stand for it
_OF_PERSONS = (None, "thread_broadcast", "file_share")  # subtypes of messages that a person has written


def make_app(client: WebClient, token: str, advisor: Advisor, store: SlackStore, profiles: Profiles, take: Take) -> App:
    """The app; `take` keeps what is to be replied to. `client`, still without the token, is for what cannot wait."""

    def authorize() -> AuthorizeResult:  # ours is one workspace's token; asking Slack for it would delay the ack
        return AuthorizeResult(enterprise_id=None, team_id=None, bot_token=token)

    app = App(
        client=client,
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,  # done before, on the raw body
        ignoring_self_events_enabled=False,  # needs our user's id; messages of bots are left out below
    )
    _add_messages(app, store, take)
    _add_commands(app, profiles, take)
    _add_suggestions(app, advisor)
    add_feedback(app, advisor)
    who.add_profiles(app, profiles)
    return app


def _add_messages(app: App, store: SlackStore, take: Take) -> None:
    @app.event("app_mention")
    def mentioned(event: Event, body: Event) -> None:
        if _by_a_person(event):
            take(_asked_in(event, body))

    @app.event("message")
    def message(event: Event, body: Event) -> None:
        thread = event.get("thread_ts")
        ours = event.get("channel_type") == "im" or (thread and store.began(event["channel"], thread))
        if ours and _by_a_person(event):
            take(_asked_in(event, body))


def _add_commands(app: App, profiles: Profiles, take: Take) -> None:
    def command(ack: Ack, body: Event) -> None:
        words = _profile_words(body)
        if words is not None:
            ack(who.answer_command(profiles, words, body["user_id"]) or "")
        elif not body.get("text", "").strip():
            ack(f"Write your question behind the command: /cx How do we reduce complaints?\n{who.HOW}")
        else:
            take(_clicked(body, body["channel_id"], None, body["user_id"], _question(body["text"])))
            ack()

    def show_form(body: Event, client: WebClient) -> None:
        words = _profile_words(body)
        if words in ("", "channel"):
            of = body["channel_id"] if words else body["user_id"]
            who.open_form(client, profiles, body["trigger_id"], of, channel=bool(words))

    app.command("/cx")(ack=command, lazy=[show_form])

    @app.message_shortcut("ask_advisor")
    def shortcut(ack: Ack, body: Event) -> None:
        asked = body["message"]
        text = _question(asked.get("text", ""))
        take(_clicked(body, body["channel"]["id"], asked.get("thread_ts") or asked["ts"], body["user"]["id"], text))
        ack()

    @app.action(re.compile(r"checklist|ask_\d"))
    def wanted(ack: Ack, action: Event, body: Event) -> None:
        message = body["message"]
        thread = message.get("thread_ts") or message["ts"]
        kind = "checklist" if action["action_id"] == "checklist" else "question"
        take(_clicked(body, body["channel"]["id"], thread, body["user"]["id"], action["value"], kind))
        ack()


def _add_suggestions(app: App, advisor: Advisor) -> None:
    """Questions to begin with, where somebody opens the conversation with us."""

    def opened(event: Event, client: WebClient) -> None:
        thread = event.get("assistant_thread") or {}  # of apps that Slack still shows in the older view
        if not thread and event.get("tab") != "messages":
            return
        prompts = [{"title": text[:75], "message": text} for text in starters(advisor)[:MOST_PROMPTS]]
        if prompts:
            channel = thread.get("channel_id") or event["channel"]
            client.assistant_threads_setSuggestedPrompts(
                channel_id=channel, thread_ts=thread.get("thread_ts"), title="Ask me, for example", prompts=prompts
            )

    for kind in ("assistant_thread_started", "app_home_opened"):
        app.event(kind)(ack=_acknowledge, lazy=[opened])
    app.event("assistant_thread_context_changed")(_acknowledge)


def _acknowledge(ack: Ack) -> None:
    ack()


def _asked_in(event: Event, body: Event) -> Request:
    return Request(
        event_id=body["event_id"],
        channel=event["channel"],
        ts=event["ts"],
        thread=event.get("thread_ts") or event["ts"],
        user=event["user"],
        team=body.get("team_id") or "",
        text=_question(event.get("text", "")),
    )


def _clicked(body: Event, channel: str, thread: str | None, user: str, text: str, kind: Any = "question") -> Request:
    """A request that is no message: the trigger's id, which is never the same twice, stands for its timestamp."""
    trigger = body["trigger_id"]
    team = body.get("team_id") or (body.get("team") or {}).get("id") or ""
    return Request(trigger, channel, trigger, thread, user, team, text, kind)


def _by_a_person(event: Event) -> bool:
    return "bot_id" not in event and event.get("subtype") in _OF_PERSONS and bool(event.get("user"))


def _profile_words(body: Event) -> str | None:
    """What stands behind `/cx profile`, which may be nothing; None of another command."""
    first, _, rest = body.get("text", "").strip().partition(" ")
    return html.unescape(rest).strip() if first.lower() == who.COMMAND else None


def _question(text: str) -> str:
    """The words of a message as a person reads them, without whom it mentions."""
    return html.unescape(_LINK.sub(r"\1", _MENTION.sub(" ", text))).strip()
