"""The published benchmark: its data is read, and scores are what can be counted on fingers."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from benchmarks.retrieval import main, read_questions, score
from evals.metrics.spans import Span

EXCERPTS = (Span("doc", 0, 10), Span("doc", 20, 30))


def test_score_counts_characters_once() -> None:
    found = score([Span("doc", 0, 10), Span("doc", 5, 25), Span("other", 0, 10)], EXCERPTS)
    assert found["recall"] == pytest.approx(15 / 20)
    assert found["precision"] == pytest.approx(15 / 40)
    assert found["iou"] == pytest.approx(15 / 45)
    assert found["ndcg"] == pytest.approx(0.5 + 0.25 / math.log2(3))


def test_everything_first_is_perfect_and_nothing_is_nothing() -> None:
    assert score([Span("doc", 0, 30)], EXCERPTS)["ndcg"] == 1.0
    assert set(score([], EXCERPTS).values()) == {0.0}


def test_questions_are_read_with_their_excerpts(tmp_path: Path) -> None:
    references = json.dumps([{"content": "x", "start_index": 3, "end_index": 9}]).replace('"', '""')
    (tmp_path / "q.csv").write_text(f'question,references,corpus_id\nWho helps?,"{references}",doc\n')
    (question,) = read_questions(tmp_path / "q.csv")
    assert (question.text, question.excerpts) == ("Who helps?", (Span("doc", 3, 9),))


def test_missing_data_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert "questions_df.csv" in capsys.readouterr().err
