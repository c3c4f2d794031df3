"""Answers by hand, for metrics that look at one answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from advisor.types import Answer, Citation, Receipt, RetrievedPassage, Seconds

TEXT = "Callers wait. Owners care. Desks help."


def citation_of(start: int, end: int, number: int = 1, document_id: str = "doc", quote: str | None = None) -> Citation:
    return Citation(
        number=number,
        document_id=document_id,
        passage_id="p",
        title="Desks",
        author=None,
        publisher=None,
        published=None,
        kind=None,
        url=None,
        heading=(),
        start=start,
        end=end,
        quote=TEXT[start:end] if quote is None else quote,
    )


def passage_of(start: int, end: int, rank: int = 1, document_id: str = "doc") -> RetrievedPassage:
    return RetrievedPassage(
        rank=rank, score=1.0, document_id=document_id, passage_id=f"p{rank}", start=start, end=end, text=TEXT[start:end]
    )


@pytest.fixture(scope="session")
def make_answer() -> Callable[..., Answer]:
    def make(text: str = "", **fields: Any) -> Answer:
        return Answer.model_validate(
            {
                "id": "0123456789abcdef",
                "conversation_id": "c",
                "question": "Who helps?",
                "query": "Who helps?",
                "status": "answered",
                "reason": None,
                "mode": "keyless",
                "text": text,
                "citations": (),
                "passages": (),
                "checklist": None,
                "follow_ups": (),
                "notes": (),
                "seconds": Seconds(rewrite=0, retrieve=0, answer=0, check=0, total=0.5),
                "receipt": Receipt(
                    index_generation="g", embedding_model="m", chat_model=None, settings_hash="h", passage_hashes=()
                ),
            }
            | fields
        )

    return make
