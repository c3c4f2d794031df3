"""The chat page: question → `Advisor.stream` → answer, sources and checklist beside it.

The browser keeps the id of its conversation and nothing else; the turns come from the advisor. Sessions share nothing.
Gradio takes seconds to import, so this module is imported by a server only.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import gradio as gr
from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from advisor.answer.cite import inert
from advisor.errors import AdvisorError, UnknownConversationError, UnknownDeliverableError
from advisor.serve import intake, render
from advisor.serve.below import path_of
from advisor.serve.failures import http_error
from advisor.serve.starters import starters
from advisor.types import Answer, CheckedStatement, Checklist, DocumentSummary, Profile, Status

if TYPE_CHECKING:
    from advisor.advisor import Advisor

log = logging.getLogger(__name__)

AT_ONCE = 8  # answers being written at the same time
WAITING = 64  # questions that may wait for one of those
LONGEST_SHOWN = 2000  # characters of a question that the chat repeats
GOOD = "Like"  # the name under which Gradio draws a thumb
COMPLAINTS = (
    "Not what I asked",
    "Its source does not say that",
    "Something is missing",
    "Should have said it does not know",
)
THANKS = "Thank you. It is kept with the answer, and whoever runs this can turn it into a test."
WELCOME = (
    "## What would you like to improve?\n\nAsk in your own words. Every sentence of the answer leads to the passage it "
    "rests on, and when the library does not know, I say so."
)
DELETED = "The conversation is deleted, with its checklists and votes."
KEPT_UNDER = "cx-conversation"  # the browser's own storage; Gradio scrambles what it keeps there with the same word
NOTHING_KEPT = "-"  # Gradio does not overwrite what the browser keeps with an empty value
WENT_WRONG = "Something went wrong on our side and the answer was not finished. Please ask again."

ChatMessage: TypeAlias = "dict[str, Any]"


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """A question and what the chat shows for it; `answer` is None where an error is shown."""

    question: str
    text: str
    answer: Answer | None = None


Turns: TypeAlias = tuple[ShownTurn, ...]


def mount_chat(api: FastAPI, advisor: Advisor, root_path: str = "") -> FastAPI:
    """The API with the chat page at `/`, which is `root_path` to the world."""
    api.add_middleware(OwnHead)
    mounted: FastAPI = gr.mount_gradio_app(
        api,
        create_chat(advisor),
        path="/",
        root_path=root_path or None,
        theme=_theme(),
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=1,
        ssr_mode=False,
        pwa=False,
    )
    for route in mounted.routes:  # what neither the API nor Gradio has gets the API's error object
        if isinstance(route, Mount) and isinstance(route.app, FastAPI):
            route.app.add_exception_handler(HTTPException, http_error)
    return mounted


def create_chat(advisor: Advisor) -> gr.Blocks:
    """The page, on its own."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported: nothing leaves the machine
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    page = _Page(advisor)
    blocks: gr.Blocks
    with gr.Blocks(title="CX Advisor", analytics_enabled=False, fill_width=True, fill_height=True) as blocks:
        turns, voted = gr.State(()), gr.State(("", ""))
        kept = gr.BrowserState(NOTHING_KEPT, storage_key=KEPT_UNDER, secret=KEPT_UNDER)
        with gr.Row(elem_id="cx-head"):
            gr.HTML(render.header(advisor.mode), elem_id="cx-header", apply_default_css=False)
            fresh = gr.Button("New conversation", elem_id="cx-new", size="sm")
        with gr.Row(elem_id="cx-main"):
            with gr.Column(elem_id="cx-talk"):
                chat = gr.Chatbot(
                    label="Conversation", elem_id="cx-chat", show_label=False, height=None, layout="panel",
                    autoscroll=False, latex_delimiters=[], allow_tags=False, sanitize_html=True,
                    buttons=["copy"], placeholder=WELCOME, feedback_options=(GOOD, *COMPLAINTS),
                )  # fmt: skip
                who = intake.Intake()
                question = gr.Textbox(
                    label="Your question", elem_id="cx-question", show_label=False, lines=1, max_lines=6,
                    placeholder="Ask a question …", submit_btn=True, container=False,
                    html_attributes=gr.InputHTMLAttributes(enterkeyhint="send"),
                )  # fmt: skip
                delete = gr.Button("Delete this conversation", elem_id="cx-delete", size="sm")
            panel = gr.HTML(page.panel, elem_id="cx-panel", apply_default_css=False)
        shown = [chat, panel, turns, question, kept]
        hidden: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        written: dict[str, Any] = {**hidden, "concurrency_limit": AT_ONCE, "concurrency_id": "answers"}
        asking: list[dict[str, Any]] = [
            question.submit(page.ask, [question, turns, kept, who.kept], shown, **written),
            chat.example_select(page.ask_example, [turns, kept, who.kept], shown, **written),
            chat.option_select(page.ask_option, [turns, kept, who.kept], shown, **written),
        ]
        chat.like(page.vote, [turns, voted], [voted], concurrency_limit=1, **hidden)
        fresh.click(page.begin, None, shown, cancels=asking, **hidden)
        delete.click(page.delete, [kept], shown, cancels=asking, **hidden)
        blocks.load(page.open, [kept], shown, **hidden)
        blocks.load(intake.restore, [who.kept], who.shown, **hidden)
    blocks.queue(max_size=WAITING, default_concurrency_limit=AT_ONCE)
    return blocks


