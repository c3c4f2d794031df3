"""Whom answers in Slack are for: the command and the form with which people say it, and switch it off."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from advisor.advice.profile import describe, find_organisation, vocabulary
from advisor.serve.slack.blocks import Block, escape
from advisor.serve.slack.profiles import Profiles, said
from advisor.types import Profile

COMMAND = "profile"
HOW = (
    "`/cx profile` opens the form; `/cx profile COO of a telecom, 4,000 staff` fills it in from your words; "
    "`/cx profile off` and `/cx profile on` switch it."
)
HORIZONS = {30: "a month", 90: "three months", 365: "a year"}
_LONGEST = 200  # characters of a field


def add_profiles(app: App, profiles: Profiles) -> None:
    """Registers the form."""

    @app.view("profile")
    def filled(ack: Ack, view: dict[str, Any]) -> None:
        values = {block: one[block] for block, one in view["state"]["values"].items()}
        used = bool(values["used"].get("selected_options"))
        profiles.keep(view["private_metadata"], _read_form(values), used)
        ack()


def answer_command(profiles: Profiles, words: str, user: str) -> str | None:
    """What the command with these words does, in words; None where the form is wanted."""
    own, _ = profiles.get(user)
    if words in ("on", "off"):
        profiles.keep(user, own, words == "on")
        return f"Your profile is {words}. {HOW}"
    if words in ("", "channel"):
        return None
    read = _read_words(words)
    if not said(read):
        return f"I found neither a role nor a sector in that. {HOW}"
    profiles.keep(user, Profile(**{**said(own), **said(read)}), True)
    return escape(f"Noted: {describe(read)}. Answers and checklists fit that from now on.") + f" {HOW}"


def open_form(client: WebClient, profiles: Profiles, trigger_id: str, of: str, channel: bool) -> None:
    """Shows the form with what is kept of a user or a channel."""
    client.views_open(trigger_id=trigger_id, view=_form(of, channel, *profiles.get(of)))


def _read_words(words: str) -> Profile:
    """Role, sector and size, as far as the vocabulary has them."""
    with_number = any(character.isdigit() for character in words)
    found = find_organisation(Profile(role=words[:_LONGEST], size=words[:_LONGEST] if with_number else None))
    return Profile(role=found.role, sector=found.sector, size=f"{found.staff:,} staff" if found.staff else None)


def _read_form(values: dict[str, dict[str, Any]]) -> Profile:
    horizon = values["horizon"].get("selected_option")
    return Profile(
        role=values["role"].get("value"),
        sector=values["sector"].get("value"),
        size=values["size"].get("value"),
        channels=tuple(option["value"] for option in values["channels"].get("selected_options") or ()),
        goal=values["goal"].get("value"),
        horizon_days=int(horizon["value"]) if horizon else None,
    )


def _form(of: str, channel: bool, profile: Profile, used: bool) -> Block:
    term = {key: term.name for kind in ("roles", "sectors") for key, term in vocabulary()[kind].items()}
    reached = {key: one.name for key, one in vocabulary()["channels"].items()}
    whose = "the people in this channel" if channel else "you"
    return {
        "type": "modal",
        "callback_id": "profile",
        "private_metadata": of,
        "title": _words("Who is asking?"),
        "submit": _words("Keep"),
        "close": _words("Cancel"),
        "blocks": [
            {"type": "section", "text": _words(f"Answers and checklists fit {whose} then. All fields may stay empty.")},
            _text("role", "Role", "COO", term.get(profile.role or "", profile.role)),
            _text("sector", "Sector", "telecoms", term.get(profile.sector or "", profile.sector)),
            _text("size", "Size", "4,000 staff", profile.size),
            _choice("channels", "How customers reach you", "checkboxes", reached, profile.channels),
            _text("goal", "Goal", "fewer complaints", profile.goal),
            _choice(
                "horizon", "You look ahead", "static_select",
                {str(days): words for days, words in HORIZONS.items()}, (str(profile.horizon_days),),
            ),
            _choice("used", "Use it", "checkboxes", {"used": "Use this profile"}, ("used",) if used else ()),
        ],
    }  # fmt: skip


def _text(field: str, label: str, example: str, value: str | None) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": field, "max_length": _LONGEST}
    element |= {"placeholder": _words(f"For example {example}"), **({"initial_value": value} if value else {})}
    return _input(field, label, element)


def _choice(field: str, label: str, kind: str, choices: dict[str, str], chosen: tuple[str, ...]) -> Block:
    options = {value: {"text": _words(name), "value": value} for value, name in choices.items()}
    initial = [options[value] for value in chosen if value in options]
    element: Block = {"type": kind, "action_id": field, "options": list(options.values())}
    if initial and kind == "static_select":
        element["initial_option"] = initial[0]
    elif initial:
        element["initial_options"] = initial
    return _input(field, label, element)


def _input(field: str, label: str, element: Block) -> Block:
    return {"type": "input", "block_id": field, "optional": True, "label": _words(label), "element": element}


def _words(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}
