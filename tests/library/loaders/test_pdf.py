"""PDF → text in reading order, with headings and page breaks, without what stands on every page."""

from __future__ import annotations

import io

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, Table

from advisor.library.blocks import parse_blocks
from advisor.library.loaders.content import PAGE_BREAK, CannotReadError, Limits
from advisor.library.loaders.pdf import read_pdf
from tests.library import made

LIMITS = Limits()
RULE = (
    "The clerk who answers a call at the quay keeps it until the matter is closed. "
    "Nobody passes a passenger on without saying to whom and why, and nobody asks twice."
)


def story(parts: int, style: str = "BodyText") -> list[Paragraph]:
    return [Paragraph(f"Part {number}. {RULE}", made.STYLES[style]) for number in range(1, parts + 1)]


def text_of(data: bytes, keep_all: bool = False) -> str:
    return read_pdf(data, LIMITS, keep_all).text


def test_columns_are_read_one_after_the_other() -> None:
    text = text_of(made.pdf(story(24), made.COLUMNS))
    assert [text.index(f"Part {number}.") for number in range(1, 25)] == sorted(
        text.index(f"Part {number}.") for number in range(1, 25)
    )
    assert text.count(RULE) == 24


def test_lines_of_a_paragraph_are_one_line_and_paragraphs_are_apart() -> None:
    assert text_of(made.pdf(story(3))).split("\n\n") == [
        f"Part 1. {RULE}",
        f"Part 2. {RULE}",
        f"Part 3. {RULE}\n",
    ]


def test_a_word_parted_at_the_end_of_a_line_is_whole_again() -> None:
    target = io.BytesIO()
    canvas = Canvas(target)
    canvas.drawString(60, 500, "Passengers forgive a late ferry sooner than a si-")
    canvas.drawString(60, 487, "lent one, and they tell others of it.")
    canvas.save()
    assert "a silent one, and" in text_of(target.getvalue())


def test_larger_letters_are_headings_of_their_level() -> None:
    text = text_of(
        made.pdf([Paragraph("Quays", made.STYLES["Title"]), Paragraph("Calls", made.STYLES["Heading2"]), *story(3)])
    )
    headings = [(block.level, text[block.words : block.end]) for block in parse_blocks(text) if block.kind == "heading"]
    assert headings == [(1, "Quays"), (2, "Calls")]


def test_every_page_begins_after_a_break() -> None:
    text = text_of(made.pdf_pages(["Alpha.", "Beta.", "Gamma."]))
    assert [page.strip() for page in text.split(PAGE_BREAK)] == ["Alpha.", "Beta.", "Gamma."]


def test_an_empty_page_counts() -> None:
    text = text_of(made.pdf_pages(["Alpha.", "", "Gamma."]))
    assert text.count(PAGE_BREAK, 0, text.index("Gamma")) == 2


def test_a_sentence_over_the_edge_of_a_page_stays_whole() -> None:
    text = text_of(made.pdf_pages(["Crews that announce each", "delay keep trust. Others lose it."]))
    assert [page.strip() for page in text.split(PAGE_BREAK)] == [
        "Crews that announce each delay keep trust.",
        "Others lose it.",
    ]


def test_running_heads_and_page_numbers_go_and_are_told() -> None:
    content = read_pdf(made.pdf(story(60), head="Harbour Review"), LIMITS)
    assert "Harbour Review" not in content.text
    assert [part.sample for part in content.left_out] == ["Harbour Review", "1"]
    assert content.text.count(RULE) == 60


def test_of_two_pages_a_running_head_is_on_both() -> None:
    assert "Harbour Review" not in text_of(made.pdf(story(30), head="Harbour Review"))
    assert "Harbour Review" in text_of(made.pdf(story(2), head="Harbour Review"))


def test_running_heads_stay_when_all_is_kept() -> None:
    assert text_of(made.pdf(story(60), head="Harbour Review"), keep_all=True).count("Harbour Review") >= 3


def test_a_heading_at_the_top_of_each_page_is_no_running_head() -> None:
    parts = [[Paragraph(f"Chapter {n}", made.STYLES["Heading1"]), *story(2), PageBreak()] for n in range(1, 6)]
    text = text_of(made.pdf([item for part in parts for item in part], head="Harbour Review"))
    assert [f"# Chapter {n}" in text for n in range(1, 6)] == [True] * 5


def test_a_line_at_the_top_of_a_page_here_and_there_is_no_running_head() -> None:
    names = [f"Quay number {n} in numbers" if n % 4 else "Task success" for n in range(20)]
    heads = [Paragraph(name.replace(str(n), "x" * n), made.STYLES["BodyText"]) for n, name in enumerate(names)]
    parts = [
        item
        for head in heads
        for item in (head, Paragraph("<br/>" * 3, made.STYLES["BodyText"]), *story(1), PageBreak())
    ]
    assert text_of(made.pdf(parts, head="Harbour Review")).count("Task success") == 5


def test_cells_of_a_table_stay_on_their_row() -> None:
    rows = [["Region", "Calls answered", "Within a minute"], ["North", "410", "92 %"], ["South", "388", "81 %"]]
    text = text_of(made.pdf([*story(1), Table(rows, colWidths=150)]))
    assert "| North | 410 | 92 %" in text
    assert text.index("North") < text.index("410") < text.index("92 %") < text.index("South")


def test_what_a_pdf_says_of_itself_is_its_bibliography() -> None:
    content = read_pdf(made.pdf(story(1), title="Quays and calls", author="Tidal Press"), LIMITS)
    assert content.metadata["title"] == "Quays and calls"
    assert content.metadata["author"] == "Tidal Press"


def test_a_title_that_a_program_filled_in_is_none() -> None:
    assert "title" not in read_pdf(made.pdf(story(1), title="Microsoft Word - draft.docx"), LIMITS).metadata


def encrypted(user: str) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, encrypt=StandardEncryption(user, "owner"))
    canvas.drawString(60, 500, RULE)
    canvas.save()
    return target.getvalue()


def test_a_pdf_that_opens_without_a_password_is_read_though_it_is_encrypted() -> None:
    assert RULE[:40] in text_of(encrypted(""))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (encrypted("secret"), "password"),
        (made.pdf_pages(["", ""]), "text recognition"),
        (b"%PDF-1.7\nnothing that follows is one", "damaged"),
        (made.pdf_pages(["Alpha."])[:300], "damaged"),
    ],
    ids=["encrypted", "no text", "not one", "cut off"],
)
def test_a_pdf_that_cannot_be_read_says_why(data: bytes, says: str) -> None:
    with pytest.raises(CannotReadError, match=says):
        read_pdf(data, LIMITS)


def test_a_pdf_of_more_pages_than_are_read_says_so() -> None:
    with pytest.raises(CannotReadError, match="ADVISOR_MAX_PAGES"):
        read_pdf(made.pdf_pages(["Alpha."] * 4), Limits(pages=3))
