"""Files made to break a reader, each with what is to come of it: refused, ended by its limit, or read for the little it
says.
"""

from __future__ import annotations

import io
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import openpyxl

from tests.library import made
from tests.library.loaders.test_office import replaced
from tests.library.loaders.test_pdf import encrypted

GOOD = b"Somebody answers every call at the quay."
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/passwd">]>'


@dataclass(frozen=True)
class Refused:
    """Every document in the input is rejected with a message that says this."""

    says: str


@dataclass(frozen=True)
class Ended:
    """What reads the input is ended by its limit of time or memory, unless it finds out before that it is a trap."""


@dataclass(frozen=True)
class Read:
    """The input is read: its text holds the one and not the other."""

    holds: str = "Somebody answers"
    never: str = "root:|alert|ha{20}"


Expected = Refused | Ended | Read


# --- files by their bytes ---


def pdf_of(*objects: bytes, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """A PDF of these objects, the first of them its catalogue."""
    data, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"trailer\n<</Size %d %b>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d %b>>\nstream\n%b\nendstream" % (len(data), entries, data)


FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
WORDS = b"BT /F 12 Tf 60 500 Td (Somebody answers every call.) Tj ET"


def pdf_page(content: bytes, catalogue: bytes = b"", kids: bytes = b"3 0 R", count: int = 1) -> bytes:
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R %b>>" % catalogue,
        b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, count),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        content,
        FONT,
    )


def patched(data: bytes, old: bytes, new: bytes, count: int = -1) -> bytes:
    assert old in data
    return data.replace(old, new, count)


