"""A person asked for has to be named in the deed or the office that is asked about."""

from __future__ import annotations

import pytest

from advisor.answer.persons import names_person

QUILL = "Ada Quill, chief executive of Northwind, listened to ten calls."


@pytest.mark.parametrize(
    ("question", "text", "named"),
    [
        ("Who is the head of Northwind?", QUILL, True),
        ("Who is the CEO of Northwind?", QUILL, True),
        ("Who is the CIO of Northwind?", QUILL, False),
        ("Who is the CEO of Northwind?", "Ada Quill, chief executive of Fabrikam, praised everybody.", False),
        ("Who founded Northwind?", "Northwind was founded by Ada Quill.", True),
        ("Who founded Northwind?", QUILL, False),
        ("Who built the desk of Northwind?", "Bo Lind built the desk of Northwind.", True),
        ("How does Northwind treat callers?", "Every caller has one owner.", True),
    ],
)
def test_person_is_named_only_by_the_deed_or_office_asked_for(question: str, text: str, named: bool) -> None:
    assert names_person(question, [text], ["Northwind"]) is named
