"""Passages: whole sentences, exact offsets, one section, within the model's window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.library.chunk import Sizes, embedding_text, make_passages
from advisor.models.embeddings import Embedder
from advisor.types import Passage

from .conftest import cleaned_of, document_of

PassagesOf = Callable[..., tuple[Passage, ...]]
SENTENCE = "Crews that speak early keep the trust of the people on the quay, number {}."


def paragraphs(count: int, each: int = 4) -> str:
    return "\n\n".join(
        " ".join(SENTENCE.format(number * each + part) for part in range(each)) for number in range(count)
    )


def said(passage: Passage) -> list[str]:
    return [passage.slice(sentence) for sentence in passage.sentences]


def words_of_each_character(texts: Sequence[str]) -> list[int]:
    """A tokenizer that needs no model: a token for each 4 characters of each word."""
    return [sum((len(word) + 3) // 4 for word in text.split()) for text in texts]


SHAPED = (
    "# Title\n\nIntro one. Intro two!\n\n## Part\n\n"
    "He said: “Go. Now.” Then (quietly) he left. \n\n1. First.\n2. Second. And more.\n"
)


@pytest.mark.parametrize("text", [SHAPED, SHAPED.replace("\n", "\r\n"), SHAPED.replace("#", ""), paragraphs(6)])
def test_passages_and_sentences_are_verbatim_slices(passages_of: PassagesOf, text: str) -> None:
    for passage in passages_of(text):
        assert text[passage.start : passage.end] == passage.text
        for sentence in passage.sentences:
            words = text[sentence.start : sentence.end]
            assert words == words.strip() == passage.slice(sentence) != ""


def test_mark_of_a_heading_or_an_item_is_outside_of_the_sentence(passages_of: PassagesOf) -> None:
    (passage,) = passages_of("## Part ##\n\nDo this:\n\n- one thing\n  • another thing\n")
    assert said(passage) == ["Part", "Do this:", "one thing", "another thing"]
    assert [sentence.kind for sentence in passage.sentences] == ["heading", "prose", "item", "item"]


def test_closing_quote_stays_with_its_sentence(passages_of: PassagesOf) -> None:
    (passage,) = passages_of("“Silence costs trust.” That holds everywhere. (It held here.) So they spoke.\n")
    assert said(passage) == [
        "“Silence costs trust.”",
        "That holds everywhere.",
        "(It held here.)",
        "So they spoke.",
    ]


def test_long_section_is_packed_with_overlap_of_whole_sentences(passages_of: PassagesOf, embedder: Embedder) -> None:
    passages = passages_of(f"## Part\n\n{paragraphs(8)}\n")
    assert len(passages) > 2
    for left, right in pairwise(passages):
        shared = [sentence for sentence in left.sentences if sentence in right.sentences]
        assert shared
        assert sum(embedder.count_tokens([left.slice(sentence) for sentence in shared])) <= 50
    assert all(embedder.count_tokens([passage.text])[0] <= 250 for passage in passages)
    assert all(embedder.count_tokens([passage.text])[0] >= 100 for passage in passages)


def test_heading_stands_in_the_first_passage_of_its_section(passages_of: PassagesOf) -> None:
    passages = passages_of(f"# T\n\n## One\n\n{paragraphs(8)}\n\n## Two\n\n{paragraphs(3)}\n", title="T")
    first = [passage for passage in passages if passage.sentences[0].kind == "heading"]
    assert [said(passage)[0] for passage in first] == ["T", "Two"]
    assert said(first[0])[:2] == ["T", "One"]
    assert {passage.heading for passage in passages} == {("One",), ("Two",)}


def test_passage_stays_within_its_section(passages_of: PassagesOf) -> None:
    text = "\n\n".join(f"## Part {name}\n\n{paragraphs(2)}" for name in "ABC")
    assert [passage.heading for passage in passages_of(text)] == [("Part A",), ("Part B",), ("Part C",)]


def test_tiny_sections_are_packed_with_the_parent_that_introduces_them(passages_of: PassagesOf) -> None:
    steps = "\n\n".join(f"### Step {number}\n\nDo the thing with number {number}." for number in range(5))
    (passage,) = passages_of(f"## Steps\n\nTake five steps.\n\n{steps}\n")
    assert passage.heading == ("Steps",)
    assert [sentence.heading for sentence in passage.sentences][-1] == ("Steps", "Step 4")


def test_list_stays_with_the_sentence_that_introduces_it(passages_of: PassagesOf) -> None:
    items = "\n".join(f"- Give the quay a bench, a map and a clock of kind {number}." for number in range(6))
    text = f"## Part\n\n{paragraphs(2, each=5)}\n\nCrews need six things:\n\n{items}\n"
    passages = passages_of(text)
    listed = [passage for passage in passages if "Crews need six things:" in said(passage)]
    assert len(listed[-1].sentences) >= 7
    assert said(listed[-1])[-6:] == [line[2:] for line in items.split("\n")]


def test_nothing_left_out_is_inside_a_passage(passages_of: PassagesOf, page: str) -> None:
    for passage in passages_of(page, publisher="Pharos Insights"):
        for furniture in (
            "Pharos",
            "Trusted by",
            "Borealis",
            ">>",
            "Scenario",
            "Read Full",
            "[Read",
            "Tidal Press",
        ):
            assert furniture not in passage.text


def test_sentence_longer_than_the_window_is_cut_at_a_clause(passages_of: PassagesOf, embedder: Embedder) -> None:
    text = ", ".join(f"the quay has a bench of kind {number}" for number in range(120)) + "."
    passages = passages_of(text)
    assert all(embedder.count_tokens([passage.text])[0] <= embedder.max_tokens for passage in passages)
    cut = [sentence for passage in passages for sentence in passage.sentences]
    assert all(text[sentence.end - 1] in ",." for sentence in cut)


def test_word_longer_than_the_window_is_cut(passages_of: PassagesOf) -> None:
    text = "x1" * 10_000
    passages = passages_of(text)
    assert {i for passage in passages for i in range(passage.start, passage.end)} == set(range(len(text)))
    assert max(len(passage.text) for passage in passages) <= 12 * 256


def test_same_words_twice_have_two_ids(passages_of: PassagesOf) -> None:
    text = f"## Part\n\n{paragraphs(2)}\n\n## Part\n\n{paragraphs(2)}\n"
    passages = passages_of(text)
    assert len({passage.id for passage in passages}) == len(passages) == 2


def test_id_does_not_depend_on_what_stands_elsewhere(passages_of: PassagesOf) -> None:
    tail = f"## Part\n\n{paragraphs(2)}\n"
    assert passages_of(tail)[-1].id == passages_of(f"## Before\n\n{paragraphs(3)}\n\n{tail}")[-1].id


def test_headings_come_before_what_is_embedded_unless_the_text_begins_with_them(
    passages_of: PassagesOf,
) -> None:
    first, *later = passages_of(f"## One\n\n### Two\n\n{paragraphs(8)}\n")
    assert embedding_text("Title", first) == (first.text, 0)
    text, offset = embedding_text("Title", later[0])
    assert text == f"One > Two\n{later[0].text}"
    assert text[offset:] == later[0].text


def test_title_comes_before_a_passage_without_heading(passages_of: PassagesOf) -> None:
    (passage,) = passages_of("Only a sentence of prose stands here.")
    assert embedding_text("Title", passage)[0] == "Title\nOnly a sentence of prose stands here."


def test_what_is_embedded_fits_the_window(passages_of: PassagesOf, embedder: Embedder) -> None:
    heading = "A heading of quite some length, as people write them when they cannot decide what matters most"
    text = f"## {heading}\n\n### {heading} again\n\n{paragraphs(9)}\n"
    for passage in passages_of(text):
        assert embedder.count_tokens([embedding_text("Title", passage)[0]])[0] <= embedder.max_tokens


PIECES = st.sampled_from(
    [
        *("Crews speak early. ", "People wait. ", "Why? ", "“Quoted.” ", "word ", "x" * 70 + " "),
        *(
            "## Part\n\n",
            "### Sub\n\n",
            "A line without an end\n\n",
            "intro:\n\n",
            "- item one\n",
            "• item\n",
        ),
        *("Read more\n\n", "\n", "\n\n", "\n\n\n\n\n"),
    ]
)


@given(st.lists(PIECES, max_size=60).map("".join), st.integers(20, 80), st.integers(0, 30))
@settings(max_examples=150, deadline=None)
def test_passages_of_any_text(text: str, size: int, overlap: int) -> None:
    window = 100
    document, cleaned = document_of(text), cleaned_of(text)
    passages = make_passages(document, cleaned, Sizes(size, overlap, window), words_of_each_character)
    starts = [(passage.start, passage.end) for passage in passages]
    assert starts == sorted(starts)
    assert len({passage.id for passage in passages}) == len(passages)
    covered: set[int] = set()
    for passage in passages:
        assert text[passage.start : passage.end] == passage.text
        assert [s.start for s in passage.sentences] == sorted(s.start for s in passage.sentences)
        assert (passage.sentences[0].start, passage.sentences[-1].end) == (passage.start, passage.end)
        assert words_of_each_character([embedding_text(document.bibliography.title, passage)[0]])[0] <= window
        assert not any(part.start < passage.end and passage.start < part.end for part in cleaned.dropped)
        for sentence in passage.sentences:
            assert text[sentence.start : sentence.end].strip() != ""
            assert sentence.heading[: len(passage.heading)] == passage.heading or sentence.kind == "heading"
        covered |= set(range(passage.start, passage.end))
    for block in cleaned.kept:
        if block.kind in ("paragraph", "item"):
            assert all(i in covered for i in range(block.words, block.end) if text[i].isalnum())
