"""What a manager takes along: checklists and assessments are made, kept under an id, and changed.

Each is a frozen object from a builder that is a pure function of library, profile and question.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeAlias

from advisor.answer.assess import add_respondent, assess, begin_assessment, build_gap_checklist
from advisor.answer.checklist import NOTHING_TO_DO, change_checklist, make_checklist
from advisor.answer.graph import Sources
from advisor.deliverables import Deliverables
from advisor.types import Answer, Assessment, Checklist, ChecklistChange, Profile, Respondent

Borrow: TypeAlias = Callable[[], AbstractContextManager[Sources]]
Ask: TypeAlias = Callable[[str, Profile | None], Answer]


class Advice:
    """Deliverables over one library. `ask` gives an answer with its checklist, `borrow` what it is made from."""

    def __init__(self, deliverables: Deliverables, borrow: Borrow, ask: Ask) -> None:
        self._deliverables = deliverables
        self._borrow = borrow
        self._ask = ask

    # --- checklists ---

    def make_checklist(self, question: str, profile: Profile | None = None) -> Checklist:
        """A checklist for a question; empty, with a note that says why, where nothing can be done.

        Raises as `Advisor.ask` does.
        """
        made = self._ask(question, profile).checklist or make_checklist(
            f"Next steps: {question}", profile or Profile(), (), (NOTHING_TO_DO,)
        )
        self._deliverables.add(made)
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
        made = self._assessed(add_respondent(begin_assessment(profile or Profile()), respondent))
        checklist = self._for_gaps(made)
        made = made.model_copy(update={"checklist": checklist})
        self._deliverables.add(checklist)
        self._deliverables.add(made)
        return made

    def add_respondent(self, assessment_id: str, respondent: Respondent) -> Assessment:
        """The assessment with one more respondent, or with newer answers of the same one.

        Its checklist is made anew as long as nobody has changed it. Raises UnknownDeliverableError and ChangeError.
        """

        def add(known: Assessment) -> Assessment:
            return self._assessed(add_respondent(known, respondent))

        made = self._deliverables.change(assessment_id, Assessment, add)
        newer = self._for_gaps(made)

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

    def _assessed(self, assessment: Assessment) -> Assessment:
        with self._borrow() as sources:
            return assess(assessment, sources.library.practices(), sources.origin)

    def _for_gaps(self, assessment: Assessment) -> Checklist:
        with self._borrow() as sources:
            return build_gap_checklist(assessment, sources.library.embedded_practices(), sources.origin)
