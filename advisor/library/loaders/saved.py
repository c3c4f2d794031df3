"""A page as a browser saves it in one file (MHTML) → the page in it."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Mapping
from email.message import EmailMessage

from advisor.library.loaders.content import CannotReadError, Content
from advisor.library.loaders.html import read_html
from advisor.library.loaders.text import decode


def read_saved(data: bytes, keep_all: bool = False) -> Content:
    """The first web page among the parts, with its address."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        if isinstance(part, EmailMessage) and part.get_content_type() == "text/html":
            body = part.get_payload(decode=True)
            charset = part.get_content_charset("utf-8")
            source = _decoded(body, charset) if isinstance(body, bytes) else ""
            page = read_html(source, keep_all)
            return Content(page.text, {**_address(message), **page.metadata}, page.left_out)
    raise CannotReadError("holds no web page; save the page again.")


def _decoded(body: bytes, charset: str) -> str:
    try:
        return body.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return decode(body)


def _address(message: EmailMessage | email.message.Message) -> Mapping[str, object]:
    address = str(message.get("Snapshot-Content-Location", ""))
    return {"url": address} if address.startswith(("http://", "https://")) else {}
