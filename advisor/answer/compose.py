"""An answer without a model: the sources' own sentences, chosen, made whole and put in order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from advisor.answer.asked import Asked
from advisor.answer.items import entries_around
from advisor.answer.repeat import says_again
from advisor.answer.rewrite import Query
from advisor.answer.whole import make_whole, quote
from advisor.types import Draft, Passage, RankedPassage, Sentence
from advisor.words import plain_words, stems

# Log-odds that a sentence belongs to the answer, fitted on both golden collections; see evals/LOG.md.
CONSTANT = -7.2
MEANING = 1.6  # the sentence's cosine with the query
BEHIND = 5.3  # the same, less that of the best sentence
WORDS = 3.0  # share of the question's word weight that it has
HEADING = 2.0  # ... and that only its headings have
PASSAGE_SCORE = 5.5  # of the passage, 0 to 1
PASSAGE_MEANING = -1.3  # the passage's cosine: what is left of it once its best sentence is known
BEFORE = 1.4  # cosine of the sentence before it in its paragraph
LENGTH = 1.2  # a longer sentence says more, up to so many characters
FULL_LENGTH = 300
ASKED_FOR = 0.6  # the sentence has the kind of thing that was asked for
FORMULA = 6.0  # the formula of a measure, when that was asked for ...
AHEAD = 0.3  # ... and how far it may lead
OFF_SUBJECT = -1.1  # the question names somebody the sentence does not speak of
BESIDE_THE_POINT = -1.5  # about the text itself, which was not asked for
SAME_SECTION = 1.2  # of a section that the answer before cited, when the question leans on that answer
SAME_PASSAGE = -0.25  # for each statement that the passage has already given
SAID = -2.0  # quoted in the answer before, when something new is asked for
CHOSEN = 1.0  # the same, when the question chooses among what was said
FURTHER = 7.0  # log-odds behind the best sentence within which there is more to say on a question
CLOSE, NEAR = 3.0, 4.75  # log-odds behind the best sentence within which a brief answer, and another, goes on

OF_EACH_TEXT = 2  # statements that each text has when the question is on what several say
LENIENCE = 0.7  # log-odds by which such a statement may fall short
LEAST = 3  # statements that an answer has, if the passages give as many
MOST = 14  # statements of an answer that is not a long list
LONGEST_JOINED = 600  # characters of a statement joined from neighbouring sentences
FULL_LIST = 3  # entries below one heading that are an answer by themselves: only what is close stands beside them
BESIDE_A_LIST = 2  # statements that an answer may have beside a list
LED_BY = 3  # the best statements of which one with a figure may lead, where a figure is asked for
LIST_WITHIN = 2  # a list is given whole when one of so many best candidates belongs to it
NEXT = 1  # characters between two sentences of a paragraph
ALSO = "Also"  # the aspect of what stands under no heading
MOST_BESIDE = 3  # quotes cited beside a statement because they say the same


@dataclass(frozen=True)
class Candidate:
    """A sentence that may become a statement."""

    ranked: RankedPassage
    position: int
    score: float
    cosine: float
    coverage: float  # share of the question's word weight that the sentence or its heading has

    @property
    def sentence(self) -> Sentence:
        return self.ranked.passage.sentences[self.position]

    @property
    def text(self) -> str:
        return self.ranked.passage.slice(self.sentence)

    @cached_property
    def speaks_of(self) -> set[str]:
        """The words, lower-cased, of the sentence and of those before it in its paragraph."""
        passage, this = self.ranked.passage, self.sentence
        block = [s for s in passage.sentences[: self.position + 1] if s.paragraph == this.paragraph]
        return set().union(*(plain_words(passage.slice(s)) for s in block))


def candidates(asked: Asked, ranked: Sequence[RankedPassage]) -> list[Candidate]:
    """Every sentence of the passages once, best first."""
    best = max((cosine for passage in ranked for cosine in passage.sentence_cosines), default=0.0)
    seen: set[tuple[str, int]] = set()
    found = []
    for passage in ranked:
        for position, sentence in enumerate(passage.passage.sentences):
            place = (passage.passage.document_id, sentence.start)
            if sentence.kind == "heading" or place in seen:
                continue
            seen.add(place)
            found.append(_score(asked, passage, position, best))
    return _formulas_first(asked, sorted(found, key=lambda c: -c.score))


def _formulas_first(asked: Asked, found: Sequence[Candidate]) -> list[Candidate]:
    """The candidates with the formulas that are asked for ahead, but so little that the rest is as near as before."""
    ahead = [
        replace(c, score=max(c.score, min(c.score + FORMULA * wanted, found[0].score + AHEAD)))
        if (wanted := asked.formula(c.text, c.sentence.heading))
        else c
        for c in found
    ]
    return sorted(ahead, key=lambda c: -c.score)


def after_said(asked: Asked, found: Sequence[Candidate], query: Query) -> list[Candidate]:
    """The candidates with those quoted before put first where the question chooses among them; left out, with all that
    is far behind the best, where only new ones are wanted; put back else unless they have what is asked for now.
    """
    if not query.said or not found:
        return list(found)

    def is_said(candidate: Candidate) -> bool:
        document, sentence = candidate.ranked.passage.document_id, candidate.sentence
        return any(document == id and start < sentence.end and sentence.start < end for id, start, end in query.said)

    if query.only_new:
        return [c for c in found if c.score >= found[0].score - FURTHER and not is_said(c)]

    def weight(candidate: Candidate) -> float:
        if not is_said(candidate):
            return 0.0
        return CHOSEN if query.among else SAID * (not asked.gives_what_is_asked(candidate.text))

    return sorted((replace(c, score=c.score + weight(c)) for c in found), key=lambda c: -c.score)


def _score(asked: Asked, ranked: RankedPassage, position: int, best: float) -> Candidate:
    passage, sentence = ranked.passage, ranked.passage.sentences[position]
    text, cosine = passage.slice(sentence), ranked.sentence_cosines[position]
    words, headings = _shared_words(asked, text, sentence.heading)
    score = (
        CONSTANT
        + MEANING * cosine
        + BEHIND * (cosine - best)
        + WORDS * words
        + HEADING * headings
        + PASSAGE_SCORE * ranked.score
        + PASSAGE_MEANING * ranked.cosine
        + BEFORE * _cosine_before(ranked, position)
        + LENGTH * min(1.0, len(text) / FULL_LENGTH)
        + ASKED_FOR * asked.gives_what_is_asked(text)
        + BESIDE_THE_POINT * asked.is_beside_the_point(text)
        + SAME_SECTION * ((passage.document_id, sentence.heading) in asked.sections)
    )
    candidate = Candidate(ranked, position, score, cosine, words + headings / 2)
    if asked.subjects and not asked.several and not candidate.speaks_of & asked.subjects:
        return replace(candidate, score=score + OFF_SUBJECT)
    return candidate


def _shared_words(asked: Asked, text: str, heading: Sequence[str]) -> tuple[float, float]:
    """The shares of the question's word weight that a sentence has, and that only its headings have."""
    own, around = set(stems(text)), set(stems(" ".join(heading)))
    total = sum(asked.weights.values()) or 1.0
    in_own = sum(weight for token, weight in asked.weights.items() if token in own)
    in_headings = sum(weight for token, weight in asked.weights.items() if token in around - own)
    return in_own / total, in_headings / total


