"""When not to answer, and how to say so. Every threshold stands here; how they were found is in evals/LOG.md.

A question is refused when it asks for a deed, when nothing near it stands in the library, when it is about somebody
the library never mentions, and when it asks for a detail - a number, a date, a person, a ranking, an event - that the
best evidence on its subject does not have.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

from advisor.answer.cite import inert
from advisor.answer.compose import Asked, Candidate
from advisor.answer.spelling import is_english
from advisor.types import RankedPassage, Reason
from advisor.words import GENERAL_NAMES, POSSESSIVE, STOP_WORDS, names, plain_words, stem, stems, words

# Nearness: the mean of the best sentence's cosine and that of the five best.
OFF_TOPIC = 0.27  # below: the question is about something else
TOO_WEAK = 0.33  # below: near the subject, and yet no answer
LOOKED_AT = 12  # best sentences on the subject in which a detail has to occur
BEST, SHARED = 4, 0.25  # ... a figure: among so many best, or in one with this share of the question's words
BARELY_MENTIONED = 0.5  # cosine below which a sentence on the subject needs a word in common with the question

_DO_IT = re.compile(
    r"(?:^|^(?:hi|hello|hey|ok|okay|thanks?|great|good|so|now|then|and)\b[^.?!:]{0,20}[,.!:]\s*|[.!?]\s+)"
    r"(?:(?:please|pls|kindly|just|quickly|also|go|go and|go into|can you|could you|will you|would you|i want you to|"
    r"i need you to|i[’']d like you to)\W+)*"
    r"(?:book|reserve|order|buy|pay|cancel|refund|send|mail|e-?mail|forward|post|tweet|call|phone|ring|text|schedule|"
    r"set up (?:a|an) (?:\w+ )?(?:meeting|call|appointment|account)|invite|log ?(?:me )?in(?:to)?|log on|close|delete|"
    r"sign (?:me |us )?(?:in|up)|open (?:a|an|the|my|our)|update (?:my|our|the)|install|deploy|download|upload|print|transfer|"
    r"translate|hire|fire|remind|put (?:a|an|in|it|me|us|this|that) |enter|submit|file (?:a|an|the|my|our)|export|import|"
    r"pull|fetch|change (?:my|our|the)|add (?:me|us|a|an|this)|assign|approve|register|check (?:my|our|the)|apply for|"
    r"look up (?:my|our|the)|move (?:my|our|the)|tell (?:my|our|the)|inform (?:my|our|the)|switch (?:on|off|my|our)|"
    r"turn (?:on|off)|access (?:my|our|the)|connect (?:to|me)|analy[sz]e (?:my|our|this|the attached)|"
    r"draft (?:me |us )?(?:an?|the|my|our) (?:\w+ )?(?:e-?mail|letter|contract|tweet|post|speech|memo|press release)|"
    r"(?:create|make|prepare|build|generate|design|run|launch|issue|raise) (?:me |us )?(?:an?|the|my|our|some) (?:\w+ ){0,2}"
    r"(?:powerpoint|slides?|deck|invoice|ticket|account|survey|campaign|spreadsheet|excel|logo|website|app|newsletter|"
    r"presentation|job ad|image|picture|video)|"
    r"write (?:me |us )?(?:an? |the |some |my |our )?(?:\w+ )?(?:e-?mail|letter|poem|song|joke|code|script|program|"
    r"function|sql|query|macro|formula|tweet|post|press release|speech|story|essay|contract|cover letter))\b",
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
    asked: Asked, ranked: Sequence[RankedPassage], found: Sequence[Candidate], knows: Callable[[str, bool], bool]
) -> Refusal | None:
    """Why the candidates do not answer the question, or None when they may.

    `knows` tells whether a stem stands in the library, or also whether it is a way of saying something of the field
    when its second argument, that it is written as a name, is false.
    """
    if _DO_IT.search(asked.question):
        return Refusal("out_of_scope", "I answer questions from the library; I cannot act for you or write for others.")
    near = _nearness(ranked)
    if near < OFF_TOPIC:
        return Refusal("out_of_scope", "The question is about something that the library does not deal with.")
    if strangers := _unknown_names(asked.question, knows):
        return Refusal("not_in_library", f"The library never mentions {_listed(strangers)}.")
    if missing := _find_missing_detail(asked, found):
        return Refusal("not_in_library", missing)
    if near < TOO_WEAK:
        return Refusal("weak_evidence", "The library touches on the subject, but nothing in it answers the question.")
    return None


def _nearness(ranked: Sequence[RankedPassage]) -> float:
    cosines = sorted((cosine for passage in ranked for cosine in passage.sentence_cosines), reverse=True)
    return (cosines[0] + fmean(cosines[:5])) / 2 if cosines else 0.0


def _unknown_names(question: str, knows: Callable[[str, bool], bool]) -> list[str]:
    """Names in a question, as written there, that the library does not have; those of the asker's own house apart.

    A lower-case word counts when it stands where a company would ("how does x ...") and is no English word.
    """
    own_house = set().union(*(plain_words(match.group()) for match in _OWN_HOUSE.finditer(question)))
    in_slot = {word.lower() for m in _SUBJECT_SLOT.finditer(question) for g in m.groups() if g for word in words(g)}
    named = names(question) - GENERAL_NAMES
    strangers = []
    for word in words(question):
        plain = POSSESSIVE.sub("", word)
        lower = plain.lower()
        if lower in STOP_WORDS | own_house or knows(stem(plain), plain.istitle()) or not plain.isalnum():
            continue
        if lower in named or (word.lower() in in_slot and not is_english(plain)):
            strangers.append(plain)
    return list(dict.fromkeys(strangers))


# --- details: what in the question asks for one, and what in a sentence gives it ---

_COUNT = re.compile(r"\bhow many (?!of\b)(?:more |other |outside |different )?(\w+)(?: (\w+))?", re.IGNORECASE)
_PARTS = frozenset(
    map(stem, "steps components parts pillars elements kinds types strategies blocks silos principles moves".split())
)
_TOOK_PART = re.compile(r"\b(?:took part|participat|respon[ds]|survey|interview|sample|asked)", re.IGNORECASE)
_NUMBER = r"(?:\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?)"
_PERCENT = re.compile(r"\d\s?(?:%|per ?cent)|\b(?:half|third|quarter|fifth|majority|minority) of\b", re.IGNORECASE)
_SUM = re.compile(r"[$€£¥]\s?\d|\d[\d,.]*\s?(?:%|per ?cent|k\b|m\b|bn\b|thousand|million|billion|dollars|euros|pounds)", re.IGNORECASE)
_AMOUNT = re.compile(r"(?<!\w)(?!(?:19|20)\d\d\b)\d")
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\b\w+-(?:year|month|week|day)\b", re.IGNORECASE)
_OFFICE = re.compile(
    r"\b(?:ceo|cio|coo|cmo|cfo|chief|chair(?:man|woman)?|president|vp|director|head of|founder|scientist|manager|"
    r"executive (?:officer|director)|written by)\b",
    re.IGNORECASE,
)
_RANKING = re.compile(r"\b(?:top (?:ten|\d+|three|five)|rank(?:s|ed)? (?:best|first|highest|top)|rankings?|league table|number one|scores? best)\b", re.IGNORECASE)
_SCORE = re.compile(
    r"\b(?:what|which|how high)\b.{0,40}\b(?:score|rating|nps|csat|churn|(?<!to )budget|price|fee|salary|turnover|revenue|"
    r"market share|headcount|roi|rate|number|percentage|share|proportion)\b|\bby (?:how much|how many|what (?:share|percentage|margin|amount|factor))\b|"
    r"\b(?:nps|csat|churn|revenue|turnover|roi|price|headcount|salary|market share|share price|budget)\W*(?:please)?\W*$",
    re.IGNORECASE,
)
_HOW_MUCH = re.compile(r"\bhow much\b", re.IGNORECASE)
_COST = re.compile(
    r"\bhow much (?:budget|money|funding|cash|capital)\b|\bhow much (?:did|does|do|has|have|is|was|were|will)\b.{0,60}\b(?:cost|spend|spent|sink|sunk|invest\w*|"
    r"pay|paid|charge|put|save|saved|earn\w*|make|worth|raise|budget)\b|\bwhat (?:do|does|did|would|is|was) .{1,60}"
    r"\b(?:cost|charge|pay|earn)\b|\b(?:price|fee|cost|budget) (?:of|for|tag)\b|\bin (?:dollars|euros|pounds|usd|eur|gbp)\b",
    re.IGNORECASE,
)
_HOW_LONG = re.compile(r"\bhow (?:long|soon|many (?:days|weeks|months|years))\b(?! have| has)", re.IGNORECASE)
_DURATION = re.compile(r"\b(?:\d+|\w+)[- ](?:year|month|week|day|hour|minute)s?\b", re.IGNORECASE)
_CONTACT = re.compile(r"\be-?mail address|\bphone number|\bcontact details|\blinkedin|\bpostal address|\bwhere does .{1,30} live", re.I)
_WHEN = re.compile(r"\b(?:what|which) (?:year|date|month|day)\b|\bwhen (?:did|was|were|will)\b", re.IGNORECASE)
_WHO = re.compile(
    r"^\W*who(?:[’']s| is| was| are| runs| leads| heads| founded| owns| chairs)\b|\bname and title\b|\b(?:the )?name of the\b",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"\b(?:which|what) (?:\w+ )?(vendor|supplier|agency|consultancy|consultants|software|tool|app|city|country|university|"
    r"law|standard|manufacturer|bank|database|provider)s?\b",
    re.IGNORECASE,
)
# What the evidence has to speak of when a question takes a failure or a turning back for granted.
_SETBACK = re.compile(
    r"\b(?:scrap|abandon|abolish|giv(?:e|es|ing) up|gave up|(?:go|goes|went|going|return\w*|switch\w*|mov\w+) back|"
    r"return(?:ed|ing)? to|fail(?:ed|ure|s|ing)?|(?:went|go|gone) wrong|drop|shut|clos(?:e|ed|ing) down|backlash|scandal|"
    r"lawsuit|sued|bankrupt|collaps|fell apart|chas(?:e|es|ed) \w+ away|punish|reverse|undo|undid|lengthen|slow(?:ed)? down|"
    r"hand(?:ed)? (?:\w+ ){0,4}over|split|against|avoid|keep(?:ing)? .{1,40} out|stay(?:ing)? out|no bearing|stop|ditch|"
    r"regret|refuse|reject|remov|pull(?:ed)? out|withdr[ae]w|los(?:e|es|t|ing)|worse|dr(?:i|o)ve[sn]? .{1,20} (?:up|down|away)|"
    r"reduc(?:e|es|ed|ing) (?:sales|revenue|loyalty|satisfaction|profit)|hate|merg(?:e|ed|er|ing)|took over|taken over|"
    r"acqui(?:re|red|sition)|leave (?:\w+ ){0,3}to|harm|damag|hurt|ban(?:ned)?\b|forbid|sack|laid off|lay off|"
    r"kill(?:ed)? (?:off|the)|discontinu|outsourc|delay|cut(?:ting)? (?:back|staff|jobs)|cancel|quit|exit|sold (?:off|its)|"
    r"sell(?:ing)? (?:off|its)|spin|spun|apologi|fined|breach|hack|leak|crash|outage|strike|protest|boycott|recall|"
    r"downsiz|replac|scal(?:e|ed|ing) (?:back|down)|roll(?:ed|ing)? back|oppos|warn|criti|discourag|dismiss|den(?:y|ies|ied)|"
    r"doubt|disagree|should ?n[o’']t|should not|not (?:need|worth|matter|important)|no need|unnecessary|useless|wast|"
    r"instead of|moved? away from|decentrali|centrali[sz]ed? all|stepp?(?:ed)? down|resign|less important|apart\b|separate|slow(?:er|ly))",
    re.IGNORECASE,
)


def _find_missing_detail(asked: Asked, found: Sequence[Candidate]) -> str | None:
    """What a question asks for and the best sentences on its subject do not give, in words; None when they do."""
    question, of = asked.question, f" for {_listed(asked.named)}" if asked.subjects else ""
    about = [c for c in found if not asked.subjects or c.speaks_of & asked.subjects][:LOOKED_AT]
    texts = [candidate.text for candidate in about]

    def given(pattern: re.Pattern[str]) -> bool:
        return any(pattern.search(text) for text in texts)

    if _CONTACT.search(question):
        return "The library holds no contact details."
    if _COST.search(question) and (asked.subjects or _HOW_MUCH.search(question)) and not given(_SUM):
        return f"The library gives no such sum{of}."
    if _HOW_LONG.search(question) and not given(_DURATION):
        return f"The library does not say how long{of}."
    if (count := _COUNT.search(question)) and not _counted(count, texts):
        return f"The library does not say how many{of}."
    if _SCORE.search(question) and not _measured(about):
        return f"The library gives no such figure{of}."
    if _WHEN.search(question) and not given(_DATE):
        return f"The library gives no date{of}."
    if _WHO.search(question) and asked.subjects and not given(_OFFICE):
        return f"The library does not name that person{of}."
    if _RANKING.search(question) and not given(_RANKING):
        return "The library has no such ranking."
    if asked.subjects and (which := _WHICH.search(question)) and not given(re.compile(which.group(1), re.I)):
        return f"The library does not name the {which.group(1)}{of}."
    if any(name in question for name in asked.named) and (event := _SETBACK.search(question)) and not _happened(event.group(), texts):
        return f"Nothing of the kind stands in the library{of}."
    if asked.subjects and _only_mentioned(asked, about):
        return f"The library mentions {_listed(asked.named)} but does not go into that."
    return None


def _counted(count: re.Match[str], texts: Sequence[str]) -> bool:
    """Whether a sentence has a number before the thing counted, or a share of people."""
    things = {stem(group) for group in count.groups() if group and group.lower() not in STOP_WORDS}
    if things & _PARTS:
        return True
    for text in texts:
        for match in re.finditer(rf"\b{_NUMBER}\b((?:[\s-]+[\w’'-]+){{1,3}})", text, re.IGNORECASE):
            if things & set(stems(match.group(1).replace("-", " "))):
                return True
        if _PERCENT.search(text) and not _TOOK_PART.search(count.string):
            return True
    return False


def _measured(about: Sequence[Candidate]) -> bool:
    """Whether a figure stands in one of the very best sentences, or in one that shares the question's words."""
    return any(
        (_PERCENT.search(c.text) or _AMOUNT.search(c.text)) and (place < BEST or c.coverage >= SHARED)
        for place, c in enumerate(about)
    )


def _happened(event: str, texts: Sequence[str]) -> bool:
    said = set(stems(event))
    return any(said & set(stems(text)) for text in texts)


def _only_mentioned(asked: Asked, about: Sequence[Candidate]) -> bool:
    """Whether the subject comes up but no sentence on it is near the question or shares a word with it."""
    wanted = set(asked.weights) - {stem(word) for name in asked.named for word in words(name)}
    shared = any(wanted & set(stems(" ".join(c.speaks_of))) for c in about)
    return not shared and max((c.cosine for c in about), default=0.0) < BARELY_MENTIONED


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
