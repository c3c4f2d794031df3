"""From an answer to action items with evidence: practices of the library first, then what the answer itself advises."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from advisor.answer.cite import make_citation
from advisor.answer.rewrite import who_asks
from advisor.types import (
    Checklist,
    ChecklistItem,
    Draft,
    Evidence,
    Origin,
    Practice,
    Profile,
    RankedPassage,
)
from advisor.words import stems

MOST_PRACTICES = 6
MOST_ADVICE = 3
RELEVANT = 0.45  # score of a practice below which it has nothing to do with the question
TOO_LATE = 0.3  # what it loses by showing only after the profile's horizon
CITED, ROLE, SECTOR = 0.25, 0.1, 0.1  # what a practice gains by resting on a cited passage, and by fitting the profile

ROLES = {
    "ceo": ("CEO", r"ceo|chief executive|managing director|founder"),
    "coo": (
        "COO",
        r"coo|chief operating officer|head of operations|operations (?:director|chief|manager)|run operations",
    ),
    "cio": ("CIO", r"cio|cto|chief information officer|head of it|it (?:director|chief|manager)"),
    "cmo": ("CMO", r"cmo|chief marketing officer|marketing (?:director|chief|manager|head)|head of marketing"),
    "cx": (
        "Head of customer experience",
        r"cxo|customer experience (?:officer|lead|director|manager)|head of (?:cx|customer experience)",
    ),
    "service": (
        "Head of customer service",
        r"head of (?:customer )?service|service (?:director|manager)|contact cent(?:er|re)",
    ),
    "product": ("Head of product", r"head of product|product (?:owner|manager|director)|cpo"),
    "hr": ("Head of HR", r"chro|head of hr|hr (?:director|manager|business partner)|people officer"),
    "finance": ("CFO", r"cfo|finance (?:director|chief)|head of finance"),
}
SECTORS = {
    "telecom": r"telecoms?|telecommunications|telcos?|mobile (?:carrier|operator)|cable company|broadband",
    "banking": r"banks?|banking|building society|credit union",
    "insurance": r"insurers?|insurance",
    "retail": r"retail(?:er|ers)?|shops?|stores?|supermarkets?|grocery|e-?commerce",
    "automotive": r"automotive|car ?(?:maker|brand|dealer)s?|vehicles?",
    "healthcare": r"healthcare|hospitals?|clinics?|health",
    "hospitality": r"hospitality|hotels?|resorts?|restaurants?|travel|leisure",
    "logistics": r"logistics|parcels?|shipping|freight",
    "media": r"media|streaming|publish(?:er|ing)|broadcast(?:er|ing)",
    "consumer-goods": r"consumer goods|fmcg",
    "public": r"public (?:sector|body|service)|government|council|ministry|agency",
    "energy": r"energy|utilit(?:y|ies)|power company",
    "manufacturing": r"manufactur(?:er|ers|ing)|factory|plants?|industrial",
}
# "Organizations should invest in ..." → "Invest in ..."; passives ("must be optimized") give no instruction.
_ADVICE = re.compile(
    r"\b(?:should|must|needs? to|ought to|has to|have to) (?!be\b|not\b|also be\b)(?:also )?([a-z][^.;:—]+)"
)
_IMPERATIVE = re.compile(
    r"^(?:create|develop|understand|find|let go|invest|start|build|put|align|map|measure|design|review)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a checklist is made from: the question with its terms, what was retrieved, and the answer's statements."""

    query: str
    question: str
    ranked: Sequence[RankedPassage]
    drafts: Sequence[Draft]


def build_checklist(
    found: Found,
    practices: Iterable[Practice],
    profile: Profile,
    origin: Callable[[Evidence], Origin],
) -> Checklist:
    """The checklist for an answer and a profile; what the profile leaves open is read from the question.

    `origin` gives what the library knows of a quote's source. Every item cites its evidence; there are none when
    neither practices nor advice are near the question.
    """
    profile = read_profile(found.question, profile)
    chosen = _from_practices(found, practices, profile, origin)
    used = [(c.document_id, c.start, c.end) for item in chosen for c in item.citations]
    items = [*chosen, *_from_answer(found, used, origin)]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Checklist(
        id=uuid.uuid4().hex,
        title=f"Next steps: {found.question}",
        profile=profile,
        items=tuple(item.model_copy(update={"priority": n}) for n, item in enumerate(items, start=1)),
        created=now,
        updated=now,
    )


def read_profile(question: str, profile: Profile) -> Profile:
    """The profile with role and sector filled in from how the asker speaks of themselves."""
    own_words = who_asks(question)
    role = profile.role or next((key for key, (_, words) in ROLES.items() if _says(own_words, words)), None)
    sector = profile.sector or next((key for key, words in SECTORS.items() if _says(own_words, words)), None)
    return profile.model_copy(update={"role": role, "sector": sector})


