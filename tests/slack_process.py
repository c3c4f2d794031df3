"""A server that takes Slack's requests, as a process to be killed: `slack_process.py PORT DATA_DIR SLACK_URL ANSWER`.

What answers is a stand-in that gives the answer of a file, since an engine takes seconds to start.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from advisor.serve.slack.mount import SlackKeys, mount_slack
from advisor.types import Answer, CheckedStatement
from tests.slack_door import SECRET


class Prepared:
    """Gives one answer to everything."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def new_conversation(self) -> str:
        return self._answer.conversation_id

    def stream(self, *asked: Any) -> Iterator[CheckedStatement | Answer]:
        yield CheckedStatement(text="Checked [1]", aspect=None, citations=self._answer.citations[:1])
        yield self._answer


def main(port: str, data_dir: str, slack_url: str, answer: str) -> None:
    prepared: Any = Prepared(Answer.model_validate_json(Path(answer).read_text(encoding="utf-8")))
    api = FastAPI()
    mount_slack(api, prepared, SlackKeys("xoxb-1", SECRET), "", Path(data_dir), slack_url)
    uvicorn.run(api, port=int(port), log_level="warning")


if __name__ == "__main__":
    main(*sys.argv[1:])
