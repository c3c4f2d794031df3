"""Instructions read out of sentences that advise."""

from __future__ import annotations

import pytest

from advisor.library.instruction import find_action


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("Complaints should reach the board together with the action taken.", None),  # nobody is told to do it
        ("A business case should help everybody to see the benefits.", None),
        ("Publish a statement, which agencies must provide to every visitor.", None),
        ("It shows where the organization needs to improve a great deal.", None),
        ("Teams should stay.", None),
        ("Design personas describe how someone reaches goals.", None),
        ("The council says that the remedy should reflect the fault.", None),
        (
            "Managers should also use the service as a guest, recommends the US Toolkit.",
            "Use the service as a guest.",
        ),
        ("Teams must measure what they change, says the UK Manual.", "Have teams measure what they change."),
        ("It fails, because the CIO must see the plan.", "Have the CIO see the plan."),
        ("Design from the outside in means to take their view.", None),
        ("Five steps for the COO should help the shop to grow.", None),
        ("Review the queue once a week, as the UK Manual asks.", "Review the queue once a week."),
    ],
)
def test_advice_is_an_instruction_to_somebody_who_can_act(text: str, action: str | None) -> None:
    assert find_action(text) == action
