"""A page or two for a board, from a fixed template: the situation, what the sources say, options, actions, evidence.

Nothing in it is new: it is put together from checked answers, or an assessment, and a checklist.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from itertools import groupby

from advisor.advice.checklist import timestamp
from advisor.advice.profile import describe
from advisor.advice.report import Numbers
from advisor.answer.cite import read_text
from advisor.takeaways import Assessment, Brief, Finding, Option, Quality
from advisor.types import Answer, Checklist, ChecklistItem, Citation, Profile, Reason, Statement
from advisor.words import listed

MOST_ANSWERS = 4  # of a conversation, the latest
MOST_STATEMENTS = 6  # in all; each answer gives at least one
MOST_GAPS = 3
MOST_OPTIONS = 3
MOST_ACTIONS = 5
ANYBODY = "No profile was given, so this is for any organisation."
OWN_CLAIM = "First-hand: the source's own claims"
_UNANSWERED: dict[Reason | None, str] = {
    "out_of_scope": "it is about something that the library does not deal with",
    "not_in_library": "the library does not have what was asked for",
    "weak_evidence": "the library touches on it, and nothing in it answers",
}


def brief_answers(answers: Sequence[Answer], checklist: Checklist | None, profile: Profile) -> Brief:
    """The brief of a conversation's answers, oldest first; what was refused is said in its notes."""
    answered = [answer for answer in answers if answer.status == "answered"][-MOST_ANSWERS:]
    refused = [answer for answer in answers if answer.status == "refused"]
    numbers = Numbers()
    of_each = max(1, MOST_STATEMENTS // max(1, len(answered)))
    findings = [_finding(answer, of_each, numbers) for answer in answered]
    asked = [f"“{answer.question}”" for answer in answered or refused]
    return _brief(
        f"Brief: {(answered or refused)[0].question}",
        profile,
        (f"The question{'s' if len(asked) > 1 else ''}: {listed(asked)}",),
        findings,
        checklist,
        numbers,
        [f"“{one.question}” has no answer: {_UNANSWERED[one.reason]}." for one in refused],
    )


def _finding(answer: Answer, most: int, numbers: Numbers) -> Finding:
    cited = {citation.number: citation for citation in answer.citations}
    said = [(one.text, [cited[number] for number in one.citations]) for one in read_text(answer.text)[:most]]
    return Finding(about=answer.question, statements=_statements(said, numbers))


def brief_assessment(assessment: Assessment) -> Brief:
    """The brief of a self-check: where the organisation stands, what the library says on its widest gaps."""
    numbers = Numbers()
    gaps = assessment.gaps[:MOST_GAPS]
    findings = [
        Finding(about=gap.name, statements=_statements([(c.quote, [c]) for c in gap.citations[:2]], numbers))
        for gap in gaps
        if gap.citations
    ]
    return _brief(
        f"Brief: {assessment.title}",
        assessment.profile,
        _standing(assessment),
        findings,
        assessment.checklist,
        numbers,
        [],
    )


def _standing(assessment: Assessment) -> tuple[str, ...]:
    people = listed([person.name for person in assessment.respondents])
    lines = [f"The self-check, answered by {people}, gives {assessment.overall or 0:.2f} of 5 overall."]
    if assessment.gaps:
        widest = listed([f"{gap.name} ({gap.score:.2f})" for gap in assessment.gaps[:MOST_GAPS]])
        lines.append(f"The lowest scores: {widest}.")
    if apart := sum(len(score.disagreements) for score in assessment.scores):
        lines.append(f"Respondents lie two levels or more apart on {apart} question{'s' if apart > 1 else ''}.")
    return tuple(lines)


def _statements(said: Sequence[tuple[str, Sequence[Citation]]], numbers: Numbers) -> tuple[Statement, ...]:
    return tuple(
        Statement(text=text, aspect=None, citations=tuple(c.number for c in numbers.numbered(citations)))
        for text, citations in said
    )


def _brief(
    title: str,
    profile: Profile,
    situation: tuple[str, ...],
    findings: Sequence[Finding],
    checklist: Checklist | None,
    numbers: Numbers,
    notes: Sequence[str],
) -> Brief:
    left = [item for item in checklist.items if item.status in ("open", "doing")] if checklist else []
    numbered = [item.model_copy(update={"citations": numbers.numbered(item.citations)}) for item in _shown(left)]
    by_id = {item.id: item for item in numbered}
    now = timestamp()
    whom = describe(profile)
    return Brief(
        id=uuid.uuid4().hex,
        title=title,
        profile=profile,
        created=now,
        updated=now,
        situation=(f"{whom[0].upper()}{whom[1:]}." if whom else ANYBODY, *situation),
        findings=tuple(findings),
        options=tuple(
            Option(name=theme, action=by_id[items[0].id], actions=len(items)) for theme, items in _themes(left)
        ),
        items=tuple(by_id[item.id] for item in left[:MOST_ACTIONS]),
        evidence=_qualities(numbers.sources),
        citations=numbers.sources,
        notes=tuple(notes),
    )


def _shown(left: Sequence[ChecklistItem]) -> list[ChecklistItem]:
    """The actions that the brief shows, those that open an option first."""
    shown = [*(items[0] for _, items in _themes(left)), *left[:MOST_ACTIONS]]
    return list({item.id: item for item in shown}.values())


def _themes(left: Sequence[ChecklistItem]) -> list[tuple[str, list[ChecklistItem]]]:
    """The themes with the most actions, in the order of their first ones; none when there is no choice between two."""
    of_theme: dict[str, list[ChecklistItem]] = {}
    for item in left:
        if item.theme:
            of_theme.setdefault(item.theme, []).append(item)
    most = sorted(of_theme, key=lambda theme: -len(of_theme[theme]))[:MOST_OPTIONS]
    return [(theme, items) for theme, items in of_theme.items() if theme in most] if len(most) > 1 else []


def _qualities(citations: Sequence[Citation]) -> tuple[Quality, ...]:
    """What is to be known of the evidence, once for each document and whose claims it passes on."""

    def key(citation: Citation) -> tuple[str, str]:
        return citation.document_id, citation.reported_from or OWN_CLAIM

    groups = [(whose, list(group)) for (_, whose), group in groupby(sorted(citations, key=key), key)]
    return tuple(
        Quality(
            title=group[0].title,
            publisher=group[0].publisher,
            kind=group[0].kind,
            published=group[0].published,
            whose=whose,
            caveats=tuple(dict.fromkeys(citation.caveat for citation in group if citation.caveat)),
            quotes=tuple(sorted(citation.number for citation in group)),
        )
        for whose, group in sorted(groups, key=lambda one: min(citation.number for citation in one[1]))
    )
