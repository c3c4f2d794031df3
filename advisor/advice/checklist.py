"""From an answer to action items with evidence: practices of the library first, then what the answer advises.

What a practice has to do with the question and what it has to do with the profile are judged apart: the profile
excludes what cannot be done there and orders the rest, and never makes a far practice near.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from advisor.advice.profile import Organisation, find_organisation, owner_of, read_profile, vocabulary
from advisor.answer.cite import make_citation
from advisor.errors import ChangeError, ConflictError
from advisor.library.mine import find_action
from advisor.types import Checklist, ChecklistChange, ChecklistItem, Draft, Evidence, Origin, Practice, Profile
from advisor.words import stems

FEWEST, MOST = 5, 12
MOST_PRACTICES = 9
MOST_ADVICE = 3
RELEVANT = 0.45  # of a practice's nearness, below which it has nothing to do with the question
ENOUGH = 0.35  # below which it does not even fill up a short list
ALIKE = 0.8  # cosine from which two practices are one
SHARED, CITED = 0.5, 0.2  # what the question's own words in a practice add to its cosine, and resting on a cited quote
ROLE, SECTOR, CHANNEL, AIM = 0.15, 0.15, 0.1, 0.15  # what a practice gains in a list by fitting the profile in that
MINED = -0.1  # ... and by being mined: what a person chose and described goes first
HORIZONS = ((30, "0–30 days"), (90, "30–90 days"), (3650, "90+ days"))
EFFORTS = ("low", "medium", "high")
SHORT = (
    "The list is short: of the practices near the question, {} do not suit your sector, channels, size, maturity or "
    "horizon. Change or clear the profile to see them."
)
NOTHING_TO_DO = (
    "The library has no practice for this question, and the answer advises nothing that could be done. Ask what should "
    "be done, or about a subject of the library."
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a checklist is made from: the question, what it asks (without who asks, with the field's terms for it)
    and the vector of that, of unit length, and the answer's statements.
    """

    question: str
    asked: str
    vector: NDArray[np.float32]
    drafts: Sequence[Draft]


@dataclass(frozen=True, slots=True)
class _Near:
    practice: Practice
    vector: NDArray[np.float32]
    nearness: float


Embedded: TypeAlias = tuple[Practice, NDArray[np.float32]]
Trace: TypeAlias = Callable[[Evidence], Origin]


def build_checklist(found: Found, practices: Iterable[Embedded], profile: Profile, origin: Trace) -> Checklist:
    """The checklist for an answer and a profile; what the profile leaves open is read from the question.

    The practices come with their vectors, of unit length; `origin` gives what the library knows of a quote's source.
    Every item cites its evidence; there are none, and a note says why, when neither practices nor advice are near the
    question.
    """
    profile = read_profile(found.question, profile)
    made = make_checklist_of(f"Next steps: {found.question}", practices, _nearness(found), profile, origin)
    used = [(c.document_id, c.start, c.end) for item in made.items for c in item.citations]
    items = (*made.items, *_from_answer(found.drafts, used, origin)[: MOST - len(made.items)])
    notes = made.notes if items else (*made.notes, NOTHING_TO_DO)
    return made.model_copy(update={"items": _numbered(items), "notes": notes})


def make_checklist_of(
    title: str, practices: Iterable[Embedded], nearness: Callable[[Embedded], float], profile: Profile, origin: Trace
) -> Checklist:
    """The checklist of the practices that are near by `nearness` (0.45 is near enough) and open to the profile."""
    every = [_Near(*one, nearness(one)) for one in practices]
    organisation = _without_idle_horizon(find_organisation(profile), every)
    near = [one for one in every if _open_to(one.practice, organisation)]
    chosen = _ordered(_choose(near, organisation), organisation)
    items = [_item(one.practice, organisation, origin) for one in chosen]
    left_out = sum(one.nearness >= RELEVANT for one in every) - sum(one.nearness >= RELEVANT for one in near)
    short = (SHORT.format(left_out),) if left_out and len(items) < FEWEST else ()
    return make_checklist(title, profile, items, organisation.notes + short)


def make_checklist(
    title: str, profile: Profile, items: Iterable[ChecklistItem], notes: Sequence[str] = ()
) -> Checklist:
    """A new checklist, its items numbered in their order."""
    now = timestamp()
    return Checklist(
        id=uuid.uuid4().hex,
        title=title,
        profile=profile,
        items=_numbered(items),
        notes=tuple(notes),
        created=now,
        updated=now,
    )


