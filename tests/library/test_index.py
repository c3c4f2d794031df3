"""The index: complete or not there, swapped in at once, deleted when nobody reads it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from advisor.errors import IndexMismatchError, IndexMissingError
from advisor.library.index import Entry, build_index, current_generation, open_index

MADE_WITH: dict[str, str | int] = {"embedding_model": "m", "passage_tokens": 200}
TEXTS = (
    "ferries leave on time",
    "benches on the quay",
    "the crew announces delays",
    "delays and more delays",
)


def entries(texts: tuple[str, ...] = TEXTS) -> list[Entry]:
    vectors = np.eye(len(texts), 8, dtype=np.float32)
    return [Entry(f"p{number}", "d", text, vectors[number]) for number, text in enumerate(texts)]


def build(data_dir: Path, fingerprint: str = "f", texts: tuple[str, ...] = TEXTS) -> str:
    return build_index(data_dir, entries(texts), MADE_WITH, fingerprint)


def folders(data_dir: Path) -> set[str]:
    return {path.name for path in (data_dir / "index").iterdir() if path.is_dir()}


def test_dense_search_returns_cosines_best_first(tmp_path: Path) -> None:
    build(tmp_path)
    index = open_index(tmp_path, MADE_WITH)
    query = np.asarray([0.6, 0.8, 0, 0, 0, 0, 0, 0], np.float32)
    found = index.dense(query, 3)
    index.close()
    assert [name for name, _ in found][:2] == ["p1", "p0"]
    assert [score for _, score in found] == pytest.approx([0.8, 0.6, 0.0], abs=1e-5)


def test_sparse_search_stems_and_leaves_out_what_has_no_word_in_common(tmp_path: Path) -> None:
    build(tmp_path)
    index = open_index(tmp_path, MADE_WITH)
    assert [name for name, _ in index.sparse("Delayed announcement", 10)] == ["p2", "p3"]
    assert len(index.sparse("delays", 1)) == 1
    assert index.sparse("the of", 10) == index.sparse("zebra", 10) == index.sparse("", 10) == []
    index.close()


def test_index_of_nothing_finds_nothing(tmp_path: Path) -> None:
    build_index(tmp_path, [], MADE_WITH, "f")
    index = open_index(tmp_path, MADE_WITH)
    assert index.dense(np.ones(8, np.float32), 5) == index.sparse("delays", 5) == []
    index.close()


def test_no_index_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match=r"python ingest\.py"):
        open_index(tmp_path, MADE_WITH)


def test_other_settings_are_refused_by_name(tmp_path: Path) -> None:
    build(tmp_path)
    with pytest.raises(IndexMismatchError, match="passage_tokens was 200 and is 300"):
        open_index(tmp_path, {**MADE_WITH, "passage_tokens": 300})


def test_reader_keeps_its_generation_until_it_closes(tmp_path: Path) -> None:
    first = build(tmp_path)
    reader = open_index(tmp_path, MADE_WITH)
    second = build(tmp_path, "g", TEXTS[:2])
    assert not reader.is_current()
    assert folders(tmp_path) == {first, second}
    assert len(reader.dense(np.ones(8, np.float32), 10)) == 4
    reader.close()
    third = build(tmp_path, "h")
    assert folders(tmp_path) == {third}


def test_generation_is_reused_only_when_whole_and_of_the_same_passages(tmp_path: Path) -> None:
    generation = build(tmp_path)
    assert current_generation(tmp_path, MADE_WITH, "f") == generation
    assert current_generation(tmp_path, MADE_WITH, "g") is None
    assert current_generation(tmp_path, {**MADE_WITH, "passage_tokens": 300}, "f") is None


def test_checking_a_generation_does_not_disturb_its_readers(tmp_path: Path) -> None:
    build(tmp_path)
    first, second = open_index(tmp_path, MADE_WITH), open_index(tmp_path, MADE_WITH)
    assert current_generation(tmp_path, MADE_WITH, "f")
    first.close()
    assert len(second.dense(np.ones(8, np.float32), 10)) == 4
    second.close()


@pytest.mark.parametrize("name", ["manifest.json", "chroma/chroma.sqlite3", "ids.json", "bm25/vocab.index.json"])
@pytest.mark.parametrize("damage", ["delete", "garble", "truncate"])
def test_damaged_generation_is_missing_never_half_there(tmp_path: Path, name: str, damage: str) -> None:
    path = tmp_path / "index" / build(tmp_path) / name
    if damage == "delete":
        path.unlink()
    else:
        path.write_bytes(b"" if damage == "truncate" else b"garbled " * 64)
    assert current_generation(tmp_path, MADE_WITH, "f") is None
    with pytest.raises(IndexMissingError):
        open_index(tmp_path, MADE_WITH)
    build(tmp_path)
    open_index(tmp_path, MADE_WITH).close()


def test_lost_vectors_are_noticed(tmp_path: Path) -> None:
    generation = build(tmp_path)
    for segment in (tmp_path / "index" / generation / "chroma").glob("*/*.bin"):
        segment.unlink()
    with pytest.raises(IndexMissingError):
        open_index(tmp_path, MADE_WITH)
    assert current_generation(tmp_path, MADE_WITH, "f") is None


def test_leftovers_of_a_killed_build_go_with_the_next_one(tmp_path: Path) -> None:
    leftover = tmp_path / "index" / "20260101T000000-abc"
    (leftover / "chroma").mkdir(parents=True)
    generation = build(tmp_path)
    assert folders(tmp_path) == {generation}


def test_pointer_to_a_folder_that_is_gone_is_a_missing_index(tmp_path: Path) -> None:
    build(tmp_path)
    (tmp_path / "index" / "CURRENT").write_text("nowhere")
    with pytest.raises(IndexMissingError):
        open_index(tmp_path, MADE_WITH)
