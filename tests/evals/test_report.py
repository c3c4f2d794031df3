"""The report: every figure beside its threshold and past, the worst items, nothing of a document active."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from evals import record, report
from evals.outcome import Outcome, Suite

BOUNDS = {"answers": {"evidence_cited": 0.9}, "planted": {"false_alarms": 0.5}}


@pytest.fixture
def results() -> dict[str, Suite]:
    bad = Outcome("a-2", "list", "Which <b>parts</b>?", "None | at all.", ("Four parts.",), {"evidence_cited": 0.0})
    good = Outcome("a-1", "fact", "Who helps?", "Desks help.", ("Desks help.",), {"evidence_cited": 1.0})
    alarm = Outcome("p-1", "good", "Desks help.", "Desks help.", (), {"false_alarms": 1.0}, ("thrown out",))
    calm = Outcome("p-2", "good", "Desks care.", "Desks care.", (), {"false_alarms": 0.0})
    return {
        "answers": Suite("answers", [good, bad], seconds=1.0),
        "planted": Suite("planted", [alarm, calm]),
        "judged": Suite("judged", not_run="not run: no judge"),
    }


@pytest.fixture
def earlier() -> list[record.Record]:
    return [{"when": "2026-01-01", "suites": {"answers": {"figures": {"evidence_cited": {"value": 0.75}}}}}]


def test_rows_stand_beside_threshold_last_value_and_history(
    results: dict[str, Suite], earlier: list[record.Record]
) -> None:
    shown = {section.suite.name: section for section in report.sections(results, BOUNDS, earlier)}
    (row,) = shown["answers"].rows
    assert (row.figure.value, row.threshold, row.before, row.change, row.missed) == (0.5, 0.9, 0.75, -0.25, True)
    assert row.line == "0.0,2.0 110.0,22.0"
    (calm,) = shown["planted"].rows
    assert (calm.before, calm.missed, calm.line) == (None, False, "")
    assert [kind for kind, _ in shown["answers"].kinds] == ["fact", "list"]


def test_worst_items_come_from_every_suite_in_turn(results: dict[str, Suite]) -> None:
    assert [(name, outcome.item) for name, outcome in report.worst(results)] == [("answers", "a-2"), ("planted", "p-1")]


def test_page_stands_alone_tells_all_and_shows_markup_as_words(
    results: dict[str, Suite], earlier: list[record.Record], tmp_path: Path, make_settings: object
) -> None:
    made = {**record.make_record(results, make_settings()), "commit": "abc"}  # type: ignore[operator]  # a fixture
    shown = report.sections(results, BOUNDS, earlier)
    report.write(shown, report.worst(results), made, tmp_path)
    page, text = ((tmp_path / name).read_text(encoding="utf-8") for name in ("report.html", "report.md"))
    for told in ("1 figure", "evidence cited", "0.500", "≥ 0.9", "-0.250", "Not run: no judge", "thrown out", "abc"):
        assert told in page
    assert "Which &lt;b&gt;parts&lt;/b&gt;?" in page
    assert not re.search(r"""(?:src|href)=|url\(|@import|<script""", page)
    assert "| evidence_cited **missed** | 2 | 0.500 |" in text
    assert r"None \| at all." in text


def test_record_is_kept_and_read_back_in_order(
    results: dict[str, Suite], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_settings: object
) -> None:
    monkeypatch.setattr(record, "RESULTS", tmp_path / "results")
    made = record.make_record(results, make_settings())  # type: ignore[operator]  # a fixture
    later = {**made, "when": "2099-01-01T00:00:00+00:00"}
    record.keep(later)
    path = record.keep(made)
    assert [kept["when"] for kept in record.history("keyless")] == [made["when"], later["when"]]
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert kept["suites"]["judged"] == {"not_run": "not run: no judge"}
    assert record.figure(kept, "answers", "evidence_cited") == 0.5
    assert record.figure(kept, "answers", "ndcg") is None
    assert {"commit", "settings_hash", "settings", "sets", "machine"} <= kept.keys()


def test_record_and_report_name_the_mode_and_the_model(
    results: dict[str, Suite], tmp_path: Path, make_settings: object
) -> None:
    settings = make_settings(chat_model="small", openai_base_url="http://127.0.0.1:9/v1")  # type: ignore[operator]  # a fixture
    made = record.make_record(results, settings)
    assert (made["mode"], made["chat_model"]) == ("model", "small")
    report.write(report.sections(results, {}, []), [], made, tmp_path)
    assert "Model mode with `small`" in (tmp_path / "report-model.md").read_text(encoding="utf-8")
    assert "model mode with small" in (tmp_path / "report-model.html").read_text(encoding="utf-8")


def test_runs_are_held_against_runs_in_the_same_mode(
    results: dict[str, Suite], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_settings: object
) -> None:
    monkeypatch.setattr(record, "RESULTS", tmp_path / "results")
    made = record.make_record(results, make_settings())  # type: ignore[operator]  # a fixture
    record.keep(made)
    record.keep({**made, "mode": "model", "commit": "other"})
    assert [kept["mode"] for kept in record.history("model")] == ["model"]
    assert len(record.history("keyless")) == 1
