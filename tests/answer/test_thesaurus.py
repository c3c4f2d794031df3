"""From how managers say things to how books say them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from advisor.answer import thesaurus
from advisor.answer.thesaurus import familiar_stems, field_terms
from advisor.words import stem


@pytest.fixture(scope="module")
def pairs() -> dict[str, list[str]]:
    found: dict[str, list[str]] = yaml.safe_load(
        Path(thesaurus.__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    )
    return found


def test_phrase_gives_the_term_of_the_field() -> None:
    assert "customer churn" in field_terms("Why do people jump ship?")


def test_endings_and_case_do_not_matter() -> None:
    assert field_terms("JUMPING SHIP") == field_terms("jump ship")


def test_grammar_inside_a_phrase_does_not_matter() -> None:
    assert field_terms("The left hand does not know what their right hand is doing") == ["silos"]
    assert field_terms("Left hand doesn’t know right hand") == ["silos"]


def test_phrase_that_opens_with_an_article_or_owner_needs_it() -> None:
    assert field_terms("our people") == ["employees"]
    assert field_terms("people") == []


def test_irregular_forms_are_read_as_their_base() -> None:
    assert field_terms("Who kept our clients?") == field_terms("Who keeps our clients?") == ["customer retention"]


def test_object_may_stand_between_a_verb_and_its_particle() -> None:
    assert "change management" in field_terms("How do we bring the whole sales crew along?")
    assert "customer" in field_terms("Bring every single shopper along")  # what stands between is read too


def test_gap_ends_with_its_sentence() -> None:
    assert "change management" not in field_terms("What does it bring? We sing along.")


def test_phrase_in_a_contraction_is_the_phrase_written_out() -> None:
    assert field_terms("systems don't talk") == field_terms("systems do not talk") == field_terms("systems dont talk")
    assert field_terms("systems don't talk") == ["technology silos"]


def test_term_is_given_once_and_in_the_order_of_the_text() -> None:
    terms = field_terms("Word of mouth stops when people jump ship; word of mouth is all")
    assert terms.index("customer advocacy") < terms.index("customer churn")
    assert len(terms) == len(set(terms))


def test_text_without_a_known_phrase_gives_nothing() -> None:
    assert field_terms("Sourdough smells nice") == field_terms("") == []


def test_no_term_stands_in_the_thesaurus_twice(pairs: dict[str, list[str]]) -> None:
    lines = Path(thesaurus.__file__).with_suffix(".yaml").read_text(encoding="utf-8").splitlines()
    assert sum(line[:1] not in ("", " ", "#") for line in lines) == len(pairs)


def test_every_variant_leads_to_its_own_term(pairs: dict[str, list[str]]) -> None:
    strays = [(v, term) for term, variants in pairs.items() for v in variants if term not in field_terms(v)]
    assert strays == []


def test_every_word_of_the_thesaurus_is_familiar(pairs: dict[str, list[str]]) -> None:
    assert {stem(word) for term in pairs for word in term.split() if word.isalpha()} <= familiar_stems().keys()
    assert stem("sourdough") not in familiar_stems()
