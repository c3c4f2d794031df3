"""Text → blocks, for Markdown and for plain text."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from advisor.library.blocks import parse_blocks


def read(text: str) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, text[b.words : b.end]) for b in parse_blocks(text)]


def kinds(text: str) -> list[str]:
    return [block.kind for block in parse_blocks(text)]


def test_markdown_marks() -> None:
    text = "# One #\n\nText.\n\nTwo\n---\n\n- item\n2. second\n\n> quote\n\n***\n"
    assert read(text) == [
        ("heading", 1, "One"),
        ("paragraph", 0, "Text."),
        ("heading", 2, "Two"),
        ("rule", 0, ""),
        ("item", 0, "item"),
        ("item", 0, "second"),
        ("paragraph", 0, "quote"),
        ("rule", 0, ""),
    ]


def test_wrapped_lines_are_one_paragraph() -> None:
    text = (
        "The quay is long and the ferry is short, so that people\nwalk further than they sail. A map at the\n"
        "entrance would help them, and a bench halfway would help\nthem more.\n\n"
        "- an item that goes on and\n  ends here\n"
    )
    assert [(kind, words.count("\n")) for kind, _, words in read(text)] == [("paragraph", 3), ("item", 1)]


def test_lines_of_a_page_are_paragraphs_of_their_own() -> None:
    text = f"A short line.\n{'A long paragraph on a single line. ' * 8}\nAnother short line.\n"
    assert kinds(text) == ["paragraph"] * 3


def test_short_lines_alone_before_prose_are_headings_where_nothing_is_marked() -> None:
    prose = "Boarding sets the tone for all that follows."
    text = f"Boarding\n\n{prose}\n\nOn time, every time\n\nCrews decide early.\n"
    assert [words for kind, _, words in read(text) if kind == "heading"] == [
        "Boarding",
        "On time, every time",
    ]


def test_in_a_text_with_marked_headings_no_other_line_is_one() -> None:
    assert kinds("# Title\n\nBoarding\n\nBoarding sets the tone for all that follows.\n") == [
        "heading",
        "paragraph",
        "paragraph",
    ]


def test_lines_that_are_no_headings() -> None:
    prose = "Crews decide early and passengers thank them."
    for line in ("Ends in a stop.", "Introduces:", "Source: A Survey 2018", "lower case start", "•  an item"):
        assert "heading" not in kinds(f"{line}\n\n{prose}\n"), line
    assert "heading" not in kinds(f"Not alone\n{prose}\n")
    assert "heading" not in kinds(f"{prose}\n\nNothing below")


def test_bullets_of_web_pages_are_items() -> None:
    text = "  • first\n  • second\n  – third\n 10. tenth\n a) lettered\n"
    assert [words for _, _, words in read(text)] == ["first", "second", "third", "tenth", "lettered"]


def test_many_blank_lines_end_a_section() -> None:
    text = "One.\n\nTwo.\n\nThree.\n\n\n\n\nFour.\n"
    assert kinds(text) == ["paragraph", "paragraph", "paragraph", "gap", "paragraph"]


@example("# #")
@given(st.text(alphabet=st.sampled_from("ab .#-*>|\n\r\t\xa0•1)=\u2028A?:"), max_size=120))
def test_blocks_are_in_order_and_hold_every_word(text: str) -> None:
    blocks = parse_blocks(text)
    covered: set[int] = set()
    for block in blocks:
        assert block.start <= block.words <= block.end
        assert not covered & set(range(block.start, block.end))
        covered |= set(range(block.start, block.end))
    assert [block.start for block in blocks] == sorted(block.start for block in blocks)
    assert all(i in covered for i, char in enumerate(text) if char.isalnum())
