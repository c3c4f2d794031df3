"""Who advice is for: a profile in a person's own words → the keys that practices are tagged with, and a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from advisor.answer.rewrite import who_asks
from advisor.types import Emphasis, Profile

# What a passage gains in an answer, of a score of 0 to 1, by speaking of the sector, a channel or the role: enough to
# come before what is about as near to the question, and not before what is on the subject where it is not.
EMPHASIS = {"sectors": 0.1, "channels": 0.04, "roles": 0.04}
NEAR = 0.85  # of the ratio of difflib, from which a word is taken for a misspelt one: "insurence" has 0.89
_STAFF = re.compile(
    r"(\d[\d.,' ]*)(k\b|thousand\b|million\b)?\s*(?:people|staff|employees?|workers|colleagues|heads|fte)?",
    re.IGNORECASE,
)
_TIMES = {"k": 1_000, "thousand": 1_000, "million": 1_000_000}
_IN_WORDS = {
    "startup": 20,
    "start up": 20,
    "small": 30,
    "sme": 100,
    "medium": 500,
    "large": 5_000,
    "enterprise": 10_000,
}


@dataclass(frozen=True, slots=True)
class Term:
    """One key of the vocabulary: how it is shown, and the ways of saying it; roles have three things more."""

    key: str
    name: str
    ways: tuple[str, ...]
    areas: tuple[str, ...] = ()
    runs: str = ""
    from_staff: int = 1


@dataclass(frozen=True, slots=True)
class Organisation:
    """A profile in the vocabulary of the practices. None and empty mean that the profile does not tell.

    `staff` counts people; `notes` say in plain words what was taken for what.
    """

    role: str | None = None
    sector: str | None = None
    staff: int | None = None
    channels: frozenset[str] = frozenset()
    maturity: int | None = None
    aims: frozenset[str] = frozenset()
    horizon_days: int | None = None
    notes: tuple[str, ...] = ()


@cache
def vocabulary() -> Mapping[str, Mapping[str, Term]]:
    """The terms of `profile.yaml` by kind (roles, sectors, channels, aims) and key."""
    listed: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return {kind: {key: _term(key, values) for key, values in terms.items()} for kind, terms in listed.items()}


def _term(key: str, values: dict[str, Any]) -> Term:
    given: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return Term(key=key, **given)


def read_profile(question: str, profile: Profile) -> Profile:
    """The profile with role and sector filled in from how the asker speaks of themselves, and blanks left out."""
    own_words = who_asks(question)
    role = (profile.role or "").strip() or _first(_named("roles", own_words))
    sector = (profile.sector or "").strip() or _first(_named("sectors", own_words))
    size = (profile.size or "").strip() or None
    goal = (profile.goal or "").strip() or None
    return profile.model_copy(update={"role": role, "sector": sector, "size": size, "goal": goal})


def find_organisation(profile: Profile) -> Organisation:
    """What the practices need to know of a profile. A role in another field's place ("COO at a bank") is found too."""
    said = f"{profile.role or ''} {profile.sector or ''}"
    role, of_role = _one("roles", profile.role, said)
    sector, of_sector = _one("sectors", profile.sector, said)
    channels = [_one("channels", channel, channel) for channel in profile.channels]
    return Organisation(
        role=role,
        sector=sector,
        staff=_staff(profile.size or ""),
        channels=frozenset(key for key, _ in channels if key),
        maturity=profile.maturity,
        aims=frozenset(_named("aims", profile.goal or "")),
        horizon_days=profile.horizon_days,
        notes=tuple(note for note in (of_role, of_sector, *(note for _, note in channels)) if note),
    )


def find_emphases(profile: Profile) -> tuple[Emphasis, ...]:
    """What of the library comes first for a profile; nothing for an empty one."""
    known = find_organisation(profile)
    keys: Mapping[str, Iterable[str | None]] = {
        "sectors": [known.sector],
        "channels": sorted(known.channels),
        "roles": [known.role],
    }
    terms = [(kind, vocabulary()[kind][key]) for kind, listed in keys.items() for key in listed if key]
    return tuple(
        Emphasis(f"the {term.name}" if kind == "roles" else term.name, term.ways, EMPHASIS[kind])
        for kind, term in terms
    )


