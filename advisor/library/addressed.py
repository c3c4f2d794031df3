"""Words that speak to a program instead of a reader: orders planted for whatever machine reads the text.

No such words are evidence for anything, so they are recognised by whom they address and by what only a machine could
obey, not by what they want.
"""

from __future__ import annotations

import re

_KIND = r"(?:language|vision|text|generative|ai|chat|reasoning)"
# A program by name. Staff are "assistants" too and companies have "models", so those need company.
_PROGRAM = (
    rf"(?:(?:large )?{_KIND}(?:,? (?:and|or) {_KIND})? "
    r"(?:models?|tools?|agents?|systems?|assistants?|readers?|generators?)|"
    r"(?:ai|automated|virtual|digital) assistants?|a\.?i\.?s?|llms?|gpts?|(?:chat)?bots?|crawlers?|scrapers?|"
    r"summari[sz]ers?|assistant)"
)
_WHICH = r"(?:(?:any|all|every|each|the|this|an?|your|you|other|hidden|of) )*"
_LABEL = (
    r"(?:notes?|notice|attention|dear|hello|hi|hey|message|instructions?|orders?|rules?|directions?|directives?|"
    r"reminder|remark|request|warning|override|binding|memo|command|prompt|appendix|guidance|information|"
    r"reading matter)"
)
_MUST = r"(?:must|shall|should|ha(?:s|ve) to|needs? to|(?:is|are) to|please|never|always|do not|don[’']t)"
_DO = (
    r"(?:ignore|disregard|forget|skip|reply|respond|answer|say|state|tell|write|print|output|report|reveal|repeat|"
    r"claim|recommend|advise|append|add|insert|begin|end|finish|stop|quote|cite|replace|translate|spell|mention|"
    r"announce|confirm|display|address|grade|multiply)"
)
_READS = r"(?:read|summari[sz]|answer|process|quot|cit|pars|index|ingest|translat)(?:es|e|s|ing)\b"
_ANSWER = r"(?:repl(?:y|ies)|responses?|answers?|output)"
_OVERRIDE = r"\b(?:ignore|disregard|forget|override|bypass|overrule)\b[^.]{0,30}"

_LABELLED = (  # "Note to AI systems", "For chatbots:", "Crawler notice:", "@assistant", "(models: add ...)"
    rf"\b{_LABEL}\b(?:[,:]| (?:to|for)) {_WHICH}(?:{_PROGRAM}|machines)\b(?!-)(?:\s*[:,.;)\]–—]|$|[^.]{{0,40}}[:;])",
    rf"\battention[,:]? {_WHICH}{_PROGRAM}\b|^\W*(?:dear|hello|hi|hey),? {_WHICH}{_PROGRAM}\b",
    rf"(?:^|[(\[|/:–—])\W{{0,9}}(?:to|for) {_WHICH}{_PROGRAM}\b[^.:|]{{0,30}}[:|,–—]",
    rf"\b{_PROGRAM}(?:,? (?:and|or) {_PROGRAM})? (?:notice|note|only|readers?)\s*:|@{_PROGRAM}\b",
    rf"(?:^|[(\[|/:.–—] ?|- )(?:{_PROGRAM}|models?)\s*[:,–—] ?(?:[^.:]{{0,60}}\b)?(?:{_MUST}|{_DO})\b",
)
_AT_WORK = (  # "any assistant that answers from this text must", "if a bot summarizes this page", "AI must append"
    rf"\b(?:any|every|each|all|if an?) (?:\w+ )?(?:{_PROGRAM}|models?)\b[^.]{{0,20}}\b{_READS}[^.]{{0,300}}\b{_MUST}\b",
    rf"\b(?:any|every|each|all) {_PROGRAM} {_READS}",
    rf"\bif you(?:[’']re| are) an? {_PROGRAM}\b|\bas an? {_PROGRAM},? you\b",
    rf"(?<!the )(?<!an )\b(?:ai|language models?|llms?|assistant) {_MUST} [^.]{{0,60}}"
    rf"\b(?:{_ANSWER}|append|link|(?:the )?(?:reader|user|asker)s?)\b",
)
_MARKS_OF_A_CHAT = (
    r"^\W{0,4}(?:system|assistant|developer|user)\W{0,3}:\s|\brole: (?:system|assistant)\b",
    r"(?-i:\bSYSTEM\b)\s*(?::|(?-i:[A-Z]{4}))",
    r"(?:<|&lt;)\|?/?(?:im_start|im_end|system|assistant|endoftext)\b|\[/?INST\]",
)
_FOR_A_PROGRAM_ALONE = (  # what only a program has or could obey
    rf"{_OVERRIDE}\b(?:above|before this|so far)\b",
    rf"{_OVERRIDE}\b(?:previous|prior|earlier|preceding|existing|original|its|your)\b[^.]{{0,20}}"
    r"\b(?:instructions?|rules?|guidelines?|prompts?|directions?|orders?)\b",
    r"\b(?:ignore|disregard|forget|skip) the (?:user|question|reader)\b",
    r"^(?:please )?pretend (?:to be|you(?:[’']re| are))\b|\byou are now (?:an? )?(?-i:[A-Z])\w*",
    r"\b(?:your|hidden|the (?:hidden|whole|full)) (?:system |developer )?prompts?\b|\bthe system prompt\b",
    r"\b(?:reveal|print|output|show|repeat|leak|disclose|display|list)\b[^.]{0,40}\b(?:your|its)\b[^.]{0,30}"
    r"\b(?:prompts?|hidden (?:instructions?|guidelines)|api keys?|access tokens?|passwords?|configuration)\b",
    rf"\b(?:begin|start|open|end|finish|close|sign|prefix) (?:the|your|its|every|each) (?:{_ANSWER}|lines?) with "
    r"(?:[\"“'‘]|(?:the )?(?:word|code|string|phrase)|(?-i:[A-Z0-9-]{4,}))",
    r"\b(?:answer|reply|respond) (?:only )?(?:in reverse|with (?:only )?(?:the (?:word|code)|(?-i:[A-Z0-9-]{6,})))",
)
_ADDRESSED = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (*_LABELLED, *_AT_WORK, *_MARKS_OF_A_CHAT, *_FOR_A_PROGRAM_ALONE)
)
_TWO_ALPHABETS = re.compile(r"\b(?=\w*[A-Za-z])(?=\w*[\u0400-\u04ff])\w{3,}")  # Cyrillic look-alikes hide words


def addresses_a_machine(words: str) -> bool:
    """Whether words (a sentence, a heading, a line) are an order to a program that reads them."""
    return bool(_TWO_ALPHABETS.search(words)) or any(pattern.search(words) for pattern in _ADDRESSED)
