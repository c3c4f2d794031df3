"""Runs as a process of its own: reads documents from its input, writes what they hold to its output, one after another.

Its memory is bounded, it can write no file, and whoever started it kills it when it takes too long.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import zipfile
from typing import BinaryIO

from advisor.library.loaders.content import CannotReadError, Content, Limits
from advisor.library.loaders.kinds import Kind
from advisor.library.loaders.text import decode


def main() -> None:
    """Answers each request (a line of JSON, then the document) with a line of JSON, until its input ends."""
    source = os.fdopen(os.dup(0), "rb")
    target = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # what a parser prints must not stand between our lines
        os.dup2(nothing, stream)
    _limit(int(sys.argv[1]))
    while header := source.readline():
        target.write(json.dumps(_answer(json.loads(header), source)).encode() + b"\n")
        target.flush()


def _limit(megabytes: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # not on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1_000_000, megabytes * 1_000_000))


def _answer(request: dict[str, object], source: BinaryIO) -> dict[str, object]:
    data = source.read(int(str(request["size"])))
    limits = Limits(**request["limits"])  # type: ignore[arg-type]  # sent by our own parser
    kind: Kind = request["kind"]  # type: ignore[assignment]
    try:
        content = read(kind, data, limits, bool(request["keep_all"]))
    except CannotReadError as error:
        return {"refused": str(error)}
    except MemoryError:
        return {
            "refused": f"needs more than {limits.memory_mb} MB to be read; split it or raise ADVISOR_PARSE_MEMORY_MB."
        }
    except RecursionError:
        return {"refused": "is nested deeper than any document is; save it again from the program that made it."}
    except zipfile.BadZipFile:
        return {"refused": "is damaged; open it in the program that made it and save it again."}
    except Exception as error:  # parsers raise whatever they like on damaged input; this process is the border
        return {
            "refused": "is damaged; open it in the program that made it and save it again.",
            "error": repr(error)[:300],
        }
    left_out = [[part.reason, part.sample] for part in content.left_out]
    return {"text": content.text, "metadata": dict(content.metadata), "left_out": left_out}


def read(kind: Kind, data: bytes, limits: Limits, keep_all: bool) -> Content:
    """What a document holds. Each parser is imported when it is first needed: they take their time."""
    if kind == "pdf":
        from advisor.library.loaders.pdf import read_pdf

        return read_pdf(data, limits, keep_all)
    if kind == "word":
        from advisor.library.loaders.word import read_word

        return read_word(data, limits, keep_all)
    if kind == "slides":
        from advisor.library.loaders.slides import read_slides

        return read_slides(data, limits, keep_all)
    if kind == "sheets":
        from advisor.library.loaders.sheets import read_sheets

        return read_sheets(data, limits, keep_all)
    if kind == "saved":
        from advisor.library.loaders.saved import read_saved

        return read_saved(data, keep_all)
    from advisor.library.loaders.html import read_html

    return read_html(decode(data), keep_all)


if __name__ == "__main__":
    main()
