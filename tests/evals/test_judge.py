"""Evaluation with a judge: a good one gives figures, a bad one fails every metric clearly and within the time limit."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from advisor.answer.graph import Steps
from advisor.config import Settings
from advisor.models.embeddings import Embedder
from evals.gate import misses
from evals.golden import Question, read
from evals.ground import Ground, briefs, ground, library
from evals.judge import JUDGED, NO_JUDGE, judged
from evals.metrics import METRICS
from evals.outcome import Suite

SECONDS = 8
THRESHOLDS = {"judged": dict.fromkeys(JUDGED, 0.5)}


class Judge(ThreadingHTTPServer):
    """A chat model's server on loopback that answers every request as its `manner` says."""

    daemon_threads = True

    def __init__(self, manner: Callable[[Mapping[str, Any]], tuple[int, str]]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.manner = manner
        self.asked = 0


class _Handler(BaseHTTPRequestHandler):
    server: Judge

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked += 1
        status, content = self.server.manner(asked)
        message = {"role": "assistant", "content": content}
        body = {
            "id": "1", "object": "chat.completion", "created": 1, "model": asked["model"],
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
            "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10},
        } if status == 200 else {"error": {"message": content}}  # fmt: skip
        payload = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


def agreeing(asked: Mapping[str, Any]) -> tuple[int, str]:
    """The least that fits the JSON schema in the request, with every verdict 1."""
    told = asked["messages"][0]["content"]
    schema = json.loads(told[told.index("{") : told.rindex("}") + 1])
    return 200, json.dumps(_fill(schema, schema))


def _fill(part: Mapping[str, Any], whole: Mapping[str, Any]) -> Any:
    if "$ref" in part:
        return _fill(whole["$defs"][part["$ref"].rsplit("/", 1)[-1]], whole)
    if part["type"] == "object":
        return {name: 0 if name == "noncommittal" else _fill(of, whole) for name, of in part["properties"].items()}
    if part["type"] == "array":
        return [_fill(part["items"], whole)]
    return {"string": "Owners care.", "integer": 1, "boolean": True, "number": 1}[part["type"]]


def hanging(asked: Mapping[str, Any]) -> tuple[int, str]:
    time.sleep(SECONDS * 3)
    return 200, "{}"


def failing(asked: Mapping[str, Any]) -> tuple[int, str]:
    return 500, "out of memory"


def babbling(asked: Mapping[str, Any]) -> tuple[int, str]:
    return 200, '{"statements": ["unfinished'


@pytest.fixture(scope="module")
def on(embedder: Embedder) -> Iterator[Ground]:
    with (
        briefs() as folder,
        library([folder], Settings(_env_file=None), embedder) as settings,  # type: ignore[call-arg]  # an option of pydantic-settings
        ground(settings, embedder, Steps()) as on,
    ):
        yield on


@pytest.fixture
def run(on: Ground, make_settings: Callable[..., Settings]) -> Iterator[Callable[..., tuple[Suite, Judge]]]:
    """What comes of judging a few questions with a judge of some manner."""
    servers = []

    def judge(manner: Callable[[Mapping[str, Any]], tuple[int, str]]) -> tuple[Suite, Judge]:
        server = Judge(manner)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/v1"
        settings = make_settings(judge_model="judge", judge_base_url=url, judge_items=3, judge_seconds=SECONDS)
        return judged(on, read("answerable", Question), settings, lambda: None), server

    yield judge
    for server in servers:
        server.shutdown()
        server.server_close()


def test_no_judge_is_said_and_neither_passes_nor_fails(on: Ground, make_settings: Callable[..., Settings]) -> None:
    suite = judged(on, read("answerable", Question), make_settings(), lambda: None)
    assert (suite.not_run, suite.outcomes, suite.figures()) == (NO_JUDGE, (), {})


def test_good_judge_gives_a_figure_for_every_metric(run: Callable[..., tuple[Suite, Judge]]) -> None:
    suite, server = run(agreeing)
    figures = suite.figures()
    assert set(figures) == set(JUDGED)
    assert all(figure.items == 3 for figure in figures.values())
    assert [figures[name].value for name in ("faithfulness", "context_precision")] == pytest.approx([1.0, 1.0])
    assert suite.extra["calls"] == server.asked
    assert suite.extra["tokens"] == {"prompt": 7 * server.asked, "completion": 3 * server.asked}


@pytest.mark.parametrize("manner", [hanging, failing, babbling])
def test_bad_judge_fails_every_metric_within_the_time_limit(
    run: Callable[..., tuple[Suite, Judge]], manner: Callable[[Mapping[str, Any]], tuple[int, str]]
) -> None:
    started = time.monotonic()
    suite, _ = run(manner)
    assert time.monotonic() - started < SECONDS * 2
    assert {name: figure.value for name, figure in suite.figures().items()} == {n: METRICS[n].worst for n in JUDGED}
    assert len(misses(suite, THRESHOLDS)) == len(JUDGED)
    assert all(any("judge" in remark for remark in outcome.remarks) for outcome in suite.outcomes)
