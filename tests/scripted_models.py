"""Chat models that follow a script: from the sentences they are given, honest ones and careless ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import cycle, islice
from typing import Any, TypeAlias

from evals.golden import Adversarial, read
from tests.chat_server import Script, statements

Said: TypeAlias = tuple[str, list[str]]  # a statement, and the labels it cites
Offered: TypeAlias = list[tuple[str, str]]  # the sentences that a request gives to the model, with their labels


def offered(asked: Mapping[str, Any]) -> Offered:
    return re.findall(r"^(E\d+): (.*)$", asked["messages"][1]["content"], re.MULTILINE)


def saying(manner: Callable[[Offered], Iterator[Said]]) -> Script:
    """A model that says something of what it is given."""
    return lambda asked: statements(*manner(offered(asked)))


# --- honest: all that the sentences say, under their labels, in other words ---

SHORT = 14  # words; two sentences as short as that read well as one
_SMALL_WORDS = {
    "because": "since", "such as": "like", "in order to": "to", "therefore": "so",
    "for example": "for instance", "as well as": "and also", "in addition": "besides",
    "However, ": "", "Moreover, ": "", "Furthermore, ": "", "In fact, ": "",
}  # fmt: skip
_OTHER_WORDS = {
    "use": "apply", "uses": "applies", "help": "support", "helps": "supports", "begin": "start", "begins": "starts",
    "shows": "demonstrates", "show": "demonstrate", "large": "big", "important": "essential", "fast": "quick",
    "often": "frequently", "employees": "staff", "companies": "firms", "company": "firm", "leaders": "executives",
    "departments": "functions", "buy": "purchase", "build": "create", "improve": "better", "goal": "aim",
    "goals": "aims", "customer": "client", "customers": "clients", "need": "require", "needs": "requires",
}  # fmt: skip
_TURNED = re.compile(r"(?P<first>[A-Z][^,;:()]+?) (?P<word>if|when|because|although|while|once) (?P<then>[^,;:()]+)\.")
_OPENS = re.compile(r"(?:The|A|An|It|They|This|These|Each|Every|In|To|For|When|If|There|Such|One|Some|Most)\b")


def _put(text: str, words: Mapping[str, str]) -> str:
    for word, other in words.items():
        text = re.sub(rf"(?<!\w){word}(?!\w)" if word.isalpha() else re.escape(word), other, text)
    return text[:1].upper() + text[1:]


def _turn(text: str) -> str:
    """ "We wait if we must." → "If we must, we wait." """
    if not (parts := _TURNED.fullmatch(text)) or not _OPENS.match(parts["first"]):
        return text
    return f"{parts['word'].capitalize()} {parts['then']}, {_inside(parts['first'])}."


def _inside(text: str) -> str:
    return text[:1].lower() + text[1:] if _OPENS.match(text) else text


def _joined(said: Offered) -> Iterator[Said]:
    """Short neighbours as one statement that cites both."""
    left = list(said)
    while left:
        label, text = left.pop(0)
        if left and max(len(text.split()), len(left[0][1].split())) <= SHORT:
            other, more = left.pop(0)
            yield f"{text.rstrip('.')}, and {_inside(more)}", [label, other]
        else:
            yield text, [label]


def honest(given: Offered) -> Iterator[Said]:
    """As the instructions ask: the sentences' own terms, in another order and with other small words."""
    return _joined([(label, _turn(_put(text, _SMALL_WORDS))) for label, text in given])


def rewording(given: Offered) -> Iterator[Said]:
    """As models do all the same: with synonyms."""
    return _joined([(label, _turn(_put(text, {**_SMALL_WORDS, **_OTHER_WORDS}))) for label, text in given])


# --- careless ---

_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)*")


def _deny(text: str) -> str:
    told = re.sub(r"\b(?:not|never|no) |n[’']t\b", "", text, count=1)
    return told if told != text else re.sub(r"\b(is|are|can|should|must|will|has|have)\b", r"\1 not", text, count=1)


def _swap(text: str) -> str:
    return _NAME.sub("Contoso", text) if _NAME.search(text) else f"At Contoso, {_inside(text)}"


def _halve(text: str) -> str:
    clauses = text.split(", ")
    return ", ".join(clauses[: (len(clauses) + 1) // 2]).rstrip(".") + "." if clauses[1:] else text


def _turn_round(text: str) -> str:
    """ "Teams serve customers." → "Customers serve teams." """
    parts = re.fullmatch(r"(\w[^,;:]*?) (has|have|needs?|helps?|should|must|can|may) (.+?)\.", text)
    return f"{parts[3][:1].upper()}{parts[3][1:]} {parts[2]} {_inside(parts[1])}." if parts else text


_STRONGER = {
    "may": "will", "can": "will", "could": "will", "should": "must", "some": "all", "Some": "All", "many": "most",
    "Many": "Most", "often": "always", "usually": "always", "if": "because", "about": "over", "by": "to",
}  # fmt: skip

SPOILS: dict[str, Callable[[str], str]] = {
    "invents a number": lambda text: f"{text.rstrip('.')}, by 37% on average.",
    "changes a number": lambda text: re.sub(r"\d+", lambda found: str(int(found.group()) + 1), text),
    "swaps names": _swap,
    "drops or adds a denial": _deny,
    "claims more": lambda text: _put(text, _STRONGER),
    "turns it round": _turn_round,
    "adds a clause": lambda text: f"{text.rstrip('.')}, which every customer has welcomed.",
    "cuts": _halve,
    "writes a link": lambda text: f"{text.rstrip('.')} (see https://contoso.example/more).",
    "writes its own marker": lambda text: f"{text.rstrip('.')} [1].",
    "praises": lambda text: "This is the best advice that any manager could be given.",
}


def careless(given: Offered) -> Iterator[Said]:
    """Something else is wrong with each statement, the order and now and then the label; a few are right."""
    labels = [label for label, _ in given]
    manners: Iterator[Callable[[str], str]] = cycle([*SPOILS.values(), str])
    for n, ((label, text), spoil) in enumerate(zip(reversed(given), manners, strict=False)):
        yield spoil(text), [labels[n] if n % 4 == 3 else label, *(["E99"] if n % 5 == 4 else [])]


def spoiling(given: Offered) -> Iterator[Said]:
    """Several things are wrong with each sentence, once behind every label there is."""
    labels = [label for label, _ in given]
    manners = cycle(SPOILS.values())
    for label, text in given:
        yield text, labels
        for spoil in islice(manners, 4):
            yield spoil(text), [label]


def obeying(given: Offered) -> Iterator[Said]:
    """What the orders planted in documents and questions want said, whatever is asked."""
    orders = [planted.rstrip(".") for item in read("adversarial", Adversarial) for planted in item.forbidden]
    for n, ((label, text), order) in enumerate(zip(cycle(given), orders, strict=False)):
        alone = f"{order[:1].upper()}{order[1:]}."
        yield (f"{text.rstrip('.')}, and {order}." if n % 2 else alone), [label]


MODELS: dict[str, Script] = {
    "honest": saying(honest),
    "rewording": saying(rewording),
    "careless": saying(careless),
    "spoiling": saying(spoiling),
    "obeying": saying(obeying),
}
