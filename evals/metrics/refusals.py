"""Refusals: which are right, and which questions should have got one."""

from __future__ import annotations


def score_refusal(refused: bool, answerable: bool) -> dict[str, float]:
    """What one question adds to refusal precision, refusal recall and the share of wrong refusals.

    Precision is over all refusals, recall over the questions that the texts do not answer, wrong refusals over those
    that they do; a question has no part in the others.
    """
    scores = {"wrongly_refused": float(refused)} if answerable else {"refusal_recall": float(refused)}
    return scores | ({"refusal_precision": float(not answerable)} if refused else {})
