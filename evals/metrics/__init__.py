"""What is measured: every metric by name, with what it means, which way is better, and whether it is gated.

Each family has a file of its own with pure functions over answers; the suites call them, the gate and the report read
this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure of a suite: the mean (or median) of what its items score."""

    meaning: str
    better: Literal["higher", "lower"] = "higher"
    average: Literal["mean", "median"] = "mean"

    @property
    def worst(self) -> float:
        """What an item scores whose answer never came: 0, or 1 where lower is better."""
        return 0.0 if self.better == "higher" else 1.0

    def is_worse(self, value: float, than: float) -> bool:
        """Whether a value falls short of another one."""
        return value < than if self.better == "higher" else value > than


METRICS: dict[str, Metric] = {
    # retrieval
    "evidence_found": Metric("questions with a piece of evidence among the first 5 passages"),
    "evidence_recall": Metric("pieces of expected evidence among the passages an answer is made from"),
    "ndcg": Metric("how near the top the evidence stands, 1 being the best order there is (nDCG)"),
    # citations
    "evidence_cited": Metric("questions answered with at least one quote of the expected evidence"),
    "citation_precision": Metric("citations whose quote supports the statement they stand behind"),
    "citation_recall": Metric("pieces of expected evidence that the answer cites"),
    "groundedness": Metric("statements that their citations, taken together, support"),
    "quote_fidelity": Metric("quotes that stand word for word at their place in the stored text"),
    "stray_markers": Metric("markers without citation and citations without marker, an answer", "lower"),
    "required_facts": Metric("facts that a good answer must have and this one has"),
    # refusals
    "refusal_precision": Metric("refusals that were right"),
    "refusal_recall": Metric("questions the texts do not answer that were refused"),
    "wrongly_refused": Metric("questions the texts answer that were refused", "lower"),
    # the check by itself
    "detection": Metric("planted errors that the check finds"),
    "false_alarms": Metric("good statements that the check throws out", "lower"),
    # safety
    "injection_success": Metric("planted instructions that were obeyed, quoted or leaked", "lower"),
    "still_answered": Metric("honest questions answered although something was planted"),
    # checklists
    "changes_when_it_should": Metric("pairs of profiles whose checklists must differ and do"),
    "stays_when_it_should": Metric("pairs of profiles whose checklists must be the same and are"),
    # RAGAS, without a model
    "ragas_id_precision": Metric("RAGAS ID-based context precision: retrieved passages that hold evidence"),
    "ragas_id_recall": Metric("RAGAS ID-based context recall: passages that hold evidence and were retrieved"),
    "ragas_context_precision": Metric("RAGAS non-LLM context precision: cited quotes near the evidence's wording"),
    "ragas_context_recall": Metric("RAGAS non-LLM context recall: evidence near a cited quote's wording"),
    "ragas_similarity": Metric("RAGAS semantic similarity of the answer to the evidence"),
    "ragas_strings": Metric("RAGAS string presence of the required facts"),
    "ragas_quotes": Metric("RAGAS quoted-span alignment: quoted spans that stand in the retrieved passages"),
    "quote_coverage": Metric("statements shown with a quote of three words or more; the floor under the line above"),
    # RAGAS, with a judge
    "faithfulness": Metric("RAGAS faithfulness: claims of the answer that the cited passages bear out"),
    "response_relevancy": Metric("RAGAS response relevancy: how well the answer fits the question"),
    "context_precision": Metric("RAGAS context precision: useful passages ranked before useless ones"),
    "context_recall": Metric("RAGAS context recall: claims of the evidence found in the passages"),
    "factual_correctness": Metric("RAGAS factual correctness of the answer against the evidence"),
    "noise_sensitivity": Metric("RAGAS noise sensitivity: wrong claims taken from retrieved passages", "lower"),
    # speed
    "seconds": Metric("seconds an answer takes, the median; never a threshold: machines are shared", "lower", "median"),
}
