"""Rows → statements with their headers."""

from __future__ import annotations

import pytest

from advisor.library.loaders.content import CannotReadError
from advisor.library.loaders.tables import read_table, statements


def test_every_value_is_told_with_its_header() -> None:
    assert read_table("Region,NPS\nNorth,41\nSouth,38\n").text == (
        "- Region: North; NPS: 41.\n\n- Region: South; NPS: 38.\n"
    )


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_any_usual_delimiter_is_found(mark: str) -> None:
    text = "\n".join(mark.join(row) for row in (["Region", "NPS"], ["North", "41"], ["South", "38"]))
    assert read_table(text).text.startswith("- Region: North; NPS: 41.")


def test_an_empty_cell_is_not_told() -> None:
    assert list(statements([["Region", "NPS"], ["North", ""], ["", 38]])) == ["- Region: North.", "- NPS: 38."]


def test_a_caption_above_the_headers_stays_a_line_of_its_own() -> None:
    assert list(statements([["Calls in 2024", ""], ["Region", "Calls"], ["North", 4]])) == [
        "Calls in 2024",
        "- Region: North; Calls: 4.",
    ]


def test_a_table_of_numbers_has_no_headers() -> None:
    assert list(statements([[1, 2], [3, 4]])) == ["- 1; 2.", "- 3; 4."]


def test_line_breaks_within_a_cell_are_spaces() -> None:
    assert read_table('Region,Note\nNorth,"two\nlines"\n').text == "- Region: North; Note: two lines.\n"


def test_a_cell_without_end_is_no_table() -> None:
    with pytest.raises(CannotReadError, match="quotes"):
        read_table('Region,Note\nNorth,"' + "x" * 200_000)
