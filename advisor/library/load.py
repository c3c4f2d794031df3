"""Files, archives and addresses → Documents: each through the loader its content asks for, with its bibliography.

Owns the way from an input to its documents; what is found below a path is `files`', formats are `loaders`'.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from advisor.config import Settings
from advisor.errors import CorpusError, UnreadableDocumentError, UnsupportedDocumentError
from advisor.library.archive import members
from advisor.library.bibliography import make_bibliography, read_sources
from advisor.library.fetch import Fetcher
from advisor.library.files import PRACTICES_FILE, SOURCES_FILE, Rejected, read_bytes
from advisor.library.loaders.content import CannotReadError, Content, LeftOut, Limits, Metadata
from advisor.library.loaders.isolated import Parser
from advisor.library.loaders.kinds import READ, Kind, kind_of
from advisor.library.loaders.tables import read_table
from advisor.library.loaders.text import decode, read_markdown, read_plain
from advisor.library.repeated import without_repeated
from advisor.types import Document

_INSIDE = "!/"  # between an archive and the file in it, in a document's source
_IN_PROCESS = {"text": read_plain, "markdown": read_markdown, "table": read_table}  # no parser that could be attacked
_MAX_ADDRESSES = 1000
_PAGES_TOGETHER = 200  # web pages of a folder that are compared with each other

Input = Path | str  # a file, or an address


@dataclass(frozen=True, slots=True)
class Loaded:
    """A document as read, and what its reader left out. The id is a suggestion: the library knows which are
    taken.
    """

    document: Document
    left_out: tuple[LeftOut, ...] = ()
    kind: Kind = "text"


def limits_of(settings: Settings) -> Limits:
    """What inputs may be and cost, as the settings say."""
    return Limits(
        file_mb=settings.max_file_mb,
        unpacked_mb=settings.max_unpacked_mb,
        pages=settings.max_pages,
        seconds=settings.parse_seconds,
        memory_mb=settings.parse_memory_mb,
        fetch_seconds=settings.fetch_seconds,
    )


def load_documents(
    inputs: Sequence[Input], limits: Limits, keep_all: bool = False, fetcher: Fetcher | None = None
) -> Iterator[Loaded | Rejected]:
    """The documents of each input, or why one was rejected; errors in a folder's `sources.yaml` come first.

    Web pages of a folder are compared, up to some hundreds at a time: lines that most of them have are furniture.
    """
    with Loader(limits, keep_all, fetcher) as loader:
        pages: list[Loaded] = []
        for item in inputs:
            for loaded in loader.load(item):
                if isinstance(loaded, Loaded) and loaded.kind in ("page", "saved") and not keep_all:
                    if pages and (_place(pages[0]) != _place(loaded) or len(pages) >= _PAGES_TOGETHER):
                        yield from _compared(pages)
                        pages = []
                    pages.append(loaded)
                else:
                    yield loaded
        yield from _compared(pages)


class Loader:
    """Loads one input after another, with one parser process for all of them."""

    def __init__(self, limits: Limits, keep_all: bool = False, fetcher: Fetcher | None = None) -> None:
        self._limits = limits
        self._fetcher = fetcher or Fetcher(limits)
        self._parser = Parser(limits, keep_all)
        self._sources: dict[Path, Mapping[str, Metadata]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._parser.__exit__(kind, error, trace)

    def load(self, item: Input) -> Iterator[Loaded | Rejected]:
        """The documents that an input holds, and what of it was rejected."""
        try:
            if isinstance(item, str):
                yield from self._address(item)
            else:
                yield from self._file(item)
        except CorpusError as error:
            yield Rejected(item if isinstance(item, str) else source_of(item), str(error))

    def _file(self, path: Path) -> Iterator[Loaded | Rejected]:
        if path.parent not in self._sources:
            self._sources[path.parent], wrong = _sources_of(path.parent)
            yield from wrong
        data = read_bytes(path, self._limits.file_mb)
        entry = self._sources[path.parent].get(path.name, {})
        yield from self._data(data, path.name, str(path), source_of(path), entry)

    def _address(self, url: str) -> Iterator[Loaded | Rejected]:
        fetched = self._fetcher.fetch(url)
        name = _name_of(fetched.url, fetched.content_type)
        yield from self._data(fetched.data, name, url, url, {}, {"url": fetched.url})

    def _data(
        self, data: bytes, name: str, shown: str, source: str, entry: Metadata, known: Metadata | None = None
    ) -> Iterator[Loaded | Rejected]:
        """What some bytes hold; `shown` is their name in messages, `known` what is known beside what they say."""
        kind = self._kind(data, name, shown)
        if kind == "zip" and _INSIDE not in source:
            yield from self._archive(data, shown, source)
        elif kind == "urls" and "://" not in source:
            yield from self._addresses(data, shown)
        elif kind in ("zip", "urls"):
            raise UnsupportedDocumentError(f"{shown} is an archive or a list within another; ingest it by itself.")
        else:
            content = self._content(kind, data, shown)
            yield _loaded(content, {**(known or {}), **content.metadata}, entry, name, shown, source, kind)

    def _kind(self, data: bytes, name: str, shown: str) -> Kind:
        if not data.strip():
            raise UnreadableDocumentError(f"{shown} is empty; remove it or check how it was saved.")
        try:
            return kind_of(data, name, self._limits)
        except CannotReadError as error:
            raise UnsupportedDocumentError(f"{shown} {error}") from error

    def _content(self, kind: Kind, data: bytes, shown: str) -> Content:
        try:
            in_process = _IN_PROCESS.get(kind)
            content = in_process(decode(data)) if in_process else self._parser.read(kind, data)
        except CannotReadError as error:
            raise UnreadableDocumentError(f"{shown} {error}") from error
        if len(content.text) > self._limits.unpacked_mb * 1_000_000:
            raise UnreadableDocumentError(
                f"{shown} holds more text than is read; split it or raise ADVISOR_MAX_UNPACKED_MB."
            )
        return content

    def _archive(self, data: bytes, shown: str, source: str) -> Iterator[Loaded | Rejected]:
        sources: Mapping[str, Metadata] = {}
        files = dict(members(data, self._limits))
        if not files.keys() - {SOURCES_FILE, PRACTICES_FILE}:
            raise UnsupportedDocumentError(f"{shown} holds no file that is read; put {READ} files in it.")
        listed = files.get(SOURCES_FILE)
        if isinstance(listed, bytes):
            sources, wrong = read_sources(listed.decode("utf-8-sig", "replace"), set(files))
            yield from (Rejected(source, f"{shown}: {SOURCES_FILE}{message}") for message in wrong)
        for name, member in files.items():
            if name.rpartition("/")[2] in (SOURCES_FILE, PRACTICES_FILE):
                continue
            inner, place = f"{shown}{_INSIDE}{name}", f"{source}{_INSIDE}{name}"
            try:
                if isinstance(member, CannotReadError):
                    raise UnreadableDocumentError(f"{inner} {member}")
                yield from self._data(member, name.rpartition("/")[2], inner, place, sources.get(name, {}))
            except CorpusError as error:
                yield Rejected(place, str(error))

    def _addresses(self, data: bytes, shown: str) -> Iterator[Loaded | Rejected]:
        try:
            urls = _listed_addresses(decode(data))
        except CannotReadError as error:
            raise UnreadableDocumentError(f"{shown} {error}") from error
        for url in urls:
            yield from self.load(url)


def _listed_addresses(text: str) -> list[str]:
    """The addresses of a list, a line each, or of an Internet shortcut; `#` begins a remark."""
    lines = [line.strip() for line in text.splitlines()]
    if "[InternetShortcut]" in lines:
        lines = [line.removeprefix("URL=") for line in lines if line.startswith("URL=")]
    urls = list(dict.fromkeys(line for line in lines if line and not line.startswith("#")))
    if not urls or len(urls) > _MAX_ADDRESSES:
        raise CannotReadError(f"must list 1 to {_MAX_ADDRESSES} addresses, one a line; it has {len(urls)}.")
    return urls


def _sources_of(folder: Path) -> tuple[Mapping[str, Metadata], list[Rejected]]:
    """The bibliography of a folder's files by file name, and what is wrong with it."""
    path = folder / SOURCES_FILE
    if not path.is_file():
        return {}, []
    try:
        text = read_bytes(path, 10).decode("utf-8-sig")
        names = {file.name for file in folder.iterdir() if file.is_file()}
    except (UnreadableDocumentError, UnicodeDecodeError, OSError) as error:
        message = f"{path} does not parse, so it was not used: {error}. Correct it and ingest again."
        return {}, [Rejected(str(path), message)]
    entries, wrong = read_sources(text, names)
    return entries, [Rejected(str(path), f"{path}{message}") for message in wrong]


