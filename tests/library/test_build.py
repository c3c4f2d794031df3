"""The whole way from files to an index: nothing done twice, nothing lost, one writer at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import portalocker
import pytest

from advisor.config import Settings, index_settings
from advisor.errors import LibraryBusyError
from advisor.library import build as build_module
from advisor.library.build import IngestReport, build, remove_document
from advisor.library.index import open_index
from advisor.library.library import Library
from advisor.models.embeddings import Embedder

MakeSettings = Callable[..., Settings]


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings()


@pytest.fixture
def ingest(folder: Path, settings: Settings, embedder: Embedder) -> Callable[..., IngestReport]:
    def run(*paths: Path, prune: bool = False) -> IngestReport:
        return build(paths or (folder,), settings, embedder, prune=prune)

    return run


Ingest = Callable[..., IngestReport]


def statuses(report: IngestReport) -> dict[str, str]:
    return {document.id: document.status for document in report.documents}


def indexed(settings: Settings) -> set[str]:
    """The ids that the index holds, after a check that both halves and the library agree."""
    index = open_index(settings.data_dir, index_settings(settings))
    with Library(settings.data_dir) as library:
        vectors = {passage.id: vector for _, passage, vector in library.indexed()}
    found = {name for name, _ in index.dense(next(iter(vectors.values())), 1000)} if vectors else set()
    index.close()
    assert found == set(vectors)
    return found


def test_files_of_every_format_are_in_the_library_and_the_index(ingest: Ingest, settings: Settings) -> None:
    report = ingest()
    assert statuses(report) == {"ferry": "added", "desk": "added", "lift": "added"}
    assert report.rejected == ()
    assert report.embedded == report.total_passages == len(indexed(settings))
    assert {document.title for document in report.documents} >= {"Lifts", "The front desk"}


def test_offsets_in_the_library_are_verbatim_for_every_format(ingest: Ingest, settings: Settings) -> None:
    ingest()
    with Library(settings.data_dir) as library:
        for summary in library.documents():
            document = library.document(summary.id)
            assert document is not None
            for passage in library.passages_of(summary.id):
                assert document.text[passage.start : passage.end] == passage.text
                for sentence in passage.sentences:
                    assert document.text[sentence.start : sentence.end] == passage.slice(sentence)


def test_text_file_offsets_are_those_of_the_file(ingest: Ingest, settings: Settings, folder: Path) -> None:
    ingest()
    with Library(settings.data_dir) as library:
        document = library.document("ferry")
    assert document is not None
    assert document.text == (folder / "ferry.txt").read_text()


def test_what_was_left_out_is_reported_by_reason(ingest: Ingest) -> None:
    (ferry,) = [document for document in ingest().documents if document.id == "ferry"]
    reasons = {group.reason: group.count for group in ferry.left_out}
    assert reasons["list of references"] == 3
    assert sum(reasons.values()) > 15


def test_second_ingest_embeds_nothing_and_keeps_the_index(ingest: Ingest) -> None:
    first, second = ingest(), ingest()
    assert set(statuses(second).values()) == {"unchanged"}
    assert second.embedded == 0
    assert second.generation == first.generation
    assert [d.left_out for d in second.documents] == [d.left_out for d in first.documents]


def test_edit_embeds_only_the_passages_it_changes(ingest: Ingest, folder: Path, settings: Settings) -> None:
    ingest()
    path = folder / "desk.md"
    path.write_text(path.read_text().replace("for years", "for decades"))
    report = ingest()
    assert statuses(report)["desk"] == "updated"
    assert report.embedded == 1
    assert report.total_passages == len(indexed(settings))


def test_text_moved_inside_a_file_embeds_nothing(ingest: Ingest, folder: Path) -> None:
    ingest()
    path = folder / "desk.md"
    path.write_text(path.read_text().replace("# The front desk\n", "# The front desk\n\n\n"))
    assert ingest().embedded == 0


def test_changed_bibliography_updates_the_document_without_embedding(ingest: Ingest, folder: Path) -> None:
    ingest()
    (folder / "sources.yaml").write_text("- file: desk.md\n  title: The front desk\n  author: A. One\n")
    report = ingest()
    assert statuses(report) == {"desk": "updated", "ferry": "updated", "lift": "unchanged"}


def test_other_settings_make_all_passages_again(
    ingest: Ingest, folder: Path, make_settings: MakeSettings, embedder: Embedder
) -> None:
    ingest()
    smaller = make_settings(passage_tokens=40, overlap_tokens=0)
    report = build([folder / "lift.html"], smaller, embedder)
    assert set(statuses(report).values()) == {"updated"}
    assert report.total_passages == len(indexed(smaller))


def test_bad_file_is_reported_and_the_rest_goes_in(ingest: Ingest, folder: Path) -> None:
    (folder / "empty.txt").write_text("")
    (folder / "slides.pptx").write_bytes(b"PK")
    (folder / "sources.yaml").write_text("- file: [unclosed")
    report = ingest(folder, folder / "gone.txt")
    assert sorted(Path(item.input).name for item in report.rejected) == [
        "empty.txt", "gone.txt", "slides.pptx", "sources.yaml",
    ]  # fmt: skip
    assert report.total_documents == 3


def test_run_with_only_bad_input_leaves_the_index_as_it_was(ingest: Ingest, folder: Path) -> None:
    first = ingest()
    (folder / "empty.txt").write_text("")
    second = ingest(folder / "empty.txt", folder / "gone")
    assert second.generation == first.generation
    assert second.total_documents == 3


def test_nothing_to_ingest_makes_no_index(ingest: Ingest, tmp_path: Path) -> None:
    report = ingest(tmp_path / "gone")
    assert (report.generation, report.total_documents) == (None, 0)


def test_deleted_file_stays_until_pruned(ingest: Ingest, folder: Path, settings: Settings) -> None:
    ingest()
    (folder / "lift.html").unlink()
    assert ingest().total_documents == 3
    report = ingest(prune=True)
    assert report.removed == ("lift",)
    assert report.total_passages == len(indexed(settings))


def test_removed_document_is_gone_from_library_and_index(ingest: Ingest, settings: Settings) -> None:
    ingest()
    before = indexed(settings)
    remove_document("desk", settings)
    assert indexed(settings) < before


def test_files_of_one_name_get_ids_of_their_own_and_keep_them(ingest: Ingest, folder: Path) -> None:
    (folder / "more").mkdir()
    (folder / "more" / "desk.md").write_text("# Another desk\n\nSomething else stands in this one.\n")
    assert set(statuses(ingest())) == {"desk", "desk-2", "ferry", "lift"}
    (folder / "more" / "desk.md").write_text("# Another desk\n\nIt has changed a little since then.\n")
    assert statuses(ingest())["desk-2"] == "updated"


def test_moved_file_keeps_its_id_and_its_passages(ingest: Ingest, folder: Path) -> None:
    ingest()
    (folder / "lift.html").rename(folder / "elevator.html")
    report = ingest()
    assert statuses(report)["lift"] == "updated"
    assert (report.embedded, report.total_documents) == (0, 3)


def test_crash_between_library_and_index_is_made_good_without_embedding(
    ingest: Ingest, folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ingest()
    path = folder / "desk.md"
    path.write_text(path.read_text().replace("for years", "for decades"))

    class PowerCutError(Exception):
        pass

    def cut(*_: object) -> None:
        raise PowerCutError

    with monkeypatch.context() as patched:
        patched.setattr(build_module, "build_index", cut)
        with pytest.raises(PowerCutError):
            ingest()
    index = open_index(settings.data_dir, index_settings(settings))
    assert index.generation == first.generation
    index.close()
    report = ingest()
    assert report.embedded == 0
    assert report.generation != first.generation
    assert report.total_passages == len(indexed(settings))


@pytest.mark.parametrize("part", ["CURRENT", "*/manifest.json", "*/chroma/chroma.sqlite3"])
def test_damaged_index_is_built_again_without_embedding(ingest: Ingest, settings: Settings, part: str) -> None:
    ingest()
    for path in (settings.data_dir / "index").glob(part):
        path.write_bytes(b"garbled")
    report = ingest()
    assert report.embedded == 0
    assert report.total_passages == len(indexed(settings))


def test_old_generation_goes_with_its_last_reader(ingest: Ingest, folder: Path, settings: Settings) -> None:
    first = ingest().generation
    assert first is not None
    reader = open_index(settings.data_dir, index_settings(settings))
    (folder / "new.txt").write_text("A new text arrives in the folder, and nobody has read it yet.")
    ingest()
    assert (settings.data_dir / "index" / first).is_dir()
    reader.close()
    ingest()
    assert not (settings.data_dir / "index" / first).exists()


def test_second_writer_is_told_that_one_is_running(ingest: Ingest, settings: Settings) -> None:
    settings.data_dir.mkdir()
    with (settings.data_dir / "ingest.lock").open("a") as lock:
        portalocker.lock(lock, portalocker.LockFlags.EXCLUSIVE)
        with pytest.raises(LibraryBusyError, match="Another ingest"):
            ingest()
    assert ingest().total_documents == 3


_INGEST = """
import sys, time
from pathlib import Path
from advisor.config import Settings
from advisor.library import build as module
from advisor.models.embeddings import load_embedder
settings = Settings(_env_file=None, data_dir=Path(sys.argv[2]))
module._EMBED_AT_ONCE = 1
def progress(step, done, total):
    print(step, done, flush=True)
    time.sleep(0.05)
