"""In model mode the same suites run, and whatever the model does, no figure falls below that of keyless mode."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from advisor.answer.graph import Steps
from advisor.config import Settings
from advisor.models.embeddings import Embedder
from evals import suites
from evals.golden import Question, read
from evals.ground import briefs, ground, library
from evals.outcome import Figure
from tests.chat_server import ChatServer, Reply, statements

EVERY = 9  # of the golden questions
AT_LEAST = (
    "evidence_cited",
    "citation_precision",
    "citation_recall",
    "groundedness",
    "quote_fidelity",
    "required_facts",
)


def offered(asked: Mapping[str, Any]) -> list[tuple[str, str]]:
    return re.findall(r"^(E\d+): (.*)$", asked["messages"][1]["content"], re.MULTILINE)


def copying(asked: Mapping[str, Any]) -> Reply:
    return statements(*((text, [label]) for label, text in offered(asked)))


def citing_everything_backwards(asked: Mapping[str, Any]) -> Reply:
    found = offered(asked)
    return statements(*((text, [label for label, _ in found]) for _, text in reversed(found)))


def cutting(asked: Mapping[str, Any]) -> Reply:
    """The first half of each sentence's clauses."""
    halves = ((label, text.split(", ")) for label, text in offered(asked))
    return statements(*((", ".join(c[: (len(c) + 1) // 2]).rstrip(".") + ".", [label]) for label, c in halves))


def inventing(asked: Mapping[str, Any]) -> Reply:
    return statements(*((f"At Contoso, 70 % of leaders agree: {text}", [label]) for label, text in offered(asked)))


@pytest.fixture(scope="module")
def settings(embedder: Embedder) -> Iterator[Settings]:
    with briefs() as folder, library([folder], Settings(_env_file=None, chat_model=""), embedder) as settings:  # type: ignore[call-arg]  # an option of pydantic-settings
        yield settings


@pytest.fixture(scope="module")
def figures_of(embedder: Embedder) -> Callable[[Settings], Mapping[str, Figure]]:
    def run(settings: Settings) -> Mapping[str, Figure]:
        with ground(settings, embedder, Steps()) as on:
            return suites.answers(on, read("answerable", Question)[::EVERY], lambda: None).figures()

    return run


@pytest.fixture(scope="module")
def keyless(settings: Settings, figures_of: Callable[[Settings], Mapping[str, Figure]]) -> Mapping[str, Figure]:
    return figures_of(settings)


@pytest.mark.parametrize("manner", [copying, citing_everything_backwards, cutting, inventing])
def test_model_of_any_manner_lowers_no_figure(
    settings: Settings,
    figures_of: Callable[[Settings], Mapping[str, Figure]],
    keyless: Mapping[str, Figure],
    chat_server: ChatServer,
    manner: Callable[[Mapping[str, Any]], Reply],
) -> None:
    chat_server.script = manner
    there = settings.model_copy(update={"chat_model": "scripted", "openai_base_url": chat_server.url})
    figures = figures_of(there)
    assert chat_server.asked
    assert {name for name in AT_LEAST if figures[name].value < keyless[name].value} == set()
    assert figures["groundedness"].value == 1.0
    assert figures["stray_markers"].value == 0.0
