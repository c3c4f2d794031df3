"""What the OpenAPI schema says is what the API does; all of it is tried by `python -m benchmarks.fuzz`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from advisor.advisor import Advisor
from advisor.keys import Keys
from advisor.serve.api import Terms, create_api
from benchmarks.fuzz import fuzz


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
