"""What a question on somebody takes for done, when it asks for the reason or the manner, and whether texts tell it.

"What led X to withdraw its forecast?" and "How did X manage to beat its goal?" presuppose the deed; texts on X that
know nothing of withdrawing or beating anything do not answer them, however near they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from advisor.answer.lexicon import groups_of
from advisor.answer.thesaurus import base, field_terms
from advisor.words import STOP_WORDS, stem, stems, words

# Verbs that tell nothing by themselves, and those of saying and holding, whose deed is what is said.
_LIGHT = frozenset(
    map(
        stem,
        """
        be have do make get go come put take give use keep let set start begin become work run want need try help deal
        handle manage decide choose say talk speak write mention tell think believe consider regard see call claim argue
        recommend advise suggest expect hold insist care bother matter focus treat gain look cover offer report
        """.split(),
    )
)
_CAUSED = r"(?:led|made|caused|convinced|persuaded|prompted|drove|pushed|forced|moved|brought|induced|leads|makes)"
_ON_THE_WAY = (
    r"(?:(?:then|ever|finally|really|suddenly|also|start|begin|manage to|decide to|choose to|come to|have to|want to|"
    r"go and) )*"
)


def find_untold_deed(asks: str, named: Sequence[str], texts: Sequence[str]) -> str | None:
    """The verb of what a question takes for done by one of these names, when no text on them has it in some word."""
    deed = _deed(asks, named)
    if not deed or not texts or deed.lower() in STOP_WORDS or stem(base(deed)) in _LIGHT:
        return None
    meant = _meanings([deed])
    terms = [set(stems(term)) for term in field_terms(deed)]
    told = any(meant & _meanings(words(text)) or any(term <= set(stems(text)) for term in terms) for text in texts)
    return None if told else deed


def _deed(asks: str, named: Sequence[str]) -> str | None:
    who = rf"(?:the )?(?:{'|'.join(map(re.escape, named))})"
    frames = (
        rf"\b{_CAUSED} {who} (?:to )?{_ON_THE_WAY}(\w+)",
        rf"\b(?:why|how come|what for) (?:(?:did|does|do|has|have) )?{who} {_ON_THE_WAY}(\w+)",
        rf"\bhow (?:did|does|do|could|has|have) {who} (?:succeed in |get to )?{_ON_THE_WAY}(\w+)",
        rf"\bwhat (?:exactly )?did {who} {_ON_THE_WAY}(\w+)",
    )
    found = (re.search(frame, asks, re.IGNORECASE) for frame in frames if named)
    return next((match[1] for match in found if match), None)


def _meanings(written: Iterable[str]) -> set[str | int]:
    """The stems of words in their base form and the groups of synonyms that they belong to."""
    read = [stem(base(word)) for word in written]
    return {*read, *(group for groups in groups_of(read) for group in groups)}
