"""What a question leans on in its conversation: whether it stands alone, what it points back to, what it asks again.

Works on cleaned questions and on what their answers showed; nothing here looks into the library.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from advisor.answer.entries import NOWHERE, Section, counts_off, entry_meant, without_pointer
from advisor.types import Turn
from advisor.words import (
    GENERAL_NAMES,
    POSSESSIVE,
    STOP_WORDS,
    in_digits,
    names,
    stem,
    stems,
    words,
)

FEW = 6  # content words; a question with so many names what it is about
BRIEFLY = 3  # statements of an answer that is to be shorter, unless it says how many

# What is said before the question proper.
_COURTESY = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|right|thanks?(?: you)?|thx|great|good|perfect|fine|nice|cool|interesting|i see|got it|sure|"
    r"yes|well|hm+|now|please|pls)\b[\s,.!;:–-]*(?!(?:is|are|was|does|do)\b))+",
    re.IGNORECASE,
)
_SWITCHES = re.compile(
    r"^\W*(?:by the way|(?:(?:a )?(?:different|new|another|next|other) (?:subject|topic|question|thing|matter)|"
    r"something else|leave (?:that|it)|enough (?:about|of|on)|on another (?:note|subject|topic)|"
    r"chang(?:e|ing) (?:of )?(?:the )?(?:subject|topic)|moving on|switching|forget (?:that|it))[^,:;.!?–-]*)"
    r"[,:;.!?–-]+\s*",
    re.IGNORECASE,
)
_CORRECTS = re.compile(r"^\W*(?:no|sorry|wait|actually)?\W*(?:i|we) (?:mean|meant)\b|^\W*not that\b", re.IGNORECASE)
_OPENS_FOLLOW_UP = re.compile(
    r"^\W*(?:so|and|but|or|also|then|what about|how about|what if|compared (?:to|with)|in (?:what|which) way|"
    r"why(?: so| is that| not)?\W*$)\b",
    re.IGNORECASE,
)
_RETURNS = re.compile(
    r"\b(?:back|return(?:ing)?) to\b|\b(?:you|we) (?:said|mentioned|talked)\b|\bearlier\b", re.IGNORECASE
)
_RETURN = re.compile(r"^\W*(?:(?:going|coming|to go|to come) )?back to [^,:;.?!–]+[,:;.!–]+\s*", re.IGNORECASE)
# Words that point back. "That" counts where it stands for a thing, not where it joins ("numbers that show ...").
_THAT = (
    r"(?:^\W*|\b(?:is|are|was|were|does|do|did|can|could|would|will|of|about|for|with|like|from|by|on|in|into|to|than|"
    r"after|at|behind|and|but|so|why|how|told?|put|said|explain|measure|achieve|build|avoid|fix|keep|use|make|get|change|"
    r"fit) )that\b(?! (?:the|we|they|it|our|you|an?)\b)|"
    r"\bthat\b(?=\W*$|[,;.?!:]| (?:one|kind|way|word|figure|claim|in|for|with|at|on|to|by)\b)"
)
_REFERS_BACK = re.compile(
    rf"{_THAT}|\b(?:this|those|these|it|its|they|them|their|he|she|his|her|him|same|such(?! as)|both|the one|"
    r"the former|the latter|the (?:[\w-]+ ){1,2}ones?|meant|mentioned)\b|"
    r"\bthere\b(?! (?:is|are|was|were)\b)(?<!\bis there)(?<!are there)(?<!was there)|"
    r"\bothers\b|\b(?:any|which|what|some|the) other\b|\b(?:who|what|anyone|anything|where) else\b",
    re.IGNORECASE,
)
# ... of these, those that stand for a thing instead of counting among several
_POINTS_AT = re.compile(
    rf"(?:{_THAT}|\b(?:this|those|these|it|they|them|there)\b)(?! (?:is|are|was|were) (?:a|an|the|any)\b)",
    re.IGNORECASE,
)
_LIKE_THAT = re.compile(r"\b(?:like|of) (?:that|this)\b\b(?! (?:the|we|they|it|our|you|an?)\b)", re.IGNORECASE)
_THOSE_THINGS = re.compile(r"\b(?:those|these) (?!days\b)([a-z]{3,})", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:?–—]|\band\b|\b(?:if|when|that|because)\b")
_DEFINES = re.compile(
    r"^\W*(?:what|who)(?:[’']s| is| are| was) (?:an? \w+|(?-i:[A-Z])\w*)\W*$|^\W*define \w+", re.IGNORECASE
)

_HE_OR_SHE = re.compile(r"\b(?:he|she|his|her|him)\b", re.IGNORECASE)
_CHOOSES = re.compile(
    r"\b(?:which|who|any|one|is one|are some|are any) (?:one |ones )?of (?:them|those|these)\b|\bwhich ones?\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?<!^)\b[A-Z][\w&]+(?: [A-Z][\w&]+)*")  # not the first word, which has a capital anyway
_SOMEBODY_ELSE = re.compile(
    r"^\W*(?:(?i:and|or|but|so)\b\W*)?(?:(?i:what about|how about|at|with|for|in|the) )*"
    rf"(?P<name>{_NAMED.pattern.removeprefix('(?<!^)')})(?:[’']s?)?\W*$"
)

_ANOTHER_LENGTH = re.compile(
    r"^\W*(?:(?:can|could|would|will) you |please |pls |just |give me |(?:make|put|say) (?:it|that) |now |and |an? |"
    r"the |even |much |bit |too |that[’']s |that was |it[’']s |is |way )*(?:shorter|short|brief(?:ly|er)?|tl;?dr|"
    r"summar(?:y|i[sz]e)|sum (?:it|that|this) up|condense|in (?:a )?(?:short|brief|nutshell|few words)|long|"
    r"in (?:one|two|three|a|a single) (?:sentences?|lines?|words?|points?)|key points?|main points?|gist|bottom line)\b"
    r"(?:\W+(?:please|pls|version|answer|it|that|this|of|in|down|for|me|a|one|two|three|single|sentences?|lines?|"
    r"words?|only|then|all))*\W*$",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\b(\w+) (?:single )?(?:sentences?|lines?|points?)\b", re.IGNORECASE)
_MORE = re.compile(
    r"^\W*(?:(?:can|could|would|will) you |please |pls |and |i(?:[’']d like| want| need) |to |tell me |give me |say |"
    r"is there |anything |something |what |know |hear |read |a bit |a little |some |any )*(?:more|else|go on|continue|"
    r"elaborate|keep going|expand|go deeper|go into (?:more )?detail|in (?:more )?detail)\b"
    r"(?:\W+(?:please|pls|detail(?:s|ed)?|about|on|to|it|that|this|there|is|can|you|do|say|know|information|info|in|"
    r"the|library|texts?|then|a bit))*\W*$",
    re.IGNORECASE,
)
_WANTS_NEW = re.compile(
    r"^\W*(?:and |but |so )?(?:why|how come|what[’']s behind|what is behind)\b|"
    r"\b(?:more (?:about|on|of)|others?|else|another|further)\b",
    re.IGNORECASE,
)


def without_courtesy(question: str) -> str:
    """The question without the words that only lead up to it ("OK thanks.", "Different topic:")."""
    short = _COURTESY.sub("", question)
    short = _SWITCHES.sub("", short) if _SWITCHES.match(short) else short
    return short if any(character.isalpha() for character in short) else question


def is_shorter(question: str) -> bool:
    """Whether a question wants nothing but the answer before, shorter."""
    return bool(_ANOTHER_LENGTH.match(question))


def is_more(question: str) -> bool:
    """Whether a question wants nothing but more on what was asked before."""
    return bool(_MORE.match(without_courtesy(question)))


def wants_new(question: str) -> bool:
    """Whether a follow-up asks for something besides what was said: a reason, others, more about a part of it."""
    return bool(_WANTS_NEW.search(question))


def statements_wanted(question: str, given: int) -> int:
    """How many statements a shorter answer has, when the one before has `given` quotes."""
    counted = _COUNTED.search(question)
    said = counted.group(1).lower() if counted else ""
    number = {"a": "1", "single": "1"}.get(said) or in_digits(said)
    return max(1, int(number) if number.isdigit() else min(BRIEFLY, given // 2))


class ReadIn(NamedTuple):
    """A question as it is read in its conversation."""

    leans_on: str | None  # an entry that an answer listed, or earlier questions; None when it stands alone
    asked: str  # the question without what only leads up or points to that; empty when it asks nothing else
    sections: tuple[Section, ...] = ()  # where what it leans on was answered


def read_in(question: str, earlier: Sequence[Turn]) -> ReadIn:
    """What makes a question whole: the entry that it points at, with what was asked of another one before where it
    asks nothing itself, or else the nearest earlier question that stands alone, and the last one when that leans too.
    """
    fresh = without_courtesy(question)
    if returned := _returned_to(question, earlier):
        return ReadIn(returned, _RETURN.sub("", fresh) or fresh, earlier[-1].sections)
    if not earlier or _stands_alone(question):
        return ReadIn(None, fresh)
    if entry := entry_meant(question, earlier):
        sections = (entry.section,) if entry.section != NOWHERE else earlier[-1].sections
        return ReadIn(entry.text, _asked_of_entry(fresh, earlier), sections)
    topic = " ".join(_topic(earlier, fresh))
    return ReadIn(_person(topic, fresh) or topic, fresh, earlier[-1].sections)


def _asked_of_entry(question: str, earlier: Sequence[Turn]) -> str:
    """What is asked of an entry; where that is nothing, what the turn before asked of another one."""
    asked = without_pointer(question)
    if stems(asked):
        return "" if is_more(asked) else asked
    *before, last = earlier
    return _asked_of_entry(last.question, before) if before and entry_meant(last.question, before) else ""


def _person(topic: str, follow_up: str) -> str | None:
    """Whom "he" or "she" means, where what was asked before names one alone and the follow-up is on something else."""
    named = set(_NAMED.findall(topic))
    return named.pop() if len(named) == 1 and _HE_OR_SHE.search(follow_up) and _content(follow_up) else None


def chooses(question: str) -> bool:
    """Whether a question says itself which of several things it wants ("which of them is about trust?")."""
    return bool(_CHOOSES.search(question)) and len(stems(question)) >= 2


def _topic(turns: Sequence[Turn], follow_up: str) -> list[str]:
    """What a follow-up to these turns is about, in at most two texts."""
    last, before = turns[-1].question, turns[:-1]
    if before and (is_shorter(last) or is_more(last)):
        return _topic(before, follow_up)
    if not before or _stands_alone(last):
        topic = [without_courtesy(last)]
    elif entry := entry_meant(last, before):
        topic = [entry.text, last]
    else:
        whole, asked_of = _topic(before, last)[0], _asked_of(last)
        topic = [whole] if asked_of and asked_of in whole else [whole, last]
    return [_about(topic[0], follow_up) or topic[0], *topic[1:]]


def _about(topic: str, follow_up: str) -> str | None:
    """The earlier question asked of somebody else ("and Verizon?"); None where it names nobody or several."""
    other, named = _asked_of(follow_up), set(_NAMED.findall(topic))
    return topic.replace(named.pop(), other) if other and len(named) == 1 else None


def _asked_of(follow_up: str) -> str | None:
    """Who alone is named in a follow-up ("and Verizon?")."""
    match = _SOMEBODY_ELSE.match(follow_up)
    return match["name"] if match and stems(match["name"]) else None


def _returned_to(question: str, earlier: Sequence[Turn]) -> str | None:
    """The latest earlier question that has a word in common with one that goes back to it; None for any other."""
    own = set(stems(question)) if _RETURNS.search(question) else set()
    return next((turn.question for turn in reversed(earlier) if own & set(stems(turn.question))), None)


def _stands_alone(question: str) -> bool:
    """Whether a question names what it is about before (or without) pointing back at something."""
    if _SWITCHES.match(_COURTESY.sub("", question)):
        return True
    fresh = without_courtesy(question)
    named = len(_content(fresh))
    if is_shorter(question) or is_more(question) or _CORRECTS.match(fresh) or (counts_off(fresh) and named < FEW):
        return False
    if _OPENS_FOLLOW_UP.search(fresh) and named < FEW:
        return False
    if _points_at_the_unnamed(fresh):
        return False
    back = _REFERS_BACK.search(fresh)
    if back is None:
        return named >= 2 or bool(_DEFINES.match(fresh))
    before = fresh[: back.start()]
    if named >= FEW or len(_content(before)) < 2:
        return named >= FEW
    # "What did Zara change, and what did it cost?" says itself what "it" is
    return bool(names(before) - GENERAL_NAMES) or bool(_CLAUSE.search(before)) or not _POINTS_AT.search(fresh)


def _points_at_the_unnamed(question: str) -> bool:
    """Whether a question of any length speaks of "something like that" or of "those firms" that it has not named."""
    like_that = _LIKE_THAT.search(question)
    if like_that and len(_content(question[: like_that.start()])) < 2:
        return True
    those = _THOSE_THINGS.search(question)
    return bool(those) and stem(those.group(1)) not in stems(question[: those.start()]) if those else False


def _content(text: str) -> list[str]:
    """The content words of a text, without auxiliaries and contractions of words that have no content."""
    plain = [POSSESSIVE.sub("", word).lower() for word in words(text)]
    return [word for word in plain if word not in STOP_WORDS and word not in ("would", "could")]
