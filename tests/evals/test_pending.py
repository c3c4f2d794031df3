"""From feedback to test: a down-vote becomes a golden item that a reviewer can take over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from advisor.conversations import CONVERSATIONS_FILE, Conversations
from advisor.types import Answer
from evals.golden import Question
from evals.pending import main
from tests.evals.conftest import citation_of


@pytest.fixture
def voted(tmp_path: Path, make_answer: Callable[..., Answer]) -> Path:
    """A data folder where two questions were asked and the second answer was voted down."""
    conversations = Conversations(tmp_path / CONVERSATIONS_FILE)
    cited = (citation_of(14, 26),)
    with conversations.asking("conversation") as keep:
        keep(make_answer("Callers wait. [1]", id="first", question="Who waits?", citations=cited))
        keep(make_answer("Owners care. [1]", question="And who cares?", citations=cited))
    conversations.vote("0123456789abcdef", "down", "not what I asked")
    conversations.close()
    return tmp_path


def test_down_vote_becomes_a_pending_item(voted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data-dir", str(voted)]) == 0
    (item,) = yaml.safe_load(capsys.readouterr().out)
    assert (item["turns"], item["question"], item["note"]) == (["Who waits?"], "And who cares?", "not what I asked")
    assert item["answer"] == "Owners care. [1]"
    for_the_reviewer = {"voted", "status", "answer"}
    kept = Question.model_validate({key: value for key, value in item.items() if key not in for_the_reviewer})
    assert [piece.quote for piece in kept.evidence] == ["Owners care."]


@pytest.mark.parametrize("folder", ["empty", "missing"])
def test_nothing_to_export_is_said(tmp_path: Path, folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    if folder == "empty":
        Conversations(tmp_path / CONVERSATIONS_FILE).close()
    assert main(["--data-dir", str(tmp_path)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "voted down" in told.err or "does not exist" in told.err
