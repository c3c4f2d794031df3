"""What single lines and sentences of a page give away: captions of links, bylines, promotion.

Patterns only, each for a kind of furniture and none for one site; `clean` decides with them what goes.
"""

from __future__ import annotations

import re
from functools import lru_cache


def is_caption(words: str) -> bool:
    """Whether a line is nothing but the words of a link or a button."""
    return any(pattern.match(words) for pattern in _CAPTIONS)


def is_byline(words: str) -> bool:
    """Whether a line says who wrote the page and when, how long it takes to read, or who owns it."""
    return any(pattern.match(words) for pattern in _BYLINES)


def strength(sentence: str, publisher: str) -> int:
    """2 where a sentence is furniture, 1 where it is beside some, 0 for content; `publisher` is a pattern."""
    if len(sentence) > _MAX_SENTENCE:
        return 0
    if is_caption(sentence) or any(pattern.match(sentence) for pattern in _promotion(publisher)):
        return 2
    return int(any(pattern.match(sentence) for pattern in _weak_promotion(publisher)))


def ends_in_caption(words: str) -> str | None:
    """The caption that a line ends in, such as "[Read more]"."""
    match = FINAL_CAPTION.search(words)
    return match[0] if match else None


def publisher_pattern(publisher: str | None, text: str) -> str:
    """A pattern for a publisher's name: the full one, or its first word if that is always written
    as a name.
    """
    if not publisher:
        return r"(?!)"
    first = publisher.split()[0]
    is_name = len(first) > 2 and re.search(rf"\b{re.escape(first.lower())}\b", text) is None
    names = [publisher, first] if is_name else [publisher]
    return r"(?:" + "|".join(re.escape(name) for name in names) + r")\b"


_MAX_SENTENCE = 800  # characters; nothing longer is a caption or a slogan, and patterns take long over it

_THINGS = (
    r"(?:our|free|e-?books?|white ?papers?|templates?|toolkits?|brochures?|demos?|case stud(?:y|ies)"
    r"|testimonials?|webinars?|newsletters?|slides|articles?|blog|posts|materials"
    r"|full (?:report|study|story|article|explanation|text))"
)
_CAPTIONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r">>.*<<$",
        r"\[(?:read|see|view|learn|get|download|more|watch|listen|explore)\b[^\]]*\]$",
        r"(?:click|tap) (?:here|below|the (?:link|button))\b",
        r"(?:read|learn|find out|discover|see|view|show|load) more"
        r"(?: (?:about|here|at|on|in)\b.{0,80}[^.;,])?$",
        r"(?:read|see|visit|download|watch|explore|check out)\b.*"
        r"\bto (?:learn|find out|know|read|see|discover) more[.!]?$",
        r"(?:subscribe|sign up|register)(?: (?:now|here|today|below|for (?:our|the|a|free|this|updates)"
        r"|to (?:our|the|receive|get|read))\b.{0,100})?[.!]?$",
        r"(?:follow us|contact us|get in touch|join us|talk to (?:us|our))\b.{0,120}$",
        r"(?:book|request|schedule) (?:a|your) (?:free )?(?:call|demo|quote|consultation|callback)\b.{0,80}$",
        r"(?:buy now|order (?:now|your copy)|add to cart|start your free|try (?:it|us) (?:free|now))"
        r"\b.{0,80}$",
        r"share (?:on|via)\b.{0,40}$|share this(?: (?:article|post|page|story))?[.!:]?$",
        r"(?:read|get|download|view|see|explore|browse|find|access|discover|check out|take a look at)\b"
        rf"(?=.*\b{_THINGS}\b).{{0,110}}[^.]$",
        r"(?:get|download|view|explore|browse|check out|access|take a look at) (?:all (?:of )?)?"
        r"(?:our|a free|your free|free)\b.{0,160}$",
        r"read (?:the |our )?(?:full|complete|related|next|customer)\b[^.,;]{0,60}$",
        r"(?:back to top|skip to (?:main )?content|print this page|accept (?:all )?cookies|table of contents"
        r"|leave a (?:reply|comment))$",
        r"https?://\S+$",
    )
)
_BYLINES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:reading|read) time\b.{0,30}$",
        r"(?:\d+|one|two|three|five|ten)[- ]min(?:ute)?s?\.? read\b.{0,20}$",
        r"(?:written|posted|published|reviewed|edited|updated|last (?:updated|modified|reviewed))"
        r"(?: (?:by|on|at))?\b:? .{2,80}(?:\||\d{4})[^.]{0,40}$",
        r"by [^.,]{3,60}(?:\||,|\bon\b) .{0,20}\d{4}$",
        r"(?:©|copyright\b|\(c\)).{0,40}\d{4}.{0,120}$",
        r".{0,60}\ball rights reserved\.?$",
        r"this (?:article|post|page|answer|guide)\b.*"
        r"\b(?:provides|answers|is part of|first appeared|was (?:first|originally) published)\b"
        r".*(?:response|links?|case studies|further reading|resources|appeared|published|series)\b.*$",
        r"(?:we|this (?:site|website|page)) uses? cookies\b.*$",
        r"(?:filed under|tags?|categories|posted in|share)\s*:.{0,120}$",
    )
)

