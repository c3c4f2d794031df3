"""Who asks: what the browser kept is shown, and never run."""

from __future__ import annotations

import html
import re

from advisor.serve.intake import restore
from advisor.types import Profile


def test_what_a_person_typed_of_themselves_is_text_in_the_page() -> None:
    summary = restore({"role": "<img src=x onerror=alert(1)>", "goal": '"><script>'})[-1]
    assert "<img" not in summary
    assert "<script>" not in summary


def test_summary_carries_the_profile_for_the_other_pages_and_an_empty_one_when_switched_off() -> None:
    kept = {"role": "COO", "size": "4,000 staff"}
    assert _carried(restore(kept)[-1]) == Profile(role="COO", size="4,000 staff")
    assert _carried(restore({**kept, "used": False})[-1]) == Profile()


def _carried(summary: str) -> Profile:
    found = re.search(r'data-profile="([^"]*)"', summary)
    assert found
    return Profile.model_validate_json(html.unescape(found[1]))