def _cosine_before(ranked: RankedPassage, position: int) -> float:
    """The cosine of the sentence before in the same paragraph; 0 when there is none."""
    sentences = ranked.passage.sentences
    if position == 0 or sentences[position - 1].paragraph != sentences[position].paragraph:
        return 0.0
    return ranked.sentence_cosines[position - 1]


def compose(asked: Asked, found: Sequence[Candidate], announced: Sequence[Draft] = ()) -> list[Draft]:
    """Drafts of the answer's statements: the most direct one first, the others by aspect. Empty when none is whole.

    `announced` is a list that answers the question by itself. A sentence beside one that is quoted makes no further
    statement, so it is taken in even when there are enough of them; one that says the same is cited beside it.
    """
    listed = announced or _whole_list(asked, found)
    drafts = [*listed]
    enough = max(Counter(draft.aspect for draft in announced).values(), default=0) >= FULL_LIST
    behind = CLOSE if asked.brief or enough else NEAR
    lead = found[0].score if found else 0.0
    most = len(drafts) + BESIDE_A_LIST if enough else max(MOST, len(drafts) + BESIDE_A_LIST)
    taken = Counter(d.evidence[0].passage_id for d in drafts)
    left = list(_in_turn(asked, _to_the_point(asked, found)))
    while left:
        best = max(left, key=lambda c: c.score + SAME_PASSAGE * taken[c.ranked.passage.id])
        far = len(drafts) >= LEAST and best.score < lead - behind
        if far and best.score < lead - FURTHER:
            break
        left.remove(best)
        draft = _draft(best)
        if draft is None or (not far and _taken_in(drafts, draft, best.ranked.passage, announced[:1])):
            continue
        if not _cited_beside(drafts, draft) and not far and len(drafts) < most:
            drafts.append(draft)
            taken[best.ranked.passage.id] += 1
    led = drafts if listed else _figure_first(asked, drafts)
    return _by_subject(asked, drafts) or _by_aspect(led, is_list=bool(listed))