module.build([Path(sys.argv[1])], settings, load_embedder(settings.embedding_model), progress)
"""


def run_until(marker: str, arguments: Sequence[str]) -> int:
    """Starts an ingest in a process of its own and kills it (-9) when it prints the marker."""
    process = subprocess.Popen(
        [sys.executable, "-c", _INGEST, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            if line.startswith(marker):
                time.sleep(0.02)
                os.kill(process.pid, signal.SIGKILL)
                break
    return process.wait()


@pytest.mark.parametrize("marker", ["reading 3", "embedding 1", "indexing 2"])
def test_killed_ingest_leaves_the_last_index_and_the_next_run_carries_on(
    ingest: Ingest, folder: Path, settings: Settings, marker: str
) -> None:
    first = ingest(folder / "ferry.txt")
    for number in range(4):
        text = f"Text {number} says that benches of kind {number} make the wait shorter than it is."
        (folder / f"bench-{number}.txt").write_text(text)
    assert run_until(marker, [str(folder), str(settings.data_dir)]) == -signal.SIGKILL
    index = open_index(settings.data_dir, index_settings(settings))
    assert index.generation == first.generation
    assert len(index.sparse("ferry delay", 10)) > 0
    index.close()
    report = ingest()
    assert report.total_documents == 7
    assert report.total_passages == len(indexed(settings))
    assert len([path for path in (settings.data_dir / "index").iterdir() if path.is_dir()]) == 1
