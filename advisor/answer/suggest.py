"""Questions that the library answers, near to one that was asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from advisor.types import Citation, RankedPassage

MOST = 3


def suggest(ranked: Sequence[RankedPassage], cited: Collection[Citation]) -> tuple[str, ...]:
    """At most three questions about sections that were found but not cited, best first.

    Each asks for a section by its heading, so the library has an answer to it by construction.
    """
    used = {citation.heading[-1] for citation in cited if citation.heading}
    headings = [ranked.passage.heading[-1] for ranked in ranked if ranked.passage.heading]
    left = [heading for heading in dict.fromkeys(headings) if heading not in used]
    return tuple(f"What do the sources say about “{heading.rstrip('.:')}”?" for heading in left[:MOST])
