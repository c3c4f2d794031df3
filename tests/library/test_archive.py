"""A ZIP is read like a folder, without being unpacked."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from advisor.library.files import Rejected
from advisor.library.load import Loaded, load_documents
from advisor.library.loaders.content import Limits
from tests.library import made

LIMITS = Limits(file_mb=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "texts.zip"


def load(path: Path) -> list[Loaded | Rejected]:
    return list(load_documents([path], LIMITS))


def messages(path: Path) -> list[str]:
    return [item.message for item in load(path) if isinstance(item, Rejected)]


def test_every_file_is_a_document_of_its_own_kind(path: Path) -> None:
    path.write_bytes(
        made.archive(
            {"a.txt": b"Alpha.", "deep/b.docx": made.word(("Normal", "Beta.")), "c.csv": b"Quay,NPS\nEast,4\n"}
        )
    )
    loaded = [item.document for item in load(path) if isinstance(item, Loaded)]
    assert [document.text for document in loaded] == ["Alpha.", "- Quay: East; NPS: 4.\n", "Beta.\n"]
    assert [document.source.removeprefix(path.as_posix()) for document in loaded] == [
        "!/a.txt",
        "!/c.csv",
        "!/deep/b.docx",
    ]


def test_bibliography_in_an_archive_describes_its_files(path: Path) -> None:
    path.write_bytes(made.archive({"a.txt": b"Alpha.", "sources.yaml": b"- {file: a.txt, title: On Quays}\n"}))
    (loaded,) = load(path)
    assert isinstance(loaded, Loaded)
    assert loaded.document.bibliography.title == "On Quays"


def test_hidden_files_and_those_of_an_operating_system_are_skipped(path: Path) -> None:
    path.write_bytes(made.archive({"a.txt": b"Alpha.", ".b.txt": b"Beta.", "__MACOSX/c.txt": b"Gamma."}))
    assert len(load(path)) == 1


def test_a_bad_file_is_named_and_the_rest_is_read(path: Path) -> None:
    path.write_bytes(made.archive({"a.txt": b"Alpha.", "b.pdf": b"none"}))
    loaded, rejected = load(path)
    assert isinstance(loaded, Loaded)
    assert isinstance(rejected, Rejected)
    assert rejected.message.startswith(f"{path}!/b.pdf is named .pdf but is none")


def test_an_archive_within_an_archive_is_not_read(path: Path) -> None:
    path.write_bytes(made.archive({"b.zip": made.archive({"a.txt": b"Alpha."})}))
    assert "archive or a list within another" in messages(path)[0]


def test_no_name_leads_out_and_nothing_is_written(path: Path) -> None:
    path.write_bytes(made.archive({"../out.txt": b"Alpha.", "/tmp/out.txt": b"Beta.", "C:\\out.txt": b"Gamma."}))
    assert all("leads out of its archive" in message for message in messages(path))
    assert len(messages(path)) == 3
    assert sorted(path.parent.parent.rglob("out.txt")) == []


def test_a_file_that_is_larger_than_is_read_is_never_unpacked(path: Path) -> None:
    path.write_bytes(made.archive({"a.txt": b"Alpha beta. " * 100_000}, zipfile.ZIP_STORED))
    assert "ADVISOR_MAX_FILE_MB" in messages(path)[0]


def test_an_archive_that_would_burst_is_refused_by_what_it_declares(path: Path) -> None:
    path.write_bytes(made.archive({f"{n}.txt": bytes(900_000) for n in range(3)}))
    assert "as a trap would" in messages(path)[0]


def test_a_damaged_file_in_an_archive_is_told(path: Path) -> None:
    data = bytearray(made.archive({"a.txt": b"Alpha beta gamma."}, zipfile.ZIP_STORED))
    data[data.index(b"beta")] ^= 1
    path.write_bytes(bytes(data))
    assert "damaged in its archive" in messages(path)[0]