LEAD_IN = re.compile(
    r"(?:here (?:are|is)|below (?:are|is)|before we begin|see also|let'?s (?:first )?review|explore all"
    r"|for (?:a|an|more|further|additional)\b.*\b(?:take a look|see|read|visit)"
    r"|(?:you )?(?:may|might) also|additional (?:questions|reading))\b",
    re.IGNORECASE,
)
FINAL_CAPTION = re.compile(
    r"(?:\[(?:read|see|view|learn|more|continue)\b[^\]]{0,40}\]"
    r"|\((?:read|see|learn|find out|continue) (?:more|reading|full)[^)]{0,30}\))$",
    re.IGNORECASE,
)
REFERENCES_HEADING = re.compile(
    r"(?:\w+ )?"
    r"(?:references|bibliography|works cited|endnotes|footnotes|sources|literature|further reading)\s*:?$",
    re.IGNORECASE,
)
REFERENCE = re.compile(r"\(?\b(?:19|20)\d\d[a-z]?\b\)?|https?://|\bdoi\b|\bibid\b|\bpp?\. ?\d", re.IGNORECASE)
TEASER_HEADING = re.compile(
    r"case stud(?:y|ies)\b|\btestimonials\b"
    r"|\b(?:best practices|resources|materials|templates|frameworks) (?:in|on|for|from)\b"
    r"|\b(?:popular|latest|recent|featured) (?:posts|articles|news|stories)\b",
    re.IGNORECASE,
)
RELATED_HEADING = re.compile(
    r"(?:related|recommended|similar|suggested|more) (?:\w+ )?"
    r"(?:questions|articles|posts|reading|content|resources|insights|stories|topics)\b"
    r"|(?:you (?:may|might) also like|more from|further reading|people also ask|read next|share this)\b",
    re.IGNORECASE,
)

# --- promotion: the publisher, or a "we" that speaks to the reader, offers its services ---

_YOU = r"\b(?:you|your|yours|yourself)\b"
_OFFERS = (
    r"(?:can help|helps?|provides?|offers?|delivers?|combines?|supports?|brings?|partners?|works? with"
    r"|serves?|gives?)"
)
_WARES = (
    r"(?:expertise|experience|solutions?|services|best practices?|templates?|toolkits?|consultants"
    r"|professionals|specialists|capabilities|frameworks|clients|you|your)"
)


@lru_cache(maxsize=64)
def _promotion(publisher: str) -> tuple[re.Pattern[str], ...]:
    return _compiled(
        rf"(?:at |with )?{publisher},? (?:\w+ )?{_OFFERS}\b.*\b{_WARES}\b",
        rf"{publisher} is (?:the|a|an)\b.*\b(?:largest|leading|most|premier|trusted|knowledge base)\b",
        rf"(?:are you familiar with|have you heard of|why choose|what is) {publisher}",
        rf".*\b(?:price|cost)\b.*\b{publisher}.*[$€£]\d|{publisher}.*\b(?:price|costs?)\b.*[$€£]\d",
        r"trusted by\b.*(?:\d|clients|organi[sz]ations|companies|teams|brands)",
        r"we are (?:you|your)\b",
        rf"(?:at \w+, )?we (?:know|understand) (?:how |what )?{_YOU}",
        r"(?:at \w+, )?we (?:can |will |are here to |are ready to )?"
        rf"(?:help|support|guide|assist|partner with|work with) {_YOU}",
        rf"(?:at \w+, )?we (?:\w+ )?(?:provide|offer|deliver|bring|give) {_YOU}",
        rf"(?:let us|let our)\b.*{_YOU}",
        r"our (?:\w+[ -]){0,4}(?:network|team|experts|consultants|professionals|specialists|advisors)\b"
        rf".*(?:{_YOU}|expertise|experience|ready)",
        r"our (?:[\w-]+,? ){0,12}(?:frameworks|templates|documents|products|solutions|services|tools"
        rf"|presentations|platform)\b.*(?:same calib|customi[sz]able|award|world[- ]class|{_YOU})",
        r"(?:need help|looking for (?:help|support|expertise|a partner)|want to (?:know|learn) more"
        r"|ready to (?:start|get started))\b.*\?",
    )


@lru_cache(maxsize=64)
def _weak_promotion(publisher: str) -> tuple[re.Pattern[str], ...]:
    """What may be said of an organisation in earnest, and is promotion where it stands beside some."""
    return _compiled(
        r"(?:since \d{4}, )?we (?:have |also |only )*"
        r"(?:provided?|offer(?:ed)?|deliver(?:ed)?|served?|helped?|worked|include)\b",
        r"our\b",
        r"(?:most|all|many|some) (?:of (?:them|these) )?(?:were|are|have been) "
        r"(?:developed|created|written|designed|made) by\b",
        r"frameworks include\b",
        LEAD_IN.pattern,
        publisher,
    )


def _compiled(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)