def _loaded(
    content: Content, known: Metadata, entry: Metadata, name: str, shown: str, source: str, kind: Kind
) -> Loaded:
    """A document of what was read; what `sources.yaml` says of it (`entry`) wins."""
    if not content.text.strip():
        raise UnreadableDocumentError(f"{shown} holds no text; remove it or check how it was saved.")
    stem = name.rpartition(".")[0] or name
    metadata = {**known, **{key: value for key, value in entry.items() if value}}
    document = Document(slug(stem), source, make_bibliography(metadata, content.text, stem), content.text, "")
    return Loaded(_hashed(document), content.left_out, kind)


def _hashed(document: Document) -> Document:
    hashed = json.dumps([document.text, asdict(document.bibliography)])
    return replace(document, sha256=hashlib.sha256(hashed.encode()).hexdigest())


def _name_of(url: str, content_type: str) -> str:
    """A file name for what an address held: its own with the ending of the kind that the server names."""
    bare = url.partition("#")[0].partition("?")[0].rstrip("/")
    stem = bare.rpartition("/")[2] if bare.count("/") > 2 else bare.partition("//")[2]
    mime = content_type.partition(";")[0].strip().lower()
    endings = {"text/html": ".html", "application/xhtml+xml": ".html", "text/markdown": ".md", "text/csv": ".csv"}
    ending = endings.get(mime) or (".txt" if mime.startswith("text/") and not stem.endswith(".md") else "")
    return stem if not ending or stem.endswith(ending) else stem + ending


