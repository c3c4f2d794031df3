"""The page of a PDF, or the slide, that a quote stands on, wherever the quote is shown."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from fastapi.testclient import TestClient

from advisor.advisor import Advisor
from advisor.config import Settings
from advisor.library.build import build
from advisor.models.embeddings import Embedder
from advisor.serve import render
from advisor.serve.api import create_api
from advisor.types import Citation
from tests.library import made

from .conftest import make_advisor

ADVICE = "Managers should name one owner for the returns process."
LINES = ("Harbour towns have quays.", "Tides come twice a day.", ADVICE)


@pytest.fixture(scope="module")
def advisor(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Advisor]:
    """Over a PDF that says something on its third page, and slides that do on their second."""
    folder: Path = tmp_path_factory.mktemp("paged")
    (folder / "quays.pdf").write_bytes(made.pdf_pages(LINES))
    slides = (("Queues", ["One queue"], ""), ("Complaints", ["Crews answer every complaint within one day."], ""))
    (folder / "crews.pptx").write_bytes(made.slides(*slides))
    settings = Settings(_env_file=None, data_dir=folder / "data")  # type: ignore[call-arg]  # an option of pydantic-settings
    assert not build([folder], settings, embedder).rejected
    advisor = make_advisor(settings, embedder)
    yield advisor
    advisor.close()


@pytest.fixture(scope="module")
def answer(advisor: Advisor) -> dict[str, Any]:
    asked = {"question": "Who should own the returns process?", "checklist": True}
    with TestClient(create_api(advisor)) as client:
        given: dict[str, Any] = client.post("/v1/ask", json=asked).json()
    assert given["status"] == "answered"
    return given


def test_a_citation_has_the_page_its_quote_stands_on(answer: dict[str, Any]) -> None:
    pages = {c["quote"]: c["page"] for c in answer["citations"] if c["document_id"] == "quays"}
    assert pages[ADVICE] == 3
    assert all(page == LINES.index(quote) + 1 for quote, page in pages.items())


def test_a_slide_is_a_page(advisor: Advisor) -> None:
    citations = advisor.ask("How fast do crews answer a complaint?").citations
    assert {c.quote: c.page for c in citations}["Crews answer every complaint within one day."] == 2


def test_the_chat_and_the_source_show_the_page(advisor: Advisor, answer: dict[str, Any]) -> None:
    citations = [Citation(**c) for c in answer["citations"] if c["quote"] == ADVICE]
    cards = render.make_cards(citations, answer["id"], lambda id: None)
    panel = render.panel([render.SourceGroup("Q", False, cards)], None, [])
    assert "<span>Page 3</span>" in panel
    document = advisor.document("quays")
    assert document is not None
    shown = render.source_page(document, citations[0])
    assert "(page 3 of the original)" in shown
    assert "\f" not in re.sub(r"<p>\s*</p>", "", shown)


def test_the_files_of_a_checklist_show_the_page(advisor: Advisor, answer: dict[str, Any]) -> None:
    with TestClient(create_api(advisor)) as client:

        def export(name: str) -> bytes:
            path = f"/v1/checklists/{answer['checklist']['id']}/export"
            response = client.get(path, params={"format": name})
            assert response.status_code == 200, response.text
            return response.content

        assert "page 3" in export("md").decode()
        assert any("page 3" in p.text for p in docx.Document(io.BytesIO(export("docx"))).paragraphs)
        head, first, *_ = openpyxl.load_workbook(io.BytesIO(export("xlsx")))["Evidence"].iter_rows(values_only=True)
        assert dict(zip(head, first, strict=True))["Page"] == 3
        assert export("pdf").startswith(b"%PDF")
