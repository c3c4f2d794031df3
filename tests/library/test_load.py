"""Files → documents: formats, encodings, bibliography, and what is wrong with an input."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from advisor.library.bibliography import read_sources
from advisor.library.files import Rejected, find_files
from advisor.library.load import Loaded, load_documents, slug
from advisor.library.loaders.content import Limits
from advisor.types import Bibliography, Document, Work

LIMITS = Limits(file_mb=1)


def load(path: Path, **entry: object) -> Document:
    if entry:
        (path.parent / "sources.yaml").write_text(yaml.safe_dump([{"file": path.name, **entry}]))
    (loaded,) = load_documents([path], LIMITS)
    assert isinstance(loaded, Loaded)
    return loaded.document


def rejection(path: Path) -> str:
    (rejected,) = load_documents([path], LIMITS)
    assert isinstance(rejected, Rejected)
    return rejected.message


def written(tmp_path: Path, name: str, data: bytes | str) -> Path:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def test_plain_text_is_stored_exactly_as_it_is(tmp_path: Path) -> None:
    text = "A line  \r\n\r\n\tanother\xa0one \n\n\n end\n\n"
    assert load(written(tmp_path, "a.txt", text)).text == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_mark_names_the_encoding_and_goes(tmp_path: Path, encoding: str) -> None:
    assert load(written(tmp_path, "a.txt", "Café élan, déjà vu.".encode(encoding))).text == "Café élan, déjà vu."


def test_legacy_encoding_is_recognised(tmp_path: Path) -> None:
    text = "Der Kunde hört zu, und die Größe der Übung überrascht die Mitarbeiter. Später fällt es leichter. " * 5
    assert load(written(tmp_path, "a.txt", text.encode("cp1252"))).text == text


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.txt", b""),
        ("blank.md", b" \n\n\t "),
        ("binary.txt", bytes(range(256)) * 40),
        ("zeros.txt", b"text\0with zeros"),
        ("nothing.html", b"<html><script>let a = 1</script></html>"),
        ("large.txt", b"word " * 250_000),
    ],
)
def test_unusable_file_is_named_with_what_to_do(tmp_path: Path, name: str, data: bytes) -> None:
    message = rejection(written(tmp_path, name, data))
    assert name in message
    assert ";" in message


def test_missing_file_is_unreadable(tmp_path: Path) -> None:
    assert "gone.txt cannot be read" in rejection(tmp_path / "gone.txt")


def test_other_formats_are_unsupported(tmp_path: Path) -> None:
    assert "none inside" in rejection(written(tmp_path, "slides.pptx", b"PK"))


def test_front_matter_is_bibliography_and_not_text(tmp_path: Path) -> None:
    document = load(written(tmp_path, "a.md", "---\ntitle: Queues\nauthor: [A. One, B. Two]\n---\n# Other\n\nText.\n"))
    assert document.text == "# Other\n\nText.\n"
    assert (document.bibliography.title, document.bibliography.author) == ("Queues", "A. One, B. Two")


def test_a_rule_at_the_top_is_not_front_matter(tmp_path: Path) -> None:
    text = "---\nNot: [valid\n---\nText.\n"
    assert load(written(tmp_path, "a.md", text)).text == text


def test_bibliography_of_the_folder_wins_over_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, "a.md", "---\ntitle: Queues\nauthor: Inner\n---\nText.\n")
    document = load(path, title="Lines", author=None)
    assert (document.bibliography.title, document.bibliography.author) == ("Lines", "Inner")


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("a.md", "Intro.\n\n# The heading\n\nText.", "The heading"),
        ("a.txt", "\n The first line \n\nText.", "The first line"),
        ("long-name.txt", "word " * 60, "long-name"),
    ],
)
def test_title_falls_back_on_the_text_and_then_on_the_name(tmp_path: Path, name: str, text: str, title: str) -> None:
    assert load(written(tmp_path, name, text)).bibliography.title == title


def test_bibliographic_values_are_one_bounded_line_without_control_characters(tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", "Text.")
    known = load(path, title="Two\nlines\x07 \u202eand more", author="x" * 900, published=2024).bibliography
    assert known.title == "Two lines and more"
    assert known.author is not None
    assert len(known.author) == 300
    assert known.published == "2024"


def test_what_a_brief_reports_on_is_one_line(tmp_path: Path) -> None:
    about = {"title": "On Queues", "author": "A. One", "publisher": "Tidal Press", "published": 2024}
    known = load(written(tmp_path, "a.txt", "Text."), about=about).bibliography
    assert known.about == "On Queues (A. One, Tidal Press, 2024)"


def test_folder_is_read_recursively_in_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", ".hidden.txt", "sources.yaml", "practices.yaml", "in/c.md", ".git/d.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Text.")
    found = find_files([tmp_path, tmp_path / "a.txt"])
    assert [path.relative_to(tmp_path).as_posix() for path in found.files] == ["a.txt", "b.txt", "in/c.md"]
    assert [path.name for path in found.practices] == ["practices.yaml"]
    assert found.rejected == ()


def test_missing_path_and_empty_folder_are_reported(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    rejected = find_files([tmp_path / "gone", tmp_path / "empty"]).rejected
    assert [Path(item.input).name for item in rejected] == ["gone", "empty"]
    assert "does not exist" in rejected[0].message
    assert "holds no file" in rejected[1].message


def test_bibliography_that_does_not_parse_is_reported_and_the_texts_are_read(tmp_path: Path) -> None:
    written(tmp_path, "sources.yaml", "- file: [unclosed\n")
    path = written(tmp_path, "a.txt", "Text.")
    rejected, loaded = load_documents([path], LIMITS)
    assert isinstance(rejected, Rejected)
    assert "sources.yaml does not parse" in rejected.message
    assert isinstance(loaded, Loaded)


def test_bibliography_naming_a_missing_file_is_reported_and_the_rest_used() -> None:
    text = "- file: gone.txt\n- file: a.txt\n  title: Kept\n- title: nameless\n"
    entries, wrong = read_sources(text, {"a.txt"})
    assert entries["a.txt"]["title"] == "Kept"
    assert [word for message in wrong for word in ("gone.txt", "entry 3") if word in message] == ["gone.txt", "entry 3"]


def test_source_of_a_guide_without_a_title_is_reported_and_the_others_kept(tmp_path: Path) -> None:
    texts = "[{title: On Queues, publisher: Tidal Press, url: 'https://tidal.example/q', published: 2024}, On Calls]"
    written(tmp_path, "sources.yaml", f"- {{file: a.txt, sources: {texts}}}\n- {{file: b.txt, sources: On Calls}}\n")
    paths = [written(tmp_path, name, "Text.") for name in ("a.txt", "b.txt")]
    nameless, no_list, guide, other = load_documents(paths, LIMITS)
    assert isinstance(nameless, Rejected)
    assert "source 2 of a.txt has no `title`" in nameless.message
    assert isinstance(no_list, Rejected)
    assert "`sources` of b.txt must be a list" in no_list.message
    assert isinstance(guide, Loaded)
    assert guide.document.bibliography.sources == (Work("On Queues", "Tidal Press", "https://tidal.example/q", "2024"),)
    assert isinstance(other, Loaded)
    assert other.document.bibliography.sources == ()


def test_id_is_a_slug_of_the_name() -> None:
    assert slug("Größe & Co. (Final)_2") == "gr-e-co-final-_2"
    assert slug("…") == "document"


def test_hash_changes_with_the_bibliography(tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", "Text.")
    bare = load(path)
    assert bare.bibliography == Bibliography("Text.")
    assert bare.sha256 != load(path, author="A. One").sha256
