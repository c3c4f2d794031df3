"""A person compares companies in a real browser, by keyboard, at a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, ConsoleMessage, expect

from tests.end_to_end.conftest import PATIENCE, SIZES, fits


@pytest.mark.parametrize("size", SIZES)
def test_comparison_is_made_by_keyboard_and_read_with_its_evidence(browser: Browser, url: str, size: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height})
    page, wrong = context.new_page(), list[ConsoleMessage]()
    page.on("console", lambda said: wrong.append(said) if said.type in ("error", "warning") else None)
    page.goto(f"{url}/compare")
    page.get_by_label("Companies or approaches").fill("Zara, Disney and Contoso")
    page.get_by_label("Companies or approaches").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Zara, Disney and Contoso compared", timeout=PATIENCE)
    assert [head.inner_text() for head in page.get_by_role("columnheader").all()] == ["Zara", "Disney", "Contoso"]
    expect(page.get_by_role("cell", name="The sources do not say.").first).to_be_visible()
    marker = page.get_by_role("link", name="Source 1").first
    marker.press("Enter")
    expect(page.locator("#source-1")).to_be_in_viewport()
    assert fits(page)
    assert [said.text for said in wrong] == []
    context.close()


@pytest.mark.parametrize("size", SIZES)
def test_comparison_of_one_is_told_and_nothing_typed_is_lost(browser: Browser, url: str, size: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.goto(f"{url}/compare")
    page.get_by_label("Companies or approaches").fill("Zara")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("two to five subjects")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_label("Companies or approaches")).to_have_value("Zara")
    assert fits(page)
    context.close()