def _place(loaded: Loaded) -> str:
    """What web pages that may share furniture have in common: their folder or their host."""
    return (
        loaded.document.source.rpartition("/")[0]
        if "://" not in loaded.document.source
        else loaded.document.source.split("/")[2]
    )


def _compared(pages: Sequence[Loaded]) -> Iterator[Loaded]:
    """Web pages without the lines that recur on them."""
    for loaded, (text, gone) in zip(pages, without_repeated([page.document.text for page in pages]), strict=True):
        left_out = (*loaded.left_out, *(LeftOut("line of many pages", line) for line in gone))
        yield (
            replace(loaded, document=_hashed(replace(loaded.document, text=text)), left_out=left_out)
            if gone
            else loaded
        )


def source_of(path: Path) -> str:
    """What a document's `source` says for a file, the same however the path was written."""
    return path.resolve().as_posix()


def container_of(source: str) -> str:
    """The archive that a document came from, or its own source."""
    return source.partition(_INSIDE)[0]


def is_there(source: str) -> bool:
    """Whether what a document came from still is: of a file in an archive, the archive; of an address, always."""
    return "://" in source or Path(container_of(source)).exists()


def slug(name: str) -> str:
    """A name as an id: lower case, `[a-z0-9-_]`, never empty."""
    return re.sub(r"[^a-z0-9_]+", "-", name.lower()).strip("-")[:100] or "document"
