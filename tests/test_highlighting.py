"""Segments of marked text: they cover it exactly, whatever overlaps."""

from hypothesis import given
from hypothesis import strategies as st

from annotations.highlighting import Mark, Segment, marks_by_paragraph, segments

TEXT = "“We lost,” she 😀 said."
OFFSETS = st.integers(-3, len(TEXT) + 3)
MARKS = st.lists(
    st.builds(
        lambda start, length, claim: Mark(start, start + length, claim, "content"),
        OFFSETS,
        st.integers(1, 12),
        st.integers(1, 5),
    ),
    max_size=12,
)


def test_segments_of_unmarked_text_are_one() -> None:
    assert list(segments("abc", 0, 3, [])) == [Segment(0, "abc", ())]


def test_segments_of_nested_marks_name_the_innermost_first() -> None:
    outer, inner = Mark(0, 10, 1, "content"), Mark(4, 6, 2, "content")

    found = list(segments("0123456789ab", 0, 12, [outer, inner]))

    assert [(segment.text, [mark.claim_id for mark in segment.marks]) for segment in found] == [
        ("0123", [1]),
        ("45", [2, 1]),
        ("6789", [1]),
        ("ab", []),
    ]


def test_segments_cut_marks_that_reach_over_the_paragraph() -> None:
    found = list(segments("0123456789", 4, 8, [Mark(0, 6, 1, "content"), Mark(7, 10, 2, "content")]))

    assert [(segment.start, segment.text) for segment in found] == [(4, "45"), (6, "6"), (7, "7")]


@given(marks=MARKS, start=st.integers(0, len(TEXT)), end=st.integers(0, len(TEXT)))
def test_segments_joined_are_the_text_and_carry_each_mark_where_it_lies(
    marks: list[Mark], start: int, end: int
) -> None:
    start, end = min(start, end), max(start, end)

    found = list(segments(TEXT, start, end, marks))

    assert "".join(segment.text for segment in found) == TEXT[start:end]
    for segment in found:
        stop = segment.start + len(segment.text)
        assert {id(mark) for mark in segment.marks} == {
            id(mark) for mark in marks if mark.start < stop and segment.start < mark.end
        }


@given(marks=MARKS)
def test_marks_by_paragraph_finds_every_mark_over_each(marks: list[Mark]) -> None:
    paragraphs = [(0, 7), (9, 14), (15, len(TEXT))]

    found = marks_by_paragraph(paragraphs, marks)

    for (start, end), over in zip(paragraphs, found, strict=True):
        expected = [mark for mark in marks if mark.start < end and start < mark.end]
        assert sorted(over, key=id) == sorted(expected, key=id)
