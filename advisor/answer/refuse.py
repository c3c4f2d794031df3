"""When not to answer, and how to say so. Every threshold stands here; how they were found is in evals/LOG.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from advisor.answer.cite import inert
from advisor.answer.compose import Asked, Candidate
from advisor.answer.spelling import is_english
from advisor.types import RankedPassage, Reason
from advisor.words import GENERAL_NAMES, POSSESSIVE, STOP_WORDS, names, plain_words, stem, stems, words

OFF_TOPIC = 0.30  # best cosine of a sentence below which the question is about something else
ON_SUBJECT = 12  # best candidates in which what is asked of a subject has to occur

_DO_IT = re.compile(
    r"^(?:(?:please|kindly|can you|could you|will you|would you|go(?: and| into)?|i want you to|i need you to)\W+)*"
    r"(?:book|reserve|order|buy|pay|cancel|refund|send|mail|e-?mail|forward|post|tweet|call|phone|ring|text|schedule|"
    r"set up a (?:meeting|call)|invite|log ?in(?:to)?|log on|sign in|open|close|delete|remove|update|install|deploy|"
    r"download|upload|print|transfer|translate|hire|fire|remind me|put (?:a|an|in|it)|enter|submit|file|export|import|"
    r"pull|fetch|check my|go into|draft (?:an?|the|my) (?:e-?mail|letter|contract|tweet|post)|"
    r"write (?:me |us )?(?:an? |the |some )?(?:\w+ )?(?:e-?mail|letter|poem|song|joke|code|script|program|function|sql|"
    r"query|tweet|post|press release|speech|story|essay|contract|cover letter))\b",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"\bhow (?:much|many|often|long|old|big|large|fast|quickly)\b|\bby how much\b|\bpercent(?:age)?\b|\bper cent\b|%|"
    r"\b(?:what|which) (?:share|proportion|percentage|number|amount|figure|rate|budget|price|fee|cost|score|salary|"
    r"revenue|turnover|market share)\b|\bcost per\b|\bin (?:dollars|euros|pounds|usd|eur|gbp)\b|"
    r"\b(?:nps|csat|churn|revenue|turnover|roi|price|cost|headcount|salary|market share|share price|budget)"
    r"(?: rate| score| figure)?(?: of .+)?\W*(?:please)?\W*$|\bwhat (?:does|do|did|would) .{1,60}\b(?:cost|charge|pay)\b",
    re.IGNORECASE,
)
_PARTS = re.compile(
    r"\bhow many (?:steps|components|parts|pillars|elements|kinds|types|strategies|building blocks|silos|principles)\b|"
    r"\bhow (?:much|long|fast|quickly|often|big) (?:do|does|should|can|is it|to|of a|harm|damage)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<!\w)(?!(?:19|20)\d\d\b)\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|dozen|hundred)\b")
_YEAR = re.compile(r"\b(?:what|which) (?:year|date|month|day)\b|\bwhen (?:did|was|were|has|does|will)\b", re.IGNORECASE)
_PERSON = re.compile(
    r"^\W*who(?:[’']s| is| was| are| runs| leads| heads| founded| owns) |\bname and title\b|\bname of\b", re.IGNORECASE
)
_RANKING = re.compile(r"\b(?:top (?:ten|\d+|three|five)|ranking|ranked?|league table|number one)\b", re.IGNORECASE)
# What would have to be in the sources for a question that takes a failure or a turning back for granted.
_SETBACK = re.compile(
    r"\b(?:scrap|abandon|give up|gave up|giving up|go back|went back|going back|fail(?:ed|ure|s)?|went wrong|go wrong|"
    r"drop(?:ped)?|shut|clos(?:e|ed|ing) down|backlash|scandal|lawsuit|sued|bankrupt\w*|collaps\w*|fell apart|chase[ds]?|"
    r"punish\w*|complain\w*|revers\w*|undo|undid|lengthen\w*|slow(?:ed)? down|handed|split|cut(?:ting)? off|"
    r"against|avoid|keep(?:ing)? .{1,30} out|stay out|no bearing|stop(?:ped)?|ditch\w*|regret\w*|refus\w*|reject\w*|"
    r"remov\w*|pull(?:ed)? out|withdr[ae]w\w*|lose|lost|losing|worse|drive[s]? .{1,20} up|drove .{1,20} up|hate)\b",
    re.IGNORECASE,
)
_OWN_HOUSE = re.compile(
    r"\b(?:i|we)(?:[’'](?:m|re)| am| are| run| lead| head| work| own| manage| operate| look after)\b[^.?!;:,–-]*|"
    r"\b(?:our|my)\b[^.?!;:,–-]{0,30}",
    re.IGNORECASE,
)
_SUBJECT_SLOT = re.compile(
    r"\b(?:how|why|what|where|when|which \w+) (?:do|does|did|has|have|is|are|was|were|can|could|made) (?:the )?"
    r"([\w’'&]+)|^\W*([\w’'&]+(?: [\w’'&]+){0,2})\s*(?:[-–—:,]\s|[’']s )|\b(?:at|from|like|about) ([\w’'&]+)\W*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no answer: a word for programs, and what is missing in words for people."""

    reason: Reason
    why: str


