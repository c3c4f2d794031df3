"""Files → Documents: what is found below a path, how each format is read, and where the bibliography comes
from.

One reader a format, each from bytes to `_Content`. The text of a `.txt` file is stored as it is, so that
offsets equal those in the file; page furniture is found later, in `clean`.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import charset_normalizer
import yaml

from advisor.errors import CorpusError, UnreadableDocumentError, UnsupportedDocumentError
from advisor.library.html import read_html
from advisor.types import Bibliography, Document, Work

SOURCES_FILE = "sources.yaml"
PRACTICES_FILE = "practices.yaml"
_MAX_VALUE = 300  # characters of a bibliographic value

Metadata = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Rejected:
    """An input that could not be taken, and why, in words for a person."""

    input: str
    message: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Part of a page that never became text: a navigation bar, a hidden element."""

    reason: str
    sample: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """A document as read, and what its reader left out. The id is a suggestion: the library knows which are
    taken.
    """

    document: Document
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The files below the given paths, in order, and the paths that hold none."""

    files: tuple[Path, ...]
    practices: tuple[Path, ...]
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class _Content:
    text: str
    metadata: Metadata
    left_out: tuple[LeftOut, ...] = ()


def find_files(paths: Sequence[Path]) -> Found:
    """Every file of the given files and folders (and folders below), sorted, hidden ones skipped."""
    files: dict[Path, None] = {}
    practices: dict[Path, None] = {}
    rejected: list[Rejected] = []
    for path in paths:
        try:
            below = _files_below(path, rejected)
        except OSError as error:
            rejected.append(Rejected(str(path), f"{path} cannot be opened ({error.strerror}); check its permissions."))
            continue
        practices.update(dict.fromkeys(file for file in below if file.name == PRACTICES_FILE))
        texts = [file for file in below if file.name not in (SOURCES_FILE, PRACTICES_FILE)]
        files.update(dict.fromkeys(texts))
        if not below and not any(item.input == str(path) for item in rejected):
            rejected.append(Rejected(str(path), f"{path} holds no file; put .txt, .md or .html files in it."))
    return Found(tuple(files), tuple(practices), tuple(rejected))


def load_documents(files: Sequence[Path], max_megabytes: int) -> Iterator[Loaded | Rejected]:
    """Each file as a document, or why it was rejected; errors in a folder's `sources.yaml` come first."""
    sources: dict[Path, Mapping[str, Metadata]] = {}
    for file in files:
        if file.parent not in sources:
            entries, rejected = read_sources(file.parent)
            sources[file.parent] = entries
            yield from rejected
        try:
            yield load_file(file, max_megabytes, sources[file.parent].get(file.name, {}))
        except CorpusError as error:
            yield Rejected(str(file), str(error))


def load_file(path: Path, max_megabytes: int, entry: Metadata) -> Loaded:
    """One file as a document; `entry` is what `sources.yaml` says of it and wins over what the file says.

    Raises UnsupportedDocumentError for a format that is not read and UnreadableDocumentError for the rest.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(sorted(_READERS))
        raise UnsupportedDocumentError(
            f"{path}: {path.suffix or 'a file without ending'} is not read; convert to one of {known}."
        )
    content = reader(_decode(_read_bytes(path, max_megabytes), path))
    if not content.text.strip():
        raise UnreadableDocumentError(f"{path} holds no text; remove it or check how it was saved.")
    bibliography = _bibliography({**content.metadata, **{k: v for k, v in entry.items() if v}}, content.text, path)
    digest = hashlib.sha256(json.dumps([content.text, asdict(bibliography)]).encode()).hexdigest()
    document = Document(slug(path.stem), source_of(path), bibliography, content.text, digest)
    return Loaded(document, content.left_out)


def source_of(path: Path) -> str:
    """What a document's `source` says for a file, the same however the path was written."""
    return path.resolve().as_posix()


def slug(name: str) -> str:
    """A name as an id: lower case, `[a-z0-9-_]`, never empty."""
    return re.sub(r"[^a-z0-9_]+", "-", name.lower()).strip("-")[:100] or "document"


def read_sources(folder: Path) -> tuple[Mapping[str, Metadata], tuple[Rejected, ...]]:
    """The bibliography of a folder's files by file name, and what is wrong with it."""
    path = folder / SOURCES_FILE
    if not path.is_file():
        return {}, ()
    try:
        listed = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        reason = " ".join(str(error).split())[:200]
        return {}, (
            Rejected(
                str(path),
                f"{path} does not parse, so it was not used: {reason}. Correct it and ingest again.",
            ),
        )
    if not isinstance(listed, list):
        return {}, (Rejected(str(path), f"{path} must be a list of entries, each with a `file`; it was not used."),)
    entries: dict[str, Metadata] = {}
    rejected: list[Rejected] = []
    for number, entry in enumerate(listed, 1):
        name = entry.get("file") if isinstance(entry, dict) else None
        if not isinstance(name, str):
            rejected.append(Rejected(str(path), f"{path}: entry {number} names no `file`; add one."))
        elif not (folder / name).is_file():
            rejected.append(
                Rejected(
                    str(path),
                    f"{path} names {name}, which is not in the folder; add the file or remove the entry.",
                )
            )
        else:
            entries[name] = entry
            rejected += [Rejected(str(path), f"{path}: {wrong}") for wrong in _wrong_sources(name, entry)]
    return entries, tuple(rejected)


