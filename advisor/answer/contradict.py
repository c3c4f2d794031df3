"""Whether a statement contradicts its quote: what is denied or given up, opposites, how far each of the two goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from advisor.answer.align import Alignment, kin, kindred
from advisor.answer.lexicon import Pole
from advisor.answer.reading import Reading, forms

_PREFIXES = ("un", "in", "im", "ir", "il", "dis", "mis", "non", "de")
SHORTEST = 4  # letters of a word that can be turned round by a prefix
REACH = 3  # content words on either side that make the company of a word
MARGIN = 1.5  # how many times nearer an opposite has to be than a word of the same side; see evals/LOG.md


def find_contradiction(statement: Reading, quote: Reading, alignment: Alignment) -> str | None:
    """The words in which a statement contradicts its quote, or None."""
    return (
        _find_new_denial(statement, quote)
        or _find_dropped_denial(statement, quote, alignment)
        or _find_swap(statement, quote)
        or _find_opposite(statement, quote, alignment)
        or _find_turned_word(statement, quote, alignment)
        or _find_other_reach(statement, quote)
    )


def backed(statement: Reading, quote: Reading, alignment: Alignment) -> set[int]:
    """Words of a statement for which the quote has one left over of the same side ("included", "no exception")."""
    left_over = [pole for pole in quote.poles if alignment.unused.intersection(range(pole.start, pole.end))]
    return {
        position
        for one in statement.poles
        if any(_agree(statement, one, quote, other) for other in left_over)
        for position in range(one.start, one.end)
    }


def _find_new_denial(statement: Reading, quote: Reading) -> str | None:
    """What a statement denies and its quote does not."""
    for reach in statement.denials:
        head = reach[0]
        if _turned(statement, head, quote):
            continue
        meant = {place for place in range(len(quote.words)) if _alike(statement, head, quote, place)}
        if not quote.denied or (meant and not quote.denied.intersection(meant)):
            return f"it denies “{statement.words[head].text}”, which the source does not"
    return None


def _find_dropped_denial(statement: Reading, quote: Reading, alignment: Alignment) -> str | None:
    """What a quote denies, and nowhere affirms, and its statement affirms."""
    meant_by = defaultdict(set)
    for position, other in alignment.pairs.items():
        meant_by[other].add(position)
    affirmed = [word for position, word in enumerate(quote.words) if position not in quote.denied]
    for reach in quote.denials:
        heads = [head for head in _heads(reach) if not any(kin(quote.words[head], word) for word in affirmed)]
        said = {p for head in heads for p, word in enumerate(statement.words) if kin(word, quote.words[head])}
        said = said.union(*(meant_by[head] for head in heads))
        known = any(_alike(statement, p, quote, other) for p in statement.denied for other in reach)
        if said and not said & statement.denied and not known and not _said_otherwise(statement, quote, heads):
            return f"it leaves out that the source denies “{quote.words[heads[0]].text}”"
    return None


def _said_otherwise(statement: Reading, quote: Reading, heads: Sequence[int]) -> bool:
    """Whether a statement has for a denial of its quote one word that means as much: "different" for "not alike"."""
    opposites = [pole for pole in quote.poles if pole.start in heads]
    return any(_turned(quote, head, statement) for head in heads) or any(
        _agree(statement, one, quote, other) for one in statement.poles for other in opposites
    )


def _find_swap(statement: Reading, quote: Reading) -> str | None:
    """What a statement denies or gives up where its quote does so with something that the statement affirms."""
    denied, affirmed = _by_denial(statement)
    gone, stands = _by_denial(quote)
    turned = (denied & stands) - gone - affirmed
    if turned and (gone & affirmed) - stands - denied:
        word = next(word.text for word in statement.words if word.stem in turned)
        return f"it denies “{word}”, which the source does not"
    return None


def _by_denial(reading: Reading) -> tuple[set[str], set[str]]:
    """The stems of the content words that a text denies, and of those that it affirms."""
    denied = {reading.stems[position] for position in reading.content if position in reading.denied}
    return denied, {reading.stems[position] for position in reading.content if position not in reading.denied}


def _find_opposite(statement: Reading, quote: Reading, alignment: Alignment) -> str | None:
    """A word of a statement where its quote has one that contradicts it, in the same company."""

    def shared(one: Pole, other: Pole) -> float:
        return _shared(statement, one, quote, other, alignment)

    for one in statement.poles:
        for other in (pole for pole in quote.poles if _differ(statement, one, quote, pole)):
            nearer = [shared(one, pole) for pole in quote.poles if _agree(statement, one, quote, pole)]
            nearer += [shared(pole, other) for pole in statement.poles if _agree(statement, pole, quote, other)]
            if shared(one, other) > MARGIN * max(nearer, default=0):
                return f"it says “{_said(statement, one)}” where the source says “{_said(quote, other)}”"
    return None


def _find_turned_word(statement: Reading, quote: Reading, alignment: Alignment) -> str | None:
    """A word that a prefix turns round ("satisfied", "unsatisfied") and no denial turns back."""
    left_over = alignment.unused.union(alignment.placed.values())
    for position in (*alignment.added, *alignment.loose, *alignment.placed):
        for other in left_over:
            turned = _turns(statement.words[position].text.lower(), quote.words[other].text.lower())
            if turned and (position in statement.denied) == (other in quote.denied):
                one, two = statement.words[position].text, quote.words[other].text
                return f"it says “{one}” where the source says “{two}”"
    return None


def _find_other_reach(statement: Reading, quote: Reading) -> str | None:
    """A word that carries a statement further than its quote goes, or a doubt that only one of the two has."""
    if more := _unmatched(statement, quote, forms().limits | forms().hedges):
        return f"it says “{more}”, which the source does not"
    if less := _unmatched(quote, statement, forms().hedges):
        return f"it leaves out that the source says “{less}”"
    return None


def _unmatched(one: Reading, other: Reading, which: Collection[str]) -> str | None:
    """The first of these words in a text that the other has in no form."""
    among = [position for position, word in enumerate(one.words) if word.text.lower() in which]
    places = range(len(other.words))
    return next((one.words[p].text for p in among if not any(_alike(one, p, other, place) for place in places)), None)


def _heads(reach: Sequence[int]) -> Sequence[int]:
    """What a denial is about: the first two words it reaches."""
    return reach[:2]


def _alike(one: Reading, position: int, other: Reading, place: int) -> bool:
    return kin(one.words[position], other.words[place]) or bool(one.groups[position] & other.groups[place])


def _turned(one: Reading, position: int, other: Reading) -> bool:
    """Whether the other text has the word with a negating prefix, or without the one it has here."""
    word = one.words[position].text.lower()
    return any(_turns(word, candidate.text.lower()) for candidate in other.words)


def _turns(one: str, other: str) -> bool:
    return _negates(one, other) or _negates(other, one)


def _negates(one: str, other: str) -> bool:
    """Whether the first word is the second with a negating prefix or ending."""
    stripped = [one[len(prefix) :] for prefix in _PREFIXES if one.startswith(prefix)]
    stripped += [one.removesuffix("less")] if one.endswith("less") else []
    return any(len(rest) >= SHORTEST and (rest == other or kindred(rest, other)) for rest in stripped)


def _agree(statement: Reading, one: Pole, quote: Reading, other: Pole) -> bool:
    """Whether two words lean to the same side of an entry, the denied one to the other side."""
    denied = _denied(statement, one) != _denied(quote, other)
    return one.entry == other.entry and (one.side != other.side) == denied


def _differ(statement: Reading, one: Pole, quote: Reading, other: Pole) -> bool:
    """Whether two words contradict each other; what is denied of one word only is looked at elsewhere."""
    return one.entry == other.entry and one.side != other.side and _denied(statement, one) == _denied(quote, other)


def _denied(reading: Reading, pole: Pole) -> bool:
    return not reading.denied.isdisjoint(range(pole.start, pole.end))


def _shared(statement: Reading, one: Pole, quote: Reading, other: Pole, alignment: Alignment) -> float:
    """How much of the company of two words is the same, near words counting more."""
    here, there = _company(statement, one), _company(quote, other)
    return sum(
        near * far
        for p, near in here.items()
        for q, far in there.items()
        if statement.stems[p] == quote.stems[q] or alignment.pairs.get(p) == q
    )


def _company(reading: Reading, pole: Pole) -> dict[int, float]:
    """The content words around a word, each with the inverse of its distance; a comma or an "and" is a step, too."""
    found = {}
    for way in (range(pole.end, len(reading.words)), range(pole.start - 1, -1, -1)):
        distance, part = 1, reading.parts[pole.start]
        for position in way:
            distance += reading.parts[position] != part
            part = reading.parts[position]
            if distance > REACH:
                break
            if reading.words[position].content:
                found[position] = 1 / distance
                distance += 1
    return found


def _said(reading: Reading, pole: Pole) -> str:
    return " ".join(word.text for word in reading.words[pole.start : pole.end])
