"""Checklists, assessments, comparisons and briefs over HTTP: made, read, changed; what cannot be is told plainly."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from advisor.advice.export import MEDIA

QUESTION = "What should we do about returns?"


@pytest.fixture
def made(client: TestClient) -> dict[str, Any]:
    response = client.post("/v1/checklists", json={"question": QUESTION, "profile": {"sector": "insurence"}})
    assert response.status_code == 201
    body: dict[str, Any] = response.json()
    return body


def test_checklist_has_a_link_under_which_it_stays(client: TestClient, made: dict[str, Any]) -> None:
    assert client.get(f"/v1/checklists/{made['id']}").json() == made
    page = client.get(f"/checklists/{made['id']}")
    assert "Name one owner for returns." in page.text
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]


def test_checklist_says_what_of_the_profile_was_guessed(made: dict[str, Any]) -> None:
    assert made["notes"] == ["Read “insurence” as “insurance”."]


def test_question_without_anything_to_do_gets_an_empty_list_with_a_reason(client: TestClient) -> None:
    body = client.post("/v1/checklists", json={"question": "How do I bake sourdough bread?"}).json()
    assert body["items"] == []
    assert "no practice" in body["notes"][0]


def test_checklist_for_an_answer_is_that_of_its_question_and_goes_with_its_conversation(
    client: TestClient, made: dict[str, Any]
) -> None:
    answer = client.post("/v1/ask", json={"question": QUESTION}).json()
    body = client.post("/v1/checklists", json={"answer_id": answer["id"], "profile": {"sector": "insurance"}}).json()
    assert [item["action"] for item in body["items"]] == [item["action"] for item in made["items"]]
    client.delete(f"/v1/conversations/{answer['conversation_id']}")
    assert client.get(f"/v1/checklists/{body['id']}").status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [({"answer_id": "gone"}, 404), ({}, 400), ({"answer_id": "gone", "question": QUESTION}, 400)],
)
def test_checklist_for_no_answer_or_for_two_things_is_told(
    client: TestClient, body: dict[str, Any], status: int
) -> None:
    assert client.post("/v1/checklists", json=body).status_code == status


def test_making_a_checklist_leaves_no_conversation(client: TestClient, made: dict[str, Any]) -> None:
    assert client.get(f"/v1/conversations/{made['id']}").status_code == 404


def test_change_is_kept_and_a_stale_one_is_told(client: TestClient, made: dict[str, Any]) -> None:
    item = made["items"][0]["id"]
    change = {"updated": made["updated"], "items": [{"id": item, "status": "done", "note": "Agreed."}]}
    first = client.patch(f"/v1/checklists/{made['id']}", json=change)
    assert (first.status_code, first.json()["items"][0]["status"]) == (200, "done")
    second = client.patch(f"/v1/checklists/{made['id']}", json=change)
    assert (second.status_code, second.json()["error"]["code"]) == (409, "conflict")
    assert client.get(f"/v1/checklists/{made['id']}").json()["items"][0]["note"] == "Agreed."


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"items": [{"id": "gone", "status": "done"}]}, 400),
        ({"order": ["gone"]}, 400),
        ({"items": [{"id": "x", "status": "perhaps"}]}, 422),
        ({"items": [{"id": "x", "note": "n" * 2001}]}, 422),
    ],
)
def test_change_that_cannot_be_made_is_told(
    client: TestClient, made: dict[str, Any], change: dict[str, Any], status: int
) -> None:
    response = client.patch(f"/v1/checklists/{made['id']}", json={"updated": made["updated"], **change})
    assert response.status_code == status
    assert response.json()["error"]["message"]


@pytest.mark.parametrize(
    "path",
    [
        *("/v1/checklists/gone", "/checklists/gone", "/v1/assessments/gone"),
        *("/v1/comparisons/gone", "/compare/gone", "/v1/briefs/gone", "/briefs/gone"),
    ],
)
def test_unknown_deliverable_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_checklist_of_an_answer_is_kept_and_goes_with_its_conversation(client: TestClient) -> None:
    answer = client.post("/v1/ask", json={"question": QUESTION, "checklist": True}).json()
    path = f"/v1/checklists/{answer['checklist']['id']}"
    assert client.get(path).json() == answer["checklist"]
    client.delete(f"/v1/conversations/{answer['conversation_id']}")
    assert client.get(path).status_code == 404


def respond(client: TestClient, name: str, level: int, **more: str) -> dict[str, Any]:
    answers = {"customer-promise": level, "governance-owner": level}
    body: dict[str, Any] = client.post(
        "/v1/assessment", json={"respondent": {"name": name, "answers": answers}, **more}
    ).json()
    return body


def test_two_respondents_make_one_assessment(client: TestClient) -> None:
    asked = client.get("/v1/assessment").json()
    assert {"customer-promise", "governance-owner"} <= {question["id"] for question in asked["questions"]}
    first = respond(client, "Operations", 1)
    both = respond(client, "Service", 3, assessment_id=first["id"])
    assert [person["name"] for person in both["respondents"]] == ["Operations", "Service"]
    assert (first["overall"], both["overall"]) == (1.0, 2.0)
    assert [score["disagreements"] for score in both["scores"] if score["score"]] == [
        ["customer-promise"],
        ["governance-owner"],
    ]
    assert client.get(f"/v1/assessments/{first['id']}").json() == both


def test_gaps_become_checklist_items_with_evidence(client: TestClient) -> None:
    made = respond(client, "Operations", 2)
    promise = next(gap for gap in made["gaps"] if gap["dimension"] == "customer")
    (item,) = made["checklist"]["items"]
    assert item["citations"] == promise["citations"] != []


def test_checklist_of_an_assessment_that_somebody_works_with_stays(client: TestClient) -> None:
    first = respond(client, "Operations", 1)
    checklist = first["checklist"]
    change = {"updated": checklist["updated"], "items": [{"id": checklist["items"][0]["id"], "note": "Mine."}]}
    client.patch(f"/v1/checklists/{checklist['id']}", json=change)
    both = respond(client, "Service", 5, assessment_id=first["id"])
    assert both["checklist"]["items"][0]["note"] == "Mine."


def test_answer_out_of_range_and_to_no_question_are_told(client: TestClient) -> None:
    assert client.post("/v1/assessment", json={"respondent": {"name": "A", "answers": {"x": 6}}}).status_code == 422
    assert client.post("/v1/assessment", json={"respondent": {"name": "A", "answers": {"x": 5}}}).status_code == 400


COMPARED = {"subjects": ["complaints desk", "Contoso <b>", "returns"], "dimensions": ["complaints", "refund"]}


def test_comparison_has_a_link_under_which_it_stays(client: TestClient) -> None:
    response = client.post("/v1/comparisons", json=COMPARED)
    made = response.json()
    assert (response.status_code, made["subjects"]) == (201, COMPARED["subjects"])
    assert client.get(f"/v1/comparisons/{made['id']}").json() == made
    page = client.get(f"/compare/{made['id']}")
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    assert "The sources do not say." in page.text
    assert "Contoso &lt;b&gt;" in page.text
    assert "<script>alert" not in page.text
    assert "style=" not in page.text
    assert client.get("/compare").status_code == 200


def test_question_is_compared_as_its_subjects_are(client: TestClient) -> None:
    asked = client.post("/v1/comparisons", json={"question": "Compare returns and complaints on refund"}).json()
    assert (asked["subjects"], [row["dimension"] for row in asked["rows"]]) == (["returns", "complaints"], ["refund"])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"question": ""}, 400),
        ({"subjects": ["one"]}, 400),
        ({"subjects": [f"s{n}" for n in range(20)]}, 400),
        ({"question": "Compare A and B", "subjects": ["A", "B"]}, 400),
        ({"subjects": "A and B"}, 422),
    ],
)
def test_what_cannot_be_compared_is_told(client: TestClient, body: dict[str, Any], status: int) -> None:
    response = client.post("/v1/comparisons", json=body)
    assert response.status_code == status
    assert response.json()["error"]["message"]


@pytest.mark.parametrize("format", ["md", "csv", "xlsx", "docx", "pdf"])
def test_comparison_is_taken_along_in_every_format(client: TestClient, format: str) -> None:
    made = client.post("/v1/comparisons", json=COMPARED).json()
    file = client.get(f"/v1/comparisons/{made['id']}/export?format={format}")
    assert file.status_code == 200
    assert file.headers["Content-Disposition"].endswith(f'.{format}"')


def test_brief_of_a_conversation_uses_its_checklist_as_it_is_now_and_goes_with_it(client: TestClient) -> None:
    answer = client.post("/v1/ask", json={"question": QUESTION, "checklist": True}).json()
    (item, *_), path = answer["checklist"]["items"], f"/v1/checklists/{answer['checklist']['id']}"
    change = {"updated": answer["checklist"]["updated"], "items": [{"id": item["id"], "owner": "Ms. Returns"}]}
    client.patch(path, json=change)
    brief = client.post("/v1/briefs", json={"conversation_id": answer["conversation_id"]}).json()
    assert brief["items"][0]["owner"] == "Ms. Returns"
    assert brief["findings"][0]["about"] == QUESTION
    assert client.get(f"/v1/briefs/{brief['id']}").json() == brief
    assert "Ms. Returns" in client.get(f"/briefs/{brief['id']}").text
    client.delete(f"/v1/conversations/{answer['conversation_id']}")
    assert client.get(f"/v1/briefs/{brief['id']}").status_code == 404


def test_brief_of_an_assessment_says_where_it_stands(client: TestClient) -> None:
    made = respond(client, "Operations", 2)
    brief = client.post("/v1/briefs", json={"assessment_id": made["id"]}).json()
    assert "answered by Operations, gives 2.00 of 5" in " ".join(brief["situation"])
    assert [item["id"] for item in brief["items"]] == [item["id"] for item in made["checklist"]["items"]]


def test_brief_of_a_refused_question_says_so(client: TestClient) -> None:
    brief = client.post("/v1/briefs", json={"question": "How do I bake sourdough bread?"}).json()
    assert (brief["findings"], brief["items"]) == ([], [])
    assert "has no answer" in brief["notes"][0]


def test_brief_is_a_document_and_no_table(client: TestClient) -> None:
    brief = client.post("/v1/briefs", json={"question": QUESTION}).json()
    for format in ("md", "docx", "pdf"):
        assert client.get(f"/v1/briefs/{brief['id']}/export?format={format}").status_code == 200
    refused = client.get(f"/v1/briefs/{brief['id']}/export?format=csv")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "bad_format")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"question": QUESTION, "assessment_id": "a"}, 400),
        ({"question": " "}, 400),
        ({"conversation_id": "gone"}, 404),
        ({"assessment_id": "gone"}, 404),
    ],
)
def test_what_no_brief_can_be_made_of_is_told(client: TestClient, body: dict[str, Any], status: int) -> None:
    assert client.post("/v1/briefs", json=body).status_code == status


def test_schema_names_the_media_type_of_every_file_and_picture(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for path, methods in paths.items():
        if path.endswith(("/export", "/picture")):
            kinds = set(methods["get"]["responses"]["200"]["content"])
            assert kinds == ({"image/svg+xml"} if path.endswith("/picture") else set(MEDIA.values())), path
