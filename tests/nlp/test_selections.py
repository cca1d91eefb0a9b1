"""What an editor means by a selection, in the scripts and signs that articles are written with."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from annotations.nlp.draft import Span
from annotations.nlp.selections import has_word, is_inside_word, meant

FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
PIECES = (
    *("Ana", "tolls", "don’t", "U.S.", "1,000", "café", "cafe\u0301", "co-operate", "Trump’s", "'em", "’tis"),
    *("שלום", "צה״ל", "مرحبا", "می\u200cخواهم", "हिन्दी", "日本", "нет"),
    *("😀", FAMILY, "👍🏽", "\U0001f1ea\U0001f1fa\U0001f1fa\U0001f1f8", "☺\ufe0f"),
    *("“", "”", '"', "‘", "’", "'", "«", "»", "„", "‟", "``", "''", "(", ")", "[", "]"),
    *(" ", "  ", "\u00a0", ",", ".", "!", "?", "…", ";", ":", " – ", "—", "-", "\u200f", "\u200e"),
)


def taken(text: str, words: str, *, is_content: bool = True) -> str:
    """Return what is meant by selecting `words` of a one-line text."""
    start = text.index(words)
    return meant(text, Span(0, len(text)), start, start + len(words), is_content=is_content).of(text)


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("“Tolls stay,” said Ana.", "olls st", "“Tolls stay,”"),
        ("“Tolls stay,” said Ana.", "Tolls stay", "“Tolls stay,”"),
        ('"Tolls stay," said Ana.', "Tolls stay", '"Tolls stay,"'),
        ("'Tolls stay,' said Ana.", "Tolls stay", "'Tolls stay,'"),
        ("„Wir bleiben“, sagte Ana.", "Wir bleiben", "„Wir bleiben“"),
        ("»Wir bleiben«, sagte Ana.", "Wir bleiben", "»Wir bleiben«"),
        ("« On reste », dit Ana.", "On reste", "« On reste »"),
        ("``Tolls stay,'' said Ana.", "Tolls stay", "``Tolls stay,''"),
        ("“Tolls stay,“ said Ana.", "Tolls stay", "“Tolls stay,“"),
        ("“שלום עולם”, אמר דן.", "לום עול", "“שלום עולם”"),
        ("“He said ‘no way,’ to me,” she said.", "no way", "‘no way,’"),
        ("It was “a disgrace” to all.", "was “a disgr", "was “a disgrace”"),
        ("It was “a disgrace” to all.", "disgrace” to all", "disgrace” to all"),
        ("It was “a disgrace” to all.", "a disgrace” to all", "“a disgrace” to all"),
    ],
)
def test_quotation_marks_come_along_where_the_selection_reaches_their_words(
    text: str, words: str, expected: str
) -> None:
    assert taken(text, words) == expected


def test_half_a_quotation_is_taken_without_half_its_marks() -> None:
    text = "“Tolls stay. They go,” said Ana."

    assert taken(text, "Tolls stay.") == "Tolls stay."
    assert taken(text, "They go") == "They go"
    assert taken(text, "“Tolls stay.") == "Tolls stay."
    assert taken(text, "They go,”") == "They go"
    assert taken("``Tolls stay. They go,'' said Ana.", "``Tolls stay.") == "Tolls stay."
    assert taken("``Tolls stay. They go,'' said Ana.", "They go,''") == "They go"


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("I don’t know", "I don", "I don’t"),
        ("It cost 1,000 euros", "cost 1", "cost 1,000"),
        ("In the U.S. they stay", "U", "U.S"),
        ("a cafe\u0301 here", "cafe", "cafe\u0301"),
        ("לצה״ל יש", "לצה", "לצה״ל"),
        ("او می\u200cخواهد", "می", "می\u200cخواهد"),
        (f"we {FAMILY} stay", "we \U0001f469", f"we {FAMILY}"),
        ("yes 👍🏽 we do", "yes 👍", "yes 👍🏽"),
        ("we \U0001f1ea\U0001f1fa\U0001f1fa\U0001f1f8", "we \U0001f1ea", "we \U0001f1ea\U0001f1fa"),
    ],
)
def test_half_words_and_half_signs_become_whole(text: str, words: str, expected: str) -> None:
    assert taken(text, words) == expected


def test_a_name_may_be_taken_out_of_its_genitive() -> None:
    assert taken("Trump’s plan failed.", "Trump", is_content=False) == "Trump"


@pytest.mark.parametrize(
    "words", [" the tolls stay, ", "the tolls stay", ", the tolls stay,", "the tolls stay, – "]
)
def test_space_and_stray_signs_fall_off(words: str) -> None:
    text = "Now, he said, the tolls stay, – and "
    text = text if words in text else f"He said{words}and"

    assert taken(text, words) == "the tolls stay"


def test_a_mark_that_belongs_to_other_words_falls_off() -> None:
    text = "“They go,” said Ana. “At once.”"

    assert taken(text, "” said Ana. “") == "said Ana."


def test_a_full_stop_stays_with_what_was_said_and_goes_from_a_source() -> None:
    text = "Tolls stay, said Ana."

    assert taken("The tolls stay.", "tolls stay.") == "tolls stay."
    assert taken(text, "Ana.", is_content=False) == "Ana"
    assert (
        taken("So said Donald Trump Jr. at noon", "Donald Trump Jr.", is_content=False) == "Donald Trump Jr."
    )
    assert taken("So said J. at noon", "J.", is_content=False) == "J."


def test_nothing_is_meant_where_no_word_is() -> None:
    assert taken("Well … – no", "… –") == ""


@st.composite
def selections(draw: st.DrawFn) -> tuple[str, int, int]:
    text = "".join(draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=14)))
    start = draw(st.integers(0, len(text) - 1))
    return text, start, draw(st.integers(start + 1, len(text)))


@given(selections(), st.booleans())
@example(("“a ”b", 0, 2), True)
def test_whatever_is_selected_no_word_is_cut_and_none_is_lost(
    selection: tuple[str, int, int], is_content: bool
) -> None:
    text, start, end = selection
    line = Span(0, len(text))

    found = meant(text, line, start, end, is_content=is_content)

    assert 0 <= found.start <= found.end <= len(text)
    if not has_word(text, start, end):
        assert found.start == found.end
        return
    assert not is_inside_word(text, found.start)
    assert not is_inside_word(text, found.end)
    assert not found.of(text)[0].isspace()
    assert not found.of(text)[-1].isspace()
    lettered = [at for at in range(start, end) if text[at].isalnum()]
    assert found.start <= lettered[0]
    assert lettered[-1] < found.end


@given(selections(), st.booleans())
def test_what_is_meant_stays_when_it_is_selected_again(
    selection: tuple[str, int, int], is_content: bool
) -> None:
    text, start, end = selection
    line = Span(0, len(text))
    first = meant(text, line, start, end, is_content=is_content)

    if first.start < first.end:
        assert meant(text, line, first.start, first.end, is_content=is_content) == first


@given(st.text(min_size=1, max_size=30), st.data())
def test_any_text_at_all_gives_whole_signs(text: str, data: st.DataObject) -> None:
    text = text.replace("\n", " ")
    start = data.draw(st.integers(0, len(text) - 1))
    found = meant(text, Span(0, len(text)), start, len(text), is_content=True)

    if found.start < found.end:
        assert not unicodedata.category(text[found.start]).startswith("M")
