"""When not to answer, and how to say so. Every threshold stands here; how they were found is in evals/LOG.md.

A question is refused when it asks for a deed, when nothing near it stands in the library, when it is about somebody
the library never mentions, when it asks for a detail that the best evidence on its subject does not have, and when
no sentence bears the whole of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Protocol

from advisor.answer.asked import Asked
from advisor.answer.cite import inert
from advisor.answer.compose import Candidate
from advisor.answer.details import find_missing_details
from advisor.answer.strangers import Vocabulary, find_strangers
from advisor.types import RankedPassage, Reason
from advisor.words import listed

OFF_TOPIC = 0.27  # nearness below which a question is about something else
TOO_WEAK = 0.33  # nearness below which less doubt is enough
# Log-odds that no sentence bears the whole question, above which there is no answer: as a rule, and for what is weak.
DOUBTFUL, DOUBTFUL_IF_WEAK = 2.2, 0.4

_DO_IT = re.compile(
    r"(?:^|^(?:hi|hello|hey|ok|okay|thanks?|great|good|so|now|then|and)\b[^.?!:]{0,20}[,.!:]\s*|"
    r"[.!?]\s+)(?:(?:please|pls|kindly|just|quickly|also|go|go and|can you|could you|will you|would you|"
    r"i want you to|i need you to|i[’']d like you to)\W+)*(?:book|reserve|order|buy|pay|cancel|refund|send|mail|"
    r"e-?mail|forward|post|tweet|call|phone|ring|text|schedule|set up (?:a|an) (?:\w+ )?(?:meeting|call|"
    r"appointment|account)|invite|log ?(?:me )?in(?:to)?|log on|close|delete|sign (?:me |us )?(?:in|up)|open (?:a|"
    r"an|the|my|our)|update (?:my|our|the)|install|deploy|download|upload|print|transfer|translate|hire|fire|"
    r"remind|put (?:a|an|in|it|me|us|this|that) |enter|submit|file (?:a|an|the|my|our)|export|import|pull|fetch|"
    r"change (?:my|our|the)|add (?:me|us|a|an|this)|assign|approve|register|check (?:my|our|the)|apply for|"
    r"look up (?:my|our|the)|move (?:my|our|the)|go into (?:my|our|the)|tell (?:my|our|the)|inform (?:my|our|the)|"
    r"switch (?:on|off|my|our)|decide (?:for|on behalf of) (?:me|us)|"
    r"turn (?:on|off)|access (?:my|our|the)|connect (?:to|me)|analy[sz]e (?:my|our|this|"
    r"the attached)|draft (?:me |us )?(?:an?|the|my|our) (?:\w+ )?(?:e-?mail|letter|contract|tweet|post|speech|"
    r"memo|press release)|(?:create|make|prepare|build|generate|design|run|launch|issue|raise) (?:me |us )?(?:an?|"
    r"the|my|our|some) (?:\w+ ){0,2}(?:powerpoint|slides?|deck|invoice|ticket|account|survey|campaign|spreadsheet|"
    r"excel|logo|website|app|newsletter|presentation|job ad|image|picture|video)|write (?:me |us )?(?:an? |the |"
    r"some |my |our )?(?:\w+ )?(?:e-?mail|letter|poem|song|joke|code|script|program|"
    r"function|sql|query|macro|formula|tweet|post|press release|speech|story|essay|contract|cover letter))\b",
    re.IGNORECASE,
)
_SMALL_TALK = re.compile(
    r"^\W*(?:hi|hello|hey|good (?:morning|afternoon|evening)|thanks?(?: you)?(?: (?:a lot|so much|very much))?|"
    r"ok(?:ay)?|great|"
    r"cool|perfect|bye|goodbye|yes|no|test)\W*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no answer: a word for programs, and what is missing in words for people."""

    reason: Reason
    why: str
    source: str = "a text on exactly this question"  # what kind would fill the gap


class Shelf(Vocabulary, Protocol):
    """The words of a library, and how well its sentences bear a question."""

    def doubt(
        self, asked: Asked, ranked: Sequence[RankedPassage], found: Sequence[Candidate], near: float, enough: float
    ) -> float:
        """The log-odds that the passages do not answer it, or a lower figure where they cannot come to `enough`;
        `near` is how near they are.
        """


NOTHING_HELD = Refusal("weak_evidence", "No statement from the library passed the check against its source.")
NOTHING_MORE = Refusal("not_in_library", "The library has no more on it than what I have said.", "Another text on it")


def find_refusal(
    asked: Asked, ranked: Sequence[RankedPassage], found: Sequence[Candidate], library: Shelf
) -> Refusal | None:
    """Why the candidates do not answer the question, or None when they may."""
    if _SMALL_TALK.match(asked.question):
        return Refusal("out_of_scope", "Ask me a question on customer experience or operating models.")
    if _DO_IT.search(asked.question):
        return Refusal("out_of_scope", "I answer questions from the library; I cannot act for you or write for others.")
    near = nearness(ranked)
    if near < OFF_TOPIC:
        return Refusal("out_of_scope", "The question is about something that the library does not deal with.")
    if strangers := find_strangers(asked.question, asked.asks, library):
        return Refusal(
            "not_in_library",
            f"The library never mentions {listed(strangers)}.",
            f"a report or a case study on {listed(strangers)}",
        )
    missing = find_missing_details(asked, found, library)
    if missing and missing[0] and all(missing):
        return Refusal("not_in_library", missing[0].what, missing[0].source)
    enough = DOUBTFUL_IF_WEAK if near < TOO_WEAK else DOUBTFUL
    if not asked.leans_on and library.doubt(asked, ranked, found, near, enough) > enough:
        return Refusal(
            "weak_evidence", "The library touches on the subject, but no sentence in it answers the question."
        )
    return None


def find_gaps(asked: Asked, found: Sequence[Candidate], library: Vocabulary) -> tuple[str, ...]:
    """What an answer leaves open: the parts of a question whose detail no sentence gives."""
    missing = find_missing_details(asked, found, library)
    return tuple(dict.fromkeys(detail.what for detail in missing if detail))


def nearness(ranked: Sequence[RankedPassage]) -> float:
    """The mean of the best sentence's cosine and that of the five best."""
    cosines = sorted((cosine for passage in ranked for cosine in passage.sentence_cosines), reverse=True)
    return (cosines[0] + fmean(cosines[:5])) / 2 if cosines else 0.0


def render_refusal(refusal: Refusal, titles: Sequence[str], suggestions: Sequence[str]) -> str:
    """The refusal in words: why, what was searched, what nearby is covered, and what would fill the gap."""
    lines = [f"I have no answer to that. {inert(refusal.why)}"]
    searched = ", ".join(f"“{inert(title)}”" for title in titles[:3])
    if titles:
        more = f" and {len(titles) - 3} more" if len(titles) > 3 else ""
        lines.append(f"I searched {len(titles)} document{'s' if len(titles) > 1 else ''}: {searched}{more}.")
    if suggestions:
        lead = (
            "The library answers questions like these"
            if refusal.reason == "out_of_scope"
            else "Close to it, the library does answer"
        )
        lines.append(f"{lead}:\n\n" + "\n".join(f"- {inert(s)}" for s in suggestions))
    if refusal.reason != "out_of_scope":
        lines.append(f"What would close the gap: {inert(refusal.source)}, added to the library.")
    return "\n\n".join(lines)
