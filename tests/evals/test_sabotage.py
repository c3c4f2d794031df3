"""The gate is tested: spoil one function of the chain and it goes red, for the right reason and no other."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from advisor.answer.cite import cite
from advisor.answer.graph import Steps
from advisor.answer.retrieve import retrieve
from advisor.config import Settings
from advisor.models.embeddings import Embedder
from advisor.types import Citation, Draft, RankedPassage, Statement
from evals import suites
from evals.gate import misses, read_thresholds
from evals.golden import Planted, Question, read
from evals.ground import briefs, ground, library

WIDE = 40  # passages that the shuffled retrieval draws from


def shuffled(query: str, vector: Any, index: Any, library: Any, top_k: int, *rest: Any) -> list[RankedPassage]:
    """As many passages as asked for, drawn from a wider search without a look at their scores."""
    found = retrieve(query, vector, index, library, WIDE, *rest)
    drawn = random.Random(query).sample(found, min(top_k, len(found)))
    return [replace(passage, rank=rank) for rank, passage in enumerate(drawn, start=1)]


def unchecked(drafts: Sequence[Draft], *rest: Any) -> tuple[list[Draft], list[str]]:
    return list(drafts), []


def unrefused(*asked: Any) -> None:
    return None


def renumbered(drafts: Sequence[Draft], origin: Any) -> tuple[list[Statement], list[Citation]]:
    """Every marker one further than it should be."""
    statements, citations = cite(drafts, origin)
    moved = [
        statement.model_copy(update={"citations": tuple(n % len(citations) + 1 for n in statement.citations)})
        for statement in statements
    ]
    return moved, citations


@pytest.fixture(scope="module")
def settings(embedder: Embedder) -> Iterator[Settings]:
    with briefs() as folder, library([folder], Settings(_env_file=None), embedder) as settings:  # type: ignore[call-arg]  # an option of pydantic-settings
        yield settings


@pytest.mark.parametrize(
    ("steps", "red", "green"),
    [
        (Steps(), set(), {"answers", "refusal", "planted"}),
        (Steps(retrieve=shuffled), {"evidence_found", "evidence_recall", "ndcg", "evidence_cited"}, {"planted"}),
        (Steps(check=unchecked), {"detection"}, {"answers", "refusal"}),
        (Steps(find_refusal=unrefused), {"refusal_recall"}, {"answers", "planted"}),
        (Steps(cite=renumbered), {"citation_precision", "groundedness"}, {"refusal", "planted"}),
    ],
    ids=["nothing spoiled", "retrieval shuffled", "checker off", "refusals off", "citations renumbered"],
)
def test_gate_goes_red_for_what_was_spoiled(
    steps: Steps, red: set[str], green: set[str], settings: Settings, embedder: Embedder
) -> None:
    answerable, refusals = read("answerable", Question), read("refusals", Question)
    with ground(settings, embedder, steps) as on:
        results = [
            suites.answers(on, answerable, lambda: None),
            suites.refusal(on, answerable + refusals, lambda: None),
            suites.planted(on, read("planted", Planted), lambda: None),
        ]
    missed = {suite.name: [told.split(":")[0] for told in misses(suite, read_thresholds())] for suite in results}
    found = {name for names in missed.values() for name in names}
    assert red <= found
    assert {name for name, names in missed.items() if not names} >= green
    assert bool(found) == bool(red)