def _numbered(items: Iterable[ChecklistItem]) -> tuple[ChecklistItem, ...]:
    return tuple(item.model_copy(update={"priority": n}) for n, item in enumerate(items, start=1))


def timestamp() -> str:
    """Now, in UTC, to the microsecond: it tells two changes of one object apart."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _nearness(found: Found) -> Callable[[Embedded], float]:
    """How near a practice is to the question, whoever asks."""
    wanted = set(stems(found.asked))
    cited = [(e.document_id, e.start, e.end) for draft in found.drafts for e in draft.evidence]

    def nearness(embedded: Embedded) -> float:
        practice, vector = embedded
        own = set(stems(f"{practice.action} {practice.why} {practice.theme}"))
        shared = len(own & wanted) / max(1, len(wanted))
        on_cited = any(_overlaps(evidence, cited) for evidence in practice.evidence)
        return float(vector @ found.vector) + SHARED * shared + CITED * on_cited

    return nearness


def _without_idle_horizon(organisation: Organisation, every: Iterable[_Near]) -> Organisation:
    """The organisation; a horizon within which everything can be done says nothing, as if it had not been given."""
    days = organisation.horizon_days
    limits = days is not None and any(one.practice.horizon_days > days for one in every)
    return organisation if limits else replace(organisation, horizon_days=None)


def _open_to(practice: Practice, organisation: Organisation) -> bool:
    """Whether the organisation could do it at all: sector, channels, size and maturity leave room for it."""
    sector, channels, staff, maturity = (
        organisation.sector, organisation.channels, organisation.staff, organisation.maturity
    )  # fmt: skip
    return (
        (sector is None or "any" in practice.sectors or sector in practice.sectors)
        and (not channels or "any" in practice.channels or bool(channels & set(practice.channels)))
        and (staff is None or staff >= practice.staff_at_least)
        and (maturity is None or practice.maturity[0] <= maturity <= practice.maturity[1])
        and (organisation.horizon_days is None or practice.horizon_days <= organisation.horizon_days)
    )


def _fit(practice: Practice, organisation: Organisation) -> float:
    return (
        ROLE * (organisation.role in practice.roles)
        + SECTOR * (organisation.sector in practice.sectors)
        + CHANNEL * bool(organisation.channels & set(practice.channels))
        + AIM * bool(organisation.aims & set(practice.aims))
        + MINED * practice.mined
    )


def _choose(near: Sequence[_Near], organisation: Organisation) -> list[_Near]:
    """The practices for the list, best first: near ones, no two alike; less near ones only to reach the fewest."""
    ranked = sorted(near, key=lambda one: -(one.nearness + _fit(one.practice, organisation)))
    chosen: list[_Near] = []
    for least, most in ((RELEVANT, MOST_PRACTICES), (ENOUGH, FEWEST)):
        for one in ranked:
            if len(chosen) >= most:
                break
            if one.nearness >= least and not any(_alike(one, other) for other in chosen):
                chosen.append(one)
    return chosen


def _alike(one: _Near, other: _Near) -> bool:
    """Whether one says the other again; what must be done before the other is another step, however alike in words."""
    if one.practice.id in other.practice.after or other.practice.id in one.practice.after:
        return False
    return one is other or float(one.vector @ other.vector) >= ALIKE


def _ordered(chosen: Sequence[_Near], organisation: Organisation) -> list[_Near]:
    """By horizon, within it the better fitting and the easier first; each after what it depends on."""

    def rank(one: _Near) -> tuple[int, float]:
        worth = one.nearness + _fit(one.practice, organisation) - 0.1 * EFFORTS.index(one.practice.effort)
        return _group(one.practice), -worth

    waiting, done = sorted(chosen, key=rank), list[_Near]()
    listed = {one.practice.id for one in chosen}
    while waiting:
        ready = {one.practice.id for one in done}
        free = (one for one in waiting if listed & set(one.practice.after) <= ready)
        following = next(free, waiting[0])  # two that wait for each other: the better goes first
        waiting.remove(following)
        done.append(following)
    return done


def _group(practice: Practice) -> int:
    return next(place for place, (days, _) in enumerate(HORIZONS) if practice.horizon_days <= days)


def _overlaps(evidence: Evidence, cited: Iterable[tuple[str, int, int]]) -> bool:
    return any(evidence.document_id == id and evidence.start < end and start < evidence.end for id, start, end in cited)


def _item(practice: Practice, organisation: Organisation, origin: Trace) -> ChecklistItem:
    """A mined practice leaves open what its sentence does not tell, and says where it is from."""
    item = _whole_item(practice, organisation, origin)
    if not practice.mined:
        return item
    title = origin(practice.evidence[0]).bibliography.title
    said = " ".join(filter(None, (item.fits_because, f"Mined from “{title}”.")))
    return item.model_copy(
        update={"owner": None, "horizon": None, "effort": None, "measure": None, "fits_because": said}
    )


def _whole_item(practice: Practice, organisation: Organisation, origin: Trace) -> ChecklistItem:
    return ChecklistItem(
        id=practice.id,
        action=practice.action,
        why=practice.why,
        theme=practice.theme.replace("-", " ").capitalize(),
        owner=owner_of(practice.roles, organisation),
        horizon=HORIZONS[_group(practice)][1],
        effort=practice.effort,
        measure=practice.measure,
        priority=0,
        fits_because=_why_it_fits(practice, organisation),
        citations=tuple(make_citation(n, e, origin(e)) for n, e in enumerate(practice.evidence, start=1)),
    )


def _why_it_fits(practice: Practice, organisation: Organisation) -> str | None:
    terms = vocabulary()
    reasons = []
    if organisation.role and organisation.role in practice.roles:
        reasons.append(f"you {terms['roles'][organisation.role].runs}")
    if organisation.sector and organisation.sector in practice.sectors:
        says = "its evidence speaks of" if "any" in practice.sectors else "it is particular to"
        reasons.append(f"{says} {terms['sectors'][organisation.sector].name}")
    if shared := organisation.channels & set(practice.channels):
        reasons.append(f"it is about {' and '.join(terms['channels'][key].name for key in sorted(shared))}")
    if aims := organisation.aims & set(practice.aims):
        reasons.append(f"your goal is {' and '.join(terms['aims'][key].name for key in sorted(aims))}")
    if organisation.horizon_days:
        reasons.append(f"it shows within your {organisation.horizon_days} days")
    return f"Fits because {'; '.join(reasons)}." if reasons else None


def _from_answer(drafts: Sequence[Draft], used: Sequence[tuple[str, int, int]], origin: Trace) -> list[ChecklistItem]:
    """What the answer's statements advise and no practice has used, as actions without owner or measure."""
    items: list[ChecklistItem] = []
    for draft in drafts:
        action = find_action(draft.text)
        if action is None or len(items) == MOST_ADVICE:
            continue
        evidence = draft.evidence[0]
        if _overlaps(evidence, used):
            continue
        items.append(
            ChecklistItem(
                id=f"{evidence.passage_id}-{evidence.start}",
                action=action,
                why=draft.text,
                theme=None,
                owner=None,
                horizon=None,
                effort=None,
                measure=None,
                priority=0,
                fits_because="Taken from the answer.",
                citations=(make_citation(1, evidence, origin(evidence)),),
            )
        )
    return items


