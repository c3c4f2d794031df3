"""The golden sets hold what they promise: size, kinds, and evidence that stands in the texts."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from evals.golden import Adversarial, ChecklistPair, Piece, Planted, Question, evidence_of, read, versions
from evals.ground import CORPUS, briefs
from evals.metrics.facts import level, wordings

TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in CORPUS.glob("*.md")}
ANSWERABLE = read("answerable", Question)
LIBRARY = read("guides", Question)  # over briefs and guides
KIND_OF = {
    Path(entry["file"]).stem: entry["kind"]
    for entry in yaml.safe_load((CORPUS / "sources.yaml").read_text(encoding="utf-8"))
}
KINDS = set("fact figure list definition example comparison agreement role sector follow_up topic_switch".split())


def test_answerable_questions_are_many_and_of_every_kind() -> None:
    assert len(ANSWERABLE) >= 150
    assert {item.kind for item in ANSWERABLE} == KINDS
    chains = [item for item in ANSWERABLE if item.kind == "follow_up"]
    assert {len(item.turns) for item in chains} == {1, 2, 3}


@pytest.mark.parametrize("item", [*ANSWERABLE, *(i for i in LIBRARY if i.evidence)], ids=lambda item: item.id)
def test_evidence_stands_in_the_texts_and_has_every_fact(item: Question) -> None:
    places = evidence_of(item, TEXTS)
    assert places
    assert item.facts
    about = level(" ".join(TEXTS[place.document_id] for place in places))
    assert all(any(level(wording) in about for wording in wordings(fact)) for fact in item.facts)


def test_questions_to_refuse_say_why_and_come_in_every_kind() -> None:
    items = read("refusals", Question)
    assert len(items) >= 80
    assert all(item.note and not item.evidence for item in items)
    assert min(Counter(item.kind for item in items).values()) >= 10


def test_questions_to_the_whole_library_are_many_and_about_every_guide() -> None:
    asked = [item for item in LIBRARY if item.evidence]
    refused = [item for item in LIBRARY if not item.evidence]
    assert len(asked) >= 80
    assert len(refused) >= 40
    assert all(item.kind.startswith("refuse_") and item.note for item in refused)
    assert not any(item.kind.startswith("refuse_") for item in asked)
    assert sum(bool(item.turns) for item in asked) >= 12
    cited = {Path(piece.document).stem for item in asked for piece in item.evidence}
    assert {name for name, kind in KIND_OF.items() if kind == "guide"} <= cited


def test_questions_to_the_briefs_have_their_evidence_there() -> None:
    quoted = {Path(piece.document).stem for item in ANSWERABLE for piece in item.evidence}
    assert {KIND_OF[name] for name in quoted} == {"brief"}


def test_folder_of_the_briefs_holds_them_alone_and_practices_that_they_bear_out() -> None:
    with briefs() as folder:
        entries = yaml.safe_load((folder / "sources.yaml").read_text(encoding="utf-8"))
        practices = yaml.safe_load((folder / "practices.yaml").read_text(encoding="utf-8"))
        texts = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    assert set(texts) == {entry["file"] for entry in entries} == {f"{n}.md" for n, k in KIND_OF.items() if k == "brief"}
    assert all(
        texts[name.name] == name.read_text(encoding="utf-8") for name in CORPUS.glob("*.md") if name.name in texts
    )
    assert practices
    assert all(p["evidence"] and all(e["quote"] in texts[e["document"]] for e in p["evidence"]) for p in practices)


def test_no_question_stands_twice() -> None:
    items = (*ANSWERABLE, *read("refusals", Question), *LIBRARY)
    asked = Counter(level(" ".join((*i.turns, i.question))) for i in items)
    assert [question for question, count in asked.items() if count > 1] == []


def test_adversarial_items_plant_in_questions_and_in_every_part_of_a_document() -> None:
    items = read("adversarial", Adversarial)
    assert len(items) >= 60
    assert {item.kind for item in items} == {"question", "visible", "hidden_html", "title", "bibliography"}
    assert all((item.kind == "question") == (item.content is None) for item in items)


def test_what_is_forbidden_stands_nowhere_in_the_honest_texts() -> None:
    honest = level(" ".join(path.read_text(encoding="utf-8") for path in CORPUS.iterdir()))
    planted = {forbidden for item in read("adversarial", Adversarial) for forbidden in item.forbidden}
    assert [forbidden for forbidden in planted if level(forbidden) in honest] == []


def test_planted_errors_are_many_and_each_spoils_something() -> None:
    items = read("planted", Planted)
    kinds = Counter(spoiled.kind for item in items for spoiled in item.spoiled)
    assert sum(kinds.values()) >= 150
    assert len(kinds) == 10
    for item in items:
        text = TEXTS[Path(item.document).stem]
        assert item.quote in text
        for spoiled in item.spoiled:
            if spoiled.kind == "altered_quote":
                assert spoiled.quote
                assert spoiled.quote not in text
            elif spoiled.kind == "moved_marker":
                assert (spoiled.quote or "?") in TEXTS[Path(spoiled.document or "").stem]
                assert spoiled.quote != item.quote
            else:
                assert spoiled.statement not in (None, item.statement)


def test_checklist_pairs_ask_for_both() -> None:
    expected = Counter(item.expect for item in read("checklists", ChecklistPair))
    assert sum(expected.values()) >= 30
    assert min(expected.values()) >= 15


def test_version_changes_with_the_set() -> None:
    known = versions()
    assert len({about["version"] for about in known.values()}) == len(known)


@pytest.mark.parametrize("piece", [{}, {"start": 3}, {"quote": "x", "page": 1}])
def test_evidence_without_a_place_is_refused(piece: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Piece.model_validate({"document": "a.md", **piece})
