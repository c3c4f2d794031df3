"""Makes a sentence stand on its own: takes in what it points back to, or drops a joining word it no longer needs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from advisor.types import Passage, Sentence
from advisor.words import names

LONGEST = 700  # characters; a statement that needs more context than this is not quoted

# Joining words that can go without loss: "For instance, Amazon …" → "Amazon …".
_JOINS = re.compile(
    r"^(?:for (?:example|instance)|additionally|furthermore|moreover|similarly|likewise|also|however|conversely|"
    r"consequently|therefore|thus|hence|in addition|in particular|as such|indeed|besides|"
    r"in contrast|on the other hand|last but not least|finally|firstly|secondly|in summary|in conclusion|"
    r"as previously mentioned|as mentioned(?: above| before)?)\s*,\s+",
    re.IGNORECASE,
)
# Openings that point at something said before.
_POINTS_BACK = re.compile(
    r"^(?:(?:and|but|so|yet|or|then|instead|rather than|in turn|as a result|as a consequence|the result|the same|"
    r"another|here|there|both|doing so|by doing so|of these|in this|in these|in such|to do so|to achieve this|"
    r"because of this|with this|through this|at this|for this|put another way|in other words|once|otherwise)\b|"
    r"(?:this|that|these|those|it|its|it[’']s|they|their|he|she|his|her|such|we|our|one of these)\b(?![’']s? how))",
    re.IGNORECASE,
)
_STANDS_FOR = re.compile(
    r"^(?:the|its|their|that|this) (?:company|firm|organi[sz]ation|brand|group|bank|retailer|carrier|business|"
    r"approach|article|essay|author|text|model|title|team|program(?:me)?|investment|growth|level|shift)\b",
    re.IGNORECASE,
)
_POINTS_INSIDE = re.compile(r"\b(?:this|these|such an?) (?!way\b|reason\b)[a-z]+", re.IGNORECASE)


def make_whole(passage: Passage, position: int) -> tuple[int, int] | None:
    """Offsets, in the document, of a statement around the passage's sentence at `position`.

    The span grows backwards inside its paragraph (a list item: to the list's introduction) until it opens with
    something that stands alone. None when that cannot be had within the passage.
    """
    sentences = passage.sentences
    first = position
    while _leans(passage, sentences[first], first):
        if first == 0 or not _joined(sentences, first):
            return None
        first -= 1
    start, end = sentences[first].start, sentences[position].end
    if end - start > LONGEST:
        return None
    return start + _joining_words(passage.text[start - passage.start : end - passage.start]), end


def _leans(passage: Passage, sentence: Sentence, position: int) -> bool:
    text = passage.slice(sentence)
    if sentence.kind == "item":
        return text[:1].islower()
    rest = text[_joining_words(text) :]
    if _POINTS_BACK.match(rest):
        return True
    if _STANDS_FOR.match(rest) and not names(rest):
        return True
    return position > 0 and bool(_POINTS_INSIDE.search(rest[:80])) and _joined(passage.sentences, position)


def _joined(sentences: Sequence[Sentence], position: int) -> bool:
    """Whether the sentence before can be taken in: same paragraph, or the line that introduces a list."""
    before, this = sentences[position - 1], sentences[position]
    if before.kind == "heading" or before.heading != this.heading:
        return False
    return before.paragraph == this.paragraph or this.kind == "item" or before.paragraph + 1 == this.paragraph


def _joining_words(text: str) -> int:
    match = _JOINS.match(text)
    return match.end() if match else 0


def wording(quote: str) -> str:
    """The quote as a statement reads: one line, a capital first, a full stop last."""
    line = " ".join(quote.split())
    line = re.sub(r"\s*[•]\s*", " ", line).strip()
    line = line[:1].upper() + line[1:]
    return line if line.endswith((".", "!", "?", "…", "”", '"', ")")) else line.rstrip(":;,") + "."
