"""Spans that selections make: replaced, added, cut and joined, each one step that undo takes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.choices import SpanChange, SpanRole
from annotations.domain import review, undo
from annotations.domain.spans import SpanError, pieces_after
from annotations.models import Claim, Revision, User
from tests.builders import make_article, make_claim

TEXT = "😀 “They go,” Bo Ek said. “At once.”\n\n“And for good,” he added.\n\nRead more here."
CONTENT, CUE, SOURCE = SpanRole.CONTENT, SpanRole.CUE, SpanRole.SOURCE


def at(words: str) -> tuple[int, int]:
    return TEXT.index(words), TEXT.index(words) + len(words)


def after(change: SpanChange, present: list[str], *spans: tuple[int, int]) -> list[str]:
    """Return the words of the pieces that `present` become."""
    pieces = pieces_after(change, text=TEXT, present=[at(words) for words in present], spans=spans)
    return [piece.of(TEXT) for piece in pieces]


@pytest.fixture
def claim(db: None) -> Claim:
    return make_claim(article=make_article(text=TEXT), content=(at("“They go,”"), at("“At once.”")))


def words_of(claim: Claim, role: SpanRole = CONTENT) -> list[str]:
    return [TEXT[span.start : span.end] for span in claim.spans.filter(role=role).order_by("position")]


def test_a_cut_without_words_divides_the_piece_around_it() -> None:
    place = TEXT.index(" Bo Ek")

    assert after(SpanChange.CUT, ["“They go,” Bo Ek said."], (place, place)) == ["“They go,”", "Bo Ek said."]


def test_a_cut_with_words_takes_them_out_of_every_piece_they_touch() -> None:
    assert after(SpanChange.CUT, ["“They go,” Bo Ek said. “At once.”"], at("Bo Ek said.")) == [
        "“They go,”",
        "“At once.”",
    ]
    assert after(SpanChange.CUT, ["They go,” Bo", "Ek said"], at("Bo Ek")) == ["They go,”", "said"]


def test_a_join_takes_in_what_lies_between() -> None:
    present = ["“They go,”", "“At once.”"]

    assert after(SpanChange.JOIN, present, at("said")) == ["“They go,” Bo Ek said. “At once.”"]


def test_a_join_at_a_place_takes_the_two_pieces_nearest_to_it() -> None:
    present = ["“They", "Bo Ek", "“At once.”"]
    place = TEXT.index("said.") + 4

    assert after(SpanChange.JOIN, present, (place, place)) == ["“They", "Bo Ek said. “At once.”"]


def test_a_join_over_paragraphs_stays_one_piece_a_paragraph() -> None:
    present = ["“At once.”", "“And for good,”"]

    assert after(SpanChange.JOIN, present, at("once")) == present


@pytest.mark.parametrize(
    ("change", "present", "span", "reason"),
    [
        (SpanChange.CUT, ["“They go,”"], at("Read"), "nothing to cut"),
        (SpanChange.CUT, ["“They go,”"], (2, 2), "nothing to cut"),
        (SpanChange.CUT, ["“They go,”"], at("“They go,”"), "would leave nothing"),
        (SpanChange.CUT, ["“They go,”"], (len(TEXT), len(TEXT) + 1), "outside"),
        (SpanChange.JOIN, ["“They go,”"], at("go"), "one piece already"),
        (SpanChange.JOIN, ["“They go,”", "“At once.”"], (-1, 3), "outside"),
    ],
)
def test_what_can_not_be_cut_or_joined_is_refused(
    change: SpanChange, present: list[str], span: tuple[int, int], reason: str
) -> None:
    with pytest.raises(SpanError, match=reason):
        after(change, present, span)


STRETCHES = st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))).map(
    lambda pair: tuple(sorted(pair))
)


@given(st.lists(STRETCHES, min_size=1, max_size=4), STRETCHES, st.sampled_from(SpanChange))
def test_any_change_leaves_ordered_pieces_with_words_inside_one_paragraph_each(
    present: list[tuple[int, int]], span: tuple[int, int], change: SpanChange
) -> None:
    try:
        stored = pieces_after(SpanChange.REPLACE, text=TEXT, present=[], spans=present)
        pieces = pieces_after(change, text=TEXT, present=[(p.start, p.end) for p in stored], spans=[span])
    except SpanError:
        return

    assert pieces
    for before, piece in zip([None, *pieces[:-1]], pieces, strict=True):
        assert before is None or before.end <= piece.start
        assert "\n" not in piece.of(TEXT)
        assert any(character.isalnum() for character in piece.of(TEXT))


def test_a_selection_that_is_snapped_takes_words_and_marks(claim: Claim, editor: User) -> None:
    start = TEXT.index("hey")

    review.change_spans(
        claim=claim, role=CONTENT, spans=[(start, start + 5)], snap=True, by=editor, version=1
    )

    assert words_of(claim) == ["“They go,”"]


def test_a_selection_over_paragraphs_is_snapped_in_each(claim: Claim, editor: User) -> None:
    span = (TEXT.index("once"), TEXT.index(" good") + 3)

    review.change_spans(claim=claim, role=CONTENT, spans=[span], snap=True, by=editor, version=1)

    assert words_of(claim) == ["once.", "“And for good,”"]


def test_a_raw_selection_stays_as_it_is(claim: Claim, editor: User) -> None:
    start = TEXT.index("hey")

    review.change_spans(claim=claim, role=CONTENT, spans=[(start, start + 5)], by=editor, version=1)

    assert words_of(claim) == ["hey g"]


def test_one_more_piece_leaves_the_others_as_they_are(claim: Claim, editor: User) -> None:
    review.change_spans(
        claim=claim,
        role=CONTENT,
        spans=[(at("good")[0] - 4, at("good")[1])],
        change=SpanChange.ADD,
        snap=True,
        by=editor,
        version=1,
    )

    assert words_of(claim) == ["“They go,”", "“At once.”", "for good"]


@pytest.mark.parametrize(
    ("change", "span", "expected"),
    [
        (SpanChange.CUT, at("go"), ["“They", "“At once.”"]),
        (SpanChange.JOIN, at("said"), ["“They go,” Bo Ek said. “At once.”"]),
    ],
)
def test_a_cut_and_a_join_are_one_step_each_and_are_undone(
    claim: Claim, editor: User, change: SpanChange, span: tuple[int, int], expected: list[str]
) -> None:
    before = words_of(claim)
    changed = review.change_spans(
        claim=claim, role=CONTENT, spans=[span], change=change, snap=True, by=editor, version=1
    )
    assert words_of(changed) == expected
    assert Revision.objects.count() == 1

    undo.undo_last(article=claim.article, by=editor)

    assert words_of(claim) == before


def test_a_cut_that_comes_twice_cuts_once(claim: Claim, editor: User) -> None:
    place = TEXT.index(" go")
    for _ in range(2):
        review.change_spans(
            claim=claim,
            role=CONTENT,
            spans=[(place, place)],
            change=SpanChange.CUT,
            by=editor,
            version=1,
            request_key="k",
        )

    assert words_of(claim) == ["“They", "go,”", "“At once.”"]
    assert Revision.objects.count() == 1


def test_a_refused_change_leaves_no_trace(claim: Claim, editor: User) -> None:
    with pytest.raises(SpanError):
        review.change_spans(
            claim=claim,
            role=CONTENT,
            spans=[at("Read")],
            change=SpanChange.CUT,
            by=editor,
            version=1,
        )

    claim.refresh_from_db()
    assert (claim.version, words_of(claim)) == (1, ["“They go,”", "“At once.”"])
    assert not Revision.objects.exists()


def test_a_source_is_taken_without_the_full_stop(claim: Claim, editor: User) -> None:
    start = TEXT.index("he added.")
    review.change_spans(
        claim=claim, role=CUE, spans=[(start + 3, start + 9)], snap=True, by=editor, version=1
    )

    assert words_of(claim, CUE) == ["added"]
