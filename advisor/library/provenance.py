"""Where the claim of a sentence comes from, read off its words and the bibliography when a text is ingested.

Pure functions: `find_provenance` for the library to store, the others put what is stored into words.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

from advisor.types import Bibliography, Document, Origin, Provenance, PublisherKind
from advisor.words import GENERAL_NAMES, MONTHS, POSSESSIVE, STOP_WORDS, listed, stem, stems, words

_NAME = r"[A-Z][\w&’'-]*(?: (?:(?:of|for|in|on|and|de|von|van) )?(?:the )?[A-Z][\w&’'-]*){0,9}"
_SOURCE_LINE = re.compile(r"^Sources?: ([^\n]{1,150})", re.MULTILINE)
_REPORTS = tuple(
    re.compile(pattern.replace("NAME", _NAME))
    for pattern in (
        r"\b(NAME), [^,.;]{5,80}(?:,|, [^,.;]{2,40},) (?:argues|says|said|holds|explains|told|revealed)\b",
        r"\b[Aa]ccording to (?:the )?(NAME)",
        r"\b(NAME)[’']s (?:[A-Z]\w+ )*(?:research|survey|study|definition)\b",
        r"\b(?:[Rr]esearch|[Ss]urvey|[Ss]tudy|[Rr]eport) (?:by|from) (?:the )?(NAME)",
        r"\b(NAME)(?:[’']s \w+)?(?: \d{4})?,? as (?:reported|cited|quoted) by\b",
        r"^(?:The )?(NAME)\b[^,.;]{0,60}, as (?:reported|cited|quoted) by\b",
        r"\b(?:The )?(NAME)(?: \d{4})?(?: article)?,? (?:cited|quoted) by\b",
        r"\b(NAME)(?: of NAME)?, quoted by\b",
    )
)
_SAME_AGAIN = re.compile(r"^The same (?:research|survey|study|report)\b")
# Kinds of people, of companies and of texts: written large, too, they name nobody in particular.
_ANYBODY = (
    GENERAL_NAMES
    | MONTHS
    | frozenset(
        stems("""
    today tomorrow yesterday year month week everyone nobody somebody people person man woman expert specialist analyst
    researcher scientist scholar academic professor author writer journalist observer critic commentator insider veteran
    customer client consumer buyer shopper user guest member visitor respondent participant interviewee public citizen
    employee staff worker workforce manager management executive leader leadership director officer chief president
    head board founder owner investor shareholder analyst consultant advisor partner supplier vendor competitor rival
    team department division unit function group company firm business organization enterprise corporation brand bank
    retailer industry sector market field world economy government regulator authority agency
    research study survey report paper article book blog post essay analysis data figure statistic source evidence poll
    theory practice experience service product digital marketing sales operation technology finance senior top middle
    internal external early late new old recent latest last next previous several media press
    web internet
    """)
    )
)

_OPENING = re.compile(
    rf"^(?:(?:{'|'.join(word.capitalize() for word in STOP_WORDS)})(?: |$))+"
)  # "In McKinsey’s survey"

_FORECAST = r"\b(?:will|forecasts?|goals?|targets?|expect(?:s|ed)?|predict(?:s|ed)?|projected|aims? to|plans? to)\b"
_LOOKS_BACK = r"\b(?:saw|seen|experienced|was|were|had|did|since)\b"
_BY_YEAR = re.compile(r"\b(?:[Bb]y|[Uu]ntil) (?:the end of |early |mid-?|late )?(20\d\d)\b")
_IN_YEAR = re.compile(rf"{_FORECAST}(?:(?!{_LOOKS_BACK})[^.;]){{0,80}}?\b(?:in|for|during) (20\d\d)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")

# The first kind that fits decides: a practitioner who writes on a vendor's site writes for a vendor.
_KINDS: tuple[tuple[PublisherKind, re.Pattern[str]], ...] = (
    ("vendor", re.compile(r"\bvendor|\bsupplier|\bsoftware (?:company|maker)|\bpress release|\badvert", re.I)),
    ("consultancy", re.compile(r"\bconsult(?:ing|anc|ant)", re.I)),
    ("university", re.compile(r"\buniversit|\bbusiness school|\bacademi|\bjournal\b|\bpeer.review", re.I)),
    ("practitioner", re.compile(r"\bpractitioner", re.I)),
)
_SELLS: dict[PublisherKind | None, str] = {
    "vendor": "The publisher sells services or products on this subject.",
    "consultancy": "The publisher sells advice on this subject.",
}
_ORIGIN = re.compile(r"\s*\(([^()]*)\)$")  # what stands after the title in `about`


def find_provenance(sentences: Sequence[str], source: Bibliography) -> tuple[Provenance, ...]:
    """The provenance of each of a passage's sentences, given in order."""
    kind = publisher_kind(source.about_kind if source.about else source.kind)
    dated = source.about_published if source.about else source.published
    return tuple(
        Provenance(reported, _looks_ahead_to(sentence), kind, dated)
        for sentence, reported in zip(sentences, _reported(sentences, source), strict=True)
    )


