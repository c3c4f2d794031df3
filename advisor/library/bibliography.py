"""Who wrote a document, when and where: from `sources.yaml`, what the document says of itself, its first heading and
its language. What nobody says stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import lru_cache

import yaml
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from advisor.library.loaders.content import Metadata
from advisor.types import Bibliography, Work

_MAX_VALUE = 300  # characters of a bibliographic value
_MIN_LANGUAGE = 200  # characters that tell a language
_SURE = 0.95


def make_bibliography(metadata: Metadata, text: str, name: str) -> Bibliography:
    """What is known of a document; its name is its title where nothing better is."""
    known = {field.name: _value(metadata.get(field.name)) for field in fields(Bibliography) if field.name != "sources"}
    about = metadata.get("about")
    if isinstance(about, dict):
        known |= {"about": _about(about), "about_published": _value(about.get("published"))}
        known["about_kind"] = _value(about.get("kind"))
    known["published"] = known["published"] or _value(metadata.get("date"))
    known["language"] = known["language"] or _language(text)
    title = known.pop("title") or _first_heading(text) or name
    return Bibliography(title, **known, sources=_works(metadata.get("sources")))


def read_sources(text: str, files: set[str]) -> tuple[dict[str, Metadata], list[str]]:
    """The bibliography of a folder's files by file name, and what is wrong with it."""
    try:
        listed = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        return {}, [f" does not parse, so it was not used: {reason}. Correct it and ingest again."]
    if not isinstance(listed, list):
        return {}, [" must be a list of entries, each with a `file`; it was not used."]
    entries: dict[str, Metadata] = {}
    wrong: list[str] = []
    for number, entry in enumerate(listed, 1):
        name = entry.get("file") if isinstance(entry, dict) else None
        if not isinstance(name, str):
            wrong.append(f": entry {number} names no `file`; add one.")
        elif name not in files:
            wrong.append(f" names {name}, which is not in the folder; add the file or remove the entry.")
        else:
            entries[name] = entry
            wrong += [f": {one}" for one in _wrong_sources(name, entry)]
    return entries, wrong


def _wrong_sources(name: str, entry: Metadata) -> Iterator[str]:
    """What is wrong with the texts that an entry says its document rests on; those are left out."""
    listed = entry.get("sources") or []
    if not isinstance(listed, list):
        yield f"`sources` of {name} must be a list of texts, each with a `title`; it was not used."
        return
    for number, one in enumerate(listed, 1):
        if not isinstance(one, dict) or not _value(one.get("title")):
            yield f"source {number} of {name} has no `title`, so it was left out; add one."


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
        value = ", ".join(str(item) for item in value[:50] if isinstance(item, (str, int, float)))
    printable = "".join(char if char.isprintable() else " " for char in str(value)[: 10 * _MAX_VALUE])
    return " ".join(printable.split())[:_MAX_VALUE] or None


def _about(entry: Mapping[str, object]) -> str | None:
    title = _value(entry.get("title"))
    origin = ", ".join(filter(None, (_value(entry.get(name)) for name in ("author", "publisher", "published"))))
    if title and origin:
        return f"{title} ({origin})"[:_MAX_VALUE]
    return title or origin or None


def _first_heading(text: str) -> str | None:
    lines = [line.strip() for line in text[:20_000].splitlines() if line.strip()]
    marked = next((line.lstrip("#").strip() for line in lines[:50] if re.match(r"#{1,6}\s+\S", line)), None)
    first = lines[0] if lines and len(lines[0]) <= 150 and re.search(r"\w", lines[0]) else None
    return _value(marked or first)


def _language(text: str) -> str | None:
    """The language of a text as a two-letter code, by its words; None where too little or too mixed is there."""
    sample = " ".join(text[:5000].split())
    if sum(char.isalpha() for char in sample) < _MIN_LANGUAGE:
        return None
    code, probability = _identifier().classify(sample)
    return str(code) if probability >= _SURE else None


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
