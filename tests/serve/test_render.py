"""What the front ends show, made from hand-made values."""

from __future__ import annotations

from advisor.serve import render
from advisor.types import (
    Bibliography,
    CheckedStatement,
    Checklist,
    ChecklistItem,
    Citation,
    Document,
    Profile,
    Work,
)

HOSTILE = '"><script>alert(1)</script>'
TEXT = "# Title\n\nFirst section ends.\n\n## Second\n\nA quote stands here, in its words. More follows."


def citation(**values: object) -> Citation:
    start = TEXT.index("A quote")
    quote = "A quote stands here, in its words."
    known = dict.fromkeys(("author", "publisher", "published", "kind", "url"))
    place = {"document_id": "d", "passage_id": "p", "start": start, "end": start + len(quote), "quote": quote}
    return Citation.model_validate({"number": 1, "title": "T", "heading": (), **known, **place, **values})


def checklist(action: str = "Name an owner.") -> Checklist:
    item = ChecklistItem(
        id="i", action=action, why="Because.", owner="COO", horizon="30 days", effort="low", measure=None,
        priority=1, fits_because=None, citations=(citation(),),
    )  # fmt: skip
    return Checklist(id="c", title="Plan", profile=Profile(), items=(item,), created="", updated="")


def test_context_stays_in_the_section_of_the_quote() -> None:
    at = citation()
    before, after = render.context(TEXT, at.start, at.end)
    assert before.strip() == ""
    assert after == " More follows."


def test_context_is_cut_at_words() -> None:
    text = "word " * 100 + "QUOTE" + " word" * 100
    before, after = render.context(text, 500, 505)
    assert before.startswith("… word")
    assert after.endswith("word …")
    assert len(before) <= render.CONTEXT + 2


def test_card_shows_what_is_unknown_as_unknown() -> None:
    cards = render.make_cards([citation()], "a" * 32, lambda _: TEXT)
    panel = render.panel([render.SourceGroup("Q?", False, cards)], None, [])
    for name in ("author unknown", "publisher unknown", "date unknown", "kind unknown"):
        assert name in panel
    assert f"sources/d?start={cards[0].citation.start}&amp;end={cards[0].citation.end}#quote" in panel


def test_panel_escapes_everything_from_documents_and_questions() -> None:
    hostile = citation(title=HOSTILE, author=HOSTILE, heading=(HOSTILE,), reported_from=HOSTILE, caveat=HOSTILE)
    cards = render.make_cards([hostile], "a" * 32, lambda _: TEXT.replace("More", HOSTILE))
    panel = render.panel([render.SourceGroup(HOSTILE, False, cards)], checklist(HOSTILE), [])
    assert "<script" not in panel
    assert "&lt;script" in panel


def test_document_id_cannot_leave_the_sources() -> None:
    assert render.source_href("../../x?y#z", 0, 1) == "sources/..%2F..%2Fx%3Fy%23z?start=0&end=1#quote"


def test_only_unescaped_brackets_become_links_to_cards() -> None:
    statement = CheckedStatement(text=r"As \[2\] says. [1]", aspect=None, citations=(citation(),))
    assert render.statements_markdown([statement], "abc") == r"As \[2\] says. [1](#source-abc-1)"


def test_statements_are_grouped_by_aspect() -> None:
    texts = [("Lead.", None), ("One.", "Why"), ("Two.", "Why"), ("Three.", "How")]
    statements = [CheckedStatement(text=text, aspect=aspect, citations=()) for text, aspect in texts]
    expected = "Lead.\n\n**Why**\n\n- One.\n- Two.\n\n**How**\n\n- Three."
    assert render.statements_markdown(statements, "abc") == expected


def test_quote_over_several_blocks_is_marked_in_each_and_linked_once() -> None:
    text = "# T\n\nOne two.\n\n- three four\n- five"
    document = Document("d", "d.md", Bibliography("T"), text, "")
    page = render.source_page(document, citation(start=text.index("two"), end=text.index("four")))
    assert '<mark id="quote" tabindex="-1">two.</mark>' in page
    assert "<mark>three </mark>four" in page


def test_source_page_says_whose_claim_the_quote_is_and_what_the_text_reports_on() -> None:
    known = Bibliography("T", about="On Queues (Tidal Press)", about_kind="vendor article")
    quoted = citation(reported_from=f"Fabrikam{HOSTILE}", caveat="Looks ahead to 2020, which has passed.")
    page = render.source_page(Document("d", "d.md", known, TEXT, ""), quoted)
    for shown in ("On Queues (Tidal Press)", "vendor article", "Whose claim</b> Fabrikam", "Looks ahead to 2020"):
        assert shown in page
    assert "<script>alert" not in page


def test_source_page_of_a_guide_names_the_texts_that_it_rests_on() -> None:
    texts = (Work(f"On Queues{HOSTILE}", "Tidal Press", "https://tidal.example/q", "2024"), Work("On Calls"))
    page = render.source_page(Document("d", "d.md", Bibliography("T", sources=texts), TEXT, ""), None)
    for shown in ('<a href="https://tidal.example/q"', ", Tidal Press, 2024</li>", "<li>On Calls</li>"):
        assert shown in page
    assert "<script>alert" not in page


def test_address_that_is_not_http_is_no_link() -> None:
    evil = "javascript:alert(1)"
    document = Document("d", "d.md", Bibliography("T", url=evil, sources=(Work("W", url=evil),)), "Text.", "")
    assert "javascript:" not in render.source_page(document, None)
