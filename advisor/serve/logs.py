"""What the server's log says: one record a line, with the id of the request it belongs to; no text of anybody's.

A record's `details` are its fields: in JSON beside the message, else behind it.
"""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

Form: TypeAlias = Literal["text", "json"]

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")  # of the request that is being answered


def configure_logging(form: Form) -> None:
    """Sends every record to the error output: those of the advisor from INFO on, of its libraries from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("advisor").setLevel(logging.INFO)


def details(**fields: Any) -> dict[str, dict[str, Any]]:
    """What a call of a logger takes as `extra` for a record with fields."""
    return {"details": {name: value for name, value in fields.items() if value is not None}}


class TextFormatter(logging.Formatter):
    """For a person: time, level, logger, message, then `name=value`."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's name
        fields = "".join(f" {name}={value}" for name, value in _fields(record).items())
        return super().formatMessage(record).replace("\n", " ") + fields


class JsonFormatter(logging.Formatter):
    """For a program: a JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_fields(record),
        }
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False, default=str)


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    request_id = REQUEST_ID.get()
    return {**({"request_id": request_id} if request_id else {}), **getattr(record, "details", {})}
