"""ZIP archives → their files by name. Nothing is written to disk, so that no name can lead anywhere."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from advisor.library.files import is_showable
from advisor.library.loaders.content import CannotReadError, Limits
from advisor.library.loaders.kinds import open_archive


def members(data: bytes, limits: Limits) -> Iterator[tuple[str, bytes | CannotReadError]]:
    """Each file of an archive by its name, or why it is not taken, in order; hidden ones are skipped."""
    seen: set[str] = set()
    archive = open_archive(data, limits)
    for member in sorted(archive.infolist(), key=lambda member: member.filename):
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if member.is_dir() or any(part.startswith((".", "__MACOSX")) and part != ".." for part in path.parts):
            continue
        name = str(path)
        try:
            if path.is_absolute() or ".." in path.parts or ":" in name or not is_showable(name):
                raise CannotReadError("has a name that leads out of its archive; make the archive anew.")
            if name in seen:
                raise CannotReadError("stands in its archive twice; the first one was taken.")
            seen.add(name)
            yield name, _unpacked(archive, member, limits)
        except CannotReadError as error:
            yield name, error


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: Limits) -> bytes:
    if stat.S_ISLNK(member.external_attr >> 16):
        raise CannotReadError("is a link, which is not followed; put the file itself into the archive.")
    if member.flag_bits & 1:
        raise CannotReadError("is protected by a password; make the archive without one.")
    if member.file_size > limits.file_mb * 1_000_000:
        raise CannotReadError(
            f"has more than the {limits.file_mb} MB that are read; split it or raise ADVISOR_MAX_FILE_MB."
        )
    try:
        return archive.read(member)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, ValueError, RuntimeError) as error:
        raise CannotReadError("is damaged in its archive; make the archive anew.") from error
