"""Words, pieces and windows of a text: what the trained extractor reads, with nothing lost on the way."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.nlp.draft import Span
from annotations.nlp.extraction import encoding
from annotations.nlp.paragraphs import paragraphs
from annotations.nlp.quotations import scan

LETTERS = "abcdefghijklmnopqrstuvwxyz"
PIECES = [
    encoding.PAD,
    encoding.UNKNOWN,
    encoding.START,
    encoding.SEPARATOR,
    *LETTERS[:-1],
    *(f"##{letter}" for letter in LETTERS[:-1]),
    *"\"'.,:-",
    "bridge",
    "bri",
    "##dge",
    "##dges",
]
VOCABULARY = encoding.Vocabulary(PIECES)

TEXTS = st.text(alphabet="abz AB0.,:é“”\"'’`«»_-\n\u00a0😀", max_size=200)
SCRAPS = st.lists(
    st.sampled_from(["bridge", "Bridges", "it", "a", "zzz", "“We", "go,”", ".", "\n", "x" * 30, "y" * 150]),
    max_size=150,
).map(" ".join)


def encoded(text, lines=None):
    lines = list(paragraphs(text)) if lines is None else lines
    return encoding.encode(text, lines, scan(text, lines), VOCABULARY)


def words(text, found):
    return [text[start:end] for start, end in zip(found.starts, found.ends, strict=True)]


def spelled(pieces):
    return [PIECES[piece] for piece in pieces]


# -- pieces ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("bridge", ["bridge"]),
        ("bridges", ["bridge", "##s"]),
        ("bridged", ["bridge", "##d"]),
        ("bribridges", ["bri", "##b", "##r", "##i", "##dges"]),
        ("abc", ["a", "##b", "##c"]),
    ],
)
def test_word_is_split_into_the_longest_known_pieces_from_its_left(word, pieces):
    assert spelled(VOCABULARY.pieces(word)) == pieces


@pytest.mark.parametrize("word", ["z", "az", "بريد", "😀", "", "a" * 101])
def test_word_that_no_pieces_make_up_is_unknown_as_a_whole(word):
    assert VOCABULARY.pieces(word) == (VOCABULARY.unknown,)


@given(st.text(max_size=120))
def test_every_word_has_one_to_eight_pieces(word):
    assert 1 <= len(VOCABULARY.pieces(word)) <= 8


def test_long_word_keeps_its_first_eight_pieces():
    assert spelled(VOCABULARY.pieces("abcdefghijkl")) == [
        "a",
        *(f"##{letter}" for letter in "bcdefgh"),
    ]


@pytest.mark.parametrize("word", ["Bridge", "BRIDGE", "brídge", "BRÍDGE", "bri\u0301dge"])
def test_case_and_accents_change_no_pieces(word):
    assert VOCABULARY.pieces(word) == VOCABULARY.pieces("bridge")


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("bridge", encoding.LOWER),
        ("bRIDGE", encoding.LOWER),
        ("Bridge", encoding.TITLE),
        ("McLee", encoding.TITLE),
        ("BRIDGE", encoding.UPPER),
        ("B", encoding.INITIAL),
        ("42", encoding.DIGIT),
        ("42nd", encoding.LOWER),
        (".", encoding.SIGN),
        ("😀", encoding.SIGN),
    ],
)
def test_shape_tells_what_the_pieces_have_lost(word, shape):
    assert encoded(word).shapes == [shape]


# -- words -------------------------------------------------------------------------------------------------


def test_words_are_runs_of_letters_and_digits_and_single_signs():
    text = "Ann-Lee's 1,000 ``no'' a_b."

    assert words(text, encoded(text)) == [
        *("Ann", "-", "Lee", "'", "s"),
        *("1", ",", "000"),
        *("``", "no", "''"),
        *("a", "_", "b", "."),
    ]


@given(TEXTS)
def test_every_word_of_a_text_is_encoded_once_and_in_order(text):
    found = encoded(text)

    assert "".join(words(text, found)) == "".join(text.split())
    assert all(start < end for start, end in zip(found.starts, found.ends, strict=True))
    assert all(end <= start for end, start in zip(found.ends, found.starts[1:], strict=False))
    for layer in (found.ends, found.paragraphs, found.pieces, found.shapes, found.places):
        assert len(layer) == len(found)


@given(TEXTS, st.data())
def test_nothing_outside_the_given_lines_is_encoded(text, data):
    lines = [line for line in paragraphs(text) if data.draw(st.booleans(), label="told")]

    found = encoded(text, lines)

    assert "".join(words(text, found)) == "".join("".join(line.of(text).split()) for line in lines)
    for start, end, index in zip(found.starts, found.ends, found.paragraphs, strict=True):
        assert lines[index].start <= start < end <= lines[index].end


def test_word_that_a_line_cuts_is_encoded_as_far_as_the_line_goes():
    assert words("rebuilding", encoded("rebuilding", [Span(2, 7)])) == ["build"]


# -- quotation marks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opening", "closing"),
    [('"', '"'), ("“", "”"), ("''", "''"), ("``", "''"), ("«", "»"), ("‘", "’"), ("'", "'")],
)
def test_marks_of_any_style_read_the_same(opening, closing):
    text = f"{opening}We go,{closing} Ann said."

    found = encoded(text)

    plain = encoded('"We go," Ann said.')
    assert found.pieces == plain.pieces
    assert found.places == plain.places
    assert words(text, found)[0] == opening


def test_places_say_where_a_word_stands_among_the_marks():
    assert encoded("No “a b” c “d").places == [
        encoding.OUTSIDE,
        encoding.OPENING,
        encoding.INSIDE,
        encoding.INSIDE,
        encoding.CLOSING,
        encoding.OUTSIDE,
        encoding.OPENING,
        encoding.INSIDE,
    ]


def test_word_right_behind_a_closing_mark_stands_outside():
    assert encoded("“a”b").places == [
        encoding.OPENING,
        encoding.INSIDE,
        encoding.CLOSING,
        encoding.OUTSIDE,
    ]


def test_apostrophe_is_no_quotation_mark():
    found = encoded("the voters’ bridge")

    assert spelled(found.pieces[2]) == ["'"]
    assert set(found.places) == {encoding.OUTSIDE}


def test_last_word_of_a_quotation_left_open_is_no_mark():
    found = encoded("“We go")

    assert found.places == [encoding.OPENING, encoding.INSIDE, encoding.INSIDE]
    assert found.pieces[-1] == VOCABULARY.pieces("go")


# -- windows -----------------------------------------------------------------------------------------------

SIZES = st.sampled_from(
    [
        (encoding.LONGEST_WINDOW, encoding.MARGIN),
        (160, 16),
        (64, 8),
    ]
)


def assert_windows_hold(found, windows, longest):
    """Cores tile the words, windows lie around their cores, and none is too long for the network."""
    covered = [word for window in windows for word in range(window.core_first, window.core_last)]
    assert covered == list(range(len(found)))
    for window in windows:
        assert 0 <= window.first <= window.core_first < window.core_last <= window.last <= len(found)
        assert encoding.batch([(found, window)], VOCABULARY).pieces.shape[1] <= longest


@given(SCRAPS, SIZES)
def test_cores_tile_the_words_and_windows_keep_the_limit(text, sizes):
    longest, margin = sizes
    found = encoded(text)

    assert_windows_hold(found, encoding.windows(found, longest=longest, margin=margin), longest)


@pytest.mark.parametrize(
    "text",
    [
        "a " * 5_000,
        "a\n" * 5_000,
        "abcdefghijkl " * 3_000,
        "abcdefghijkl\n" * 3_000,
        "x" * 100_000,
        ("x" * 5_000 + " ") * 500,
        "“We go,” Ann said. " * 2_000,
    ],
    ids=[
        "words",
        "lines",
        "many pieces",
        "many pieces a line",
        "one giant word",
        "giant words",
        "quotations",
    ],
)
def test_long_texts_are_cut_into_windows_that_keep_the_limit(text):
    found = encoded(text)

    assert_windows_hold(found, encoding.windows(found), encoding.LONGEST_WINDOW)


def length(found, first, last):
    """Return how many pieces the words [first, last) take up, the separators between their lines counted."""
    window = encoding.Window(first, last, first, last)
    return encoding.batch([(found, window)], VOCABULARY).pieces.shape[1] - 2


@given(SCRAPS, SIZES)
def test_core_has_its_margin_on_either_side_but_for_a_word(text, sizes):
    longest, margin = sizes
    found = encoded(text)
    longest_word = 8 + 2  # eight pieces and the separators around them

    for before, after in pairwise(encoding.windows(found, longest=longest, margin=margin)):
        assert length(found, after.first, after.core_first) >= margin - longest_word
        if before.last < len(found):
            assert length(found, before.core_last, before.last) >= margin - longest_word


def test_windows_of_a_long_text_are_alike_in_length():
    found = encoded("a " * 1_000)

    lengths = [window.last - window.first for window in encoding.windows(found)]

    assert len(lengths) > 1
    assert max(lengths) - min(lengths) <= 2


def test_short_text_is_one_window():
    found = encoded("“We go,” Ann said.")

    assert encoding.windows(found) == [encoding.Window(0, len(found), 0, len(found))]


@pytest.mark.parametrize("text", ["", " \n\u00a0\n"])
def test_text_without_words_has_no_window(text):
    assert encoding.windows(encoded(text)) == []


# -- batches -----------------------------------------------------------------------------------------------


def test_batch_has_start_words_separators_between_lines_and_end():
    found = encoded("Bridges\nit")

    made = encoding.batch([(found, encoding.Window(0, 2, 0, 1))], VOCABULARY)

    assert spelled(made.pieces[0]) == ["[CLS]", "bridge", "##s", "[SEP]", "i", "##t", "[SEP]"]
    none, title, lower = encoding.NO_SHAPE, encoding.TITLE, encoding.LOWER
    assert made.shapes.tolist() == [[none, title, title, none, lower, lower, none]]
    assert made.firsts.tolist() == [[1, 4]]
    assert made.wanted.tolist() == [[1, 0]]


def test_places_of_a_word_are_those_of_all_its_pieces():
    found = encoded("“Bridges”")

    made = encoding.batch([(found, encoding.Window(0, 3, 0, 3))], VOCABULARY)

    out, into = encoding.OUTSIDE, encoding.INSIDE
    assert made.places.tolist() == [[out, encoding.OPENING, into, into, encoding.CLOSING, out]]


def test_window_in_the_middle_of_a_text_opens_with_no_separator_of_its_line():
    found = encoded("a\nb c")

    made = encoding.batch([(found, encoding.Window(1, 3, 1, 3))], VOCABULARY)

    assert spelled(made.pieces[0]) == ["[CLS]", "b", "c", "[SEP]"]


@given(SCRAPS, SCRAPS)
def test_firsts_point_at_the_first_piece_of_each_word_and_padding_is_nothing(one, other):
    items = [(text, window) for text in map(encoded, (one, other)) for window in encoding.windows(text)]
    if not items:
        return

    made = encoding.batch(items, VOCABULARY)

    for row, (text, window) in enumerate(items):
        count = window.last - window.first
        for position in range(count):
            pieces = text.pieces[window.first + position]
            first = made.firsts[row, position]
            assert tuple(made.pieces[row, first : first + len(pieces)]) == pieces
        assert not made.firsts[row, count:].any()
        core = np.arange(window.first, window.last)
        in_core = (window.core_first <= core) & (core < window.core_last)
        assert made.wanted[row, :count].tolist() == in_core.tolist()
        assert not made.wanted[row, count:].any()
        length = int(np.flatnonzero(made.pieces[row] == VOCABULARY.separator)[-1]) + 1
        assert (made.pieces[row, length:] == VOCABULARY.pad).all()
        assert (made.pieces[row, :length] != VOCABULARY.pad).all()
        assert (made.shapes[row, length:] == encoding.NO_SHAPE).all()
        assert (made.places[row, length:] == encoding.OUTSIDE).all()


def test_network_gets_every_array_by_its_name():
    found = encoded("a b")
    made = encoding.batch([(found, encoding.Window(0, 2, 0, 2))], VOCABULARY)

    assert set(made.inputs()) == {"pieces", "shapes", "places", "firsts", "wanted"}
    assert all(array is getattr(made, name) for name, array in made.inputs().items())


def test_mark_that_was_lost_is_seen_before_the_first_word():
    text = "We never saw it,” said Ann Lee."
    lines = list(paragraphs(text))

    found = encoding.encode(text, lines, scan(text, lines), VOCABULARY)

    assert found.pieces[0] == (*VOCABULARY.pieces('"'), *VOCABULARY.pieces("We"))
    assert found.places[:3] == [encoding.OPENING, encoding.INSIDE, encoding.INSIDE]
