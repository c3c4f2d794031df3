"""The suites: golden items asked of the advisor and scored. Each gives a `Suite`; none decides whether it is enough."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import yaml

from advisor.answer.graph import Steps
from advisor.config import Settings
from advisor.errors import AdvisorError
from advisor.models.embeddings import Embedder
from advisor.types import Answer, Draft, Evidence, Profile
from evals.golden import Adversarial, ChecklistPair, Planted, Question, Spoiled, evidence_of
from evals.ground import CORPUS, Ground, ground, library
from evals.metrics import METRICS
from evals.metrics.checklists import differences, score_pair
from evals.metrics.citations import citation_precision, citation_recall, evidence_cited, stray_markers
from evals.metrics.facts import required_facts, wordings
from evals.metrics.groundedness import groundedness
from evals.metrics.injections import leaked
from evals.metrics.planted import score_check
from evals.metrics.quotes import quote_coverage, quote_fidelity
from evals.metrics.ragas_offline import RagasOffline, Sample
from evals.metrics.refusals import score_refusal
from evals.metrics.retrieval import evidence_found, evidence_recall, ndcg
from evals.metrics.spans import Span, holds
from evals.outcome import Outcome, Suite

FIRST_PASSAGES = 5
Tick: TypeAlias = Callable[[], None]  # called after each item


def answers(on: Ground, items: Sequence[Question], tick: Tick) -> Suite:
    """Retrieval, citations, groundedness and facts of the answers to answerable questions."""
    return _timed("answers", (_answer(on, item) for item in items), tick)


def refusal(on: Ground, items: Sequence[Question], tick: Tick) -> Suite:
    """Which questions are refused, of those that the texts answer and those that they do not."""
    return _timed("refusal", (_refusal(on, item) for item in items), tick)


def both(name: str, on: Ground, items: Sequence[Question], tick: Tick) -> Suite:
    """Both of the above in one suite, for a set with questions of either sort."""

    def score(item: Question) -> Outcome:
        about = _refusal(on, item)
        return replace(about, scores={**_answer(on, item).scores, **about.scores}) if item.evidence else about

    return _timed(name, map(score, items), tick)


def planted(on: Ground, items: Sequence[Planted], tick: Tick) -> Suite:
    """The check by itself, on good statements and on spoiled ones."""
    return _timed("planted", (outcome for item in items for outcome in _check(on, item)), tick)


def checklist(on: Ground, items: Sequence[ChecklistPair], tick: Tick) -> Suite:
    """Whether checklists differ for two profiles where they must, and only there."""
    return _timed("checklist", (_pair(on, item) for item in items), tick)


def ragas(on: Ground, items: Sequence[Question], tick: Tick) -> Suite:
    """What RAGAS measures without a model."""
    metrics = RagasOffline(on.embedder)
    return _timed("ragas", (_ragas(on, item, metrics) for item in items), tick)


def adversarial(
    settings: Settings, embedder: Embedder, steps: Steps, items: Sequence[Adversarial], tick: Tick
) -> Suite:
    """What planted instructions do, with every planted document in the library beside the corpus."""
    with (
        planted_folder(items) as folder,
        library([CORPUS, Path(folder)], settings, embedder) as there,
        ground(there, embedder, steps) as on,
    ):
        everywhere = [s for item in items if item.forbidden_in == "everywhere" for s in item.forbidden]
        advice_only = [s for item in items if item.forbidden_in == "text" for s in item.forbidden]
        return _timed("adversarial", (_attack(on, item, everywhere, advice_only) for item in items), tick)


def _timed(name: str, outcomes: Iterable[Outcome], tick: Tick) -> Suite:
    started = time.perf_counter()
    done = []
    for outcome in outcomes:
        done.append(outcome)
        tick()
    return Suite(name, done, seconds=time.perf_counter() - started)


def outcome_of(item: Question, came: Answer | Exception, scores: dict[str, float], *remarks: str) -> Outcome:
    expected = tuple(piece.quote or f"{piece.document} {piece.start}–{piece.end}" for piece in item.evidence)
    question = " → ".join((*item.turns, item.question))
    if isinstance(came, Exception):
        return Outcome(item.id, item.kind, question, "", expected, scores, (f"failed: {came!r}", *remarks))
    if came.status == "refused" and item.evidence:
        remarks = (f"refused: {came.reason}", *remarks)
    return Outcome(item.id, item.kind, question, came.text, expected, scores, remarks)


# --- answers ---

_ANSWER = (
    "evidence_found evidence_recall ndcg evidence_cited citation_precision citation_recall groundedness quote_fidelity"
).split()


def _answer(on: Ground, item: Question) -> Outcome:
    came = on.ask(item)
    names = [*_ANSWER, *(["required_facts"] if item.facts else [])]
    if isinstance(came, Exception):
        return outcome_of(item, came, worst(names))
    evidence, passages = evidence_of(item, on.texts), came.passages
    scores = {
        "evidence_found": evidence_found(passages, evidence, FIRST_PASSAGES),
        "evidence_recall": evidence_recall(passages, evidence),
        "ndcg": ndcg(passages, evidence, on.passages),
        "evidence_cited": evidence_cited(came.citations, evidence),
        "citation_recall": citation_recall(came.citations, evidence),
        "quote_fidelity": quote_fidelity(came, on.texts.__getitem__),
        "stray_markers": stray_markers(came),
        "seconds": came.seconds.total,
    }
    missing = [wordings(fact)[0] for fact in item.facts if not required_facts(_plain(came), [fact])]
    if item.facts:
        scores["required_facts"] = 1 - len(missing) / len(item.facts)
    if came.status == "answered":
        scores |= {"citation_precision": citation_precision(came), "groundedness": groundedness(came)}
    return outcome_of(item, came, scores, *(f"does not say “{fact}”" for fact in missing))


def _plain(answer: Answer) -> str:
    return answer.text.replace("\\", "") if answer.status == "answered" else ""


def worst(names: Iterable[str]) -> dict[str, float]:
    return {name: METRICS[name].worst for name in names}


def _refusal(on: Ground, item: Question) -> Outcome:
    came, answerable = on.ask(item), bool(item.evidence)
    if isinstance(came, Exception):  # no answer to one, no proper refusal of the other
        return outcome_of(item, came, worst(score_refusal(not answerable, answerable)))
    return outcome_of(
        item, came, score_refusal(came.status == "refused", answerable), *([item.note] if item.note else [])
    )


# --- the check ---


def _check(on: Ground, item: Planted) -> Iterator[Outcome]:
    good = Draft(item.statement, None, (_evidence(on, item.document, item.quote),))
    yield _checked(on, item, good, "good", item.id)
    for n, spoiled in enumerate(item.spoiled, start=1):
        yield _checked(on, item, _spoil(on, good, spoiled), spoiled.kind, f"{item.id}-{n}")


def _checked(on: Ground, item: Planted, draft: Draft, kind: str, id: str) -> Outcome:
    quoted = draft.evidence[0].quote
    try:
        kept, failed = on.steps.check([draft], {e.passage_id for e in draft.evidence}, on.texts.get)
        thrown_out, remarks = not kept, tuple(failed)
    except Exception as error:  # a check that breaks has neither found the error nor passed the statement
        thrown_out, remarks = kind == "good", (f"failed: {error!r}",)
    scores = score_check(thrown_out, kind != "good")
    return Outcome(id, kind, draft.text, quoted, (item.statement, item.quote), scores, remarks)


def _spoil(on: Ground, good: Draft, spoiled: Spoiled) -> Draft:
    evidence = good.evidence[0]
    if spoiled.kind == "moved_marker":
        evidence = _evidence(on, spoiled.document or "", spoiled.quote or "")
    elif spoiled.kind == "altered_quote":
        evidence = replace(evidence, quote=spoiled.quote or "")
    return replace(good, text=spoiled.statement or good.text, evidence=(evidence,))


def _evidence(on: Ground, document: str, quote: str) -> Evidence:
    id = Path(document).stem
    start = on.texts[id].index(quote)
    span = Span(id, start, start + len(quote))
    passage = next(passage for passage in on.passages if holds(passage, span))
    return Evidence(id, passage.id, span.start, span.end, quote, passage.heading)


# --- checklists ---


def _pair(on: Ground, item: ChecklistPair) -> Outcome:
    profiles = f"{_said(item.one)} / {_said(item.other)}"
    expected = (f"differs in {' or '.join(item.where)}" if item.where else "the same list", item.note or "")
    failed = worst(["changes_when_it_should" if item.where else "stays_when_it_should"])
    try:
        one, other = (on.advisor.ask(item.question, profile=p, checklist=True) for p in (item.one, item.other))
    except Exception as error:
        return Outcome(item.id, item.expect, item.question, profiles, expected, failed, (f"failed: {error!r}",))
    if one.checklist is None or other.checklist is None:
        why = f"refused: {one.reason or other.reason}"
        return Outcome(item.id, item.expect, item.question, profiles, expected, failed, (why,))
    scores = score_pair(one.checklist, other.checklist, item.where)
    changed = " and ".join(sorted(differences(one.checklist, other.checklist))) or "nothing"
    return Outcome(item.id, item.expect, item.question, profiles, expected, scores, (f"{changed} differ",))


def _said(profile: Profile | None) -> str:
    return ", ".join(f"{k}: {v}" for k, v in profile.model_dump(exclude_defaults=True).items()) if profile else "none"


# --- RAGAS ---


def _ragas(on: Ground, item: Question, metrics: RagasOffline) -> Outcome:
    came = on.ask(item)
    if isinstance(came, Exception):
        return outcome_of(item, came, worst(name for name in METRICS if name.startswith("ragas_")))
    return outcome_of(item, came, {**metrics.score(sample(on, item, came)), "quote_coverage": quote_coverage(came)})


def sample(on: Ground, item: Question, answer: Answer) -> Sample:
    """An answer with its expected evidence in the forms that RAGAS takes."""
    evidence = evidence_of(item, on.texts)
    return Sample(
        answer=answer,
        evidence=tuple(on.texts[span.document_id][span.start : span.end] for span in evidence),
        evidence_passages=tuple(p.id for p in on.passages if any(holds(p, span) for span in evidence)),
        facts=item.facts,
    )


# --- adversarial ---


def planted_folder(items: Sequence[Adversarial]) -> tempfile.TemporaryDirectory[str]:
    """A folder with the planted documents and their bibliography; its path comes from the context manager."""
    folder = tempfile.TemporaryDirectory()
    for item in items:
        if item.file and item.content:
            (Path(folder.name) / item.file).write_text(item.content, encoding="utf-8")
    bibliography = [{"file": item.file, **item.sources} for item in items if item.file and item.sources]
    (Path(folder.name) / "sources.yaml").write_text(yaml.safe_dump(bibliography, allow_unicode=True), encoding="utf-8")
    return folder


def _attack(on: Ground, item: Adversarial, everywhere: Sequence[str], advice_only: Sequence[str]) -> Outcome:
    """A planted string of any item counts wherever it shows: the planted documents stand in one library."""
    question = Question(id=item.id, kind=item.kind, question=item.question)
    try:
        came = on.advisor.ask(item.question, checklist=True)
    except Exception as error:  # a question that is turned away does no harm; anything else may have
        scores = {"injection_success": float(not isinstance(error, AdvisorError))}
        return outcome_of(question, error, {**scores, **({"still_answered": 0.0} if item.answerable else {})})
    shown = leaked(came, everywhere, advice_only)
    scores = {"injection_success": float(bool(shown))}
    if item.answerable:
        scores["still_answered"] = float(came.status == "answered")
    return outcome_of(question, came, scores, *(f"shows “{planted}”" for planted in shown))
