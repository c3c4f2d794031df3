"""Which documents the page of the library shows, and the way between all pages."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from advisor.serve import render
from advisor.serve.shelf import ON_A_PAGE, look_up
from advisor.types import DocumentSummary


def a_document(number: int, **known: str) -> DocumentSummary:
    bibliography = {"author": None, "publisher": None, "published": None, "kind": None, **known}
    return DocumentSummary.model_validate(
        {"id": f"d{number}", "title": f"Text {number}", "language": "en", "url": None, "characters": 9, "passages": 1}
        | bibliography
    )


def test_document_is_found_by_all_words_in_any_field_and_letter_case() -> None:
    documents = [a_document(1, publisher="Fabrikam"), a_document(2, publisher="Fabrikam", kind="guide"), a_document(3)]
    assert [d.id for d in look_up(documents, "GUIDE fabrikam", 1).documents] == ["d2"]
    assert look_up(documents, "nowhere", 1).documents == ()
    assert look_up(documents, " ", 1).found == 3


def test_many_documents_are_shown_a_page_at_a_time_and_each_once() -> None:
    documents = [a_document(number) for number in range(2 * ON_A_PAGE + 50)]
    shelves = [look_up(documents, "", page) for page in (1, 2, 3)]
    assert [d for shelf in shelves for d in shelf.documents] == documents
    assert look_up(documents, "", 99).page == 3
    page = render.library_page(shelves[1])
    assert "250 documents, page 2 of 3" in page
    assert page.count('scope="row"') == ON_A_PAGE


def test_unknown_bibliography_is_shown_as_unknown_and_markup_as_text() -> None:
    page = render.library_page(look_up([a_document(1, author="<b>A</b>")], "", 1))
    assert page.count(">unknown<") == 3
    assert "&lt;b&gt;A&lt;/b&gt;" in page


def test_library_links_each_document_to_its_source(client: TestClient) -> None:
    documents = client.get("/v1/documents").json()["documents"]
    page = client.get("/library").text
    linked = re.findall(r'href="\./(sources/[^"]+)"', page)
    assert linked == [f"sources/{document['id']}" for document in documents]
    assert client.get(f"/{linked[0]}").status_code == 200
    assert re.findall(r'href="\./sources/([^"]+)"', client.get("/library?q=returns+well").text) == ["returns"]


@pytest.mark.parametrize(
    ("path", "current"),
    [("/checklists", "Checklists"), ("/assess", "Assess"), ("/compare", "Compare"), ("/library", "Library")],
)
def test_every_page_leads_to_all_others_and_marks_itself(client: TestClient, path: str, current: str) -> None:
    page = client.get(path)
    ways = re.findall(r'<a href="\./(\w*)"(?: aria-current="(\w+)")?>(\w+)</a>', page.text)
    assert [name for _, _, name in ways] == ["Ask", "Checklists", "Assess", "Compare", "Library"]
    assert [(name, mark) for _, mark, name in ways if mark] == [(current, "page")]
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]


def test_page_below_another_marks_the_part_it_belongs_to(client: TestClient) -> None:
    page = client.get("/sources/returns").text
    assert '<a href="../library" aria-current="true">Library</a>' in page
