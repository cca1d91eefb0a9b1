"""Edges of contents moved to quotation marks, and signs that belong to nobody left out."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.nlp.draft import Span
from annotations.nlp.quotations import scan
from annotations.nlp.snapping import snapped


def snap(text, *parts):
    """Snap the given parts of a text, which follow each other in it; return what comes out in words."""
    content, at = [], 0
    for part in parts:
        at = text.index(part, at)
        content.append(Span(at, at + len(part)))
        at += len(part)
    return [span.of(text) for span in snapped(text, content, scan(text))]


@pytest.mark.parametrize(
    "part",
    [
        "We will rebuild the bridge by May,",
        "will rebuild the bridge by May,”",
        "We will rebuild the bridge",
        "the bridge",
        "“We will rebuild the bridge by May,” ",
    ],
)
def test_edge_near_a_mark_moves_to_it(part):
    assert snap("“We will rebuild the bridge by May,” said Ann Lee.", part) == [
        "“We will rebuild the bridge by May,”"
    ]


def test_edge_far_from_the_marks_stays():
    text = "“I have told him that the bridge is safe and that the road to it will be mended,” said Ann Lee."

    assert snap(text, "the bridge is safe and") == ["the bridge is safe and"]


def test_quotation_whose_mark_is_lost_is_drawn_out_to_its_end():
    assert snap("Ann Lee said: “We will rebuild the bridge by May", "“We will rebuild the bridge") == [
        "“We will rebuild the bridge by May"
    ]


@pytest.mark.parametrize("part", [": “We lost”", "“We lost”).", ": “We lost”)."])
def test_signs_alone_between_an_edge_and_a_mark_are_no_content(part):
    assert snap("(Ann Lee said: “We lost”). It rained.", part) == ["“We lost”"]
    assert snap("It rained! “We lost,” said Ann Lee.", "! “We lost,”") == ["“We lost,”"]


def test_words_before_and_behind_a_quotation_stay_with_it():
    assert snap("Ann Lee called it “a joke” and left.", "it “a joke” and left") == ["it “a joke” and left"]


@pytest.mark.parametrize("loose", [" before losing by", " and the", ", who was a"])
def test_words_behind_a_quotation_that_lead_nowhere_are_left_out(loose):
    text = f"Ann Lee called it “a joke”{loose} long way."

    assert snap(text, f"it “a joke”{loose}") == ["it “a joke”"]


def test_words_behind_a_quotation_that_end_well_stay():
    assert snap("They called it “a joke” that they laughed at.", "it “a joke” that they laughed") == [
        "it “a joke” that they laughed"
    ]
    assert snap("He asked what it was for, she said.", "what it was for,") == ["what it was for"]


@pytest.mark.parametrize(
    ("part", "bare"),
    [
        (", that the bridge was safe,", "that the bridge was safe"),
        (" that the bridge was safe", "that the bridge was safe"),
        ("— that the bridge was safe (", "that the bridge was safe"),
        ("; the bridge was safe:", "the bridge was safe"),
    ],
)
def test_signs_at_the_edges_that_belong_to_nobody_are_left_out(part, bare):
    assert snap(f"Ann Lee said{part} it rained", part) == [bare]


@pytest.mark.parametrize("part", ["that the bridge was safe.", "(the bridge) was safe", "was it safe?"])
def test_full_stop_and_brackets_of_the_content_stay(part):
    assert snap(f"Ann Lee said {part} It rained", part) == [part]


def test_stretches_that_meet_afterwards_are_one():
    text = "“We will rebuild the bridge,” said Ann Lee."

    assert snap(text, "“We will", "the bridge,”") == ["“We will rebuild the bridge,”"]


def test_stretch_inside_another_adds_nothing():
    text = "Ann Lee said that the bridge was safe"

    assert snapped(text, [Span(13, 37), Span(18, 28)], ()) == (Span(13, 37),)


def test_stretches_apart_stay_apart_and_in_text_order():
    text = "“We tried,” said Ann Lee. “We failed.”"

    assert snap(text, "We tried", "We failed") == ["“We tried,”", "“We failed.”"]
    content = [Span(27, 36), Span(1, 9)]
    assert [span.of(text) for span in snapped(text, content, scan(text))] == ["“We tried,”", "“We failed.”"]


def test_content_without_words_is_nothing():
    assert snapped("Ann Lee said, yes", [], ()) == ()
    assert snapped("Ann Lee said, yes", [Span(12, 14)], ()) == ()
    assert snapped("Ann Lee said. “ yes", [Span(14, 15)], ()) == ()


NEWS = st.lists(
    st.sampled_from(["We", "go", ",", ".", " ", " ", "\n", "“", "”", '"', "'", "(", ")", ":", "—", "😀"]),
    max_size=40,
).map("".join)


@given(st.one_of(NEWS, st.text(max_size=60)), st.data())
def test_contents_stay_inside_the_text_in_order_and_apart(text, data):
    at = st.integers(0, len(text))
    content = [Span(*sorted(data.draw(st.tuples(at, at)))) for _ in range(data.draw(st.integers(0, 4)))]

    found = snapped(text, content, scan(text))

    for span in found:
        assert 0 <= span.start < span.end <= len(text)
        assert not span.of(text)[0].isspace()
        assert not span.of(text)[-1].isspace()
    for before, after in pairwise(found):
        assert before.end < after.start
