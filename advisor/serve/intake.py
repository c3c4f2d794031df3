"""Who asks, in the chat: short fields that may stay empty, kept in the browser, shown, and switched off at will."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import gradio as gr

from advisor.advice.profile import describe, vocabulary
from advisor.types import Profile

KEPT_UNDER = "cx-profile"  # the browser's own storage
HORIZONS = {"a month": 30, "three months": 90, "a year": 365}
NOBODY = "For anybody. Say who you are, and checklists fit your role, sector and size."
LONGEST = 200  # characters of a field

Kept = dict[str, Any]  # the fields by name, and whether they are used


class Intake:
    """The fields, inside the page that is being built."""

    def __init__(self) -> None:
        terms = vocabulary()
        self.kept = gr.BrowserState({}, storage_key=KEPT_UNDER, secret=KEPT_UNDER)
        with gr.Accordion("Who is asking?", open=False, elem_id="cx-who"):
            with gr.Row():
                role = _choice("Your role", [term.name for term in terms["roles"].values()])
                sector = _choice("Your sector", [term.name for term in terms["sectors"].values()])
                size = gr.Textbox(label="Size", placeholder="4,000 staff", max_length=LONGEST, min_width=120)
            channels = gr.CheckboxGroup(
                label="How customers reach you", choices=[(term.name, key) for key, term in terms["channels"].items()]
            )
            with gr.Row():
                goal = gr.Textbox(label="Your goal", placeholder="fewer complaints", max_length=LONGEST, min_width=160)
                horizon = _choice("You look ahead", list(HORIZONS))
                used = gr.Checkbox(label="Use this", value=True, min_width=120)
        self.summary = gr.HTML(NOBODY, elem_id="cx-whom", apply_default_css=False)
        self._fields: list[Any] = [role, sector, size, channels, goal, horizon, used]
        for field in self._fields:
            field.interactive = False  # until what the browser kept is in: it would overwrite what is typed before
        pasted = [size.blur, goal.blur]  # Gradio tells of no input where a whole text is put in at once
        gr.on(
            [*(field.input for field in self._fields), *pasted], _keep, self._fields, [self.kept, self.summary],
            show_progress="hidden", api_visibility="private", trigger_mode="always_last",
        )  # fmt: skip

    @property
    def shown(self) -> list[Any]:
        """What `restore` fills: the fields and their summary."""
        return [*self._fields, self.summary]


def restore(kept: Kept) -> list[Any]:
    """The fields as the browser kept them, open from now on to be filled in, and their summary."""
    names = ("role", "sector", "size", "channels", "goal", "horizon")
    empty: Sequence[Any] = (None, None, "", [], "", None)
    values = [kept.get(name) or without for name, without in zip(names, empty, strict=True)]
    fields = (gr.update(value=value, interactive=True) for value in (*values, kept.get("used", True)))
    return [*fields, _summary(kept)]


def read(kept: Kept) -> Profile:
    """The profile for an answer; empty when it is switched off."""
    if not kept.get("used", True):
        return Profile()
    return Profile(
        role=_text(kept, "role"),
        sector=_text(kept, "sector"),
        size=_text(kept, "size"),
        channels=tuple(str(channel)[:LONGEST] for channel in kept.get("channels") or ()),
        goal=_text(kept, "goal"),
        horizon_days=HORIZONS.get(str(kept.get("horizon"))),
    )


def _keep(
    role: str | None, sector: str | None, size: str, channels: list[str], goal: str, horizon: str | None, used: bool
) -> tuple[Kept, str]:
    kept: Kept = {"role": role, "sector": sector, "size": size, "channels": channels, "goal": goal, "horizon": horizon}
    kept |= {"used": used}
    return kept, _summary(kept)


def _summary(kept: Kept) -> str:
    """Whom the advice is for, in words, and for the scripts of the other pages as data."""
    profile = read(kept)
    whom = describe(profile)
    words = f"For you, because {escape(whom)}." if whom else NOBODY
    return f'<span data-profile="{escape(profile.model_dump_json(exclude_none=True))}">{words}</span>'


def _text(kept: Kept, name: str) -> str | None:
    return str(kept.get(name) or "").strip()[:LONGEST] or None


def _choice(label: str, choices: Sequence[str]) -> gr.Dropdown:
    """A field with suggestions that takes any other words as well."""
    return gr.Dropdown(label=label, choices=list(choices), value=None, allow_custom_value=True, min_width=160)
