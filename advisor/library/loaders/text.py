"""Bytes → characters, plain text as it is, and Markdown with its front matter."""

from __future__ import annotations

import codecs
import re

import charset_normalizer
import yaml

from advisor.library.loaders.content import CannotReadError, Content

_MARKS = (  # longest first: the mark of UTF-32 begins like that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL)
_MAX_FRONT_MATTER = 20_000


def decode(data: bytes) -> str:
    """The characters of a file: by its byte order mark, else UTF-8, else what its bytes look like."""
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    try:
        text = data.decode(marked or "utf-8")
    except UnicodeDecodeError:
        text = _guess(data)
    if _looks_binary(text):
        raise CannotReadError("is not text but binary data; convert it to .txt, .md or .html.")
    return text


def _guess(data: bytes) -> str:
    best = None if b"\0" in data[:4096] else charset_normalizer.from_bytes(data[:200_000]).best()
    if best is None:
        raise CannotReadError("is in no known encoding or is binary; save it as UTF-8 text.")
    return data.decode(best.encoding, "replace")


def _looks_binary(text: str) -> bool:
    head = text[:20_000]
    control = sum(char < " " and char not in "\t\n\r\f\v\x1b" for char in head)
    return "\0" in text or control > 0.02 * len(head)


def read_plain(text: str) -> Content:
    """The text exactly as it is, so that offsets equal those in the file."""
    return Content(text, {})


def read_markdown(text: str) -> Content:
    """The text after its front matter, which is its bibliography."""
    match = _FRONT_MATTER.match(text)
    if match is None or len(match[1]) > _MAX_FRONT_MATTER:
        return Content(text, {})
    try:
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(match[1])):  # a few can stand for millions
            return Content(text[match.end() :], {})
        metadata = yaml.safe_load(match[1])
    except (yaml.YAMLError, RecursionError, ValueError):  # two rules with prose between them, most likely
        return Content(text, {})
    return Content(text[match.end() :], metadata) if isinstance(metadata, dict) else Content(text, {})
