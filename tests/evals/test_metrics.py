"""Scores of single answers."""

from __future__ import annotations

from typing import Any

from evals.metrics import Span, cites_evidence, quotes_verbatim, retrieves_evidence, stray_markers

TEXT = "Callers wait. Owners care. Desks help."
GOLD = [Span("doc", 14, 26)]


def piece(start: int, end: int, document_id: str = "doc", number: int = 1) -> dict[str, Any]:
    return {"document_id": document_id, "start": start, "end": end, "quote": TEXT[start:end], "number": number}


def test_overlapping_quote_of_the_document_cites_the_evidence() -> None:
    assert cites_evidence({"citations": [piece(20, 38)]}, GOLD)


def test_neighbouring_quote_or_another_document_does_not() -> None:
    assert not cites_evidence({"citations": [piece(0, 14), piece(26, 38), piece(14, 26, "other")]}, GOLD)


def test_passage_with_most_of_the_evidence_retrieves_it() -> None:
    assert retrieves_evidence({"passages": [piece(20, 38)]}, GOLD, 1)
    assert not retrieves_evidence({"passages": [piece(21, 38)]}, GOLD, 1)


def test_passage_beyond_k_does_not_count() -> None:
    answer = {"passages": [piece(0, 13), piece(14, 26)]}
    assert retrieves_evidence(answer, GOLD, 2)
    assert not retrieves_evidence(answer, GOLD, 1)


def test_verbatim_share_counts_quotes_that_stand_at_their_offsets() -> None:
    moved = piece(0, 13) | {"start": 1}
    assert quotes_verbatim({"citations": [piece(0, 13), moved]}, {"doc": TEXT}.__getitem__) == 0.5


def test_answer_without_citations_misquotes_nothing() -> None:
    assert quotes_verbatim({"citations": []}, {"doc": TEXT}.__getitem__) == 1.0


def test_stray_markers_are_counted_on_both_sides() -> None:
    answer = {"text": "Callers wait. [1][3]", "citations": [piece(0, 13, number=1), piece(14, 26, number=2)]}
    assert stray_markers(answer) == 2


def test_escaped_bracket_is_no_marker() -> None:
    assert stray_markers({"text": r"See \[9\] and \[9]. [1]", "citations": [piece(0, 13)]}) == 0
