"""Inputs made to break a reader: each ends with a clear message or is read for the little that it says, none does harm.

Each is read with small limits, so that a reader that runs away is seen to be stopped. What is read goes on through
cleaning and chunking, which must bear it, too.
"""

from __future__ import annotations

import os
import re
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from advisor.config import Settings
from advisor.errors import UnreadableDocumentError
from advisor.library.blocks import parse_blocks
from advisor.library.build import build
from advisor.library.chunk import Sizes, make_passages
from advisor.library.clean import clean
from advisor.library.files import Rejected, find_files, read_bytes
from advisor.library.load import Loaded, Loader
from advisor.library.loaders.content import Limits
from advisor.models.embeddings import Embedder
from tests.library.hostile import FILES, GOOD, Ended, Refused

LIMITS = Limits(file_mb=5, unpacked_mb=20, memory_mb=700)
LITTLE_TIME = Limits(file_mb=5, unpacked_mb=20, memory_mb=700, seconds=1)
LIMIT = "ADVISOR_PARSE_SECONDS|ADVISOR_PARSE_MEMORY_MB|break down|is damaged|holds no text|no web page"


@pytest.fixture(scope="module")
def loaders() -> Iterator[tuple[Loader, Loader]]:
    """One that waits for what is to be read, and one with little time for what has to be ended."""
    with Loader(LIMITS) as patient, Loader(LITTLE_TIME) as hasty:
        yield patient, hasty


def load(loader: Loader, path: Path) -> list[Loaded | Rejected]:
    found = find_files([path])
    return [*found.rejected, *(item for file in found.files for item in loader.load(file))]


def below(folder: Path) -> dict[str, bytes | None]:
    return {str(path): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_does_no_harm(
    name: str, loaders: tuple[Loader, Loader], embedder: Embedder, tmp_path: Path
) -> None:
    file_name, make, expected = FILES[name]
    path = tmp_path / "in" / file_name
    path.parent.mkdir()
    path.write_bytes(make())
    before = below(tmp_path)
    results = load(loaders[isinstance(expected, Ended)], path)
    assert below(tmp_path) == before
    assert results
    if isinstance(expected, Refused | Ended):
        for result in results:
            assert isinstance(result, Rejected)
            assert re.search(expected.says if isinstance(expected, Refused) else LIMIT, result.message)
            assert is_plain(result.message)
    else:
        (result,) = results
        assert isinstance(result, Loaded), result
        document = result.document
        assert re.search(expected.holds, document.text)
        assert not re.search(expected.never, document.text)
        cleaned = clean(document.text, parse_blocks(document.text), document.bibliography)
        make_passages(document, cleaned, Sizes(200, 50, 256), embedder.count_tokens)


def is_plain(message: str) -> bool:
    """Whether a message is in words and says what to do, on one line."""
    return message.isprintable() and len(message) < 600 and "Error" not in message and message.endswith(".")


# --- what is no document at all ---


def socket_at(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made_here:
        place = os.getcwd()
        os.chdir(path.parent)  # the path of a socket must be short
        made_here.bind(path.name)
        os.chdir(place)


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 40)


def round_trip(path: Path) -> None:
    path.symlink_to(path.with_name("b"))
    path.with_name("b").symlink_to(path)


PLACES: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "link to a file outside": ("a.txt", lambda path: path.symlink_to("/etc/passwd"), "a link out of its folder"),
    "link up": ("a.txt", lambda path: path.symlink_to("../secret.txt"), "a link out of its folder"),
    "link to a folder outside": ("a", lambda path: path.symlink_to("/etc"), "a link out of its folder"),
    "link to the folder itself": ("a", lambda path: path.symlink_to("."), "a link to a folder"),
    "link to nothing": ("a.txt", lambda path: path.symlink_to("gone.txt"), "leads nowhere"),
    "links to each other": ("a.txt", round_trip, "leads nowhere"),
    "pipe": ("a.txt", os.mkfifo, "no file but a device, pipe or socket"),
    "socket": ("a.txt", socket_at, "no file but a device, pipe or socket"),
    "link to a device": ("a.txt", lambda path: path.symlink_to("/dev/zero"), "a link out of its folder"),
    "file of a terabyte": ("a.txt", sparse, "ADVISOR_MAX_FILE_MB"),
    "name that steers the terminal": ("a\x1b[2J.txt", Path.touch, "cannot be shown"),
    "name of bytes": (os.fsdecode(b"a\xff.txt"), Path.touch, "cannot be shown"),
    "folder with the name of a file": ("a.pdf", Path.mkdir, "holds no file"),
}


@pytest.mark.parametrize("name", PLACES)
def test_what_is_no_document_is_told_and_not_read(name: str, loaders: tuple[Loader, Loader], tmp_path: Path) -> None:
    file_name, make, says = PLACES[name]
    (tmp_path / "secret.txt").write_bytes(GOOD)
    folder = tmp_path / "in"
    folder.mkdir()
    make(folder / file_name)
    results = load(loaders[0], folder)
    assert results
    for result in results:
        assert isinstance(result, Rejected)
        assert re.search(says, result.message)
        assert is_plain(result.message)


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/stdin", "/proc/self/mem"])
def test_a_device_that_is_named_is_not_read(path: str, loaders: tuple[Loader, Loader]) -> None:
    (result,) = load(loaders[0], Path(path))
    assert isinstance(result, Rejected)
    assert is_plain(result.message)


def test_a_pipe_that_comes_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(UnreadableDocumentError, match="no file but a device"):
        read_bytes(tmp_path / "a.txt", 1)


def test_a_file_that_changes_while_it_is_read_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(GOOD * 50_000)
    ended = threading.Event()

    def append() -> None:
        with path.open("ab", buffering=0) as file:
            while not ended.is_set() and path.stat().st_size < 30_000_000:
                file.write(GOOD)

    writer = threading.Thread(target=append)
    writer.start()
    try:
        with pytest.raises(UnreadableDocumentError, match="changed while it was read"):
            list(map(read_bytes, [path] * 100, [40] * 100))
    finally:
        ended.set()
        writer.join()


def test_a_file_whose_size_is_a_lie_is_not_taken() -> None:
    with pytest.raises(UnreadableDocumentError, match="changed while it was read"):
        read_bytes(Path("/proc/self/status"), 1)


def test_a_folder_of_traps_leaves_one_document_and_nothing_outside(
    embedder: Embedder, make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "good.txt").write_bytes(GOOD)
    for number, name in enumerate(("way up", "absolute path", "link in a zip", "macros", "PDF of noise", "zip bomb")):
        ending, make, _ = FILES[name]
        (folder / f"{number}{ending}").write_bytes(make())
    before = below(tmp_path)
    settings = make_settings()
    report = build([folder], settings, embedder)
    assert [document.title for document in report.documents] == [GOOD.decode()]
    assert len(report.rejected) == 6
    after = {name: data for name, data in below(tmp_path).items() if not name.startswith(str(settings.data_dir))}
    assert after == before
