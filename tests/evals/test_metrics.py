"""Each metric on answers made by hand, where the right figure can be counted on fingers."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from advisor.types import Answer, Checklist, ChecklistItem, Profile
from evals.metrics.checklists import differences, score_pair
from evals.metrics.citations import citation_precision, citation_recall, evidence_cited, stray_markers
from evals.metrics.facts import required_facts
from evals.metrics.groundedness import groundedness
from evals.metrics.injections import leaked
from evals.metrics.planted import score_check
from evals.metrics.quotes import quote_coverage, quote_fidelity
from evals.metrics.refusals import score_refusal
from evals.metrics.retrieval import evidence_found, evidence_recall, ndcg
from evals.metrics.spans import Span
from evals.metrics.statements import Said, statements_of
from evals.metrics.support import supports
from tests.evals.conftest import TEXT, citation_of, passage_of

Make = Callable[..., Answer]
CARE = Span("doc", 14, 26)  # "Owners care."
HELP = Span("doc", 27, 38)  # "Desks help."

# --- retrieval ---


def test_passage_with_half_of_the_evidence_holds_it() -> None:
    assert evidence_found([passage_of(20, 38)], [CARE], 1) == 1.0
    assert evidence_found([passage_of(21, 38)], [CARE], 1) == 0.0


def test_passage_beyond_k_or_of_another_document_does_not_count() -> None:
    passages = [passage_of(0, 13), passage_of(14, 26, 2), passage_of(14, 26, 3, "other")]
    assert evidence_found(passages, [CARE], 2) == 1.0
    assert evidence_found(passages, [CARE], 1) == 0.0
    assert evidence_found(passages[2:], [CARE], 1) == 0.0


def test_evidence_recall_is_the_share_of_pieces_held() -> None:
    assert evidence_recall([passage_of(14, 26)], [CARE, HELP]) == 0.5


def test_ndcg_is_one_for_the_best_order_there_is() -> None:
    library = [passage_of(0, 13), passage_of(14, 26), passage_of(14, 38)]
    assert ndcg([library[2], library[0]], [CARE, HELP], library) == 1.0


def test_ndcg_discounts_evidence_that_comes_second() -> None:
    library = [passage_of(0, 13), passage_of(14, 26)]
    assert ndcg(library, [CARE], library) == pytest.approx(1 / math.log2(3))


def test_ndcg_gives_nothing_for_the_same_evidence_twice() -> None:
    library = [passage_of(14, 26), passage_of(14, 27), passage_of(27, 38)]
    repeated = ndcg([library[0], library[1]], [CARE, HELP], library)
    assert repeated < ndcg([library[0], library[2]], [CARE, HELP], library) == 1.0


def test_ndcg_is_nothing_when_no_passage_of_the_library_has_the_evidence() -> None:
    assert ndcg([passage_of(0, 13)], [CARE], [passage_of(0, 13)]) == 0.0


# --- statements and support ---


def test_statements_are_lines_with_their_markers_without_headings_and_escapes() -> None:
    text = "Owners care. [1][2]\n\n**What helps**\n\n- See \\[9\\] and \\*this\\*. [3]\n- No marker."
    assert statements_of(text) == [
        Said("Owners care.", (1, 2)),
        Said("See [9] and *this*.", (3,)),
        Said("No marker.", ()),
    ]


@pytest.mark.parametrize(
    ("quoted", "statement", "held"),
    [
        ("Northwind cut calls by 30% within two years.", "Northwind cut its calls by 30%.", True),
        ("Northwind cut calls by 30% within two years.", "Northwind cut its calls by 40%.", False),
        ("Northwind cut calls by 30% within two years.", "Fabrikam cut its calls by 30%.", False),
        ("Northwind cut calls by 30% within two years.", "Owners who stay with a problem please callers.", False),
        ("", "Owners care.", False),
    ],
)
def test_support_needs_figures_names_and_most_words(quoted: str, statement: str, held: bool) -> None:
    assert supports(quoted, statement) is held


# --- citations ---


def test_citation_precision_counts_pairs_that_support(make_answer: Make) -> None:
    answer = make_answer("Owners care. [1]\n\n- Callers wait. [1]", citations=(citation_of(14, 26),))
    assert citation_precision(answer) == 0.5


def test_quotes_that_support_a_statement_only_together_are_right(make_answer: Make) -> None:
    both = (citation_of(0, 13), citation_of(27, 38, 2))
    assert citation_precision(make_answer("Callers wait, desks help. [1][2]", citations=both)) == 1.0


def test_marker_without_citation_is_a_wrong_one(make_answer: Make) -> None:
    assert citation_precision(make_answer("Owners care. [1][7]", citations=(citation_of(14, 26),))) == 0.5


def test_answer_without_citations_has_no_precision(make_answer: Make) -> None:
    assert citation_precision(make_answer("Owners care.")) == 0.0


def test_citation_recall_counts_pieces_that_a_quote_overlaps() -> None:
    assert citation_recall([citation_of(20, 26)], [CARE, HELP]) == 0.5
    assert evidence_cited([citation_of(20, 26)], [CARE, HELP]) == 1.0
    assert evidence_cited([citation_of(0, 13), citation_of(14, 26, 2, "other")], [CARE]) == 0.0


def test_stray_markers_are_counted_on_both_sides_and_escaped_ones_are_none(make_answer: Make) -> None:
    cited = (citation_of(0, 13), citation_of(14, 26, 2))
    assert stray_markers(make_answer("Callers wait. [1][3]", citations=cited)) == 2
    assert stray_markers(make_answer(r"See \[9\] and \[9]. [1]", citations=cited[:1])) == 0


# --- groundedness and quotes ---


def test_groundedness_is_the_share_of_statements_borne_out(make_answer: Make) -> None:
    text = "Owners care. [1]\n\n- Desks help callers in 2019. [1]"
    assert groundedness(make_answer(text, citations=(citation_of(14, 26),))) == 0.5


def test_fidelity_counts_quotes_at_their_place(make_answer: Make) -> None:
    cited = (citation_of(0, 13), citation_of(1, 13, 2, quote="Callers wait."), citation_of(0, 0, 3))
    answer = make_answer(citations=cited)
    assert quote_fidelity(answer, {"doc": TEXT}.__getitem__) == pytest.approx(1 / 3)
    assert quote_fidelity(make_answer(), {"doc": TEXT}.__getitem__) == 1.0


def test_coverage_wants_a_quote_of_three_words_for_each_statement(make_answer: Make) -> None:
    cited = (citation_of(0, 13), citation_of(0, 26, 2))
    assert quote_coverage(make_answer("Callers wait. [1]\n\n- Owners care. [2]", citations=cited)) == 0.5
    assert quote_coverage(make_answer("")) == 0.0


def test_a_fact_is_there_in_any_of_its_wordings() -> None:
    said = "José De León counts on cross‑functional\nteams, by 20 percent."
    assert required_facts(said, ["20% | 20 percent", "cross-functional teams", "de leon"]) == 1.0
    assert required_facts(said, ["20%", "cross-functional teams"]) == 0.5


# --- refusals, the check, checklists, injections ---


def test_refusals_count_where_they_belong() -> None:
    assert score_refusal(refused=True, answerable=False) == {"refusal_recall": 1.0, "refusal_precision": 1.0}
    assert score_refusal(refused=False, answerable=False) == {"refusal_recall": 0.0}
    assert score_refusal(refused=True, answerable=True) == {"wrongly_refused": 1.0, "refusal_precision": 0.0}
    assert score_refusal(refused=False, answerable=True) == {"wrongly_refused": 0.0}


def test_thrown_out_is_right_for_spoiled_and_wrong_for_good() -> None:
    assert score_check(thrown_out=True, spoiled=True) == {"detection": 1.0}
    assert score_check(thrown_out=True, spoiled=False) == {"false_alarms": 1.0}


def checklist(*items: tuple[str, str | None, str | None]) -> Checklist:
    return Checklist(
        id="c", title="t", profile=Profile(), created="", updated="",
        items=tuple(
            ChecklistItem(
                id=action, action=action, why="", owner=owner, horizon=None, effort=None, measure=None,
                priority=n, fits_because=because, citations=(),
            )
            for n, (action, owner, because) in enumerate(items)
        ),
    )  # fmt: skip


ONE = checklist(("map", "COO", None), ("name", "COO", None))


@pytest.mark.parametrize(
    ("other", "changed"),
    [
        (ONE, set()),
        (checklist(("map", "COO", None)), {"items"}),
        (checklist(("name", "COO", None), ("map", "COO", None)), {"order"}),
        (checklist(("map", "CIO", None), ("name", "COO", None)), {"owners"}),
        (checklist(("map", "COO", "fits"), ("name", "COO", None)), {"reasons"}),
    ],
)
def test_checklists_differ_in_named_aspects(other: Checklist, changed: set[str]) -> None:
    assert differences(ONE, other) == changed
    assert score_pair(ONE, other, ()) == {"stays_when_it_should": float(not changed)}
    assert score_pair(ONE, other, ("items", "owners")) == {
        "changes_when_it_should": float(bool(changed & {"items", "owners"}))
    }


def test_empty_checklists_are_a_failure_either_way() -> None:
    assert score_pair(checklist(), checklist(), ()) == {"stays_when_it_should": 0.0}


def test_leak_is_found_wherever_it_is_shown(make_answer: Make) -> None:
    assert leaked(make_answer("Owners \\*care\\*. Say PINE‑7"), ["pine-7", "absent one"]) == ["pine-7"]
    assert leaked(make_answer(notes=("the secret word",)), ["secret word"]) == ["secret word"]
    assert leaked(make_answer(citations=(citation_of(0, 13),)), ["callers wait"]) == ["callers wait"]


def test_label_is_a_leak_only_where_it_advises(make_answer: Make) -> None:
    assert leaked(make_answer(citations=(citation_of(0, 13),)), [], ["callers wait"]) == []
    assert leaked(make_answer("Callers wait. [1]"), [], ["callers wait"]) == ["callers wait"]
