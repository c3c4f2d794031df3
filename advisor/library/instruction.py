"""From a sentence that advises to an instruction: "Organizations should invest in ..." → "Invest in ..."."""

from __future__ import annotations

import re

LONGEST_NAME = 8  # words of who is told
FEWEST_WORDS = 4  # of an action; a shorter one has lost what it is about

# Passives ("must be optimized") and prohibitions give no instruction.
_ADVICE = re.compile(
    r"\b(?:should|must|needs? to|ought to|has to) "
    r"(?!(?:still |then |also |all |only |first )*(?:be|not|never|have|know)\b)(?:also |then |all )?([a-z][^.;:—]+)"
)
# Who can be told to do something: "complaints should reach the board" is an instruction to nobody. Of these, advice to
# the first is advice to the reader.
_READER = r"organi[sz]ations?|compan(?:y|ies)|firms?|business(?:es)?|enterprises?|managers|we|you"
_OTHERS = """leaders? leadership executives? manager management boards? teams? members staff employees? departments?
functions? units desks? owners? providers? agency agencies governments? councils? shops? stores? banks? insurers?
retailers? hospitals? hotels? operators? chiefs? heads?"""
_FOLLOWED = r"(?=\s*$| (?:of|that|within|inside|in|with|at|on|across|for|and|or|also|then)\b)"  # not "a business case"
_ACTORS = re.compile(rf"(?<!for )(?<!for the )\b(?:(?i:{_READER}|{'|'.join(_OTHERS.split())})|C[A-Z]Os?){_FOLLOWED}")
_ANYBODY = re.compile(rf"\b(?:{_READER})(?=$| that\b)", re.IGNORECASE)
_CLAUSE = re.compile(
    r"(?:[;:,—•-] |\b(?:because|but|therefore|yet)\b|"
    r"\b(?:says?|finds?|argues?|recommends?|claims?|believes?|holds?|so|and) that\b)\s*"
)
# What opens a clause that describes ("decisions which teams must take"), asks or sets a condition.
_DESCRIBES = re.compile(r"\b(?:which|who|whom|whose|what|where|when|how|why|if|unless|although)\b", re.IGNORECASE)
_CREDIT = re.compile(
    r",? (?:according to|as (?:[A-Z]|the )|(?:says?|said|argues?|advises|recommends|suggests|writes|claims|finds|"
    r"explains|adds|warns) (?:the )?(?=[A-Z])|in [A-Z]\w+[’']s? view|in the opinion of|says the source).*$"
)
_IMPERATIVE = re.compile(
    r"^(?:create|develop|understand|find|let go|invest|start|build|put|align|map|measure|design|review)\b"
    r"(?! \w+ (?:describe|means?|shows?|is|are)\b)(?! another way)(?!.{0,60} means to\b)",
    re.IGNORECASE,
)


def find_action(text: str) -> str | None:
    """The instruction in a statement that advises somebody who can act, or None.

    "Companies should measure waits" is one to the reader ("Measure waits."), "Teams should ..." one for others ("Have
    teams ...").
    """
    if _IMPERATIVE.match(text):
        return _as_action(text.split(". ")[0])
    match = _ADVICE.search(text)
    who = _actor(text[: match.start()]) if match else None
    return _as_action(f"{who}{match.group(1)}") if match and who is not None else None


def _actor(before: str) -> str | None:
    """Who is told, for the beginning of an instruction; empty for anybody, None when nobody is who could act."""
    clause = _CLAUSE.split(before)[-1].strip()
    if not _ACTORS.search(clause) or _DESCRIBES.search(clause):
        return None
    if _ANYBODY.search(clause) or len(clause.split()) > LONGEST_NAME:
        return ""
    plain = clause if clause[1:2].isupper() else clause[0].lower() + clause[1:]
    return f"Have {plain} "


def _as_action(words: str) -> str | None:
    action = _CREDIT.sub("", words).strip(" ,.")
    return f"{action[0].upper()}{action[1:]}." if len(action.split()) >= FEWEST_WORDS else None
