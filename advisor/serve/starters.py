"""Questions to begin with, for front ends that suggest some."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from advisor.errors import AdvisorError
from advisor.types import DocumentSummary

if TYPE_CHECKING:  # importing it takes seconds, in which the server already shows that it is starting
    from advisor.advisor import Advisor

STARTERS = {  # what the shipped briefs answer, by the brief
    "customer-centricity-coo": (
        "I'm COO of a telecom; how do I break the silos?",
        "What should a COO do first to become customer-centric?",
    ),
    "target-operating-model-components": ("Which components does a target operating model need?",),
    "operating-model-cx-perspective": ("Which KPIs show that our operating model works for customers?",),
    "personalization-operating-model": ("How should we organize teams for personalization at scale?",),
    "digital-marketplace-relationships": ("How did USAA organize itself around its members?",),
}
MOST_STARTERS = 6


def starters(advisor: Advisor) -> list[str]:
    """Questions to begin with: written ones for the shipped briefs, else made from the documents' headings."""
    try:
        documents = advisor.documents()
    except AdvisorError:
        return []
    written = [text for document in documents for text in STARTERS.get(document.id, ())]
    made = [text for document in documents if document.id not in STARTERS for text in _made(advisor, document)]
    return [*written, *made][:MOST_STARTERS]


def _made(advisor: Advisor, document: DocumentSummary) -> list[str]:
    """A question about a document as a whole, and one on its first section of substance."""
    found = advisor.document(document.id)
    headings = re.findall(r"^#{2,3}[ \t]+(.{8,70})$", found.text, re.MULTILINE) if found else []
    about = [f"What does the library say about {heading.strip().rstrip('?.:')}?" for heading in headings[1:2]]
    return [f"What does “{document.title[:90]}” recommend?", *about]
