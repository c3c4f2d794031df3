"""An answer in Slack: within its limits, with the numbers of the web, and inert."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from advisor.advisor import Advisor
from advisor.serve import render
from advisor.serve.slack.blocks import Web, answer_blocks
from advisor.types import Answer

URL = "https://cx.example/advisor"
WEB = Web(URL)


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
    blocks = answer_blocks(_long(answer, lines, citations), WEB)
    text = _text(blocks)
    assert len(blocks) <= 50
    assert len(text) <= 13_000
    assert all(0 < len(block["text"]["text"]) <= 3000 for block in blocks if block["type"] == "section")
    assert blocks[-1]["type"] == "actions"
    assert "*Sources*" in text
    assert ("The answer goes on" in text) == (lines > 1)


def test_a_word_longer_than_a_section_is_split(answer: Answer) -> None:
    blocks = answer_blocks(answer.model_copy(update={"text": "x" * 7000}), WEB)
    assert _text(blocks).count("x") >= 7000


def test_numbers_are_those_of_the_answer_and_lead_to_the_source(answer: Answer) -> None:
    text = _text(answer_blocks(answer, WEB))
    prose, _, sources = text.partition("*Sources*")
    assert re.findall(r"\|\[(\d+)\]>", prose) == re.findall(r"(?<!\\)\[(\d+)\]", answer.text)
    assert re.findall(r"^\[(\d+)\]", sources, re.MULTILINE) == [str(one.number) for one in answer.citations]
    first = answer.citations[0]
    assert f"<{URL}/sources/{first.document_id}?start={first.start}&amp;end={first.end}#quote|" in sources


def test_text_of_documents_pings_nobody_and_links_nowhere(answer: Answer) -> None:
    evil = "<!channel> <@U1> & <https://evil.example|here> \\[1\\]"
    cited = answer.citations[0].model_copy(update={"title": evil, "quote": evil, "publisher": evil, "caveat": evil})
    said = answer.model_copy(update={"text": evil, "citations": (cited,), "notes": (evil,)})
    blocks = answer_blocks(said, WEB)
    assert re.findall(r"<(?!https://cx\.example/)", _text(blocks)) == []
    assert all(block["text"]["verbatim"] for block in blocks if block["type"] == "section")
    assert "&lt;!channel&gt;" in json.dumps(blocks)


def test_a_refusal_offers_what_can_be_asked(advisor: Advisor) -> None:
    refused = advisor.ask("Which tyre pressure does a lorry need?")
    assert refused.status == "refused"
    text = _text(answer_blocks(refused, Web("")))
    assert "I have no answer to that" in text
    assert all(follow_up[:30] in text for follow_up in refused.follow_ups)
    assert "\\" not in text


def test_an_answer_of_60_000_characters_ends_in_a_link_to_all_of_it(answer: Answer) -> None:
    said = _long(answer, 150, 12)
    assert len(said.text) > 60_000
    text = _text(answer_blocks(said, WEB))
    assert f"<{URL}/answers/{said.id}|Read all of it.>" in text
    assert text.index("Read all of it") < text.index("*Sources*")
    assert "[12]" in text.partition("*Sources*")[2]


def test_numbers_and_quotes_are_the_same_in_slack_on_the_page_and_in_the_api(
    advisor: Advisor, client: TestClient
) -> None:
    body = client.post("/v1/ask", json={"question": "How should we handle returns and complaints?"}).json()
    given = Answer.model_validate(body)
    page = client.get(f"/answers/{given.id}").text
    prose, _, sources = _text(answer_blocks(given, WEB)).partition("*Sources*")
    in_api = re.findall(r"(?<!\\)\[(\d+)\]", given.text)
    assert len(in_api) > 1
    assert re.findall(r"\|\[(\d+)\]>", prose) == in_api
    assert re.findall(r'aria-label="Source (\d+)"', page) == in_api
    assert re.findall(r'href="#source-(\d+)"', render.answer_page(given)) == in_api
    chat = render.answer_markdown(given)
    assert re.findall(r"\[(\d+)\]\(#source", chat) == in_api
    for citation in given.citations:
        href = render.source_href(citation.document_id, citation.start, citation.end)
        assert f"[{citation.number}] <{URL}/{href.replace('&', '&amp;')}|" in sources
        assert f'value="{citation.number}"' in page
        assert f'href="../{href.replace("&", "&amp;")}"' in page
