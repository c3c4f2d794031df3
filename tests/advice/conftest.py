"""The small library of the answers, for what is made from them."""

from __future__ import annotations

from tests.answer.conftest import advisor, ask, make_passage, rank, settings, sources

__all__ = ["advisor", "ask", "make_passage", "rank", "settings", "sources"]