def change_checklist(checklist: Checklist, change: ChecklistChange) -> Checklist:
    """The checklist with a person's changes.

    Raises ConflictError when an item to be changed, or with a new order the list, was changed after the version that
    the change was decided on; ChangeError when it names other items than the list has.
    """
    items = {item.id: item for item in checklist.items}
    unknown = [one.id for one in change.items if one.id not in items]
    if unknown:
        raise ChangeError(f"The checklist has no item {unknown[0][:100]!r}.")
    if change.order is not None and sorted(change.order) != sorted(items):
        raise ChangeError("`order` must have the id of every item of the checklist, each once.")
    others = [items[one.id].action for one in change.items if items[one.id].updated > change.updated]
    if others or (change.order is not None and checklist.updated > change.updated):
        what = f"“{others[0]}” was" if others else "The checklist was"
        raise ConflictError(f"{what} changed elsewhere since you opened it. Load it again, then make your change anew.")
    now = timestamp()
    for one in change.items:
        items[one.id] = items[one.id].model_copy(
            update={**one.model_dump(exclude={"id"}, exclude_none=True), "updated": now}
        )
    listed = _numbered(items[id] for id in change.order or items)
    return checklist.model_copy(update={"items": listed, "updated": now})


def by_horizon(checklist: Checklist) -> list[tuple[str, list[ChecklistItem]]]:
    """The items in the groups of their horizons, soonest first, what has none last; within a group in their order."""
    names = [name for _, name in HORIZONS]

    def place(item: ChecklistItem) -> int:
        return names.index(item.horizon) if item.horizon in names else len(names)

    items = sorted(checklist.items, key=lambda item: (place(item), item.priority))
    return [(names[at] if at < len(names) else "Any time", list(group)) for at, group in groupby(items, place)]
