"""Files of deliverables: harmless in a spreadsheet, whole in every format, numbered the same, empty or huge."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from datetime import date
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from advisor.advice.brief import brief_answers
from advisor.advice.checklist import make_checklist, timestamp
from advisor.advice.contents import report_of
from advisor.advice.export import Format, export
from advisor.errors import FormatError
from advisor.serve.render import compare_page
from advisor.takeaways import Brief, Cell, Comparison, ComparisonRow
from advisor.types import Checklist, ChecklistItem, Citation, Profile, Statement

FORMATS: tuple[Format, ...] = ("md", "csv", "xlsx", "docx", "pdf")
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")']
ALPHABETS = "Zürich, Łódź, Αθήνα, Москва, çağrı"
UNSAFE = "a\x00b\x0bc\ufffe"


def cited(number: int, quote: str = "Callers wait.") -> Citation:
    start = 100 * number
    return Citation(
        number=number, document_id="doc", passage_id="p", title="A text", author=None, publisher="Harbor Review",
        published="2022", kind=None, url=None, heading=(), start=start, end=start + len(quote), quote=quote,
    )  # fmt: skip


def item(number: int, action: str = "Name one owner.", note: str = "") -> ChecklistItem:
    return ChecklistItem(
        id=f"i{number}", action=action, why="It helps.", theme="Silos", owner="COO", horizon="0–30 days", effort="low",
        measure="Share of journeys with an owner", priority=number, note=note, fits_because=None,
        citations=(cited(number),),
    )  # fmt: skip


def checklist(*items: ChecklistItem) -> Checklist:
    return make_checklist("Next steps", Profile(role="COO"), items, () if items else ("Nothing to do.",))


def comparison(cells: int, text: str = "Callers wait.") -> Comparison:
    """Two subjects; the second one's cells are empty. The dimensions are numbered, and cite their own number."""
    rows = tuple(
        ComparisonRow(
            dimension=f"D{n}",
            cells=(Cell(statements=(Statement(text=text, aspect=None, citations=(n,)),)), Cell()),
        )
        for n in range(1, cells + 1)
    )
    now = timestamp()
    citations = tuple(cited(n, f"Quote {n}.") for n in range(1, cells + 1))
    return Comparison(
        id="c", title="A and B compared", profile=Profile(), created=now, updated=now, subjects=("A", "B"), rows=rows,
        citations=citations,
    )  # fmt: skip


def table(made: Checklist | Comparison) -> Any:
    return load_workbook(io.BytesIO(export(made, "xlsx").content)).worksheets[0]


