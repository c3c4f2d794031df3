"""What a manager takes along: checklists, assessments, comparisons and briefs are made, kept under an id, and changed.

Each is a frozen object from a builder that is a pure function of library, profile and question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import TypeAlias

from advisor.advice.assess import add_respondent, assess, begin_assessment, build_gap_checklist
from advisor.advice.brief import brief_answers, brief_assessment
from advisor.advice.checklist import NOTHING_TO_DO, change_checklist, make_checklist
from advisor.advice.compare import build_comparison, compared, read_comparison
from advisor.answer.graph import Sources
from advisor.deliverables import Deliverables
from advisor.errors import UnknownDeliverableError
from advisor.types import (
    Answer,
    Assessment,
    Brief,
    Checklist,
    ChecklistChange,
    Comparison,
    Profile,
    Respondent,
    Vectors,
)

Borrow: TypeAlias = Callable[[], AbstractContextManager[Sources]]
Ask: TypeAlias = Callable[[str, Profile | None], Answer]
Recall: TypeAlias = Callable[[str], Sequence[Answer]]
Embed: TypeAlias = Callable[[str], Vectors]


class Advice:
    """Deliverables over one library. `ask` gives the answer to a question with its checklist, `ask_again` that to the
    question of an answer by its id, `recall` the answers of a conversation, `borrow` what they are made from, `embed`
    the unit vector of a query.
    """

    def __init__(
        self, deliverables: Deliverables, borrow: Borrow, ask: Ask, ask_again: Ask, recall: Recall, embed: Embed
    ) -> None:
        self._deliverables = deliverables
        self._borrow = borrow
        self._ask = ask
        self._ask_again = ask_again
        self._recall = recall
        self._embed = lru_cache(maxsize=256)(embed)  # the usual dimensions of a comparison stay the same

    # --- checklists ---

    def make_checklist(self, question: str, profile: Profile | None = None) -> Checklist:
        """A checklist for a question; empty, with a note that says why, where nothing can be done.

        Raises as `Advisor.ask` does.
        """
        made = _checklist_of(self._ask(question, profile), profile)
        self._deliverables.add(made)
        return made

    def make_checklist_of(self, answer_id: str, profile: Profile | None = None) -> Checklist:
        """A checklist for an answer that was given, which is deleted with its conversation; empty as the other.

        Raises UnknownAnswerError.
        """
        answer = self._ask_again(answer_id, profile)
        made = _checklist_of(answer, profile)
        self._deliverables.add(made, answer.conversation_id)
        return made

    def checklist(self, checklist_id: str) -> Checklist:
        """A checklist as it is now. Raises UnknownDeliverableError."""
        return self._deliverables.get(checklist_id, Checklist)

    def change_checklist(self, checklist_id: str, change: ChecklistChange) -> Checklist:
        """The checklist after a person's changes. Raises UnknownDeliverableError, ConflictError and ChangeError."""
        return self._deliverables.change(checklist_id, Checklist, lambda known: change_checklist(known, change))

    # --- assessments ---

    def begin_assessment(self, respondent: Respondent, profile: Profile | None = None) -> Assessment:
        """A new assessment with its first respondent. Raises ChangeError for answers to no question."""
        begun = add_respondent(begin_assessment(profile or Profile()), respondent)
        with self._borrow() as sources:
            practices = sources.library.embedded_practices()
            made = assess(begun, practices, sources.origin)
            checklist = build_gap_checklist(made, practices, sources.origin)
        made = made.model_copy(update={"checklist": checklist})
        self._deliverables.add(checklist)
        self._deliverables.add(made)
        return made

    def add_respondent(self, assessment_id: str, respondent: Respondent) -> Assessment:
        """The assessment with one more respondent, or with newer answers of the same one.

        Its checklist is made anew as long as nobody has changed it. Raises UnknownDeliverableError and ChangeError.
        """
        with self._borrow() as sources:
            practices = sources.library.embedded_practices()

            def add(known: Assessment) -> Assessment:
                return assess(add_respondent(known, respondent), practices, sources.origin)

            made = self._deliverables.change(assessment_id, Assessment, add)
            newer = build_gap_checklist(made, practices, sources.origin)

        def renew(known: Checklist) -> Checklist:
            untouched = known.updated == known.created
            return newer.model_copy(update={"id": known.id}) if untouched else known

        if made.checklist:
            self._deliverables.change(made.checklist.id, Checklist, renew)
        return self.assessment(assessment_id)

    def assessment(self, assessment_id: str) -> Assessment:
        """An assessment with its checklist, as they are now. Raises UnknownDeliverableError."""
        known = self._deliverables.get(assessment_id, Assessment)
        current = self.checklist(known.checklist.id) if known.checklist else None
        return known.model_copy(update={"checklist": current})

    # --- comparisons ---

    def compare(self, question: str, profile: Profile | None = None) -> Comparison:
        """What a question wants compared, compared. Raises QuestionError unless it names two to five subjects."""
        asked = read_comparison(question)
        return self.compare_subjects(asked.subjects, asked.dimensions, profile)

    def compare_subjects(
        self, subjects: Sequence[str], dimensions: Sequence[str] = (), profile: Profile | None = None
    ) -> Comparison:
        """The subjects compared in the dimensions, or in the usual ones. Raises QuestionError."""
        asked = compared(subjects, dimensions)
        with self._borrow() as sources:
            made = build_comparison(asked, profile or Profile(), sources, self._embed)
        self._deliverables.add(made)
        return made

    def comparison(self, comparison_id: str) -> Comparison:
        """A comparison as it was made. Raises UnknownDeliverableError."""
        return self._deliverables.get(comparison_id, Comparison)

    # --- briefs ---

    def brief_question(self, question: str, profile: Profile | None = None) -> Brief:
        """The brief of the answer to a question, which may be refused. Raises as `Advisor.ask` does."""
        answer = self._ask(question, profile)
        return self._keep(brief_answers([answer], answer.checklist, profile or _profile_of(answer.checklist)))

    def brief_conversation(self, conversation_id: str, profile: Profile | None = None) -> Brief:
        """The brief of a conversation, with its latest checklist as it is now or a new one; deleted with it.

        Raises UnknownConversationError.
        """
        answers = self._recall(conversation_id)
        checklist = self._latest_checklist(answers, profile)
        made = brief_answers(answers, checklist, profile or _profile_of(checklist))
        return self._keep(made, conversation_id)

    def brief_assessment(self, assessment_id: str) -> Brief:
        """The brief of an assessment and its checklist, as they are now. Raises UnknownDeliverableError."""
        return self._keep(brief_assessment(self.assessment(assessment_id)))

    def brief(self, brief_id: str) -> Brief:
        """A brief as it was made. Raises UnknownDeliverableError."""
        return self._deliverables.get(brief_id, Brief)

    def _keep(self, made: Brief, conversation_id: str | None = None) -> Brief:
        self._deliverables.add(made, conversation_id)
        return made

    def _latest_checklist(self, answers: Sequence[Answer], profile: Profile | None) -> Checklist | None:
        answered = [answer for answer in answers if answer.status == "answered"]
        for known in (answer.checklist for answer in reversed(answered) if answer.checklist and profile is None):
            try:
                return self.checklist(known.id)
            except UnknownDeliverableError:  # kept before checklists were
                return known
        return self._ask(answered[-1].question, profile).checklist if answered else None


def _checklist_of(answer: Answer, profile: Profile | None) -> Checklist:
    if answer.checklist:
        return answer.checklist
    return make_checklist(f"Next steps: {answer.question}", profile or Profile(), (), (NOTHING_TO_DO,))


def _profile_of(checklist: Checklist | None) -> Profile:
    return checklist.profile if checklist else Profile()