def with_xml(data: bytes, part: str, prologue: str, old: str, new: str) -> bytes:
    """An office file with entities declared before one of its parts and used in it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = re.sub(r"<\?xml[^>]*\?>", "", parts[part].decode(), count=1)
    assert old in text
    parts[part] = (prologue + text.replace(old, new, 1)).encode()
    return made.archive(parts)


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    target = io.BytesIO(data)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(name, content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def linked_in_zip() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        link = zipfile.ZipInfo("passwd.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return target.getvalue()


def with_password(data: bytes) -> bytes:
    """An archive whose files say that they are encrypted."""
    data = patched(data, b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")
    return patched(data, b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01")


def overlapping_zip() -> bytes:
    """Many entries that share the bytes of one."""
    data = made.archive({"a.txt": GOOD * 100})
    at = data.rindex(b"PK\x01\x02")
    end = data.rindex(b"PK\x05\x06")
    entry, again = data[at:end], b""
    for number in range(9):
        again += entry.replace(b"a.txt", b"%d.txt" % number)
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 9, 9, len(again), at, 0)
    return data[:at] + again + tail


def large_workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["XFD1048576"] = "Somebody answers", "far away"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def deep_mht(depth: int) -> bytes:
    head = b"Content-Type: multipart/related; boundary=c\r\n\r\n"
    return head + b"".join(b"--c\r\nContent-Type: multipart/mixed; boundary=c%d\r\n\r\n" % n for n in range(depth))


WORD = made.word(("Normal", "Somebody answers."))
SLIDES = made.slides(("Calls", ["Somebody answers"], ""))
SHEETS = made.sheets(Calls=[["Region", "Note"], ["North", "Somebody answers"]])
DEEP = "<w:r><w:t>Somebody answers.</w:t></w:r>"

FILES: dict[str, tuple[str, Callable[[], bytes], Expected]] = {
    # archives
    "zip bomb": ("a.zip", lambda: made.archive({"a.txt": bytes(4_900_000)}), Refused("as a trap would")),
    "zip bomb in a zip": (
        "a.zip",
        lambda: made.archive({"b.zip": made.archive({"a.txt": bytes(4_900_000)})}),
        Refused("as a trap would"),
    ),
    "zip in a zip in a zip": (
        "a.zip",
        lambda: made.archive({"b.zip": made.archive({"c.zip": made.archive({"a.txt": GOOD})})}),
        Refused("within another"),
    ),
    "more than may be unpacked": (
        "a.zip",
        lambda: made.archive({f"{n}.txt": os.urandom(1000) + bytes(2_100_000) for n in range(10)}),
        Refused("ADVISOR_MAX_UNPACKED_MB"),
    ),
    "too many files": ("a.zip", lambda: made.archive({f"{n}": b"" for n in range(5001)}), Refused("5,001 files")),
    "way up": ("a.zip", lambda: made.archive({"../../out.txt": GOOD}), Refused("leads out")),
    "way up, the other slash": ("a.zip", lambda: made.archive({"..\\..\\out.txt": GOOD}), Refused("leads out")),
    "absolute path": ("a.zip", lambda: made.archive({"/etc/cron.d/out.txt": GOOD}), Refused("leads out")),
    "drive": ("a.zip", lambda: made.archive({"C:/out.txt": GOOD}), Refused("leads out")),
    "control characters in a name": ("a.zip", lambda: made.archive({"a\n\x1b[2J.txt": GOOD}), Refused("leads out")),
    "link in a zip": ("a.zip", linked_in_zip, Refused("is a link")),
    "entries that overlap": ("a.zip", overlapping_zip, Refused("damaged in its archive")),
    "zip with a password": (
        "a.zip",
        lambda: with_password(made.archive({"a.txt": GOOD})),
        Refused("password"),
    ),
    "zip cut off": ("a.zip", lambda: made.archive({"a.txt": GOOD})[:-30], Refused("damaged archive")),
    "zip that says less than it holds": (
        "a.zip",
        lambda: patched(made.archive({"a.txt": bytes(90_000)}), struct.pack("<L", 90_000), struct.pack("<L", 90)),
        Refused("damaged in its archive"),
    ),
    "unknown compression": (
        "a.zip",
        lambda: patched(made.archive({"a.txt": GOOD * 9}), b"\x00\x00\x08\x00", b"\x00\x00\x63\x00"),
        Refused("damaged"),
    ),
    "zip with nothing in it": ("a.zip", lambda: made.archive({}), Refused("holds no file")),
    "zip of hidden files": ("a.zip", lambda: made.archive({".a.txt": GOOD}), Refused("holds no file")),
    "bibliography that grows": (
        "a.zip",
        lambda: made.archive(
            {
                "a.txt": GOOD,
                "sources.yaml": b"- file: a.txt\n  a: &a [x, x]\n"
                + b"".join(b"  %c: &%c [*%c, *%c]\n" % (98 + n, 98 + n, 97 + n, 97 + n) for n in range(24))
                + b"  title: *y\n",
            }
        ),
        Read(),
    ),
    "zip behind text": ("a.txt", lambda: GOOD + made.archive({"../out.txt": GOOD}), Refused("binary")),
    # Word
    "macros": ("a.docx", lambda: with_part(WORD, "word/vbaProject.bin", b"x"), Refused("macros")),
    "entities that grow": (
        "a.docx",
        lambda: with_xml(WORD, "word/document.xml", LAUGHS, "Somebody", "&j;"),
        Ended(),
    ),
    "entity from a file": (
        "a.docx",
        lambda: with_xml(WORD, "word/document.xml", OUTSIDE, "Somebody", "&j;Somebody"),
        Refused("holds no text"),
    ),
    "elements nested without end": (
        "a.docx",
        lambda: replaced(WORD, "word/document.xml", DEEP, "<w:smartTag>" * 100_000 + DEEP + "</w:smartTag>" * 100_000),
        Refused("damaged|deeper"),
    ),
    "document without a body": (
        "a.docx",
        lambda: replaced(WORD, "word/document.xml", "<w:body>", "<w:nobody>").replace(b"</w:body>", b"</w:nobody>"),
        Refused("damaged"),
    ),
    "docx with nothing but its name": (
        "a.docx",
        lambda: made.archive({"word/document.xml": b"<a/>"}),
        Refused("damaged"),
    ),
    "docx that bursts": (
        "a.docx",
        lambda: with_part(WORD, "word/media/a.xml", bytes(15_000_000)),
        Refused("as a trap would"),
    ),
    "docx cut off": ("a.docx", lambda: WORD[:9000], Refused("damaged archive")),
    "template from afar": (
        "a.docx",
        lambda: with_part(
            WORD,
            "word/_rels/settings.xml.rels",
            b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            b'<Relationship Id="r1" '
            b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
            b'Target="http://127.0.0.1:9/t.dotm" TargetMode="External"/></Relationships>',
        ),
        Read(),
    ),
    "part that stands outside": (
        "a.docx",
        lambda: replaced(WORD, "_rels/.rels", "word/document.xml", "../../../../etc/passwd"),
        Refused("damaged"),
    ),
    "old Office file": (
        "a.doc",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        Refused("password-protected"),
    ),
    "encrypted Office file": (
        "a.docx",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99,
        Refused("password-protected"),
    ),
    # slides and workbooks
    "groups nested without end": (
        "a.pptx",
        lambda: replaced(
            SLIDES, "ppt/slides/slide1.xml", "</p:spTree>", "<p:grpSp>" * 300 + "</p:grpSp>" * 300 + "</p:spTree>"
        ),
        Refused("damaged|deeper"),
    ),
    "slides with macros": ("a.pptm", lambda: with_part(SLIDES, "ppt/vbaProject.bin", b"x"), Refused("macros")),
    "slide that is missing": (
        "a.pptx",
        lambda: replaced(SLIDES, "ppt/_rels/presentation.xml.rels", "slides/slide1.xml", "slides/slide9.xml"),
        Refused("damaged"),
    ),
    "workbook with entities that grow": (
        "a.xlsx",
        lambda: with_xml(SHEETS, "xl/worksheets/sheet1.xml", LAUGHS, "Somebody", "&j;"),
        Ended(),
    ),
    "workbook with an entity from a file": (
        "a.xlsx",
        lambda: with_xml(SHEETS, "xl/worksheets/sheet1.xml", OUTSIDE, "Somebody", "&j;Somebody"),
        Refused("damaged"),
    ),
    "cell far away": ("a.xlsx", large_workbook, Read()),
    "cell of four megabytes": (
        "a.xlsx",
        lambda: replaced(SHEETS, "xl/worksheets/sheet1.xml", "Somebody", "Somebody answers " + "é?" * 1_000_000),
        Refused("as a trap would"),
    ),
    "cell that calls a program": (
        "a.xlsx",
        lambda: made.sheets(Calls=[["Region", "Note"], ["North", "=cmd|'/c calc'!A1"], ["South", "Somebody answers"]]),
        Read(never="cmd"),
    ),
    # PDF
    "PDF of no pages": ("a.pdf", lambda: pdf_page(stream(WORDS), kids=b"", count=0), Refused("without pages")),
    "PDF of 10,000 pages": (
        "a.pdf",
        lambda: pdf_page(stream(WORDS), kids=b"3 0 R " * 10_000, count=10_000),
        Refused("10,000 pages"),
    ),
    "PDF that says it has a billion pages": (
        "a.pdf",
        lambda: pdf_page(stream(WORDS), count=1_000_000_000),
        Read(),
    ),
    "PDF whose pages are each other's": (
        "a.pdf",
        lambda: pdf_page(stream(WORDS), kids=b"2 0 R"),
        Refused("pages|text"),
    ),
    "PDF with a password": ("a.pdf", lambda: encrypted("secret"), Refused("password")),
    "PDF cut off": ("a.pdf", lambda: made.pdf_pages(["Somebody answers."])[:500], Refused("damaged PDF")),
    "PDF of noise": ("a.pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 99, Refused("damaged PDF")),
    "PDF that bursts": (
        "a.pdf",
        lambda: pdf_page(stream(zlib.compress(WORDS * 2_000_000, 9), b"/Filter/FlateDecode")),
        Ended(),
    ),
    "PDF that bursts twice": (
        "a.pdf",
        lambda: pdf_page(
            stream(zlib.compress(zlib.compress(bytes(200_000_000), 9), 9), b"/Filter[/FlateDecode/FlateDecode]")
        ),
        Ended(),
    ),
    "PDF nested without end": (
        "a.pdf",
        lambda: pdf_of(b"<</Type/Catalog/Pages " + b"[" * 100_000 + b"]" * 100_000 + b">>"),
        Refused("damaged|pages"),
    ),
    "PDF that starts programs": (
        "a.pdf",
        lambda: pdf_page(
            stream(WORDS),
            b"/OpenAction<</S/Launch/F(calc.exe)>>/AA<</WC<</S/JavaScript/JS(app.alert\\(1\\))>>>>",
        ),
        Read(),
    ),
    "PDF whose table of places leads round": (
        "a.pdf",
        lambda: patched(pdf_page(stream(WORDS)), b"/Root 1 0 R", b"/Root 1 0 R /Prev 9"),
        Read(),
    ),
    "PDF that draws itself": (
        "a.pdf",
        lambda: patched(
            pdf_page(
                stream(
                    WORDS + b" /X Do",
                    b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 4 0 R>>>>",
                )
            ),
            b"/Resources<</Font",
            b"/Resources<</XObject<</X 4 0 R>>/Font",
            1,
        ),
        Read(),
    ),
    "PDF of pictures": ("a.pdf", lambda: made.pdf_pages(["", ""]), Refused("text recognition")),
    "PDF that is a ZIP, too": (
        "a.pdf",
        lambda: made.pdf_pages(["Somebody answers."]) + made.archive({"../o": GOOD}),
        Read(),
    ),
    "PDF inside a web page": (
        "a.pdf",
        lambda: b"<html><!-- %PDF-1.7 --><body><p>Somebody answers.</p><script>alert(1)</script></body></html>",
        Read(),
    ),
    # web pages
    "page nested without end": ("a.html", lambda: b"<html><body>" + b"<div>" * 200_000 + GOOD, Refused("deeper")),
    "lists nested without end": ("a.html", lambda: b"<html><body>" + b"<ul><li>" * 50_000 + GOOD, Refused("deeper")),
    "page of scripts": (
        "a.html",
        lambda: (
            b"<html><body><p onclick=alert(1)>" + GOOD + b"</p><script>alert(2)</script><svg onload=alert(3)>"
            b"<iframe src='javascript:alert(4)'></iframe><noscript>alert</noscript></body></html>"
        ),
        Read(),
    ),
    "page with entities that grow": (
        "a.xhtml",
        lambda: LAUGHS.replace("DOCTYPE x", "DOCTYPE html").encode() + b"<body><p>&j;</p><p>" + GOOD + b"</p></body>",
        Read(),
    ),
    "page with an entity from a file": (
        "a.html",
        lambda: OUTSIDE.replace("DOCTYPE x", "DOCTYPE html").encode() + b"<body><p>&j; " + GOOD + b"</p></body>",
        Read(),
    ),
    "page that fetches": (
        "a.html",
        lambda: (
            b"<html><head><base href='http://127.0.0.1:9/'><meta http-equiv=refresh content='0;url=//127.0.0.1:9/'>"
            b"<link rel=stylesheet href=a.css></head><body><img src=a.png><p>" + GOOD + b"</p></body></html>"
        ),
        Read(),
    ),
    "attribute of four megabytes": (
        "a.html",
        lambda: b"<html><body><p title='" + b"x" * 4_000_000 + b"'>" + GOOD + b"</p></body></html>",
        Read(),
    ),
    "thousands of links": (
        "a.html",
        lambda: b"<html><body><p>" + GOOD + b"</p><ul>" + b"<li><a href=/a>alert</a>" * 20_000,
        Read(),
    ),
    "data nested without end": (
        "a.html",
        lambda: b"<html><head><script type='application/ld+json'>" + b"[" * 100_000 + b"</script></head><body>" + GOOD,
        Read(),
    ),
    "style that hides": (
        "a.html",
        lambda: b"<html><body><p>" + GOOD + b"</p><p style='font-size:0'>alert</p><p hidden>alert</p></body></html>",
        Read(),
    ),
    "zeros in a page": ("a.html", lambda: b"<html><body>" + b"\0" * 3000 + GOOD, Refused("binary")),
    "saved page nested without end": ("a.mht", lambda: deep_mht(20_000), Ended()),
    "saved page without a page": (
        "a.mht",
        lambda: b"Content-Type: multipart/related; boundary=c\r\n\r\n--c\r\n\r\ntext\r\n--c--",
        Refused("no web page"),
    ),
    "data for programs": ("a.svg", lambda: LAUGHS.encode() + b"<svg>&j;</svg>", Refused("XML data")),
    # text and tables
    "nothing": ("a.txt", lambda: b"", Refused("is empty")),
    "white space": ("a.txt", lambda: b" \n\t\n" * 99, Refused("is empty")),
    "zeros": ("a.txt", lambda: bytes(9000), Refused("binary")),
    "noise": ("a.txt", lambda: bytes(range(256)) * 99, Refused("binary")),
    "program": ("a.txt", lambda: b"\x7fELF" + bytes(99), Refused("program")),
    "half a character": ("a.txt", lambda: GOOD.decode().encode("utf-16")[:-1], Refused("encoding")),
    "more than is read": ("a.txt", lambda: b"x" * 5_000_001, Refused("ADVISOR_MAX_FILE_MB")),
    "a word without end": ("a.txt", lambda: GOOD + b" " + b"x" * 200_000, Read()),
    "quotes within quotes": ("a.md", lambda: b">" * 20_000 + b" " + GOOD, Read()),
    "marks without end": ("a.md", lambda: GOOD + b"\n\n" + b"*_[`(" * 4_000, Read()),
    "spaces without end": ("a.md", lambda: GOOD + b"\n\n#" + b" " * 60_000 + b"x\n\n|" + b" |" * 10_000, Read()),
    "front matter that grows": (
        "a.md",
        lambda: (
            b"---\na: &a [x]\n"
            + b"".join(b"%c: &%c [*%c,*%c]\n" % (98 + n, 98 + n, 97 + n, 97 + n) for n in range(24))
            + b"---\n"
            + GOOD
        ),
        Read(),
    ),
    "front matter that calls a program": (
        "a.md",
        lambda: b"---\ntitle: !!python/object/apply:os.system ['touch out.txt']\n---\n" + GOOD,
        Read(),
    ),
    "cell without end": ("a.csv", lambda: b'Region,Note\nNorth,"' + b"x" * 300_000, Refused("check its quotes")),
    "two million cells": ("a.csv", lambda: b"a,b\n" + b"," * 2_000_001, Refused("2,000,000 cells")),
    "table that calls programs": ("a.csv", lambda: b"Region,Note\n=cmd|' /C calc'!A0,Somebody answers\n", Read()),
    # addresses
    "address of this machine": ("a.urls", lambda: b"http://127.0.0.1:9/\n", Refused("not on the public internet")),
    "address of a cloud's own data": (
        "a.urls",
        lambda: b"http://169.254.169.254/latest/\n",
        Refused("not on the public"),
    ),
    "address of a file": ("a.url", lambda: b"[InternetShortcut]\nURL=file:///etc/passwd\n", Refused("only http")),
    "too many addresses": ("a.urls", lambda: b"\n".join(b"http://a/%d" % n for n in range(1001)), Refused("1 to 1000")),
}
