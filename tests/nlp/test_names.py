"""Reading and comparing names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.nlp.names import (
    Name,
    is_acronym_of,
    is_misspelling,
    parse_name,
    same_full_name,
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ann Lee", Name(("Ann", "Lee"))),
        ("Mr. Lee’s", Name(("Lee",), "mr")),
        ("Sir Bo Roe", Name(("Bo", "Roe"), "sir")),
        ("Rep. Ann Lee", Name(("Ann", "Lee"), "rep")),
        ("Lt. Gov. Ann Lee", Name(("Ann", "Lee"), "gov")),
        ("Bo Roe Jr.", Name(("Bo", "Roe"), "", "Jr.")),
        ("the Harbour Trust", Name(("Harbour", "Trust"))),
        ("", Name(())),
    ],
)
def test_parse_name_splits_title_core_and_suffix(text, name):
    assert parse_name(text) == name


def test_gender_comes_from_the_title_never_from_the_forename():
    assert parse_name("Mrs Roe").gender == "f"
    assert parse_name("Sir Bo Roe").gender == "m"
    assert parse_name("Dr Ann Roe").gender == ""
    assert parse_name("Mary Roe").gender == ""


def test_full_name_needs_a_forename():
    assert parse_name("Ann Lee").is_full
    assert not parse_name("Lee").is_full
    assert not parse_name("van der Berg").is_full


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Ann Lee", "Ann B. Lee", True),
        ("A. Lee", "Ann Lee", True),
        ("Bill Roe", "William Roe", True),
        ("Marta Kowalski", "Marta Kowaslki", True),
        ("Ann Lee", "Bo Lee", False),
        ("Ann Lee", "Ann Leigh", False),
        ("Mr Sam Lee", "Mrs Sam Lee", False),
    ],
)
def test_same_full_name_allows_for_short_forms_and_slips(first, second, same):
    assert same_full_name(parse_name(first), parse_name(second)) is same
    assert same_full_name(parse_name(second), parse_name(first)) is same


@pytest.mark.parametrize(
    ("first", "second", "slip"),
    [
        ("Kowalski", "Kowaslki", True),
        ("Kowalski", "Kowalsky", True),
        ("Marsh", "Mars", False),
        ("Roes", "Roe", False),
        ("Martin", "Marten", True),
        ("Kowalski", "Wowalski", False),
        ("Lee", "Les", False),
        ("Harrisons", "Harrison", False),
    ],
)
def test_misspelling_needs_length_and_the_same_initial(first, second, slip):
    assert is_misspelling(first, second) is slip


def test_misspelling_counts_swapped_neighbours_as_one_slip():
    assert is_misspelling("Kestle", "Ketsle")
    assert not is_misspelling("Kestle", "Ketsel")


@given(st.text(alphabet="abc", max_size=9), st.text(alphabet="abc", max_size=9))
def test_misspelling_is_symmetric_and_never_the_word_itself(first, second):
    assert is_misspelling(first, second) == is_misspelling(second, first)
    assert not is_misspelling(first, first)


def test_acronym_is_made_of_the_capitalised_words():
    core = ("Institute", "for", "the", "Study", "of", "Rivers")

    assert is_acronym_of("ISR", core)
    assert is_acronym_of("I.S.R.", core)
    assert not is_acronym_of("ISRA", core)
    assert not is_acronym_of("Isr", core)
