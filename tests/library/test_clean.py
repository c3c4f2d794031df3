"""Page furniture goes, kind by kind, and nothing else does."""

from __future__ import annotations

from itertools import pairwise

import pytest

from advisor.types import Bibliography

from .conftest import cleaned_of

PROSE = "Crews decide early and passengers thank them for it. Nobody likes to wait without a word."


def dropped(text: str, **bibliography: str) -> list[str]:
    return [text[part.start : part.end] for part in cleaned_of(text, **bibliography).dropped]


def kept(text: str, **bibliography: str) -> list[str]:
    return [text[b.start : b.end] for b in cleaned_of(text, **bibliography).kept if b.end > b.start]


def test_of_a_whole_page_only_the_content_is_kept(page: str) -> None:
    known = {"title": "How ferries keep their passengers informed", "publisher": "Pharos Insights"}
    assert kept(page, **known) == [
        "How ferries keep their passengers informed",
        "Passengers forgive a late ferry sooner than a silent one. Crews that announce delays keep trust.",
        "Boarding",
        "Boarding sets the tone for the crossing. Staff who greet people hear of problems sooner.",
        "Turnaround",
        "A quick turnaround needs one person who decides. Three ports cut their turnaround by 12% in 2023.",
    ]


@pytest.mark.parametrize(
    "caption",
    [
        ">> The tide tables of tomorrow <<",
        "Read more",
        "Read Full Case Study",
        "[Read the whole story]",
        "Read Getting Started with Ferries to learn more.",
        "Download our FREE quay templates",
        "Get our template for boarding",
        "Explore all Pharos Case Studies",
        "Subscribe to our newsletter",
        "Sign up for updates",
        "Contact us today",
        "Book a demo",
        "Click here to register",
        "Learn more about ferries",
        "Share this article",
        "Back to top",
        "https://example.org/more",
    ],
)
def test_link_captions_go(caption: str) -> None:
    assert dropped(f"{PROSE}\n\n{caption}\n\n{PROSE} Again.\n") == [caption]


@pytest.mark.parametrize(
    "line",
    [
        "Written by Ada Quill | Mar 03, 2024",
        "Reading time: 6 minutes",
        "7 min read",
        "© 2024 Pharos Insights. All rights reserved.",
        "This article provides a response to a question, with links to case studies and resources.",
        "This site uses cookies to improve your visit.",
    ],
)
def test_bylines_and_notes_about_the_page_go(line: str) -> None:
    assert dropped(f"{PROSE}\n\n{line}\n\n{PROSE} Again.\n") == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Pharos can help your organization sail into the next decade.",
        "Pharos combines expertise in tides and timetables to create better crossings.",
        "We know how your quay works and we know how to get things done.",
        "Are you familiar with Pharos?",
        "Trusted by 4,000 harbor teams.",
        "Our global network of professionals combines expertise with practical experience.",
    ],
)
def test_promotion_by_the_publisher_goes(line: str) -> None:
    assert dropped(f"{PROSE}\n\n{line}\n\n{PROSE} Again.\n", publisher="Pharos Insights") == [line]


def test_promotion_inside_a_paragraph_goes_and_the_rest_of_it_stays() -> None:
    text = "Pharos combines expertise in tides and timetables. That takes one plan for ship and quay."
    assert dropped(text, publisher="Pharos") == ["Pharos combines expertise in tides and timetables."]
    assert kept(text, publisher="Pharos") == ["That takes one plan for ship and quay."]


def test_what_others_offer_is_content() -> None:
    text = "Acme provides toolkits and services to ports. At Acme, crews help customers plan their trip.\n"
    assert dropped(text, publisher="Pharos") == []


@pytest.mark.parametrize(
    "line",
    [
        "Explore every touchpoint before you redesign one.",
        "Get the basics right, and the rest follows.",
        "Read the signals that customers send you.",
        "View the whole journey through the customer's eyes.",
        "Share insights across teams every week.",
        "Find the right balance between speed and care.",
        "Sign up early adopters to test the new crossing.",
        "Discover the full potential of your data.",
        "We found that crews provide better service when they rest.",
        "Our survey of 400 ports shows that silence costs trust.",
        "You know your customers better than any report does.",
        "Source: Tidal Survey of Ports 2018",
        "Today's customers are better informed, better connected and more demanding than ever before.",
        "Ada Quill is a researcher with the School of Tides and Chair of the Centre for Quays.",
        "TLDR A good crossing needs a plan, a crew, a word in time and a bench.",
    ],
)
def test_content_stays(line: str) -> None:
    assert dropped(f"{PROSE}\n\n{line}\n\n{PROSE} Again.\n", publisher="Pharos Insights") == []


def test_advice_in_a_list_stays() -> None:
    items = "- Read the logbook.\n- Get a view of the whole quay.\n- Explore the waiting room.\n"
    text = f"Start with three steps:\n\n{items}"
    assert dropped(text) == []


def test_questions_that_a_line_introduces_stay() -> None:
    text = f"{PROSE}\n\nAsk your crew:\n\nWhat does late mean?\nWhat does full mean?\nWhat does safe mean?\n"
    assert dropped(text) == []


def test_title_said_twice_is_kept_once() -> None:
    text = f"Ferries and benches\n\n{PROSE}\n\n{PROSE} Again.\nFerries and benches\nMore of it.\n"
    assert dropped(text, title="Ferries and benches") == ["Ferries and benches"]


def test_running_header_is_kept_once() -> None:
    text = "\n\n".join(f"The quay handbook 2024\n{PROSE} Part {number}." for number in range(4))
    assert dropped(text) == ["The quay handbook 2024"] * 3


def test_best_practices_with_substance_stay() -> None:
    text = f"Best practices for boarding\n\n{PROSE}\n\n{PROSE} They ask for more.\n"
    assert dropped(text) == []


def test_single_bracketed_caption_is_cut_off_its_paragraph() -> None:
    text = f"{PROSE} [Read more]\n"
    assert kept(text) == [PROSE]


def test_what_is_kept_and_dropped_covers_the_text_once(page: str) -> None:
    cleaned = cleaned_of(page, publisher="Pharos Insights")
    spans = sorted([(b.start, b.end) for b in cleaned.kept] + [(d.start, d.end) for d in cleaned.dropped])
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    covered = {i for start, end in spans for i in range(start, end)}
    assert all(i in covered for i, char in enumerate(page) if char.isalnum())


def test_text_without_a_bibliography_is_cleaned_too(page: str) -> None:
    cleaned = cleaned_of(page, title=Bibliography("x").title)
    assert len(cleaned.dropped) >= 20