def _to_the_point(asked: Asked, found: Sequence[Candidate]) -> Sequence[Candidate]:
    """The candidates without those about a text itself, when that was not asked for and enough others are left."""
    others = [candidate for candidate in found if not asked.is_beside_the_point(candidate.text)]
    return others if len(others) >= LEAST else found


def _whole_list(asked: Asked, found: Sequence[Candidate]) -> list[Draft]:
    """Every entry of the list that one of the best candidates introduces, or belongs to below a heading with a word of
    the question; empty when none does.
    """
    wanted = asked.list or (asked.advice and not asked.wants_formula)
    for candidate in found[:LIST_WITHIN] if wanted else ():
        entries = entries_around(candidate.ranked.passage, candidate.position)
        introduces = candidate.position in entries[:1] and candidate.sentence.kind == "prose"
        asked_for = asked.weights.keys() & set(stems(" ".join(candidate.sentence.heading[-1:])))
        if entries and (introduces or asked_for):
            drafts = [_draft(replace(candidate, position=position)) for position in entries]
            kinds = [candidate.ranked.passage.sentences[position].kind for position in entries[:2]]
            if drafts[0] and kinds == ["prose", "item"]:
                drafts[0] = replace(drafts[0], aspect=None)
            return [draft for draft in drafts if draft is not None]
    return []


def _in_turn(asked: Asked, found: Sequence[Candidate]) -> Sequence[Candidate]:
    """Best first; of a comparison first the best for each subject, of several texts first the best of each."""
    firsts = _best_of_texts(found) if asked.several else _best_on_subjects(asked, found)
    if len(firsts) < 2:
        return found
    level = found[0].score + 1.0
    return [replace(c, score=level + c.score / 1000) if c in firsts else c for c in found]  # none is too far behind


def _best_on_subjects(asked: Asked, found: Sequence[Candidate]) -> list[Candidate]:
    if len(asked.subjects) < 2:
        return []
    return [c for c in (next((c for c in found if name in c.speaks_of), None) for name in asked.subjects) if c]


def _best_of_texts(found: Sequence[Candidate]) -> list[Candidate]:
    """The best sentences of each text that has some worth saying."""
    taken: Counter[str] = Counter()
    best = []
    for candidate in found:
        text = candidate.ranked.passage.document_id
        if taken[text] < OF_EACH_TEXT and candidate.score >= found[0].score - NEAR - LENIENCE:
            best.append(candidate)
            taken[text] += 1
    return best


def _draft(candidate: Candidate) -> Draft | None:
    span = make_whole(candidate.ranked.passage, candidate.position)
    return quote(candidate.ranked.passage, *span, candidate.sentence.heading) if span else None


def _taken_in(drafts: list[Draft], draft: Draft, passage: Passage, fixed: Sequence[Draft]) -> bool:
    """Whether a draft that overlaps another one, or stands beside it, is no statement of its own: it becomes part of
    the other where that does not get too long. What is `fixed` is joined with nothing.
    """
    touching = [place for place, other in enumerate(drafts) if _touch(draft, other)]
    for place in sorted(touching, key=lambda place: not _overlap(draft, drafts[place])):
        other = drafts[place]
        both = _joined(passage, other, draft) if other not in fixed else None
        drafts[place] = both or other
        if both or _overlap(draft, other):
            return True
    return False


