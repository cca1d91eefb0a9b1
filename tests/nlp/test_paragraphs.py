"""Paragraphs are non-empty lines with offsets, and long ones can be cut."""

from hypothesis import given
from hypothesis import strategies as st

from annotations.nlp.draft import Span
from annotations.nlp.paragraphs import paragraphs, pieces, trimmed


def test_paragraphs_skip_lines_of_white_space():
    text = "\n First line \n\u00a0\n\nSecond\n"

    assert [span.of(text) for span in paragraphs(text)] == [" First line ", "Second"]


def test_trimmed_leaves_nothing_of_white_space():
    assert trimmed("  \t ", 0, 4) == Span(4, 4)
    assert trimmed(" a b ", 0, 5) == Span(1, 4)


def test_pieces_are_cut_after_a_sentence_where_one_ends_late_enough():
    text = "One two three. Four five six seven"

    assert [span.of(text) for span in pieces(text, Span(0, len(text)), 24)] == [
        "One two three. ",
        "Four five six seven",
    ]


@given(st.text(alphabet="ab .\u00a0", min_size=1), st.integers(min_value=2, max_value=12))
def test_pieces_join_to_the_paragraph_and_keep_the_limit(text, limit):
    found = list(pieces(text, Span(0, len(text)), limit))

    assert "".join(span.of(text) for span in found) == text
    assert all(0 < span.end - span.start <= limit for span in found)
