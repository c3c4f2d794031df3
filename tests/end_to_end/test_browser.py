"""A person's way through the app in a real browser: ask, read, check a source, tick what is done."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from advisor.conversations import CONVERSATIONS_FILE
from tests.end_to_end.conftest import FINISHED, PATIENCE, SIZES, Watched, fits, free_port, running

QUESTION = "What can a COO do to make operations customer-centric?"


@pytest.fixture(params=SIZES, scope="module")
def watched(request: pytest.FixtureRequest, browser: Browser, url: str) -> Iterator[Watched]:
    """The chat page with one question answered."""
    width, height = SIZES[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
    watched = Watched(context.new_page(), url)
    page = watched.watch(watched.page)
    page.goto(url)
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_label("Your question").press("Enter")
    expect(page.locator("#cx-panel .cx-card").first).to_be_visible(timeout=PATIENCE)
    expect(page.locator(FINISHED).first).to_be_visible(timeout=PATIENCE)
    yield watched
    context.close()


def test_answer_is_read_with_its_markers(watched: Watched) -> None:
    page = watched.page
    expect(page.locator("#cx-chat .user-row")).to_contain_text(QUESTION)
    markers = page.locator("#cx-chat a.cx-marker")
    assert markers.count() >= 1
    assert page.locator("#cx-sources .cx-card").count() >= 1


def test_marker_leads_to_its_card(watched: Watched) -> None:
    page = watched.page
    marker = page.locator("#cx-chat a.cx-marker").last
    marker.click()
    card = page.locator("#cx-panel .cx-card.cx-lit")
    expect(card).to_be_in_viewport()
    expect(card.locator(".cx-number")).to_have_text(marker.inner_text())
    expect(card).to_be_focused()


def test_citation_opens_its_source_at_the_highlighted_quote(watched: Watched) -> None:
    card = watched.page.locator("#cx-panel .cx-card").first
    quote = card.locator("mark").inner_text()
    with watched.page.context.expect_page() as opened:
        card.get_by_role("link", name="Read it in the source").click()
    source = watched.watch(opened.value)
    mark = source.locator("mark#quote")
    expect(mark).to_be_in_viewport()
    assert " ".join(mark.inner_text().split()) in " ".join(quote.split())
    assert fits(source)
    source.close()


def test_tick_is_saved_and_shown_on_the_page_of_the_checklist(watched: Watched) -> None:
    page = watched.page
    page.get_by_role("tab", name="Checklist").click()
    box = page.locator("#cx-checklist input[type=checkbox]").first
    box.check()
    expect(page.locator("[data-done]")).to_contain_text("1 of")
    page.get_by_role("tab", name="Sources").click()
    page.get_by_role("tab", name="Checklist").click()
    expect(box).to_be_checked()
    with page.context.expect_page() as opening:
        page.get_by_role("link", name="Work with it").click()
    whole = watched.watch(opening.value)
    expect(whole.locator("[data-item] select").first).to_have_value("done")
    assert fits(whole)
    whole.close()


def test_complaint_is_thanked_for(watched: Watched) -> None:
    page = watched.page
    page.get_by_role("button", name="Feedback").last.hover()
    page.locator(".extra-feedback-option", has_text="Something is missing").last.click()
    expect(page.get_by_text("It is kept with the answer")).to_be_visible(timeout=PATIENCE)


def test_feedback_menu_is_not_covered_by_the_question_box(watched: Watched) -> None:
    page = watched.page
    page.get_by_role("button", name="Feedback").last.hover()
    menu = page.locator(".extra-feedback-options").last
    expect(menu).to_be_visible()
    covered = menu.evaluate(
        """menu => [...menu.children].filter(entry => {
            const box = entry.getBoundingClientRect();
            return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) !== entry;
        }).length"""
    )
    assert covered == 0


def test_follow_up_is_understood_and_earlier_sources_stay(watched: Watched) -> None:
    page = watched.page
    page.get_by_label("Your question").fill("And which first steps should they take?")
    page.get_by_role("button", name="Send the question").click()
    expect(page.locator("#cx-chat .user-row")).to_have_count(2)
    expect(page.locator("#cx-panel .cx-earlier")).to_have_count(1, timeout=PATIENCE)
    whole = page.locator("#cx-chat .bot-row").last.locator("a.cx-marker:not([href*=unfinished])")
    expect(whole.first).to_be_visible(timeout=PATIENCE)


def test_refresh_brings_the_conversation_back_with_answers_sources_and_ticks(watched: Watched) -> None:
    page = watched.page
    answers = page.locator("#cx-chat .bot-row")
    before, cards = answers.all_inner_texts(), page.locator("#cx-sources .cx-card").count()
    page.reload()
    expect(page.locator("#cx-chat .user-row")).to_have_count(2, timeout=PATIENCE)
    assert answers.all_inner_texts() == before
    expect(page.locator("#cx-sources .cx-card")).to_have_count(cards, timeout=PATIENCE)
    page.locator("#cx-chat a.cx-marker").first.click()
    expect(page.locator("#cx-panel .cx-card.cx-lit")).to_be_in_viewport()
    page.get_by_role("tab", name="Checklist").click()
    expect(page.locator("#cx-checklist input[type=checkbox]").first).to_be_visible()


def test_conversation_goes_on_after_a_refresh(watched: Watched) -> None:
    page = watched.page
    page.get_by_label("Your question").fill("And why is that?")
    page.get_by_label("Your question").press("Enter")
    expect(page.locator("#cx-chat .user-row")).to_have_count(3)
    expect(page.locator("#cx-panel .cx-earlier")).to_have_count(2, timeout=PATIENCE)
    whole = page.locator("#cx-chat .bot-row").last.locator("a.cx-marker:not([href*=unfinished])")
    expect(whole.first).to_be_visible(timeout=PATIENCE)


def test_another_browser_does_not_see_the_conversation(watched: Watched, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(watched.url)
    expect(page.locator("#cx-chat .example").first).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#cx-chat .user-row")).to_have_count(0)
    context.close()


def test_keyboard_alone_reaches_the_tabs(watched: Watched) -> None:
    page = watched.page
    page.get_by_role("tab", name="Sources").click()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Checklist")).to_be_focused()
    expect(page.locator("#cx-checklist")).to_be_visible()


def test_theme_is_switched_and_remembered(watched: Watched) -> None:
    page = watched.page
    page.get_by_role("button", name="Switch between light and dark").click()
    assert page.evaluate("document.body.classList.contains('dark')")
    page.get_by_role("button", name="Switch between light and dark").click()
    assert not page.evaluate("document.body.classList.contains('dark')")


def test_new_conversation_is_empty(watched: Watched) -> None:
    page = watched.page
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator("#cx-chat .user-row")).to_have_count(0)
    expect(page.locator("#cx-chat .example").first).to_be_visible()
    page.reload()
    expect(page.locator("#cx-chat .example").first).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#cx-chat .user-row")).to_have_count(0)


def test_deleted_conversation_does_not_come_back(watched: Watched) -> None:
    page = watched.page
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_label("Your question").press("Enter")
    expect(page.locator(FINISHED).first).to_be_visible(timeout=PATIENCE)
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Delete this conversation").click()
    expect(page.locator("#cx-chat .user-row")).to_have_count(1)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete this conversation").click()
    expect(page.locator("#cx-chat .user-row")).to_have_count(0)
    expect(page.get_by_text("The conversation is deleted")).to_be_visible()
    page.reload()
    expect(page.locator("#cx-chat .example").first).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#cx-chat .user-row")).to_have_count(0)


def test_nothing_is_wider_than_the_screen_and_nothing_went_wrong(watched: Watched) -> None:
    assert fits(watched.page)
    watched.page.wait_for_timeout(500)
    assert watched.wrong == []


def test_conversation_outlives_the_server_with_its_citations(
    browser: Browser, url: str, folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(folder / "data", tmp_path / "data", ignore=shutil.ignore_patterns(f"{CONVERSATIONS_FILE}*"))
    port, page = free_port(), browser.new_page()
    with running(tmp_path, port) as url:
        page.goto(url)
        page.get_by_label("Your question").fill(QUESTION)
        page.get_by_label("Your question").press("Enter")
        expect(page.locator(FINISHED).first).to_be_visible(timeout=PATIENCE)
        answer, cards = page.locator("#cx-chat .bot-row").inner_text(), page.locator("#cx-sources .cx-card").count()
    with running(tmp_path, port) as url:
        page.goto(url)
        expect(page.locator("#cx-chat .user-row")).to_contain_text(QUESTION, timeout=PATIENCE)
        assert page.locator("#cx-chat .bot-row").inner_text() == answer
        expect(page.locator("#cx-sources .cx-card")).to_have_count(cards, timeout=PATIENCE)
        page.locator("#cx-chat a.cx-marker").first.click()
        expect(page.locator("#cx-panel .cx-card.cx-lit")).to_be_in_viewport()
    page.close()