def _wrong_sources(name: str, entry: Metadata) -> Iterator[str]:
    """What is wrong with the texts that an entry says its document rests on; those are left out."""
    listed = entry.get("sources") or []
    if not isinstance(listed, list):
        yield f"`sources` of {name} must be a list of texts, each with a `title`; it was not used."
        return
    for number, one in enumerate(listed, 1):
        if not isinstance(one, dict) or not _value(one.get("title")):
            yield f"source {number} of {name} has no `title`, so it was left out; add one."


def _files_below(path: Path, rejected: list[Rejected]) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.exists():
        rejected.append(Rejected(str(path), f"{path} does not exist; check the path."))
        return []

    def report(error: OSError) -> None:
        rejected.append(
            Rejected(
                str(error.filename),
                f"{error.filename} cannot be opened ({error.strerror}); check its permissions.",
            )
        )

    found: list[Path] = []
    for folder, folders, names in os.walk(path, onerror=report):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(folder, name) for name in sorted(names) if not name.startswith(".")]
    return found


def _read_bytes(path: Path, max_megabytes: int) -> bytes:
    try:
        size = path.stat().st_size
        if size > max_megabytes * 1_000_000:
            raise UnreadableDocumentError(
                f"{path} has {size / 1e6:.0f} MB, more than the {max_megabytes} MB that are read; "
                "split it or raise ADVISOR_MAX_FILE_MB."
            )
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableDocumentError(
            f"{path} cannot be read ({error.strerror}); check that it exists and its permissions."
        ) from error
    if not data.strip():
        raise UnreadableDocumentError(f"{path} is empty; remove it or check how it was saved.")
    return data


# --- encodings ---

_MARKS = (  # longest first: the mark of UTF-32 begins like that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _decode(data: bytes, path: Path) -> str:
    """The characters of a file: by its byte order mark, else UTF-8, else what its bytes look like."""
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    try:
        text = data.decode(marked or "utf-8")
    except UnicodeDecodeError:
        text = _guess(data, path)
    if _looks_binary(text):
        raise UnreadableDocumentError(f"{path} is not text but binary data; convert it to .txt, .md or .html.")
    return text


def _guess(data: bytes, path: Path) -> str:
    best = None if b"\0" in data[:4096] else charset_normalizer.from_bytes(data).best()
    if best is None:
        raise UnreadableDocumentError(f"{path} is in no known encoding or is binary; save it as UTF-8 text.")
    return data.decode(best.encoding)


def _looks_binary(text: str) -> bool:
    head = text[:20_000]
    control = sum(char < " " and char not in "\t\n\r\f\v\x1b" for char in head)
    return "\0" in head or control > 0.02 * len(head)


# --- formats ---


def _read_plain(text: str) -> _Content:
    return _Content(text, {})


_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL)


def _read_markdown(text: str) -> _Content:
    match = _FRONT_MATTER.match(text)
    if match is None:
        return _Content(text, {})
    try:
        metadata = yaml.safe_load(match[1])
    except yaml.YAMLError:  # two rules with prose between them, most likely
        return _Content(text, {})
    return _Content(text[match.end() :], metadata) if isinstance(metadata, dict) else _Content(text, {})


def _read_html(text: str) -> _Content:
    page = read_html(text)
    return _Content(page.text, page.metadata, tuple(LeftOut(reason, sample) for reason, sample in page.left_out))


_READERS: Mapping[str, Callable[[str], _Content]] = {
    ".txt": _read_plain,
    ".md": _read_markdown,
    ".markdown": _read_markdown,
    ".html": _read_html,
    ".htm": _read_html,
}


# --- bibliography ---


def _bibliography(metadata: Metadata, text: str, path: Path) -> Bibliography:
    known = {field.name: _value(metadata.get(field.name)) for field in fields(Bibliography) if field.name != "sources"}
    about = metadata.get("about")
    if isinstance(about, dict):
        known |= {"about": _about(about), "about_published": _value(about.get("published"))}
        known["about_kind"] = _value(about.get("kind"))
    known["published"] = known["published"] or _value(metadata.get("date"))
    title = known.pop("title") or _first_heading(text) or path.stem
    return Bibliography(title, **known, sources=_works(metadata.get("sources")))


def _works(listed: object) -> tuple[Work, ...]:
    """The texts that a document rests on, those that name a title."""
    known = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    titled = [(title, one) for one in known if (title := _value(one.get("title")))]
    return tuple(
        Work(title, *(_value(one.get(name)) for name in ("publisher", "url", "published"))) for title, one in titled
    )


def _value(value: object) -> str | None:
    """A bibliographic value as data: one line, no control characters, of bounded length."""
    if value is None or isinstance(value, (dict, bool)):
        return None
    if isinstance(value, list):
        value = ", ".join(str(item) for item in value)
    printable = "".join(char if char.isprintable() else " " for char in str(value))
    return " ".join(printable.split())[:_MAX_VALUE] or None


def _about(entry: Metadata) -> str | None:
    title = _value(entry.get("title"))
    origin = ", ".join(filter(None, (_value(entry.get(name)) for name in ("author", "publisher", "published"))))
    if title and origin:
        return f"{title} ({origin})"[:_MAX_VALUE]
    return title or origin or None


def _first_heading(text: str) -> str | None:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    marked = next((line.lstrip("#").strip() for line in lines[:50] if re.match(r"#{1,6}\s+\S", line)), None)
    first = lines[0] if lines and len(lines[0]) <= 150 and re.search(r"\w", lines[0]) else None
    return _value(marked or first)
