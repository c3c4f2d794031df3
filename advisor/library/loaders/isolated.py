"""Has documents read in another process, so that a hostile one can cost its limits and nothing else."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import advisor
from advisor.library.loaders.content import CannotReadError, Content, LeftOut, Limits
from advisor.library.loaders.kinds import Kind

log = logging.getLogger(__name__)
_ROOT = Path(advisor.__file__).parents[1]


class Parser:
    """One process for many documents: started with the first, and again after it had to be killed."""

    def __init__(self, limits: Limits, keep_all: bool = False) -> None:
        self._limits = limits
        self._keep_all = keep_all
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def read(self, kind: Kind, data: bytes) -> Content:
        """What a document holds. Raises CannotReadError where it cannot be read within the limits."""
        late = threading.Event()
        process = self._process = self._process or _started(self._limits.memory_mb)

        def kill() -> None:
            late.set()
            process.kill()

        watch = threading.Timer(self._limits.seconds, kill)
        watch.start()
        try:
            answer = self._asked(process, kind, data)
        finally:
            watch.cancel()
        if answer is None:
            self._stop()
            raise CannotReadError(
                f"was not read within {self._limits.seconds} s; split it or raise ADVISOR_PARSE_SECONDS."
                if late.is_set()
                else "made its reader break down; open it in the program that made it and save it again."
            )
        if "refused" in answer:
            log.debug("refused by the parser: %s", answer.get("error"))
            raise CannotReadError(str(answer["refused"]))
        left_out = tuple(LeftOut(reason, sample) for reason, sample in answer["left_out"])
        return Content(answer["text"], answer["metadata"], left_out)

    def _asked(self, process: subprocess.Popen[bytes], kind: Kind, data: bytes) -> Mapping[str, Any] | None:
        """The process's answer; None where it died over it or does not make sense."""
        request = {"kind": kind, "size": len(data), "limits": asdict(self._limits), "keep_all": self._keep_all}
        assert process.stdin
        assert process.stdout
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n" + data)
            process.stdin.flush()
            line = process.stdout.readline(self._limits.unpacked_mb * 8_000_000)
            answer = json.loads(line)
        except (OSError, ValueError):
            return None
        return answer if isinstance(answer, dict) else None

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _started(megabytes: int) -> subprocess.Popen[bytes]:
    """A process that knows nothing of ours: no keys, no settings."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "SYSTEMROOT", "LANG", "TMPDIR")}
    command = [sys.executable, "-m", "advisor.library.loaders.worker", str(megabytes)]
    environment = {**kept, "PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, bufsize=1 << 16)  # noqa: S603  # our own program
