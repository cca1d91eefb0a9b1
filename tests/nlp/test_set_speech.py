"""Speech that a page's layout attributes: transcripts and signed quotations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.nlp.draft import Span
from annotations.nlp.paragraphs import paragraphs
from annotations.nlp.quotations import scan
from annotations.nlp.set_speech import signed_quotations, transcript_line


def in_words(text, triple):
    return tuple(span.of(text) for span in (*triple.content, *triple.cue, *triple.source))


def transcript(text):
    found = transcript_line(text, Span(0, len(text)))
    return None if found is None else in_words(text, found)


def signed(text):
    return [in_words(text, found) for found in signed_quotations(text, list(paragraphs(text)), scan(text))]


# -- transcripts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["LEE", "ANN LEE", "ANN B. LEE", "MR. O’HARA", "THE PRIME MINISTER", "ROE-LEE"]
)
def test_capitals_and_a_colon_name_who_speaks_the_line(name):
    assert transcript(f"{name}: Will the bridge be open?") == ("Will the bridge be open?", ":", name)


def test_whole_rest_of_the_line_is_content():
    assert transcript("  LEE:  We will see. Ask Bo: he knows. ") == (
        "We will see. Ask Bo: he knows.",
        ":",
        "LEE",
    )


def test_transcript_in_quotation_marks_counts_as_well():
    assert transcript("“LEE: We will see.”") == ("We will see.”", ":", "LEE")


@pytest.mark.parametrize(
    "line",
    [
        "Lee: Will the bridge be open?",
        "LEE said: no.",
        "LEE:",
        "LEE: ",
        "LEE:no",
        "US: no",
        "A: no",
        "THE NAME OF WHOEVER SAYS: no",
        "At 5 LEE: no",
        "",
    ],
)
def test_other_lines_are_no_transcript(line):
    assert transcript(line) is None


def test_transcript_line_ends_with_its_line():
    text = "LEE: Yes.\nROE: No."

    first, second = (transcript_line(text, line) for line in paragraphs(text))

    assert in_words(text, first) == ("Yes.", ":", "LEE")
    assert in_words(text, second) == ("No.", ":", "ROE")
    assert transcript_line("LEE:\nNo.", Span(0, 4)) is None


# -- signatures --------------------------------------------------------------------------------------------

QUOTATION = "“The bridge was the only reason to stay.”"


@pytest.mark.parametrize("dash", ["—", "–", "-", "--", "~"])
def test_dash_and_name_behind_a_quotation_sign_it(dash):
    assert signed(f"{QUOTATION} {dash} Ann Lee") == [(QUOTATION, dash, "Ann Lee")]


def test_signature_may_stand_on_the_next_line():
    assert signed(f"{QUOTATION}\n— Ann Lee\nIt rained.") == [(QUOTATION, "—", "Ann Lee")]


@pytest.mark.parametrize("rest", [", mayor of Hull", " (mayor)", "; Hull"])
def test_signature_may_say_who_the_name_is(rest):
    assert signed(f"{QUOTATION} — Ann Lee{rest}") == [(QUOTATION, "—", "Ann Lee")]


def test_name_may_hold_small_words():
    assert signed(f"{QUOTATION} — Ann van der Lee") == [(QUOTATION, "—", "Ann van der Lee")]


def test_each_quotation_has_its_own_signature():
    text = f"{QUOTATION}\n— Ann Lee\n{QUOTATION}\n— Bo Roe"

    assert [source for _, _, source in signed(text)] == ["Ann Lee", "Bo Roe"]


@pytest.mark.parametrize(
    "text",
    [
        f"{QUOTATION} — and so she left.",
        f"{QUOTATION} — Ann Lee, who had lived by the river for years, and Bo",
        f"{QUOTATION} — Ann Lee, who left.",
        f"{QUOTATION} — The bridge fell",
        f"{QUOTATION} Ann Lee",
        f"{QUOTATION}\nIt rained.\n— Ann Lee",
        "“The Harbour Master” — Ann Lee",
        f"{QUOTATION} — The Bridge That Nobody Wanted To Mend At All",
        QUOTATION,
        "",
    ],
)
def test_other_quotations_are_not_signed(text):
    assert signed(text) == []


PARTS = [
    "LEE",
    "Ann",
    "ROE:",
    ":",
    " ",
    " ",
    "\n",
    "“",
    "”",
    '"',
    "—",
    "--",
    "it was a long night",
    ".",
    ",",
    "(",
    "É",
]


@given(st.one_of(st.lists(st.sampled_from(PARTS), max_size=40).map("".join), st.text()))
def test_spans_stay_inside_their_lines_and_apart_for_any_text(text):
    lines = list(paragraphs(text))
    found = [triple for line in lines if (triple := transcript_line(text, line)) is not None]
    for triple in found:
        (content,), (cue,), (source,) = triple.content, triple.cue, triple.source
        line = next(line for line in lines if line.start <= source.start < line.end)
        assert source.start < source.end <= cue.start < cue.end <= content.start < content.end <= line.end

    signed_ones = list(signed_quotations(text, lines, scan(text)))
    for triple in signed_ones:
        (content,), (cue,), (source,) = triple.content, triple.cue, triple.source
        assert content.start < content.end <= cue.start < cue.end <= source.start < source.end <= len(text)
    assert signed_ones == sorted(signed_ones, key=lambda triple: triple.content)