def publisher_kind(kind: str | None) -> PublisherKind | None:
    """What sort of publisher the bibliography's `kind` speaks of ("consultancy paper" → "consultancy"), or None."""
    return next((name for name, pattern in _KINDS if kind and pattern.search(kind)), None)


def _reported(sentences: Sequence[str], source: Bibliography) -> list[str | None]:
    """Whom each sentence reports. A line "Source: …" speaks for the sentence before it too."""
    own = {
        word for field in (source.title, source.author, source.publisher, source.about) for word in words(field or "")
    }
    small = {word for sentence in sentences for word in words(sentence) if word.islower()}
    found: list[str | None] = []
    latest = None
    for sentence in sentences:
        credited = _SOURCE_LINE.search(sentence)
        name = credited[1] if credited else latest if _SAME_AGAIN.match(sentence) else _other_name(sentence, own, small)
        if credited and found and found[-1] is None:
            found[-1] = name
        found.append(name)
        latest = name or latest
    return found


def _other_name(sentence: str, own: set[str], small: set[str]) -> str | None:
    """The first person or organization that the sentence credits, unless it is the source itself.

    `small` are the words that the passage also writes without a capital.
    """
    for pattern in _REPORTS:
        for match in pattern.finditer(sentence):
            name = _OPENING.sub("", POSSESSIVE.sub("", match[1].strip()))
            if name and words(name)[0] not in own and name.lower() not in small and not _is_anybody(name):
                return name
    return None


def _is_anybody(name: str) -> bool:
    """Whether all words of a name, though written large, name nobody in particular; capitals throughout do ("WHO")."""
    written = [POSSESSIVE.sub("", word) for word in words(name)]
    low = [word.lower() for word in written if not word.isupper() or word.lower() in GENERAL_NAMES]
    return len(low) == len(written) and all({word, stem(word)} & (STOP_WORDS | _ANYBODY) for word in low)


def _looks_ahead_to(sentence: str) -> int | None:
    """The last year of a forecast, also of one that had passed when the text passed it on."""
    years = _IN_YEAR.findall(sentence)
    if re.search(_FORECAST, sentence, re.IGNORECASE):
        years += _BY_YEAR.findall(sentence)
    return max(map(int, years), default=None)


def together(parts: Iterable[Provenance]) -> Provenance:
    """The provenance of several sentences quoted as one."""
    parts = list(parts)
    if not parts:
        return Provenance()
    reported = listed(list(dict.fromkeys(part.reported for part in parts if part.reported)))
    ahead = max((part.looks_ahead_to for part in parts if part.looks_ahead_to), default=None)
    return Provenance(reported or None, ahead, parts[0].publisher_kind, parts[0].dated)


def whose_claim(origin: Origin) -> str | None:
    """Whom a quote reports, when it is not the source's own claim: "McKinsey, as reported by ..."."""
    source, provenance = origin.bibliography, origin.provenance
    if provenance.reported:
        return f"{provenance.reported}, as reported by {source.about or source.publisher or source.title}"
    if not source.about:
        return None
    kind = f", a {provenance.publisher_kind}’s text" if provenance.publisher_kind else ""
    undated = "" if provenance.dated or _YEAR.search(source.about) else ", without a date"
    return f"A brief of {source.about}{kind}{undated}"


def find_caveat(provenance: Provenance, this_year: int) -> str | None:
    """What weakens a quote as evidence, in a sentence or two, or None."""
    ahead = provenance.looks_ahead_to
    passed = f"Looks ahead to {ahead}, which has passed." if ahead and ahead < this_year else None
    return " ".join(filter(None, (passed, _SELLS.get(provenance.publisher_kind)))) or None


def credited_words(origin: Origin) -> frozenset[str]:
    """The words, lower-cased, by which a sentence may name its source rather than its subject."""
    source = origin.bibliography
    about = _ORIGIN.search(source.about or "")
    fields = (source.author, source.publisher, about and about[1], origin.provenance.reported)
    return frozenset(word.lower() for field in fields if field for word in words(field))


def identity(document: Document) -> frozenset[str]:
    """What tells that two documents are one source: the title, of a brief that of its subject, and the text itself."""
    source = document.bibliography
    title = " ".join(words(_ORIGIN.sub("", source.about or source.title))).casefold()
    text = hashlib.sha256(" ".join(words(document.text)).casefold().encode()).hexdigest()[:16]
    return frozenset({f"title {title}", f"text {text}"})


def works(identities: dict[str, frozenset[str]]) -> dict[str, str]:
    """For each document the id of the first one, in order of ids, that is the same source."""
    found: dict[str, str] = {}
    for name in sorted(identities):
        same = {found[other] for other in found if identities[other] & identities[name]}
        first = min(same, default=name)
        found = {other: first if work in same else work for other, work in found.items()} | {name: first}
    return found
