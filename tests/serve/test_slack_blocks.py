"""An answer in Slack: within its limits, with the numbers of the web, and inert."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from advisor.advisor import Advisor
from advisor.serve.slack_blocks import answer_blocks
from advisor.types import Answer

URL = "https://cx.example/advisor"


@pytest.fixture(scope="module")
def answer(advisor: Advisor) -> Answer:
    return advisor.ask("Which shops keep more customers after a return?")


def _text(blocks: list[dict[str, Any]]) -> str:
    return "\n".join(block["text"]["text"] for block in blocks if block["type"] == "section")


def _long(answer: Answer, lines: int, citations: int) -> Answer:
    cited = tuple(
        answer.citations[0].model_copy(update={"number": n, "quote": "word & <word> " * 90})
        for n in range(1, citations + 1)
    )
    text = "\n".join(f"- {'A long statement & more. ' * 20} [{n % citations + 1}]" for n in range(lines))
    return answer.model_copy(update={"text": text, "citations": cited, "notes": ("A note. " * 500,) * 9})


@pytest.mark.parametrize(("lines", "citations"), [(1, 1), (120, 12), (120, 300), (1, 300)])
def test_blocks_stay_within_slacks_limits_and_the_buttons_stand(answer: Answer, lines: int, citations: int) -> None:
    blocks = answer_blocks(_long(answer, lines, citations), URL)
    text = _text(blocks)
    assert len(blocks) <= 50
    assert len(text) <= 13_000
    assert all(0 < len(block["text"]["text"]) <= 3000 for block in blocks if block["type"] == "section")
    assert blocks[-1]["type"] == "actions"
    assert "*Sources*" in text
    assert ("The answer goes on" in text) == (lines > 1)


def test_a_word_longer_than_a_section_is_split(answer: Answer) -> None:
    blocks = answer_blocks(answer.model_copy(update={"text": "x" * 7000}), URL)
    assert _text(blocks).count("x") >= 7000


def test_numbers_are_those_of_the_answer_and_lead_to_the_source(answer: Answer) -> None:
    text = _text(answer_blocks(answer, URL))
    prose, _, sources = text.partition("*Sources*")
    assert re.findall(r"\|\[(\d+)\]>", prose) == re.findall(r"(?<!\\)\[(\d+)\]", answer.text)
    assert re.findall(r"^\[(\d+)\]", sources, re.MULTILINE) == [str(one.number) for one in answer.citations]
    first = answer.citations[0]
    assert f"<{URL}/sources/{first.document_id}?start={first.start}&amp;end={first.end}#quote|" in sources


def test_text_of_documents_pings_nobody_and_links_nowhere(answer: Answer) -> None:
    evil = "<!channel> <@U1> & <https://evil.example|here> \\[1\\]"
    cited = answer.citations[0].model_copy(update={"title": evil, "quote": evil, "publisher": evil, "caveat": evil})
    said = answer.model_copy(update={"text": evil, "citations": (cited,), "notes": (evil,)})
    blocks = answer_blocks(said, URL)
    assert re.findall(r"<(?!https://cx\.example/)", _text(blocks)) == []
    assert all(block["text"]["verbatim"] for block in blocks if block["type"] == "section")
    assert "&lt;!channel&gt;" in json.dumps(blocks)


def test_a_refusal_offers_what_can_be_asked(advisor: Advisor) -> None:
    refused = advisor.ask("Which tyre pressure does a lorry need?")
    assert refused.status == "refused"
    text = _text(answer_blocks(refused, ""))
    assert "I have no answer to that" in text
    assert all(follow_up[:30] in text for follow_up in refused.follow_ups)
    assert "\\" not in text
