"""Whether a text only says again what another one says."""

from __future__ import annotations

import pytest

from advisor.answer.repeat import says_again

SAID = "Northwind gave every caller one owner, and repeat calls fell by 30%. Desks answer a letter within a day."


@pytest.mark.parametrize(
    "text",
    [
        "Every caller of Northwind has one owner, so that repeat calls fell.",
        "Desks at Northwind answer every letter within a working day.",
        "Desks answer a letter within a day. Northwind gave every caller one owner, and repeat calls fell.",
    ],
)
def test_text_whose_sentences_each_repeat_one_says_nothing_new(text: str) -> None:
    assert says_again(text, SAID)


@pytest.mark.parametrize(
    "text",
    [
        "Fabrikam gave every caller one owner, and repeat calls fell by 30%.",
        "Northwind gave every caller one owner, and repeat calls fell by 12%.",
        "Desks answer a letter within a day. Owners go on courses.",
        "Desks answer calls.",
        "Northwind answers.",
    ],
)
def test_another_name_figure_or_thought_is_new(text: str) -> None:
    assert not says_again(text, SAID)
