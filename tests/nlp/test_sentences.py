"""Sentences told from words and marks alone: one after the other, never broken inside a quotation."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.nlp.draft import Span
from annotations.nlp.paragraphs import paragraphs
from annotations.nlp.quotations import scan
from annotations.nlp.sentences import sentences


def split(text):
    return [span.of(text) for line in paragraphs(text) for span in sentences(text, line, scan(text))]


@pytest.mark.parametrize(
    "expected",
    [
        ["It rained.", "The river rose."],
        ["Did it rain?", "It did!", "We know…", "The end"],
        ["It rained.", "2,000 people left."],
        ["(It rained.)", "(The river rose.)"],
        ["It rained.", "“We go,” she said."],
        ["“We go.”", "She left."],
        ['"We go."', '"So do we."'],
        ["He left for the U.S. of his own will."],
        ["Mr. Roe and Dr. Lee met Gov. Ann B. Hill."],
        ["The match ended 2.5 to 1."],
        ["The site newsdesk.example is down."],
        ["It rained... and then it stopped."],
        ["It rained? no.", "It poured."],
        ["Was it Mr?", "It was Mrs!", "It was."],
        ["She said no.", "He left for No. 10."],
        ["She met the president.", "He met the Prime Minister.", "They met the King."],
        ["They left at 5 p.m. on Sunday."],
        ["Es regnet.", "Über Nacht."],
    ],
    ids=lambda parts: " | ".join(parts),
)
def test_sentences_end_where_a_reader_would_end_them(expected):
    assert split(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "“We tried. We failed. We will try again,” said Ann Lee.",
        '"Is it over? I think so." said Ann Lee.',
        "«It rained. It poured.» said Ann Lee.",
        "'It rained. It poured,' said Ann Lee.",
    ],
)
def test_full_stop_inside_a_quotation_ends_no_sentence(sentence):
    assert split(f"{sentence} The river rose.") == [sentence, "The river rose."]


def test_quotation_left_open_is_one_sentence_to_the_end_of_its_paragraph():
    assert split("She wrote: “We tried. We failed.\nThe river rose. It fell.") == [
        "She wrote: “We tried. We failed.",
        "The river rose.",
        "It fell.",
    ]


def test_sentences_have_no_white_space_at_their_edges():
    assert split("  It rained. \u00a0 The river rose.  ") == ["It rained.", "The river rose."]


def test_only_the_asked_paragraph_is_split():
    text = "It rained. It poured.\nThe river rose."

    assert [span.of(text) for span in sentences(text, Span(0, 21), ())] == ["It rained.", "It poured."]


NEWS = st.lists(
    st.sampled_from(
        [
            "It",
            "rained",
            ".",
            "!",
            "?",
            "...",
            "Mr.",
            "A.",
            " ",
            " ",
            "\u00a0",
            "\n",
            "“",
            "”",
            '"',
            "'",
            ")",
            "»",
            "É",
        ]
    ),
    max_size=60,
).map("".join)


@given(st.one_of(NEWS, st.text()))
def test_sentences_tile_every_paragraph_and_end_inside_no_quotation(text):
    quotations = scan(text)
    for line in paragraphs(text):
        found = list(sentences(text, line, quotations))

        assert not text[line.start : found[0].start].strip()
        assert not text[found[-1].end : line.end].strip()
        for before, after in pairwise(found):
            assert before.end < after.start
            assert not text[before.end : after.start].strip()
        for span in found:
            assert line.start <= span.start < span.end <= line.end
            assert not span.of(text)[0].isspace()
            assert not span.of(text)[-1].isspace()
            assert not any(quotation.start < span.end < quotation.end for quotation in quotations)
            assert not any(quotation.start < span.start < quotation.end for quotation in quotations)