NOTHING_HELD = Refusal("weak_evidence", "No statement from the library passed the check against its source.")


def find_refusal(
    asked: Asked, ranked: Sequence[RankedPassage], found: Sequence[Candidate], knows: Callable[[str], bool]
) -> Refusal | None:
    """Why the candidates do not answer the question, or None when they may.

    `knows` tells whether a stem stands in the library or is a way of saying something that does.
    """
    if _DO_IT.search(asked.question):
        return Refusal("out_of_scope", "I answer questions from the library; I cannot act in other systems or write for you.")
    best = max((cosine for passage in ranked for cosine in passage.sentence_cosines), default=0.0)
    if best < OFF_TOPIC:
        return Refusal("out_of_scope", "The question is about something that the library does not deal with.")
    if strangers := _unknown_names(asked.question, knows):
        return Refusal("not_in_library", f"The library never mentions {_listed(strangers)}.")
    return _find_missing_detail(asked, found)


def _find_missing_detail(asked: Asked, found: Sequence[Candidate]) -> Refusal | None:
    """Whether a number, year, name, ranking or event is asked for that the evidence does not give."""
    about = [c for c in found if not asked.subjects or c.speaks_of & asked.subjects]
    texts = [c.text for c in about[:ON_SUBJECT]]
    who = _listed(asked.named) or "this"
    question = asked.question
    if _YEAR.search(question) and not any(re.search(r"\b(?:19|20)\d\d\b", text) for text in texts):
        return Refusal("not_in_library", f"The library speaks of {who} but gives no date for it.")
    if _AMOUNT.search(question) and not _PARTS.search(question) and not any(_NUMBER.search(text) for text in texts):
        return Refusal("not_in_library", f"The library speaks of {who} but gives no figure for it.")
    if _PERSON.search(question) and asked.subjects:
        others = set().union(*(names(text) for text in texts)) - asked.subjects - GENERAL_NAMES if texts else set()
        if not others:
            return Refusal("not_in_library", f"The library speaks of {who} but does not say who.")
    if _RANKING.search(question) and not any(_RANKING.search(text) for text in texts):
        return Refusal("not_in_library", "The library has no ranking of this kind.")
    if asked.subjects and (event := _SETBACK.search(question)):
        key = set(stems(event.group()))
        if not any(key & set(stems(text)) or _SETBACK.search(text) for text in texts[:ON_SUBJECT]):
            return Refusal("not_in_library", f"Nothing in the library says that of {who}.")
    return None


def _unknown_names(question: str, knows: Callable[[str], bool]) -> list[str]:
    """Names in a question, as written there, that the library does not have; those of the asker's own house apart.

    A lower-case word counts when it stands where a company would ("how does x ...") and is no English word.
    """
    own_house = set().union(*(plain_words(m.group()) for m in _OWN_HOUSE.finditer(question)))
    in_slot = {word.lower() for m in _SUBJECT_SLOT.finditer(question) for g in m.groups() if g for word in words(g)}
    named = names(question) - GENERAL_NAMES
    strangers = []
    for word in words(question):
        plain = POSSESSIVE.sub("", word)
        lower = plain.lower()
        if lower in STOP_WORDS or lower in own_house or knows(stem(plain)) or "’" in plain or "'" in plain:
            continue
        if lower in named or (word.lower() in in_slot and not is_english(plain)):
            strangers.append(plain)
    return list(dict.fromkeys(strangers))


def _listed(items: Sequence[str]) -> str:
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


def render_refusal(refusal: Refusal, titles: Sequence[str], suggestions: Sequence[str]) -> str:
    """The refusal in words: why, what was searched, what nearby is covered, and what would fill the gap."""
    lines = [f"I have no answer to that. {inert(refusal.why)}"]
    searched = ", ".join(f"“{inert(title)}”" for title in titles[:3])
    if titles:
        more = f" and {len(titles) - 3} more" if len(titles) > 3 else ""
        lines.append(f"I searched {len(titles)} document{'s' if len(titles) > 1 else ''}: {searched}{more}.")
    if suggestions:
        lines.append("The library does answer these:\n\n" + "\n".join(f"- {inert(s)}" for s in suggestions))
    if refusal.reason != "out_of_scope":
        lines.append("A document that covers it, once ingested, would let me answer.")
    return "\n\n".join(lines)
