"""Which spellings of a name are taken for the same name."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from annotations.names import normalise_name, surname


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("Ana Lindqvist", "ana lindqvist"),
        ("  ANA\u00a0\tLindqvist ", "ana lindqvist"),
        ("Mrs Ana Lindqvist", "ana lindqvist"),
        ("Prof. Dr. Ana Lindqvist", "ana lindqvist"),
        ("Lindqvist's", "lindqvist"),
        ("Lindqvist’s,", "lindqvist"),
        ("the Jameses’", "jameses"),
        ("Moira O’Brien", "moira obrien"),
        ("Moira O'Brien", "moira obrien"),
        ("Jean-Marc Vasseur", "jean marc vasseur"),
        ("J. K. Oduya", "jk oduya"),
        ("J.K. Oduya", "jk oduya"),
        ("JK Oduya", "jk oduya"),
        ("Peter F. Oduya", "peter f oduya"),
        ("The Harbour Board", "harbour board"),
        ("Ｈａｒｂｏｕｒ Ｂｏａｒｄ", "harbour board"),
        ("Großmann", "grossmann"),
        ("\u200fדנה לוי\u200f", "דנה לוי"),
        ("Sir", "sir"),
        ("President Oduya", "president oduya"),
        ("🙂!?", ""),
        ("", ""),
    ],
)
def test_normalise_name_gives_spellings_of_one_name_one_form(text: str, normalised: str) -> None:
    assert normalise_name(text) == normalised


@pytest.mark.parametrize(
    ("one", "other"), [("Ana Lindqvist", "Anna Lindqvist"), ("José", "Jose"), ("A Lindqvist", "B Lindqvist")]
)
def test_normalise_name_keeps_different_names_apart(one: str, other: str) -> None:
    assert normalise_name(one) != normalise_name(other)


@given(st.text())
@example("m r smith")
@example("İ'S's")
@example("ẞͅ")
def test_normalise_name_of_its_own_result_changes_nothing(text: str) -> None:
    assert normalise_name(normalise_name(text)) == normalise_name(text)


@given(st.text(alphabet="mr dts'h.ekjΣσẞ’", max_size=12))
def test_normalise_name_of_its_own_result_changes_nothing_near_titles_and_apostrophes(text: str) -> None:
    assert normalise_name(normalise_name(text)) == normalise_name(text)


@pytest.mark.parametrize(
    ("text", "last"), [("Dame Ana Lindqvist’s", "lindqvist"), ("Lindqvist", "lindqvist"), ("?", "")]
)
def test_surname_is_the_last_word_of_the_name(text: str, last: str) -> None:
    assert surname(text) == last