def _cited_beside(drafts: list[Draft], draft: Draft) -> bool:
    """Whether a draft only says again what another one says, which then cites it too."""
    for place, other in enumerate(drafts):
        if says_again(draft.text, other.text) and not _overlap(draft, other):
            drafts[place] = replace(other, also=(*other.also, *draft.evidence)[:MOST_BESIDE])
            return True
    return False


def _overlap(one: Draft, other: Draft) -> bool:
    return any(
        a.document_id == b.document_id and a.start < b.end and b.start < a.end
        for a in one.evidence
        for b in other.evidence
    )


def _touch(one: Draft, other: Draft) -> bool:
    """Whether two quotes overlap, or one follows the other in the same paragraph."""
    a, b = sorted((one.evidence, other.evidence), key=lambda evidence: evidence[0].start)
    same = (a[0].document_id, a[0].heading) == (b[0].document_id, b[0].heading)
    return same and b[0].start <= a[-1].end + NEXT


def _joined(passage: Passage, one: Draft, other: Draft) -> Draft | None:
    """Both as one statement that cites each quote; None where that gets too long or leaves the passage."""
    parts = sorted((*one.evidence, *other.evidence), key=lambda evidence: evidence.start)
    start, end = parts[0].start, max(evidence.end for evidence in parts)
    if end - start > LONGEST_JOINED or start < passage.start or end > passage.end:
        return None
    whole = replace(quote(passage, start, end, parts[0].heading), aspect=one.aspect, also=one.also)
    apart = all(before.end <= after.start for before, after in pairwise(parts))
    return replace(whole, evidence=tuple(parts)) if apart else whole


def _figure_first(asked: Asked, drafts: list[Draft]) -> list[Draft]:
    """The drafts, led by one of the best few that has a figure where one is asked for."""
    of_it = next((draft for draft in drafts[:LED_BY] if re.search(r"\d", draft.text)), None) if asked.figure else None
    return [of_it, *(draft for draft in drafts if draft is not of_it)] if of_it else drafts


def _by_aspect(drafts: Sequence[Draft], is_list: bool) -> list[Draft]:
    """The first draft leads, without an aspect; the rest stay together by aspect, in the order aspects came up.

    Statements without a heading follow the lead when they come next, else they go last. A list that nothing introduces
    has no lead: its first entry stands below its heading with the others.
    """
    if not drafts:
        return []
    lead = [] if is_list and drafts[0].aspect else [replace(drafts[0], aspect=None)]
    headed = next((n for n, draft in enumerate(drafts) if n >= len(lead) and draft.aspect), len(drafts))
    rest = [draft if draft.aspect else replace(draft, aspect=ALSO) for draft in drafts[headed:]]
    order = [*dict.fromkeys(draft.aspect for draft in rest if draft.aspect != ALSO), ALSO]
    return [*lead, *drafts[len(lead) : headed], *sorted(rest, key=lambda d: order.index(d.aspect))]


def _by_subject(asked: Asked, drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts of a comparison side by side, under the names of what is compared; empty when it is none.

    What speaks of neither is left out, what speaks of several leads. Each must have a statement of its own.
    """
    if not asked.compares:
        return []
    spoken = [_subjects_of(asked, draft) for draft in drafts]
    if any([name] not in spoken for name in asked.named):
        return []
    lead = next((draft for draft, of in zip(drafts, spoken, strict=True) if len(of) > 1), None)
    sides = [
        replace(draft, aspect=name)
        for name in asked.named
        for draft, of in zip(drafts, spoken, strict=True)
        if draft is not lead and of[:1] == [name]
    ]
    return [replace(lead, aspect=None), *sides] if lead else sides


def _subjects_of(asked: Asked, draft: Draft) -> list[str]:
    """The names compared that a draft or the heading over it speaks of, as the question writes them."""
    said = plain_words(draft.text) | plain_words(" ".join(draft.evidence[0].heading))
    own = [name for name in asked.named if plain_words(name) & asked.subjects & plain_words(draft.text)]
    return own or [name for name in asked.named if plain_words(name) & asked.subjects & said]
