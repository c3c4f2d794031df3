"""Word documents, slides and workbooks → text with their structure, without what stands on every page."""

from __future__ import annotations

import io
import re
import zipfile

import docx
import openpyxl
import pptx
import pytest
from pptx.util import Emu

from advisor.library.loaders.content import PAGE_BREAK, CannotReadError, Limits
from advisor.library.loaders.sheets import read_sheets
from advisor.library.loaders.slides import read_slides
from advisor.library.loaders.word import read_word
from tests.library import made

LIMITS = Limits()
ROWS = [["Region", "Calls", "Within a minute"], ["North", "410", "92 %"], ["South", "388", "81 %"]]
TOLD = ["- Region: North; Calls: 410; Within a minute: 92 %.", "- Region: South; Calls: 388; Within a minute: 81 %."]


def blocks(text: str) -> list[str]:
    return [block for block in re.split(r"[\n\f]+", text) if block]


def replaced(data: bytes, part: str, old: str, new: str) -> bytes:
    """An office file with a piece of one of its parts replaced."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old.encode() in parts[part]
    parts[part] = parts[part].replace(old.encode(), new.encode(), 1)
    return made.archive(parts)


# --- Word ---


def test_headings_paragraphs_lists_and_tables_stand_in_their_order() -> None:
    data = made.word(
        ("Title", "Quays"),
        ("Heading 1", "Calls"),
        ("Normal", "Somebody answers."),
        ("List Bullet", "Within a minute"),
        table=ROWS,
    )
    assert blocks(read_word(data, LIMITS).text) == [
        "# Quays",
        "## Calls",
        "Somebody answers.",
        "- Within a minute",
        *TOLD,
    ]


def test_head_of_a_word_document_goes_and_is_told() -> None:
    data = made.word(("Normal", "Somebody answers."), head="Harbour Review")
    content = read_word(data, LIMITS)
    assert content.text == "Somebody answers.\n"
    assert [part.sample for part in content.left_out] == ["Harbour Review"]
    assert "Harbour Review" in read_word(data, LIMITS, keep_all=True).text


def test_what_was_deleted_in_a_word_document_stays_deleted_and_what_was_inserted_stays() -> None:
    data = made.word(("Normal", "Somebody answers."))
    old = "<w:r><w:t>Somebody answers.</w:t></w:r>"
    new = (
        '<w:ins w:id="1" w:author="a"><w:r><w:t>Somebody answers.</w:t></w:r></w:ins>'
        '<w:del w:id="2" w:author="a"><w:r><w:delText>Nobody does.</w:delText></w:r></w:del>'
    )
    assert read_word(replaced(data, "word/document.xml", old, new), LIMITS).text == "Somebody answers.\n"


def test_footnotes_stand_at_the_end_as_notes() -> None:
    part = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    notes = (
        '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:footnote w:type="separator"><w:p><w:r><w:t>rule</w:t></w:r></w:p></w:footnote>'
        "<w:footnote><w:p><w:r><w:t>Harbour Review, 2024.</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    data = made.word(("Normal", "Somebody answers."))
    relation = f'<Relationship Id="rN" Type="{part}" Target="footnotes.xml"/></Relationships>'
    kind = (
        '<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-officedocument'
        '.wordprocessingml.footnotes+xml"/></Types>'
    )
    data = replaced(data, "word/_rels/document.xml.rels", "</Relationships>", relation)
    data = replaced(data, "[Content_Types].xml", "</Types>", kind)
    with zipfile.ZipFile(target := io.BytesIO(data), "a") as archive:
        archive.writestr("word/footnotes.xml", notes)
    assert blocks(read_word(target.getvalue(), LIMITS).text) == [
        "Somebody answers.",
        "## Notes",
        "- Harbour Review, 2024.",
    ]


def test_a_word_document_is_described_by_its_properties() -> None:
    document = docx.Document()
    document.add_paragraph("Somebody answers.")
    document.core_properties.title = "Quays and calls"
    document.core_properties.author = "Tidal Press"
    target = io.BytesIO()
    document.save(target)
    known = read_word(target.getvalue(), LIMITS).metadata
    assert (known["title"], known["author"]) == ("Quays and calls", "Tidal Press")


# --- slides ---


def test_a_slide_is_a_page_with_its_title_points_and_notes() -> None:
    data = made.slides(
        ("Calls", ["Somebody answers", "Within a minute"], "Tell the story of the quay."),
        ("Queues", ["One queue", "One clerk"], ""),
    )
    first, second = read_slides(data, LIMITS).text.split(PAGE_BREAK)
    assert blocks(first) == [
        "## Calls",
        "- Somebody answers",
        "- Within a minute",
        "### Notes",
        "Tell the story of the quay.",
    ]
    assert blocks(second) == ["## Queues", "- One queue", "- One clerk"]


def test_texts_of_a_slide_are_read_from_the_top_and_the_left() -> None:
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    for words, left, top in (("lower", 0, 4_000_000), ("right", 5_000_000, 500_000), ("left", 0, 510_000)):
        slide.shapes.add_textbox(Emu(left), Emu(top), Emu(900_000), Emu(400_000)).text_frame.text = words
    target = io.BytesIO()
    presentation.save(target)
    assert blocks(read_slides(target.getvalue(), LIMITS).text) == ["left", "right", "lower"]


def test_a_table_on_a_slide_is_told_in_statements() -> None:
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    table = slide.shapes.add_table(3, 3, Emu(0), Emu(0), Emu(900_000), Emu(900_000)).table
    for row, values in enumerate(ROWS):
        for column, value in enumerate(values):
            table.cell(row, column).text = value
    target = io.BytesIO()
    presentation.save(target)
    assert blocks(read_slides(target.getvalue(), LIMITS).text) == TOLD


def test_more_slides_than_are_read_is_said() -> None:
    with pytest.raises(CannotReadError, match="2 slides"):
        read_slides(made.slides(("A", ["b"], ""), ("C", ["d"], "")), Limits(pages=1))


# --- workbooks ---


def test_each_sheet_is_a_section_and_each_row_a_statement() -> None:
    data = made.sheets(Calls=ROWS, Queues=[["Quay", "Minutes"], ["East", 4.5], ["West", 6.0]])
    assert blocks(read_sheets(data, LIMITS).text) == [
        "## Calls",
        *TOLD,
        "## Queues",
        "- Quay: East; Minutes: 4.5.",
        "- Quay: West; Minutes: 6.",
    ]


def test_a_hidden_sheet_is_read_only_when_all_is_kept() -> None:
    book = openpyxl.load_workbook(io.BytesIO(made.sheets(Calls=ROWS, Drafts=[["Kept", "back"], ["a", "b"]])))
    book["Drafts"].sheet_state = "hidden"
    target = io.BytesIO()
    book.save(target)
    assert "Drafts" not in read_sheets(target.getvalue(), LIMITS).text
    assert "Drafts" in read_sheets(target.getvalue(), LIMITS, keep_all=True).text


def test_a_formula_gives_no_text_where_it_was_never_calculated() -> None:
    data = made.sheets(Calls=[["Region", "Calls"], ["North", "=1+1"], ["South", 5]])
    assert "=1" not in read_sheets(data, LIMITS).text
