"""The library on disk: what goes in comes out, whole documents only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from advisor.errors import LibraryError
from advisor.library.library import Library, NewPassage
from advisor.types import Bibliography, Document, Passage, Provenance, Sentence, Work

DOCUMENT = Document("a", "/a.txt", Bibliography("T", author="O", sources=(Work("W"),)), "One. Two.", "1" * 64)


def passage(name: str = "p", document: str = "a") -> NewPassage:
    sentences = (Sentence(0, 4, "prose", 0, ("H", "I")), Sentence(5, 9, "item", 1, ("H",)))
    vector = np.full(4, 0.5, np.float32)
    rows = np.asarray([[0.5, 0.5, 0.5, 0.5], [1, 0, 0, 0]], np.float32)
    return NewPassage(Passage(name, document, 0, 9, "One. Two.", ("H",), sentences), f"key-{name}", vector, rows)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path) as library:
        yield library


def test_document_and_passages_come_back_as_they_went_in(library: Library) -> None:
    library.put(DOCUMENT, [passage()], "shape", [("reason", "sample")])
    stored = library.passages(["p", "gone"])["p"]
    assert library.document("a") == DOCUMENT
    assert stored.passage == passage().passage
    assert stored.sentence_vectors.dtype == np.float32
    assert np.allclose(stored.sentence_vectors, passage().sentence_vectors)
    assert np.array_equal(stored.vector, passage().vector)
    assert library.left_out("a") == [("reason", "sample")]
    (summary,) = library.documents()
    assert (summary.id, summary.characters, summary.passages) == ("a", 9, 1)


def test_passages_come_in_the_order_asked_for(library: Library) -> None:
    library.put(DOCUMENT, [passage("p"), passage("q"), passage("r")], "", [])
    assert list(library.passages(["r", "p", "q"])) == ["r", "p", "q"]
    assert library.passages([]) == {}


def test_document_put_again_replaces_the_old_one(library: Library) -> None:
    library.put(DOCUMENT, [passage("p")], "", [])
    library.put(replace(DOCUMENT, text="New.", sha256="2" * 64), [passage("q")], "", [])
    assert list(library.passages(["p", "q"])) == ["q"]


def test_removed_document_is_gone_with_its_passages(library: Library) -> None:
    library.put(DOCUMENT, [passage()], "", [])
    library.remove("a")
    library.remove("never there")
    assert (library.document("a"), library.passages(["p"]), library.documents()) == (None, {}, ())


def test_failed_put_changes_nothing(library: Library) -> None:
    library.put(DOCUMENT, [passage("p")], "", [])
    with pytest.raises(LibraryError):
        library.put(replace(DOCUMENT, text="New."), [passage("q"), passage("q")], "", [])
    assert library.document("a") == DOCUMENT
    assert list(library.passages(["p", "q"])) == ["p"]


def test_vectors_are_found_by_what_they_were_made_from(library: Library) -> None:
    library.put(DOCUMENT, [passage()], "", [])
    assert list(library.vectors(["key-p", "key-other"])) == ["key-p"]


def test_fingerprint_changes_with_passages_and_only_with_them(library: Library) -> None:
    library.put(DOCUMENT, [passage("p")], "", [])
    before = library.fingerprint()
    library.put(replace(DOCUMENT, sha256="2" * 64), [passage("p")], "other", [])
    assert library.fingerprint() == before
    library.put(DOCUMENT, [passage("q")], "", [])
    assert library.fingerprint() != before


def test_another_process_reads_while_one_writes(library: Library, tmp_path: Path) -> None:
    library.put(DOCUMENT, [passage("p")], "", [])
    with Library(tmp_path) as reader, library._transaction() as db:
        db.execute("DELETE FROM documents")
        assert reader.document("a") == DOCUMENT


def test_damaged_file_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "library.db").write_bytes(b"not a database, for sure. " * 50)
    with pytest.raises(LibraryError, match="move it away"):
        Library(tmp_path)


def test_library_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    Library(tmp_path).close()
    with sqlite3.connect(tmp_path / "library.db") as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(LibraryError, match="newer version"):
        Library(tmp_path)


def test_provenance_of_a_span_is_that_of_the_sentences_it_touches(library: Library) -> None:
    told = (Provenance("Tailspin", 2020, "vendor", "2019"), Provenance(None, 2030, "vendor", "2019"))
    library.put(DOCUMENT, [replace(passage(), provenance=told)], "", [])
    assert library.provenance("a", 0, 4) == told[0]
    assert library.provenance("a", 2, 9) == Provenance("Tailspin", 2030, "vendor", "2019")
    assert library.provenance("a", 100, 110) == library.provenance("gone", 0, 9) == Provenance()
    assert library.passages(["p"])["p"].provenance == told


def test_catalogue_has_bibliographies_without_those_that_are_gone(library: Library) -> None:
    library.put(DOCUMENT, [], "", [])
    assert {name: known.bibliography for name, known in library.catalogue(["a", "gone"]).items()} == {
        "a": DOCUMENT.bibliography
    }


def test_library_of_the_first_version_is_read_and_written(library: Library, tmp_path: Path) -> None:
    library.put(DOCUMENT, [passage()], "", [])
    library.close()
    with sqlite3.connect(tmp_path / "library.db") as db:
        db.execute("ALTER TABLE passages DROP COLUMN provenance")
        db.execute("ALTER TABLE documents DROP COLUMN identity")
        db.execute("PRAGMA user_version = 1")
    db.close()
    with Library(tmp_path) as again:
        assert again.passages(["p"])["p"].provenance == (Provenance(), Provenance())
        again.put(DOCUMENT, [replace(passage(), provenance=(Provenance("Tailspin"), Provenance()))], "", [])
        assert again.provenance("a", 0, 4).reported == "Tailspin"


def test_a_place_has_the_page_that_breaks_before_it_make_and_none_where_there_are_none(library: Library) -> None:
    library.put(replace(DOCUMENT, text="One.\n\f\n\f\nTwo."), [passage()], "", [])
    library.put(replace(DOCUMENT, id="b", source="/b.txt"), [passage("q", "b")], "", [])
    assert [library.page("a", place) for place in (0, 5, 6, 9, 12)] == [1, 1, 2, 3, 3]
    assert library.page("b", 5) is None
    assert library.page("gone", 0) is None
