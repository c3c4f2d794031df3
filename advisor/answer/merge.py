"""Which of the composed statements stand in a model's words: those whose sentences it repeats, in their place.

The composed statements are the floor. Words of a model take the place of sentences that they say whole; they can
remove nothing, change no order and open no heading. What a model adds comes last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import TypeAlias

from advisor.answer.paraphrase import says_the_same
from advisor.answer.whole import wording
from advisor.library.sentences import sentence_spans
from advisor.types import Draft

MOST_ADDED = 2  # statements of the model that rest on what the composed answer does not
ALSO = "Also relevant"  # what the model adds stands under this heading

Check: TypeAlias = Callable[[Sequence[Draft]], Sequence[Draft]]  # those of the drafts that hold


class Merge:
    """Which sentences of the composed statements, and of the spare ones behind them, the model has put in its words."""

    def __init__(self, composed: Sequence[Draft], spare: Sequence[Draft], check: Check) -> None:
        self._composed = composed
        self._all = [*composed, *(replace(draft, aspect=ALSO) for draft in spare)]
        self._parts = [_parts(draft) for draft in self._all]
        self._check = check
        self._said: dict[Draft, Draft] = {}  # a sentence, and the model's statement that keeps it
        self.places = {part: place for place, parts in enumerate(self._parts) for part in parts}

    def of_one_entry(self, cited: Sequence[Draft]) -> list[Draft]:
        """Those of the cited sentences that stand in the same composed statement as the first."""
        return [part for part in cited if self.places[part] == self.places[cited[0]]]

    def take(self, text: str, support: Sequence[Draft]) -> None:
        """Notes a statement for each sentence that it repeats and none has repeated before: one, or all together."""
        whole = [part for part in support if says_the_same(text, [part.text])]
        if not whole and says_the_same(text, [part.text for part in support]):
            whole = list(support)
        statement = joined(text, support)
        for part in whole:
            self._said.setdefault(part, statement)

    def drafts(self) -> list[Draft]:
        """The whole answer as it is now: the composed statements, in the model's words where those hold; then what the
        model adds.
        """
        instead = self._instead(whole=False)
        return [one for n, draft in enumerate(self._all) for one in instead.get(n, [draft] if self._stays(n) else [])]

    def settled(self) -> list[Draft]:
        """The beginning of the answer that no further statement of the model can change."""
        instead = self._instead(whole=True)
        done = takewhile(instead.__contains__, range(len(self._composed)))
        return [one for place in done for one in instead[place]]

    def used(self) -> set[Draft]:
        """The model's statements that the answer has."""
        parts = [part for place in self._instead(whole=False) for part in self._parts[place]]
        return {self._said[part] for part in parts if part in self._said}

    def _stays(self, place: int) -> bool:
        return place < len(self._composed)

    def _instead(self, whole: bool) -> dict[int, list[Draft]]:
        """By place, what is said instead of a statement: nothing where an earlier place has said it already.

        Its sentences that the model left out stay as they are; with `whole` it must have left out none.
        """
        instead: dict[int, list[Draft]] = {}
        shown: set[Draft] = set()
        for place, parts in enumerate(self._parts):
            said = sum(part in self._said for part in parts)
            added = sum(not self._stays(other) for other in instead)
            if said < (len(parts) if whole or not self._stays(place) else 1) or added == MOST_ADDED:
                continue
            fresh = [one for one in dict.fromkeys(self._said.get(part, part) for part in parts) if one not in shown]
            if fresh and not self._check([self._as_one(place, fresh)]):
                continue
            instead[place] = [self._as_one(place, fresh)] if fresh else []
            shown.update(fresh)
        return instead

    def _as_one(self, place: int, said: Sequence[Draft]) -> Draft:
        """Sentences in the place of a composed statement, on its evidence and what else they rest on."""
        draft = self._all[place]
        own = {evidence for part in self._parts[place] for evidence in part.evidence}
        further = [evidence for one in said for evidence in one.evidence if evidence not in own]
        text = " ".join(one.text for one in said)
        return replace(draft, text=text, evidence=tuple(dict.fromkeys([*draft.evidence, *further])))


def _parts(draft: Draft) -> list[Draft]:
    """A statement's sentences, each with its own evidence."""
    return [
        Draft(
            wording(quote),
            None,
            (replace(evidence, start=evidence.start + start, end=evidence.start + end, quote=quote),),
        )
        for evidence in draft.evidence
        for start, end in sentence_spans(evidence.quote, 0, len(evidence.quote))
        if (quote := evidence.quote[start:end])
    ]


def joined(text: str, support: Sequence[Draft]) -> Draft:
    """A statement on the evidence of several sentences."""
    return Draft(text, None, tuple(evidence for part in support for evidence in part.evidence))