def describe(profile: Profile) -> str | None:
    """Whom the advice is for, as a clause: "you run operations in telecoms, with 4,000 staff"; None for nobody."""
    known = find_organisation(profile)
    terms = vocabulary()
    role = f"you {terms['roles'][known.role].runs}" if known.role else f"you are {profile.role}" if profile.role else ""
    sector = f"in {terms['sectors'][known.sector].name if known.sector else profile.sector}" if profile.sector else ""
    if not sector and known.sector:
        sector = f"in {terms['sectors'][known.sector].name}"
    first = " ".join(part for part in (role or ("you work" if sector else ""), sector) if part)
    channels = _joined(terms["channels"][key].name for key in sorted(known.channels))
    parts = [
        first,
        _size(profile.size or "", known.staff),
        f"your customers come by {channels}" if channels else "",
        f"you rate yourselves {known.maturity} of 5" if known.maturity else "",
        f"your goal is “{profile.goal}”" if profile.goal else "",
        f"you look {known.horizon_days} days ahead" if known.horizon_days else "",
    ]
    return ", ".join(part for part in parts if part) or None


def owner_of(roles: Iterable[str], organisation: Organisation) -> str | None:
    """Who in the organisation owns a practice for these roles: the person asking where they can, else the first role.

    In an organisation too small for a role of its own, the managing director.
    """
    listed = list(roles)
    key = organisation.role if organisation.role in listed else listed[0] if listed else None
    term = vocabulary()["roles"].get(key or "")
    if term is None or key == organisation.role:
        return term.name if term else key
    small = organisation.staff is not None and organisation.staff < term.from_staff
    return "Managing director" if small else term.name


def _one(kind: str, value: str | None, said: str) -> tuple[str | None, str | None]:
    """The key of what a field says, or else of what the fields say together; and a note on what was guessed."""
    value = (value or "").strip(" .")
    if value.lower() in vocabulary()[kind]:  # as read from a question
        return value.lower(), None
    if key := _first(_named(kind, value, areas=True)) or _first(_named(kind, said)):
        return key, None
    ways = {way: term.key for term in vocabulary()[kind].values() for way in (*term.ways, *term.areas)}
    if near := get_close_matches(value.lower(), ways, n=1, cutoff=NEAR):
        return ways[near[0]], f"Read “{value}” as “{near[0]}”."
    note = (
        f"“{value}” is not among the {kind} that the practices are sorted by, so it changes nothing." if value else None
    )
    return None, note


def _named(kind: str, text: str, areas: bool = False) -> list[str]:
    """The keys that a text names, the one with the longest way of saying it first; `areas` counts too where wanted."""
    plain = f" {' '.join(re.findall(r'[a-z0-9]+', text.lower()))} "
    found = {
        term.key: max(
            (len(way) for way in (*term.ways, *(term.areas if areas else ())) if f" {way} " in plain), default=0
        )
        for term in vocabulary()[kind].values()
    }
    return sorted((key for key, length in found.items() if length), key=lambda key: -found[key])


def _first(keys: list[str]) -> str | None:
    return keys[0] if keys else None


def _staff(size: str) -> int | None:
    """How many people a size speaks of: the first number in it, or what a word like "small" stands for."""
    if match := _STAFF.search(size):
        digits = re.sub(r"[., ']", "", match[1])
        return int(digits[:9]) * _TIMES.get((match[2] or "").lower(), 1) or None
    plain = f" {' '.join(re.findall(r'[a-z]+', size.lower()))} "
    return next((staff for word, staff in _IN_WORDS.items() if f" {word} " in plain), None)


def _size(said: str, staff: int | None) -> str:
    if staff and any(character.isdigit() for character in said):
        return f"with {staff:,} staff"
    return f"your organisation is {said.lower()}" if said else ""


def _joined(names: Iterable[str]) -> str:
    listed = list(names)
    return " and ".join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 2 else listed)
