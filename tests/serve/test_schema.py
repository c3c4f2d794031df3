"""What the OpenAPI schema says is what the API does; all of it is tried by `python -m benchmarks.fuzz`."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import uvicorn
from fastapi.testclient import TestClient

from advisor.advisor import Advisor
from advisor.keys import Keys
from advisor.serve.api import Terms, create_api
from advisor.serve.once import Replies
from benchmarks.fuzz import fuzz


@pytest.fixture
def served(advisor: Advisor, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The address of the API on a server that requires keys, and a key that may all."""
    with closing(Keys(tmp_path)) as keys, closing(Replies(tmp_path)) as replies:
        _, key = keys.create("fuzz", ("admin",))
        listening = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(create_api(advisor, Terms(keys, True, replies)), log_config=None)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", key
        server.should_exit = True
        thread.join(20)
        listening.close()


def test_sample_of_what_the_schema_allows_and_forbids_is_answered_as_it_says(served: tuple[str, str]) -> None:
    url, key = served
    fuzzed = fuzz(url, key, 1, "--seed", "1", "--phases", "examples,fuzzing,stateful", "--warnings", "off")
    assert fuzzed.passed, fuzzed.said
    assert fuzzed.cases > 50


@pytest.mark.parametrize("required", [True, False])
def test_schema_says_where_a_key_is_asked_for(advisor: Advisor, tmp_path: Path, required: bool) -> None:
    with closing(Keys(tmp_path)) as keys:
        schema = TestClient(create_api(advisor, Terms(keys, required))).get("/openapi.json").json()
    assert "security" not in schema["paths"]["/healthz"]["get"]
    assert ({} in schema["paths"]["/v1/ask"]["post"]["security"]) is not required


def test_schema_names_what_stands_around_the_routes(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    made = paths["/v1/checklists"]["post"]
    assert "Idempotency-Key" in [parameter["name"] for parameter in made["parameters"]]
    assert "Retry-After" in made["responses"]["429"]["headers"]
    (link,) = (link for name, link in made["responses"]["201"]["links"].items() if name.startswith("change_"))
    assert link["parameters"] == {"checklist_id": "$response.body#/id"}
    assert list(paths["/library"]["get"]["responses"]["401"]["content"]) == ["application/json"]
