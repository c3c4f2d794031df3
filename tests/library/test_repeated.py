"""Lines that recur on most web pages of one place are about the place."""

from __future__ import annotations

from pathlib import Path

from advisor.library.load import Loaded, load_documents
from advisor.library.loaders.content import Limits

TOPICS = ("Calls are answered within a minute.", "Queues are shorter in May.", "Crews announce delays early.", "Tides.")


def page(text: str) -> str:
    return f"<body><h1>{text}</h1><p>{text * 3}</p><p>Pharos 2024 runs 12 quays. All of them are safe.</p></body>"


def load(folder: Path, keep_all: bool = False) -> list[Loaded]:
    for number, topic in enumerate(TOPICS):
        (folder / f"{number}.html").write_text(page(topic))
    loaded = load_documents(sorted(folder.glob("*.html")), Limits(), keep_all)
    return [item for item in loaded if isinstance(item, Loaded)]


def test_a_line_of_every_page_goes_and_is_told(tmp_path: Path) -> None:
    pages = load(tmp_path)
    assert all("Pharos" not in loaded.document.text for loaded in pages)
    assert pages[0].left_out[-1].reason == "line of many pages"
    assert [topic in loaded.document.text for topic, loaded in zip(TOPICS, pages, strict=True)] == [True] * 4


def test_it_stays_when_all_is_kept(tmp_path: Path) -> None:
    assert all("Pharos" in loaded.document.text for loaded in load(tmp_path, keep_all=True))


def test_copies_of_a_page_stay_whole(tmp_path: Path) -> None:
    for number in range(4):
        (tmp_path / f"{number}.html").write_text(page(TOPICS[0]))
    loaded = list(load_documents(sorted(tmp_path.glob("*.html")), Limits()))
    assert all(isinstance(item, Loaded) and TOPICS[0] in item.document.text for item in loaded)