def _says(question: str, words: str) -> bool:
    return re.search(rf"\b(?:{words})\b", question, re.IGNORECASE) is not None


def _key(value: str | None, known: Mapping[str, str]) -> str | None:
    """The vocabulary's key for a free-text value ("Chief Operating Officer" → "coo"), or None."""
    if value is None or value.lower() in known:
        return value and value.lower()
    return next((key for key, words in known.items() if _says(value, words)), None)


def _from_practices(
    found: Found, practices: Iterable[Practice], profile: Profile, origin: Callable[[Evidence], Origin]
) -> list[ChecklistItem]:
    role = _key(profile.role, {key: words for key, (_, words) in ROLES.items()})
    sector = _key(profile.sector, SECTORS)
    wanted = set(stems(found.query))
    cited = {(e.document_id, e.start, e.end) for draft in found.drafts for e in draft.evidence}

    def score(practice: Practice) -> float:
        cosine = max((_cosine(evidence, found.ranked) for evidence in practice.evidence), default=0.0)
        own = set(stems(f"{practice.action} {practice.why} {practice.theme}"))
        shared = len(own & wanted) / max(1, len(wanted))
        on_cited = any(_overlaps(evidence, cited) for evidence in practice.evidence)
        fit = ROLE * (role in practice.roles) + SECTOR * (sector in practice.sectors)
        late = profile.horizon_days is not None and practice.horizon_days > profile.horizon_days
        return cosine + shared + CITED * on_cited + fit - TOO_LATE * late

    scored = [(score(practice), practice) for practice in practices if _open_to(practice, sector)]
    best = sorted((pair for pair in scored if pair[0] >= RELEVANT), key=lambda pair: -pair[0])[:MOST_PRACTICES]
    return [_item(practice, role, sector, profile, origin) for _, practice in best]


def _open_to(practice: Practice, sector: str | None) -> bool:
    return sector is None or "any" in practice.sectors or sector in practice.sectors


def _cosine(evidence: Evidence, near: Sequence[RankedPassage]) -> float:
    """The cosine with the query of the sentences that a practice rests on; 0 when they were not retrieved."""
    return max(
        (
            cosine
            for ranked in near
            if ranked.passage.document_id == evidence.document_id
            for sentence, cosine in zip(ranked.passage.sentences, ranked.sentence_cosines, strict=True)
            if sentence.start < evidence.end and evidence.start < sentence.end
        ),
        default=0.0,
    )


def _overlaps(evidence: Evidence, cited: Iterable[tuple[str, int, int]]) -> bool:
    return any(evidence.document_id == id and evidence.start < end and start < evidence.end for id, start, end in cited)


def _item(
    practice: Practice,
    role: str | None,
    sector: str | None,
    profile: Profile,
    origin: Callable[[Evidence], Origin],
) -> ChecklistItem:
    owner = role if role in practice.roles else practice.roles[0] if practice.roles else None
    return ChecklistItem(
        id=practice.id,
        action=practice.action,
        why=practice.why,
        owner=ROLES[owner][0] if owner in ROLES else owner,
        horizon=f"within {practice.horizon_days} days",
        effort=practice.effort,
        measure=practice.measure,
        priority=0,
        fits_because=_why_it_fits(practice, role, sector, profile),
        citations=tuple(make_citation(n, e, origin(e)) for n, e in enumerate(practice.evidence, start=1)),
    )


def _why_it_fits(practice: Practice, role: str | None, sector: str | None, profile: Profile) -> str | None:
    reasons = []
    if role and role in practice.roles:
        reasons.append(f"it is in the hands of a {ROLES[role][0] if role in ROLES else role}")
    if sector and sector in practice.sectors:
        reasons.append(f"it suits {sector.replace('-', ' ')}")
    if profile.horizon_days and practice.horizon_days <= profile.horizon_days:
        reasons.append(f"it shows within your {profile.horizon_days} days")
    return f"Fits because {' and '.join(reasons)}." if reasons else None


def _from_answer(
    found: Found, used: Sequence[tuple[str, int, int]], origin: Callable[[Evidence], Origin]
) -> list[ChecklistItem]:
    """What the answer's statements advise and no practice has used, as actions without owner or measure."""
    items: list[ChecklistItem] = []
    for draft in found.drafts:
        action = _action(draft.text)
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


def _action(text: str) -> str | None:
    """The instruction in a statement that advises something, or None."""
    if _IMPERATIVE.match(text):
        return text.split(". ")[0].rstrip(".") + "."
    if match := _ADVICE.search(text):
        action = match.group(1).strip()
        return action[0].upper() + action[1:].rstrip(",") + "."
    return None
