"""The check by itself: does it find a planted error, does it let a good statement pass."""

from __future__ import annotations


def score_check(thrown_out: bool, spoiled: bool) -> dict[str, float]:
    """What one statement adds to detection (over spoiled ones) or to false alarms (over good ones)."""
    return {"detection" if spoiled else "false_alarms": float(thrown_out)}
