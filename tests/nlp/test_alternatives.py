"""The other contents that are offered: which come, in what order, and what holds for any of them."""

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.nlp.alternatives import alternatives, places, shapes
from annotations.nlp.draft import Span
from annotations.nlp.selections import has_word, is_inside_word
from annotations.nlp.words import Words

NONE = {"start": {}, "end": {}, "shape": {}}


def span(text: str, words: str) -> Span:
    start = text.index(words)
    return Span(start, start + len(words))


def offered(text: str, *content: str, cue: str = "", source: str = "", **options: object) -> list[list[str]]:
    """Return the other contents in words, likeliest first."""
    found = alternatives(
        text,
        [span(text, piece) for piece in content],
        cue=[span(text, cue)] if cue else (),
        source=[span(text, source)] if source else (),
        **options,
    )
    return [[piece.of(text) for piece in pieces] for pieces in found]


def covered(words: Words, pieces: Iterable[Span]) -> tuple[int, ...]:
    """Return which of the words the pieces hold."""
    return tuple(sorted(words.covered((piece.start, piece.end) for piece in pieces)))


@pytest.mark.parametrize(
    ("text", "content", "cue", "right"),
    [
        (
            "Ana Lindqvist said that the tolls would stay, and that nobody would pay more.",
            ["that the tolls would stay"],
            "said",
            ["that the tolls would stay, and that nobody would pay more"],
        ),
        (
            "Ana Lindqvist said on Monday that the tolls would stay.",
            ["on Monday that the tolls would stay."],
            "said",
            ["that the tolls would stay"],
        ),
        (
            "“The tolls will stay. Nobody likes that,” Ana Lindqvist said.",
            ["“The tolls will stay."],
            "said",
            ["“The tolls will stay. Nobody likes that,”"],
        ),
        (
            "“The tolls will stay,” said Ana Lindqvist, “and nobody likes that.”",
            ["“The tolls will stay,”"],
            "said",
            ["“The tolls will stay,”", "“and nobody likes that.”"],
        ),
        (
            "“The tolls will stay,” said Ana Lindqvist. “Nobody likes that.”",
            ["“The tolls will stay,”", "“Nobody likes that.”"],
            "said",
            ["“The tolls will stay,”"],
        ),
    ],
    ids=["stops early", "begins early", "half a quotation", "a piece is missing", "a piece too many"],
)
def test_what_pipelines_get_wrong_most_is_mended_by_one_of_nine(
    text: str, content: list[str], cue: str, right: list[str]
) -> None:
    assert right in offered(text, *content, cue=cue)


def test_who_says_it_is_offered_out_of_the_content() -> None:
    text = "“The tolls,” said Ana Lindqvist, “will stay.”"

    assert ["“The tolls,”", "“will stay.”"] in offered(
        text, "“The tolls,” said Ana Lindqvist, “will stay.”", cue="said", source="Ana Lindqvist"
    )


def test_the_likeliest_comes_first() -> None:
    text = "She said that tolls, roads and bridges, would stay"
    weights = {"start": {"stays": 9.0}, "end": {"out line": 9.0, "out comma": 5.0}, "shape": {}}

    assert offered(text, "that tolls,", weights=weights)[:2] == [
        ["that tolls, roads and bridges, would stay"],
        ["that tolls, roads and bridges"],
    ]


def test_no_more_are_offered_than_asked_for() -> None:
    text = "She said that tolls, roads and bridges, would stay until the river took them."

    assert len(offered(text, "that tolls,")) == 9
    assert len(offered(text, "that tolls,", limit=3)) == 3


def test_a_content_of_one_word_alone_in_its_line_has_no_other() -> None:
    assert offered("Hello.\nShe said so.", "Hello.") == []


def test_an_edge_stays_in_its_line() -> None:
    text = "She spoke.\nShe said tolls stay.\nShe left."

    found = [piece for pieces in alternatives(text, [span(text, "tolls stay.")]) for piece in pieces]

    assert found
    assert {"\n" in piece.of(text) for piece in found} == {False}


@pytest.mark.parametrize("edge", ["start", "end"])
def test_in_a_paragraph_as_long_as_a_book_only_the_places_nearby_are_weighed(edge: str) -> None:
    text = "word " * 60_000

    # Sixty words outwards, two hundred inwards; a content of all words has nothing outside it.
    assert len(list(places(text, [Span(150_000, 150_004)], (), (), edge=edge))) in {61, 62}
    assert len(list(places(text, [Span(0, len(text) - 1)], (), (), edge=edge))) == 200


def test_pieces_more_or_less_are_named_for_what_was_done() -> None:
    text = "“A b.” “C d,” said Ana. “E f.” “G h.”"
    pieces = (span(text, "“C d,”"), span(text, "“E f.”"))

    assert [(name, [each.of(text) for each in found]) for name, found in shapes(text, pieces, (), ())] == [
        ("without the first", ["“E f.”"]),
        ("without the last", ["“C d,”"]),
        ("joined", ["“C d,” said Ana. “E f.”"]),
        ("with the quotation before", ["“A b.”", "“C d,”", "“E f.”"]),
        ("with the quotation behind", ["“C d,”", "“E f.”", "“G h.”"]),
    ]


PIECES = ("Ana", "don’t", "1,000", "that", "said", "and", "שלום", "😀", "“", "”", '"', ",", ".", "\n", " – ")


@given(
    text=st.lists(st.sampled_from(PIECES), min_size=1, max_size=30).map(" ".join),
    chosen=st.integers(0, 29),
    length=st.integers(1, 6),
    weights=st.sampled_from([None, NONE]),
)
def test_each_offer_is_other_whole_words_in_order_inside_one_line_each(
    text: str, chosen: int, length: int, weights: dict[str, dict[str, float]] | None
) -> None:
    words = Words(text)
    if not words.starts:
        return
    at = chosen % len(words.starts)
    line_end = text.find("\n", words.starts[at])
    ends = [end for end in words.ends[at : at + length] if line_end < 0 or end <= line_end]
    content = [Span(words.starts[at], ends[-1])]

    found = alternatives(text, content, weights=weights)

    held = [covered(words, pieces) for pieces in found]
    assert len(found) <= 9
    assert len({*held, covered(words, content)}) == len(held) + 1
    for pieces in found:
        assert list(pieces) == sorted(pieces)
        assert all(one.end <= other.start for one, other in pairwise(pieces))
        for piece in pieces:
            assert has_word(text, piece.start, piece.end)
            assert "\n" not in piece.of(text)
            assert not is_inside_word(text, piece.start)
            assert not is_inside_word(text, piece.end)
