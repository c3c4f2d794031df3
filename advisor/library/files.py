"""Which files there are below the given paths, and their bytes: only regular files, only inside the folder."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from advisor.errors import UnreadableDocumentError
from advisor.library.loaders.kinds import READ

SOURCES_FILE = "sources.yaml"
PRACTICES_FILE = "practices.yaml"
_UNSHOWABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # control characters, and bytes that are no UTF-8


@dataclass(frozen=True, slots=True)
class Rejected:
    """An input that could not be taken, and why, in words for a person."""

    input: str
    message: str

    def __post_init__(self) -> None:
        for name in ("input", "message"):  # names of files may hold what no terminal and no database should be given
            object.__setattr__(self, name, _UNSHOWABLE.sub("\ufffd", getattr(self, name)))


@dataclass(frozen=True, slots=True)
class Found:
    """The files below the given paths, in order, and the paths that hold none."""

    files: tuple[Path, ...]
    practices: tuple[Path, ...]
    rejected: tuple[Rejected, ...]


def find_files(paths: Sequence[Path]) -> Found:
    """Every file of the given files and folders (and folders below), sorted, hidden ones skipped. What is no regular
    file, and what leads out of its folder, is rejected.
    """
    files: dict[Path, None] = {}
    practices: dict[Path, None] = {}
    rejected: list[Rejected] = []
    for path in paths:
        before = len(rejected)
        try:
            below = _files_below(path, rejected)
        except OSError as error:
            rejected.append(Rejected(str(path), f"{path} cannot be opened ({error.strerror}); check its permissions."))
            continue
        practices.update(dict.fromkeys(file for file in below if file.name == PRACTICES_FILE))
        texts = [file for file in below if file.name not in (SOURCES_FILE, PRACTICES_FILE)]
        files.update(dict.fromkeys(texts))
        if not below and len(rejected) == before:
            rejected.append(Rejected(str(path), f"{path} holds no file; put {READ} files in it."))
    return Found(tuple(files), tuple(practices), tuple(rejected))


def _files_below(path: Path, rejected: list[Rejected]) -> list[Path]:
    if not path.exists():
        rejected.append(Rejected(str(path), f"{path} does not exist; check the path."))
        return []
    if not path.is_dir():  # one that a person names may be a link
        return _usable([path], path.resolve().parent, rejected)

    def report(error: OSError) -> None:
        message = f"{error.filename} cannot be opened ({error.strerror}); check its permissions."
        rejected.append(Rejected(str(error.filename), message))

    found: list[Path] = []
    for folder, folders, names in os.walk(path, onerror=report):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        names += [name for name in folders if Path(folder, name).is_symlink()]
        found += [Path(folder, name) for name in sorted(names) if not name.startswith(".")]
    return _usable(found, path.resolve(), rejected)


def _usable(files: Sequence[Path], folder: Path, rejected: list[Rejected]) -> list[Path]:
    usable = []
    for file in files:
        try:
            target = file.resolve(strict=True)
            regular = stat.S_ISREG(target.stat().st_mode)
        except (OSError, RuntimeError):
            rejected.append(Rejected(str(file), f"{file} is a link that leads nowhere; remove it."))
            continue
        if not is_showable(str(target)):
            rejected.append(Rejected(str(file), f"{file} has a name with characters that cannot be shown; rename it."))
        elif not target.is_relative_to(folder):
            rejected.append(
                Rejected(str(file), f"{file} is a link out of its folder; ingest what it leads to by its own path.")
            )
        elif target.is_dir():
            rejected.append(
                Rejected(str(file), f"{file} is a link to a folder, which is not followed; name that folder itself.")
            )
        elif not regular:
            rejected.append(Rejected(str(file), f"{file} is no file but a device, pipe or socket; remove it."))
        else:
            usable.append(file)
    return usable


def is_showable(name: str) -> bool:
    """Whether a name is text on one line, not bytes that stand for nothing or steer a terminal."""
    return not _UNSHOWABLE.search(name)


def read_bytes(path: Path, max_megabytes: int) -> bytes:
    """The bytes of a regular file that nobody writes to meanwhile. Raises UnreadableDocumentError."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as file:  # not to wait for a pipe that has come in its place
            before = os.fstat(file.fileno())
            if not stat.S_ISREG(before.st_mode):
                raise UnreadableDocumentError(f"{path} is no file but a device, pipe or folder; remove it.")
            if before.st_size > max_megabytes * 1_000_000:
                raise UnreadableDocumentError(
                    f"{path} has {before.st_size / 1e6:.0f} MB, more than the {max_megabytes} MB that are read; "
                    "split it or raise ADVISOR_MAX_FILE_MB."
                )
            data = file.read(max_megabytes * 1_000_000 + 1)
            after = os.fstat(file.fileno())
    except OSError as error:
        raise UnreadableDocumentError(
            f"{path} cannot be read ({error.strerror}); check that it exists and its permissions."
        ) from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(data) != after.st_size:
        raise UnreadableDocumentError(f"{path} changed while it was read; ingest again when it is finished.")
    return data
