"""What a file is: by its content, and by its name only where text is all that the content tells."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Literal, TypeAlias

from advisor.library.loaders.content import CannotReadError, Limits

Kind: TypeAlias = Literal[
    "text", "markdown", "table", "page", "saved", "pdf", "word", "slides", "sheets", "zip", "urls"
]

READ = ".txt, .md, .html, .mht, .csv, .pdf, .docx, .pptx, .xlsx, .zip or .urls"
_BY_ENDING: dict[str, Kind] = {
    "": "text", ".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown",
    ".html": "page", ".htm": "page", ".xhtml": "page", ".csv": "table", ".tsv": "table",
    ".urls": "urls", ".url": "urls",
}  # fmt: skip
_OFFICE: dict[str, Kind] = {"word/document.xml": "word", "ppt/presentation.xml": "slides", "xl/workbook.xml": "sheets"}
_OTHERS = (
    (
        b"\xd0\xcf\x11\xe0",
        "is an old or a password-protected Office file; save it as .docx, .pptx or .xlsx without one.",
    ),
    (b"{\\rtf", "is RTF; save it as .docx."),
    (b"\x1f\x8b", "is compressed with gzip; unpack it first."),
    (b"7z\xbc\xaf", "is a 7z archive; unpack it, or make it a .zip."),
    (b"Rar!", "is a RAR archive; unpack it, or make it a .zip."),
    (b"\x89PNG", "is a picture; only text is read."),
    (b"\xff\xd8\xff", "is a picture; only text is read."),
    (b"GIF8", "is a picture; only text is read."),
    (b"\x7fELF", "is a program; only documents are read."),
    (b"MZ\x90", "is a program; only documents are read."),
)
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!DOCTYPE|svg)\b", re.I)
_SAVED = re.compile(rb"\s*(?:[\w-]+:.*\r?\n(?:[ \t].*\r?\n)*)*?content-type:\s*multipart/related", re.I)
_RATIO = 150  # unpacked to packed; text rarely gets beyond 20
_MEMBERS = 5000


def kind_of(data: bytes, name: str, limits: Limits) -> Kind:
    """Which loader a file is for. Raises CannotReadError for what none is for, and for archives that would burst."""
    head = data[:1024]
    for signature, reason in _OTHERS:
        if data.startswith(signature):
            raise CannotReadError(reason)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_archive(data, limits)
    if _PAGE.match(data[:4096]):
        return "page"
    if b"%PDF-" in head:
        return "pdf"
    if _SAVED.match(data[:4096]):
        return "saved"
    return _kind_of_text(data, name)


def _kind_of_text(data: bytes, name: str) -> Kind:
    ending = name[name.rfind(".") :].lower() if "." in name.lstrip(".") else ""
    if _XML.match(data[:256]):
        raise CannotReadError(f"is XML data, which is not read; save it as one of {READ}.")
    if ending in (".pdf", ".docx", ".pptx", ".xlsx", ".zip", ".mht", ".mhtml"):
        raise CannotReadError(f"is named {ending} but is none inside; it is damaged, or has a wrong name.")
    if ending not in _BY_ENDING:
        raise CannotReadError(f"is not read: {ending} is no kind that is known; save it as one of {READ}.")
    return _BY_ENDING[ending]


def _kind_of_archive(data: bytes, limits: Limits) -> Kind:
    members = open_archive(data, limits).infolist()
    names = {member.filename for member in members}
    kind = next((kind for part, kind in _OFFICE.items() if part in names), None)
    if kind and any(name.lower().endswith("vbaproject.bin") for name in names):
        raise CannotReadError("holds macros, which are not read; save it without them, as .docx, .pptx or .xlsx.")
    if kind is None and {"[Content_Types].xml", "mimetype"} & names:
        raise CannotReadError(f"is an office or e-book format that is not read; save it as one of {READ}.")
    return kind or "zip"


def open_archive(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """An archive that unpacks to no more than is allowed; `zipfile` never unpacks more of a member than it declares."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise CannotReadError("is a damaged archive; make it anew.") from error
    members = archive.infolist()
    total = sum(member.file_size for member in members)
    if len(members) > _MEMBERS:
        raise CannotReadError(f"holds {len(members):,} files, more than the {_MEMBERS:,} that are read; split it.")
    if total > limits.unpacked_mb * 1_000_000:
        raise CannotReadError(
            f"unpacks to {total / 1e6:,.0f} MB, more than the {limits.unpacked_mb} MB that are read; "
            "split it or raise ADVISOR_MAX_UNPACKED_MB."
        )
    if total > 1_000_000 and total > _RATIO * len(data):
        raise CannotReadError(
            f"unpacks to {total // len(data):,} times its size, as a trap would; ingest its files unpacked."
        )
    return archive
