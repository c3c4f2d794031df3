"""A manager's whole run in a real browser, at a desk and on a phone: from who asks to a brief for the board."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import Browser, Locator, Page, expect

from tests.end_to_end.conftest import FINISHED, PATIENCE, SIZES, Watched, fits

QUESTION = "How do we break the silos?"
NOTE = "Agreed with sales and service; back on the first of March."


@pytest.fixture(params=SIZES)
def watched(request: pytest.FixtureRequest, browser: Browser, url: str) -> Iterator[Watched]:
    width, height = SIZES[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
    watched = Watched(context.new_page(), url)
    watched.watch(watched.page)
    yield watched
    context.close()


def test_manager_gets_from_a_question_to_a_brief_for_the_board(watched: Watched) -> None:
    page = watched.page
    _ask_as_a_coo(page, watched.url)
    checklist = _work_with_checklist(watched)
    actions = checklist.locator(".item h3").all_inner_texts()
    _take_along(checklist, actions)
    checklist.close()
    _assess_by_two(page)
    _brief(page)
    _find_all_again(page)
    assert watched.wrong == []


def _ask_as_a_coo(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("button", name="Who is asking?").click()
    for label, value in {"Your role": "COO", "Your sector": "Telecom"}.items():
        page.get_by_label(label).fill(value)
        page.get_by_label(label).press("Enter")
    page.get_by_label("Size").fill("4,000 staff")
    page.get_by_label("Size").press("Tab")
    expect(page.locator("#cx-whom")).to_contain_text("4,000 staff")
    page.get_by_role("button", name="Who is asking?").click()
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_label("Your question").press("Enter")
    expect(page.locator(FINISHED).first).to_be_visible(timeout=PATIENCE)
    assert fits(page)


def _work_with_checklist(watched: Watched) -> Page:
    """The checklist's page, its first item done and noted, both still there after a reload."""
    page = watched.page
    page.get_by_role("tab", name="Checklist").click()
    with page.context.expect_page() as opening:
        page.get_by_role("link", name="Work with it").click()
    checklist = watched.watch(opening.value)
    expect(checklist.locator(".whom")).to_contain_text("4,000 staff")
    first = checklist.locator("[data-item]").first
    first.locator("select").select_option("done")
    first.get_by_label("Note").fill(NOTE)
    first.get_by_label("Note").press("Tab")
    expect(checklist.locator("[data-saved]")).to_have_text("Saved")
    checklist.reload()
    expect(first.locator("select")).to_have_value("done")
    expect(first.get_by_label("Note")).to_have_value(NOTE)
    checklist.get_by_text("Roadmap").click()
    _expect_drawn(checklist.locator(".drawn img"))
    assert fits(checklist)
    return checklist


def _take_along(checklist: Page, actions: list[str]) -> None:
    """Both files have every action, and what was noted."""
    document = Document(BytesIO(_download(checklist, "Word")))
    said = "\n".join(
        [p.text for p in document.paragraphs]
        + [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    )
    assert [action for action in actions if action not in said] == []
    assert NOTE in said
    book = load_workbook(BytesIO(_download(checklist, "Excel")))
    cells = [str(value) for row in book.worksheets[0].values for value in row if value is not None]
    assert [action for action in actions if action not in cells] == []
    assert NOTE in cells


def _assess_by_two(page: Page) -> None:
    page.get_by_role("link", name="Assess").click()
    _answer(page, "Operations", 2)
    _answer(page, "Marketing", lambda at: 2 if at % 2 else 5)
    expect(page.locator(".whom")).to_contain_text("Operations, Marketing")
    expect(page.locator(".whom")).to_contain_text("4,000 staff")
    expect(page.get_by_role("heading", name="Where you see it differently")).to_be_visible()
    _expect_drawn(page.locator(".drawn img"))
    assert fits(page)


def _answer(page: Page, respondent: str, level: int | Callable[[int], int]) -> None:
    for at, asked in enumerate(page.locator("fieldset").all()):
        asked.locator(f"input[value='{level if isinstance(level, int) else level(at)}']").check()
    page.get_by_label("Who are you?").fill(respondent)
    page.get_by_role("button", name="See where you stand").click()
    expect(page.locator(".whom")).to_contain_text(respondent, timeout=PATIENCE)


def _brief(page: Page) -> None:
    page.get_by_role("button", name="Make a brief for the board").click()
    expect(page.locator(".eyebrow")).to_contain_text("Brief for the board", timeout=PATIENCE)
    assert fits(page)
    assert _download(page, "PDF").startswith(b"%PDF-")


def _find_all_again(page: Page) -> None:
    """What was made is listed in this browser, and a document of the library is found by a few letters."""
    page.get_by_role("link", name="Checklists", exact=True).click()
    expect(page.locator("[data-kind=checklists] li").first).to_contain_text("1 of")
    for kind in ("assess", "briefs"):
        expect(page.locator(f"[data-kind={kind}] li")).to_have_count(1)
    assert fits(page)
    page.get_by_role("link", name="Library", exact=True).click()
    page.get_by_role("searchbox").press_sequentially("journey map")
    expect(page.get_by_role("row")).to_have_count(2)
    assert fits(page)
    page.get_by_role("row").last.get_by_role("link").click()
    expect(page.locator(".eyebrow")).to_have_text("Source in the library")


def _expect_drawn(picture: Locator) -> None:
    """The picture has been loaded, and is no wider than its page."""
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("picture => picture.naturalWidth") > 0


def _download(page: Page, name: str) -> bytes:
    with page.expect_download() as arriving:
        page.get_by_role("link", name=name, exact=True).click()
    return Path(arriving.value.path()).read_bytes()
