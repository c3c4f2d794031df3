"""What a file is, by its content."""

from __future__ import annotations

import pytest

from advisor.library.loaders.content import CannotReadError, Limits
from advisor.library.loaders.kinds import Kind, kind_of
from advisor.library.loaders.saved import read_saved
from tests.library import made

SAVED = (
    b"From: <Saved by a browser>\r\nSnapshot-Content-Location: https://tidal.example/calls\r\n"
    b'MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="cut"\r\n\r\n'
    b"--cut\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"<html><body><h1>Calls</h1><p>Somebody answers=2E</p></body></html>\r\n--cut--\r\n"
)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (made.pdf_pages(["Alpha."]), "pdf"),
        (made.word(("Normal", "Alpha.")), "word"),
        (made.slides(("Alpha", ["Beta"], "")), "slides"),
        (made.sheets(Calls=[["Alpha"]]), "sheets"),
        (made.archive({"a.txt": b"Alpha."}), "zip"),
        (b"<!DOCTYPE html><title>Alpha</title>", "page"),
        (SAVED, "saved"),
    ],
    ids=["pdf", "docx", "pptx", "xlsx", "zip", "html", "mht"],
)
def test_content_decides_and_not_the_name(data: bytes, kind: Kind) -> None:
    assert kind_of(data, "named.txt", Limits()) == kind


@pytest.mark.parametrize(
    ("name", "kind"), [("a.txt", "text"), ("A.MD", "markdown"), ("a.csv", "table"), ("a.urls", "urls"), ("a", "text")]
)
def test_of_text_the_name_says_what_it_is(name: str, kind: Kind) -> None:
    assert kind_of(b"Alpha, beta.", name, Limits()) == kind


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"Alpha.", "a.pdf", "none inside"),
        (b"Alpha.", "a.odt", "no kind that is known"),
        (b"\xd0\xcf\x11\xe0rest", "a.doc", "save it as .docx"),
        (b"{\\rtf1 Alpha}", "a.rtf", "RTF"),
        (b"\x89PNG\r\n", "a.txt", "picture"),
        (b"<?xml version='1.0'?><feed/>", "a.txt", "XML"),
        (made.archive({"mimetype": b"application/epub+zip"}), "a.epub", "e-book"),
    ],
)
def test_what_is_not_read_is_told_with_what_to_do(data: bytes, name: str, says: str) -> None:
    with pytest.raises(CannotReadError, match=says):
        kind_of(data, name, Limits())


def test_a_saved_page_is_the_page_in_it_with_its_address() -> None:
    content = read_saved(SAVED)
    assert content.text == "# Calls\n\nSomebody answers.\n"
    assert content.metadata["url"] == "https://tidal.example/calls"
