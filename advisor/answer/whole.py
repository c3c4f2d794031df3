"""Makes a sentence stand on its own: takes in what it points back to, or drops a joining word it no longer needs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from advisor.types import Draft, Evidence, Passage, Sentence
from advisor.words import names

LONGEST = 700  # characters; a statement that needs more context than this is not quoted

# Joining words that can go without loss: "For instance, Amazon …" → "Amazon …".
_JOINS = re.compile(
    r"^(?:(?:for (?:example|instance)|additionally|furthermore|moreover|similarly|likewise|also|however|conversely|"
    r"consequently|therefore|thus|hence|in addition|in particular|as such|indeed|besides|unfortunately|then|"
    r"in contrast|on the other hand|last but not least|finally|firstly|secondly|in summary|in conclusion|"
    r"put another way|in other words|as previously mentioned|as mentioned(?: above| before)?|and|but|so|yet|"
    r"or)\s*,\s+|"
    r"(?:and|but|so|yet|then) )",
    re.IGNORECASE,
)
# "It is time to …" points at nothing; "It is driven by …" does.
_NOTHING = re.compile(
    r"^it(?:[’']s| is| was) (?:also )?(?:not )?(?:the\b|time|important|critical|essential|ideal|crucial|clear|much|"
    r"worth|"
    r"necessary|illustrative|possible)",
    re.IGNORECASE,
)
# Openings that point at something said before, so that they cannot be read without it ...
_POINTS_BACK = re.compile(
    r"^[“\"‘']?(?:instead|rather than|in turn|as a result|as a consequence|the result|here|there|both|doing so|"
    r"by doing so|of these|to do so|to achieve this|because of this|once|otherwise|that|it|its|it[’']s|they|their|"
    r"he|she|his|her|we|our|that[’']s|this (?:is|was|has|will|can|means|also|allows|enables|not|involves|requires|"
    r"includes|makes|helps|in)|"
    r"these (?:are|can|will|have|include)|those)\b",
    re.IGNORECASE,
)
# ... and those that say what they point at: bearable at the start of a paragraph, under its heading.
_STANDS_FOR = re.compile(
    r"^[“\"‘']?(?:(?:this|these|such|the same|another|one of these|in this|in these|in such|with this|through this|"
    r"at this|for this)\b|(?:the|its|their|that) (?:company|firm|organi[sz]ation|brand|group|bank|retailer|carrier|"
    r"business|approach|"
    r"article|essay|author|text|model|title|team|program(?:me)?|investment|growth|level|shift)\b)",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"^sources?: ", re.IGNORECASE)
_POINTS_INSIDE = re.compile(r"\b(?:this|these|such an?) (?!way\b|reason\b)[a-z]+", re.IGNORECASE)


def make_whole(passage: Passage, position: int) -> tuple[int, int] | None:
    """Offsets, in the document, of a statement around the passage's sentence at `position`.

    The span grows backwards inside its paragraph (a list item: to the list's introduction) until it opens with
    something that stands alone, and forwards over a line that names a quotation's source. None when that cannot be
    had within the passage.
    """
    sentences = passage.sentences
    first = position
    end = sentences[position + 1 if _names_its_source(passage, position + 1) else position].end
    while leaning := _leans(passage, first):
        if not _joined(sentences, first) or (leaning == "soft" and end - sentences[first - 1].start > LONGEST):
            if leaning == "hard":
                return None
            break
        first -= 1
    start = sentences[first].start
    if end - start > LONGEST:
        return None
    return start + _joining_words(passage.text[start - passage.start : end - passage.start]), end


def _leans(passage: Passage, position: int) -> Literal["hard", "soft"] | None:
    """How much a sentence needs what stands before it."""
    sentence = passage.sentences[position]
    text = passage.slice(sentence)
    if sentence.kind == "item":
        return "hard" if text[:1].islower() else None
    rest = text[_joining_words(text) :]
    if _NOTHING.match(rest):
        return None
    if _POINTS_BACK.match(rest):
        return "hard"
    if _STANDS_FOR.match(rest) and not names(rest):
        return "soft"
    return "soft" if _POINTS_INSIDE.search(rest[:80]) else None


def _names_its_source(passage: Passage, position: int) -> bool:
    """Whether there is a sentence here and it says where the quotation before it comes from."""
    return position < len(passage.sentences) and bool(_SOURCE.match(passage.slice(passage.sentences[position])))


def _joined(sentences: Sequence[Sentence], position: int) -> bool:
    """Whether the sentence before can be taken in: same paragraph, or the line that introduces a list."""
    if position == 0:
        return False
    before, this = sentences[position - 1], sentences[position]
    if before.kind == "heading" or before.heading != this.heading:
        return False
    return before.paragraph == this.paragraph or this.kind == "item" or before.paragraph + 1 == this.paragraph


def _joining_words(text: str) -> int:
    match = _JOINS.match(text)
    return match.end() if match else 0


def quote(passage: Passage, start: int, end: int, heading: tuple[str, ...]) -> Draft:
    """A statement in the words of `text[start:end]` of the passage's document, which it cites."""
    words = passage.text[start - passage.start : end - passage.start]
    evidence = Evidence(passage.document_id, passage.id, start, end, words, heading)
    return Draft(wording(words), heading[-1] if heading else None, (evidence,))


def wording(quote: str) -> str:
    """The quote as a statement reads: one line, a capital first, a full stop last."""
    line = " ".join(quote.split())
    line = re.sub(r"\s*[•]\s*", " ", line).strip()
    line = line[:1].upper() + line[1:]
    return line if line.endswith((".", "!", "?", "…", "”", '"', ")")) else line.rstrip(":;,") + "."
