"""Briefs: put together from what was checked, numbered once, honest about what is missing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from advisor.advice.brief import ANYBODY, MOST_ACTIONS, MOST_STATEMENTS, brief_answers
from advisor.advice.checklist import make_checklist
from advisor.takeaways import Brief
from advisor.types import Answer, Checklist, ChecklistItem, Citation, ItemStatus, Profile


@pytest.fixture(scope="module")
def answered(ask: Callable[..., Answer]) -> Answer:
    return ask("How do we break the silos between departments?", checklist=True)


@pytest.fixture(scope="module")
def refused(ask: Callable[..., Answer]) -> Answer:
    return ask("How do I bake sourdough bread?")


def item(name: str, theme: str | None, status: ItemStatus = "open", start: int = 0) -> ChecklistItem:
    quote = f"{name} is said."
    cited = Citation(
        number=1, document_id="doc", passage_id="p", title="A text", author=None, publisher=None, published=None,
        kind=None, url=None, heading=(), start=start, end=start + len(quote), quote=quote,
    )  # fmt: skip
    return ChecklistItem(
        id=name, action=f"Do {name}.", why="It helps.", theme=theme, owner="COO", horizon="0–30 days", effort="low",
        measure="m", priority=1, status=status, fits_because=None, citations=(cited,),
    )  # fmt: skip


def listed(*items: ChecklistItem) -> Checklist:
    return make_checklist("Next steps", Profile(), items)


def numbers_in(brief: Brief) -> set[int]:
    said = {number for finding in brief.findings for one in finding.statements for number in one.citations}
    items = (*brief.items, *(option.action for option in brief.options))
    return said | {citation.number for item in items for citation in item.citations}


def test_brief_says_what_the_answer_says_with_its_evidence(answered: Answer) -> None:
    brief = brief_answers([answered], answered.checklist, Profile(role="COO"))
    (finding,) = brief.findings
    assert 0 < len(finding.statements) <= MOST_STATEMENTS
    quotes = {citation.number: citation.quote for citation in brief.citations}
    for statement in finding.statements:
        assert statement.text in answered.text.replace("\\", "")
        assert {quotes[n] for n in statement.citations} <= {citation.quote for citation in answered.citations}


def test_every_number_stands_for_one_citation_and_every_citation_is_judged_once(answered: Answer) -> None:
    brief = brief_answers([answered], answered.checklist, Profile())
    cited = [citation.number for citation in brief.citations]
    assert cited == list(range(1, len(cited) + 1))
    assert numbers_in(brief) == set(cited)
    assert sorted(number for quality in brief.evidence for number in quality.quotes) == cited


def test_brief_of_refused_answers_says_so_and_recommends_nothing(refused: Answer) -> None:
    brief = brief_answers([refused, refused], None, Profile())
    assert (brief.findings, brief.options, brief.items, brief.citations) == ((), (), (), ())
    assert brief.situation[0] == ANYBODY
    assert len(brief.notes) == 2
    assert "has no answer" in brief.notes[0]


def test_refused_answer_among_others_is_noted(answered: Answer, refused: Answer) -> None:
    brief = brief_answers([refused, answered], None, Profile())
    assert [finding.about for finding in brief.findings] == [answered.question]
    assert [refused.question in note for note in brief.notes] == [True]


def test_what_is_done_or_dropped_is_not_recommended(answered: Answer) -> None:
    items = [
        item("a", "T", "done"),
        item("b", "T", "dropped", 40),
        item("c", "T", start=80),
        item("d", None, "doing", 120),
    ]
    brief = brief_answers([answered], listed(*items), Profile())
    assert [one.id for one in brief.items] == ["c", "d"]


def test_options_are_themes_to_choose_between_or_none(answered: Answer) -> None:
    one = brief_answers([answered], listed(item("a", "T"), item("b", "T", start=40)), Profile())
    two = brief_answers(
        [answered], listed(item("a", "T"), item("b", "U", start=40), item("c", "U", start=80)), Profile()
    )
    assert one.options == ()
    assert [(option.name, option.action.id, option.actions) for option in two.options] == [("T", "a", 1), ("U", "b", 2)]


def test_long_checklist_is_cut_to_its_top(answered: Answer) -> None:
    items = [item(f"i{n}", None, start=40 * n) for n in range(50)]
    assert len(brief_answers([answered], listed(*items), Profile()).items) == MOST_ACTIONS
