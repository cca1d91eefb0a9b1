"""How a text is taken apart into words, and what somebody asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.search_words import LONGEST, MOST_TERMS, Term, asked, highlighted, passage, words_in


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Bridge, opens!", ["the", "bridge", "opens"]),
        ("Élodie Müller-Straße", ["elodie", "muller", "strasse"]),
        ("E\u0301lodie", ["elodie"]),
        ("don't “stop”", ["don", "t", "stop"]),
        ("ﬁne １２ ½", ["fine", "12", "1", "2"]),
        ("🙂 \\ % _ -", []),
        ("Київ ١٢ שלום", ["киів", "١٢", "שלום"]),
        ("x" * 100, ["x" * LONGEST]),
    ],
)
def test_words_in_folds_case_accents_and_forms(text: str, words: list[str]) -> None:
    assert list(words_in(text)) == words


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("toll", [Term(("toll",), begins=True)]),
        ("of", [Term(("of",))]),
        ('"will open" may', [Term(("will", "open")), Term(("may",), begins=True)]),
        ("“Will open”", [Term(("will", "open"))]),
        ('"open', [Term(("open",), begins=True)]),
        ("e-mail", [Term(("e", "mail"))]),
        ("NOT (bridge OR *) & !toll:*", None),
        ('""  “” \\ 🙂', []),
    ],
)
def test_asked_takes_quotation_marks_for_a_phrase_and_nothing_for_an_operator(
    text: str, terms: list[Term] | None
) -> None:
    if terms is None:
        terms = [Term((word,), begins=len(word) > 2) for word in ("not", "bridge", "or", "toll")]

    assert list(asked(text)) == terms


@given(st.text(max_size=400))
def test_whatever_is_typed_makes_terms_of_letters_and_digits(text: str) -> None:
    terms = asked(text)

    assert len(terms) <= MOST_TERMS
    for term in terms:
        assert all(word.replace("_", "x").isalnum() or not word.isascii() for word in term.words)
        assert not any(sign in word for word in term.words for sign in "'\"\\:*&|!() \t\n")


@given(st.text(max_size=200), st.text(max_size=20))
def test_highlighted_pieces_are_the_text(text: str, query: str) -> None:
    assert "".join(piece for piece, _ in highlighted(text, asked(query))) == text


def test_highlighted_marks_words_as_they_stand() -> None:
    pieces = highlighted("The Tölls stay; a toll-free day.", asked("toll"))

    assert [piece for piece, is_marked in pieces if is_marked] == ["Tölls", "toll"]


def test_passage_shows_what_stands_around_the_first_word() -> None:
    text = f"{'before ' * 50}the bridge opens {'after ' * 50}"

    shown = passage(text, asked("bridge"), around=20)

    assert shown == "… before the bridge opens after …" or "bridge opens" in shown
    assert len(shown) < 70
    assert passage(text, asked("ferry")) == ""