class _Page:
    """What the page's events do. Holds nothing of any session."""

    def __init__(self, advisor: Advisor) -> None:
        self._advisor = advisor

    def open(self, kept: str) -> tuple[Any, ...]:
        """The browser's conversation as it was left, and questions to begin with that this library can answer."""
        turns = self._turns(kept)
        examples = [{"text": text} for text in starters(self._advisor)]
        if not turns:  # leaves alone what is typed meanwhile
            return gr.update(examples=examples), gr.skip(), gr.skip(), gr.skip(), NOTHING_KEPT
        return gr.update(value=_messages(turns), examples=examples), self.panel(turns), turns, gr.skip(), kept

    def begin(self) -> tuple[Any, ...]:
        """An empty conversation; the browser forgets the one before."""
        return [], self.panel(), (), "", NOTHING_KEPT

    def delete(self, kept: str) -> tuple[Any, ...]:
        """Deletes the browser's conversation, and begins an empty one."""
        if kept == NOTHING_KEPT:
            return self.begin()
        try:
            self._advisor.delete_conversation(kept)
        except UnknownConversationError:
            log.info("a conversation to delete was not there any more")
        gr.Info(DELETED, duration=4)
        return self.begin()

    def ask(
        self, question: str, turns: Turns, kept: str = NOTHING_KEPT, who: intake.Kept | None = None
    ) -> Iterator[tuple[Any, ...]]:
        """What the page shows, again and again until the answer is whole."""
        if not question.strip():
            yield gr.skip(), gr.skip(), gr.skip(), "", gr.skip()
            return
        turns = turns or self._turns(kept)  # a server that was started again has no sessions
        conversation = self._advisor.new_conversation() if kept == NOTHING_KEPT else kept
        for turn, statements in self._stream(question, conversation, intake.read(who or {})):
            now = self._with(turns, turn)
            # the browser learns the id before the answer is there, so that it can delete what is being written
            yield _messages(now), self.panel(now, statements), now, "", conversation

    def ask_example(self, turns: Turns, kept: str, who: intake.Kept, event: gr.SelectData) -> Iterator[tuple[Any, ...]]:
        yield from self.ask(str(event.value["text"]), turns, kept, who)

    def ask_option(self, turns: Turns, kept: str, who: intake.Kept, event: gr.SelectData) -> Iterator[tuple[Any, ...]]:
        yield from self.ask(str(event.value), turns, kept, who)

    def vote(self, turns: Turns, voted: tuple[str, str], event: gr.LikeData) -> tuple[str, str]:
        """Keeps a vote on the answer that a message shows; each turn is a question and an answer.

        Gives the answer's id and the vote, since Gradio tells of one click twice.
        """
        place = event.index[0] if isinstance(event.index, tuple) else event.index
        answer = turns[place // 2].answer if place // 2 < len(turns) else None
        if answer is None or not event.liked or voted == (answer.id, str(event.liked)):  # "" takes a vote back
            return voted
        good = event.liked is True or event.liked == GOOD
        self._advisor.vote(answer.id, "up" if good else "down", None if good else str(event.liked))
        gr.Info(THANKS, duration=4)
        return answer.id, str(event.liked)

    def _turns(self, kept: str) -> Turns:
        """The turns of a conversation that are kept; none of an unknown one."""
        if kept == NOTHING_KEPT:
            return ()
        try:
            answers = self._advisor.conversation(kept)
        except UnknownConversationError:
            return ()
        return tuple(ShownTurn(answer.question, render.answer_markdown(answer), answer) for answer in answers)

    def _with(self, turns: Turns, turn: ShownTurn) -> Turns:
        """The turns shown, with a new one; when that is answered, also those that were answered beside it."""
        if turn.answer is None:
            return (*turns, turn)
        shown = {one.answer.id for one in turns if one.answer} | {turn.answer.id}
        beside = [one for one in self._turns(turn.answer.conversation_id) if one.answer and one.answer.id not in shown]
        return (*turns, *beside, turn)

    def _stream(
        self, question: str, conversation: str, profile: Profile
    ) -> Iterator[tuple[ShownTurn, Sequence[CheckedStatement]]]:
        statements: list[CheckedStatement] = []
        try:
            yield ShownTurn(question, _working("Reading the question")), statements
            for event in self._advisor.stream(question, conversation, profile, checklist=True):
                if isinstance(event, Status):
                    yield ShownTurn(question, _working(event.text)), statements
                elif isinstance(event, CheckedStatement):
                    statements.append(event)
                    yield ShownTurn(question, render.statements_markdown(statements, _UNFINISHED)), statements
                else:
                    yield ShownTurn(question, render.answer_markdown(event), event), ()
        except AdvisorError as error:
            yield ShownTurn(question, inert(str(error))), ()
        except Exception:
            log.exception("a question from the chat page failed")
            yield ShownTurn(question, WENT_WRONG), ()

    def panel(self, turns: Turns = (), statements: Sequence[CheckedStatement] = ()) -> str:
        """The panel beside the chat; `statements` are those of a newest turn still being written."""
        text_of = lru_cache(maxsize=None)(self._text_of)
        groups = [
            render.SourceGroup(
                question=turn.question[:200],
                refused=turn.answer.status == "refused",
                cards=render.make_cards(turn.answer.citations, turn.answer.id, text_of),
            )
            for turn in turns
            if turn.answer
        ]
        if turns and not turns[-1].answer:
            citations = {c.number: c for statement in statements for c in statement.citations}
            cards = render.make_cards(list(citations.values()), _UNFINISHED, text_of)
            groups.append(render.SourceGroup(turns[-1].question[:200], False, cards))
        newest = next((t.answer.checklist for t in reversed(turns) if t.answer and t.answer.checklist), None)
        conversation = next((turn.answer.conversation_id for turn in turns if turn.answer), None)
        return render.panel(groups, self._as_it_is_now(newest), self._documents(), conversation)

    def _as_it_is_now(self, checklist: Checklist | None) -> Checklist | None:
        try:
            return checklist and self._advisor.advice.checklist(checklist.id)
        except UnknownDeliverableError:  # one of an answer given before checklists were kept
            return checklist

    def _text_of(self, document_id: str) -> str | None:
        document = self._advisor.document(document_id)
        return document.text if document else None

    def _documents(self) -> list[DocumentSummary]:
        try:
            return self._advisor.documents()
        except AdvisorError:
            return []


_UNFINISHED = "unfinished"  # stands for the id of an answer that has none yet


def _working(text: str) -> str:
    return f"*{inert(text.rstrip('.… '))} …*"


def _messages(turns: Turns) -> list[ChatMessage]:
    """The conversation as Gradio takes it; the newest answer's follow-ups can be clicked."""
    messages: list[ChatMessage] = []
    for turn in turns:
        asked = turn.question if len(turn.question) <= LONGEST_SHOWN else turn.question[:LONGEST_SHOWN] + " …"
        messages.append({"role": "user", "content": inert(asked)})
        messages.append({"role": "assistant", "content": turn.text})
    newest = turns[-1].answer if turns else None
    if newest and newest.follow_ups:
        messages[-1]["options"] = [{"value": text, "label": text} for text in newest.follow_ups]
    return messages


# --- look ---

_HEAD = b"""<meta name="color-scheme" content="light dark">
<link rel="icon" href="ui/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="ui/tokens.css">
<link rel="stylesheet" href="ui/chat.css">
<script src="ui/theme.js"></script>
<script src="ui/saving.js"></script>
<script src="ui/brief.js"></script>
<script src="ui/made.js"></script>
<script src="ui/chat.js"></script>
</head>"""
_FOR_SHARING = re.compile(rb'<meta\s+(?:property="og:|name="twitter:)[^>]*>')  # names Gradio and its site


class OwnHead:
    """Puts our styles and scripts into the page itself. Gradio's own `head` adds them once it has started, which
    shows the page undressed first, and light where it will be dark.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or path_of(scope) != "/" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        start: Message = {}
        parts: list[bytes] = []

        async def rewrite(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if message["type"] != "http.response.body":
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            page = _FOR_SHARING.sub(b"", b"".join(parts)).replace(b"</head>", _HEAD, 1)
            MutableHeaders(scope=start)["content-length"] = str(len(page))
            await send(start)
            await send({"type": "http.response.body", "body": page})

        await self._app({**scope, "headers": plain}, receive, rewrite)


def _theme() -> gr.themes.Base:
    """Gradio's own parts in our colours and the system's fonts."""
    fonts = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Arial", "sans-serif")
    theme = gr.themes.Base(
        primary_hue="teal",
        neutral_hue="stone",
        font=fonts,
        font_mono=("ui-monospace", "Consolas", "monospace"),
    )
    colours = {
        "body_background_fill": "var(--cx-bg)",
        "body_text_color": "var(--cx-text)",
        "body_text_color_subdued": "var(--cx-muted)",
        "background_fill_primary": "var(--cx-surface)",
        "background_fill_secondary": "var(--cx-bg)",
        "block_background_fill": "transparent",
        "border_color_primary": "var(--cx-line)",
        "border_color_accent": "var(--cx-accent)",
        "color_accent_soft": "var(--cx-soft)",
        "link_text_color": "var(--cx-accent)",
        "link_text_color_hover": "var(--cx-accent-ink)",
        "link_text_color_visited": "var(--cx-accent)",
        "link_text_color_active": "var(--cx-accent)",
        "input_background_fill": "var(--cx-surface)",
        "button_secondary_background_fill": "var(--cx-surface)",
        "button_secondary_background_fill_hover": "var(--cx-soft)",
        "button_secondary_text_color": "var(--cx-text)",
        "button_primary_background_fill": "var(--cx-accent)",
        "button_primary_background_fill_hover": "var(--cx-accent-ink)",
        "button_primary_text_color": "var(--cx-on-accent)",
    }
    return theme.set(**{f"{name}{mode}": value for name, value in colours.items() for mode in ("", "_dark")})
