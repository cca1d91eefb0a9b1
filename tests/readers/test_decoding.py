"""Bytes of unknown encoding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.readers.decoding import decode, decode_as, make_storable
from tests.readers.builders import ENGLISH
from tests.readers.test_language import REPORTS

ENCODINGS = {
    "de": ("cp1252", "Windows-1252"),
    "fr": ("cp1252", "Windows-1252"),
    "pl": ("cp1250", "Windows-1250"),
    "uk": ("cp1251", "Windows-1251"),
    "ru": ("koi8_r", "KOI8-R"),
    "ar": ("cp1256", "Windows-1256"),
    "he": ("cp1255", "Windows-1255"),
    "zh": ("gb18030", "GB 18030"),
    "ja": ("shift_jis", "Shift JIS"),
}


def test_decode_says_nothing_of_sound_utf_8() -> None:
    decoded = decode("“Così è”, said 🙂.".encode())

    assert (decoded.text, decoded.notes) == ("“Così è”, said 🙂.", ())


@pytest.mark.parametrize("code", ENCODINGS)
def test_decode_recognises_older_encodings_and_says_which(code: str) -> None:
    codec, name = ENCODINGS[code]
    content = REPORTS[code].encode(codec, "ignore")

    decoded = decode(content)

    assert decoded.text == content.decode(codec)
    assert decoded.notes == (f"Read as {name}, since it is not valid UTF-8.",)


@pytest.mark.parametrize("text", ["£5m", "It doesn’t.", "Café “yes”", "naïve “don’t” " * 40])
def test_decode_falls_back_on_windows_1252(text: str) -> None:
    decoded = decode(text.encode("cp1252"))

    assert decoded.text == text
    assert decoded.notes == ("Read as Windows-1252, since it is not valid UTF-8.",)


def test_decode_replaces_what_windows_1252_has_no_letter_for() -> None:
    decoded = decode(b"The caf\xe9 \x81 closed.")

    assert decoded.text == "The café \ufffd closed."
    assert decoded.notes == (
        "Read as Windows-1252, since it is not valid UTF-8.",
        "One character that could not be decoded was replaced by \ufffd.",
    )


@pytest.mark.parametrize("codec", ["utf-16", "utf-32"])
def test_decode_believes_a_byte_order_mark_and_drops_it(codec: str) -> None:
    decoded = decode("Così 🙂".encode(codec))

    assert decoded.text == "Così 🙂"
    assert decoded.notes == (f"Read as {codec.upper()}, as its byte-order mark says.",)


def test_decode_drops_the_mark_of_utf_8_without_a_word() -> None:
    decoded = decode(b"\xef\xbb\xbfHello")

    assert (decoded.text, decoded.notes) == ("Hello", ())


def test_decode_recognises_utf_16_that_lost_its_mark() -> None:
    decoded = decode(ENGLISH.encode("utf-16-le"))

    assert decoded.text == ENGLISH
    assert decoded.notes == ("Read as UTF-16, since every other byte of it is zero.",)


def test_decode_replaces_a_damaged_byte_of_utf_8_and_says_so() -> None:
    decoded = decode(b"\xe2\x80\x9cNo\xe2\x80\x9d, she \xff said")

    assert decoded.text == "“No”, she \ufffd said"
    assert decoded.notes == (
        "Read as UTF-8, since most of it is valid UTF-8.",
        "One character that could not be decoded was replaced by \ufffd.",
    )


def test_decode_replaces_lone_surrogates_of_utf_16() -> None:
    decoded = decode(b"\xff\xfe" + "a\ud800b\udc00c".encode("utf-16-le", "surrogatepass"))

    assert decoded.text == "a\ufffdb\ufffdc"
    assert decoded.notes[-1] == "2 characters that could not be decoded were replaced by \ufffd."


def test_decode_replaces_nuls_and_says_so() -> None:
    decoded = decode(b"She\0 said\0 so.")

    assert decoded.text == "She\ufffd said\ufffd so."
    assert decoded.notes == ("2 characters that no database can store were replaced by \ufffd.",)


def test_decode_makes_every_line_end_one() -> None:
    assert decode(b"a\r\nb\rc\nd\r\r\ne").text == "a\nb\nc\nd\n\ne"


def test_decode_keeps_marks_of_direction_no_break_spaces_and_second_byte_order_marks() -> None:
    text = "\u200fשלום\u200e\u00a0—\u202f🏳️‍🌈\ufeff\u2028\x0b"

    assert decode(text.encode()).text == text


def test_decode_as_reads_latin_1_as_browsers_do() -> None:
    decoded = decode_as(b"\x93Yes\x94", "ISO-8859-1")

    assert decoded is not None
    assert decoded.text == "“Yes”"
    assert decoded.notes == ("Read as ISO-8859-1, as the file itself declares.",)


@pytest.mark.parametrize("label", ["no-such", "unicode_escape", "punycode", "rot13", "base64", "utf-7"])
def test_decode_as_refuses_what_no_page_is_written_in(label: str) -> None:
    assert decode_as(b"abc", label) is None


@given(st.binary())
def test_decode_gives_storable_text_for_any_bytes(content: bytes) -> None:
    text = decode(content).text

    assert not set(text) & {"\0", "\r"}
    assert text.encode("utf-8").decode("utf-8") == text


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\r")))
def test_decode_gives_back_any_text_with_plain_line_ends(text: str) -> None:
    # A leading byte-order mark is no part of the text, and a text of zeros in every other place is UTF-16.
    assert decode(b"\xef\xbb\xbf" + text.encode()).text == text


@given(st.text(st.characters(exclude_characters="\r")))
def test_make_storable_keeps_the_number_of_code_points(text: str) -> None:
    assert len(make_storable(text).text) == len(text)
