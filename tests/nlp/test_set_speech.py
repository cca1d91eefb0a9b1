"""Speech that set forms attribute: transcripts, quotations signed or presented, and "..., said Lee"."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.nlp.draft import Span
from annotations.nlp.paragraphs import paragraphs
from annotations.nlp.quotations import scan
from annotations.nlp.set_speech import (
    answers,
    presented_quotations,
    signed_quotations,
    transcript_line,
    unmarked_line,
)


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


# -- quotations that the next line presents ----------------------------------------------------------------


def presented(text):
    return [in_words(text, found) for found in presented_quotations(text, list(paragraphs(text)), scan(text))]


@pytest.mark.parametrize(
    ("line", "cue", "name"),
    [
        ("That was how Ann Lee greeted them.", "That was how", "Ann Lee"),
        ("This is what Bo van der Roe told the court.", "This is what", "Bo van der Roe"),
        ("Those were the words of Ann Lee on Monday.", "Those were the words of", "Ann Lee"),
    ],
)
def test_line_that_presents_the_quotation_before_it_names_its_speaker(line, cue, name):
    assert presented(f"{QUOTATION}\n\n{line}") == [(QUOTATION, cue, name)]


@pytest.mark.parametrize(
    "text",
    [
        f"{QUOTATION}\n\nThat was how the bridge fell.",
        f"{QUOTATION}\n\nThat was Ann Lee on Monday.",
        f"{QUOTATION} she said.\n\nThat was how Ann Lee greeted them.",
        f"Bo Roe said: {QUOTATION}\n\nThat was how Ann Lee greeted them.",
        f"{QUOTATION}\n\nIt rained.\n\nThat was how Ann Lee greeted them.",
        f"{QUOTATION}",
    ],
)
def test_other_lines_present_nothing(text):
    assert presented(text) == []


# -- answers to a question that the sentence before reports ------------------------------------------------


def answered(text):
    return [in_words(text, found) for found in answers(text, list(paragraphs(text)), scan(text))]


@pytest.mark.parametrize(
    ("asked", "cue", "name"),
    [
        ("Asked what comes next, the retired baker shrugged.", "shrugged", "the retired baker"),
        ("It rained. When asked about it, Bo van der Roe laughed a little.", "laughed", "Bo van der Roe"),
        ("Asked why, she waved her hand.", "waved", "she"),
    ],
)
def test_quotation_after_a_reported_question_is_the_answer_of_who_was_asked(asked, cue, name):
    assert answered(f"{asked} {QUOTATION}") == [(QUOTATION, cue, name)]


@pytest.mark.parametrize(
    "text",
    [
        f"Ann Lee asked why the bridge fell, and Bo Roe shrugged. {QUOTATION}",
        f"Asked why, she shrugged. It rained. {QUOTATION}",
        f"Asked why, she shrugged.\n\n{QUOTATION}",
        QUOTATION,
    ],
)
def test_other_quotations_answer_nobody(text):
    assert answered(text) == []


# -- speech without marks ----------------------------------------------------------------------------------


def unmarked(text):
    found = unmarked_line(text, Span(0, len(text)), scan(text))
    return None if found is None else in_words(text, found)


@pytest.mark.parametrize("rest", [", who farms above the lake.", ".", ". She lost forty sheep.", ""])
def test_line_that_opens_with_words_and_said_and_a_name_is_speech(rest):
    assert unmarked(f"It was the worst winter I can remember, said Ann Lee{rest}") == (
        "It was the worst winter I can remember",
        "said",
        "Ann Lee",
    )


@pytest.mark.parametrize(
    "line",
    [
        "Ann Lee, a farmer from the hills above, said Bo Roe was wrong.",
        "Ann Lee, a farmer from the hills above, said Sunday, before it rained, that she was wrong.",
        "Ann Lee, a farmer from the hills above, said Mr. Roe was wrong.",
        "It was cold. It was the worst winter I can remember, said Ann Lee.",
        "It was cold, said Ann Lee.",
        "“It was the worst winter I can remember, said Ann Lee.",
        "It was the worst winter I can remember, said the farmer.",
    ],
)
def test_other_lines_are_no_speech(line):
    assert unmarked(line) is None


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