def docx_text(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for one in document.tables for row in one.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


@pytest.mark.parametrize("begin", FORMULAS)
def test_cell_that_begins_like_a_formula_is_text(begin: str) -> None:
    made = checklist(item(1, action=begin, note=begin))
    rows = list(csv.reader(io.StringIO(export(made, "csv").content.decode("utf-8-sig"))))
    assert [rows[1][rows[0].index(name)] for name in ("Action", "Note")] == [f"'{begin}"] * 2
    cell = table(made)["B2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    matrix = comparison(1, text=begin).model_copy(update={"subjects": (begin, "B")})
    assert [(cell.data_type, cell.quotePrefix) for cell in table(matrix)["B"]] == [("s", True)] * 2
    heads = next(csv.reader(io.StringIO(export(matrix, "csv").content.decode("utf-8-sig"))))
    assert heads == ["Dimension", f"'{begin}", "B"]


def test_row_of_a_long_note_is_no_higher_than_excel_opens() -> None:
    assert table(checklist(item(1, note="n" * 2000))).row_dimensions[2].height <= 409


@pytest.mark.parametrize("form", FORMATS)
def test_control_characters_break_no_file(form: Format) -> None:
    for made in (checklist(item(1, action=UNSAFE, note=UNSAFE)), comparison(1, text=UNSAFE)):
        assert export(made, form).content
    assert table(checklist(item(1, action=UNSAFE)))["B2"].value == "abc"


def test_dollar_signs_begin_no_formula_in_the_roadmap() -> None:
    assert export(checklist(item(1, action="Spend $1 of each $\\frac$ saved.")), "pdf").content.startswith(b"%PDF")


def test_other_alphabets_come_through() -> None:
    made = checklist(item(1, action=ALPHABETS))
    assert ALPHABETS in export(made, "md").content.decode()
    assert ALPHABETS in export(made, "csv").content.decode("utf-8-sig")
    assert table(made)["B2"].value == ALPHABETS
    assert ALPHABETS in docx_text(export(made, "docx").content)
    assert pages(export(made, "pdf").content) > 0


@pytest.mark.parametrize("form", FORMATS)
def test_empty_deliverable_gives_a_whole_file(form: Format) -> None:
    for made in (checklist(), comparison(0)):
        content = export(made, form).content
        assert content.startswith({"pdf": b"%PDF", "xlsx": b"PK", "docx": b"PK"}.get(form, b""))
    assert "Nothing to do." in export(checklist(), "md").content.decode()


@pytest.mark.parametrize(
    "made", [checklist(*(item(n) for n in range(1, 501))), comparison(500)], ids=["list", "matrix"]
)
def test_500_items_are_all_there(made: Checklist | Comparison) -> None:
    assert table(made).max_row == 501
    assert len(list(csv.reader(io.StringIO(export(made, "csv").content.decode("utf-8-sig"))))) == 501
    text = docx_text(export(made, "docx").content)
    assert all(f"[{number}]" in text for number in range(1, 501))
    assert pages(export(made, "pdf").content) > 10


def test_checklist_opens_with_filters_a_list_of_statuses_and_dates() -> None:
    page = table(checklist(item(1), item(2)))
    assert page.auto_filter.ref == "A1:M3"
    choices = {rule.formula1: str(rule.sqref) for rule in page.data_validations.dataValidation}
    assert choices['"Open,In progress,Done,Dropped"'] == "J2:J3"
    assert isinstance(page["G2"].value, date)
    assert page["G2"].number_format == "yyyy-mm-dd"


def test_empty_cell_of_a_comparison_says_so_in_every_format() -> None:
    made = comparison(1)
    assert table(made)["C2"].value == "The sources do not say."
    for content in (export(made, "md").content.decode(), docx_text(export(made, "docx").content), compare_page(made)):
        assert content.count("The sources do not say.") == 1


def test_numbers_mean_the_same_in_every_format() -> None:
    made = comparison(3)
    assert report_of(made).sources == made.citations
    markdown = export(made, "md").content.decode()
    for n in range(1, 4):
        assert re.search(rf"\| D{n} \| Callers wait\. \[{n}\] \|", markdown)
        assert f"\n{n}. “Quote {n}.”" in markdown
    assert "[2] “Quote 2.”" in docx_text(export(made, "docx").content)
    assert re.search(r'href="#source-2"[^>]*>\[2\]</a>', compare_page(made))
    assert re.search(r'id="source-2"[^>]*><blockquote><p>Quote 2\.', compare_page(made))
    assert [cell.value for cell in table(made)["B"][1:]] == [f"Callers wait. [{n}]" for n in range(1, 4)]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_numbers_mean_the_same_in_pdf() -> None:
    pdf = export(comparison(3), "pdf").content
    said = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    assert all(re.search(rf"D{n} +Callers wait\. \[{n}\] +The sources do not say\.", said) for n in range(1, 4))
    assert "[3] “Quote 3.”" in said


def test_brief_is_a_document_and_no_table(ask: Any) -> None:
    answer = ask("How do we break the silos between departments?", checklist=True)
    brief: Brief = brief_answers([answer], answer.checklist, Profile())
    assert export(brief, "pdf").content.startswith(b"%PDF")
    text = docx_text(export(brief, "docx").content)
    assert all(f"[{citation.number}] “" in text for citation in brief.citations)
    forms: tuple[Format, ...] = ("csv", "xlsx")
    for form in forms:
        with pytest.raises(FormatError, match="docx, pdf or md"):
            export(brief, form)
