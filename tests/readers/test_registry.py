"""The one way in, for any bytes."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations import readers
from annotations.readers import Refused, SourceDocument, SourceFormat, read_document
from annotations.readers.registry import READERS
from tests.readers.builders import ENGLISH, docx_package, html_page, pdf_of_lines, save, zip_file

SOUND = (
    docx_package(f"<w:p><w:r><w:t>{ENGLISH}</w:t></w:r></w:p>"),
    pdf_of_lines([ENGLISH[:80], ENGLISH[80:160]]),
    html_page(ENGLISH, "<b>Nobody</b> else spoke.").encode(),
    ENGLISH.encode("utf-16"),
)
NAMES = st.sampled_from(["a", "a.txt", "a.html", "a.docx", "a.pdf", "a.csv", "a.jsonl", "a.zip"])
STARTS = st.sampled_from(
    [
        b"",
        b"%PDF-1.4\n",
        b"PK\x03\x04",
        b"<html><p>",
        b"<p>\xff",
        b'{"text": "',
        b"\xff\xfe",
        b"\xfe\xff",
        b"a,text\n",
    ]
)
# Control characters make a short text look like binary content, which is refused.
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], include_characters="\n\t"))


@st.composite
def damaged_files(draw: st.DrawFn) -> bytes:
    """Draw a sound file in which a few bytes were changed, taken out or cut off."""
    content = bytearray(draw(st.sampled_from(SOUND)))
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(content) - 1))
        content[at : at + draw(st.integers(0, 4))] = draw(st.binary(max_size=4))
    return bytes(content[: draw(st.integers(1, len(content)))]) if draw(st.booleans()) else bytes(content)


@given(content=st.builds(bytes.__add__, STARTS, st.binary(max_size=2_000)) | damaged_files(), name=NAMES)
@settings(deadline=None, max_examples=200)
def test_any_bytes_are_a_storable_document_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str
) -> None:
    path = save(tmp_path_factory.getbasetemp(), "any", content)
    try:
        document = read_document(path, name=name)
    except Refused:
        return

    for value in (document.text, document.title, document.outlet, document.byline, document.url):
        assert not set(value) & {"\0", "\r"}
        assert value.encode("utf-8").decode("utf-8") == value
    assert document.text.strip()
    assert "\n" not in document.title + document.outlet + document.byline + document.url


@given(text=TEXT.filter(str.strip))
@settings(deadline=None)
def test_text_reads_back_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    # The letter keeps the text from starting like another format.
    path = save(tmp_path_factory.getbasetemp(), "any.txt", "é" + text)

    assert read_document(path, name="any.txt").text == "é" + text


def test_every_format_has_a_reader_or_holds_several_articles() -> None:
    assert set(READERS) | readers.TABLE_FORMATS | {SourceFormat.ZIP} == set(SourceFormat)


@pytest.mark.parametrize("content", [b"title,text\nA,B\n", zip_file({"a.txt": b"A"})])
def test_file_of_several_articles_is_no_document(refusal: Callable[..., str], content: bytes) -> None:
    assert refusal(content) == "This file holds several articles: upload it by itself, as a table or a zip."


def test_failure_of_a_parser_is_a_refusal(
    read: Callable[..., SourceDocument], refusal: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RecursionError

    assert read(html_page(ENGLISH)).language == "en"
    monkeypatch.setattr("trafilatura.bare_extraction", fail)

    assert refusal(html_page(ENGLISH)) == (
        "This file is damaged or of an unusual kind and could not be read: save it again, or paste the text."
    )


def test_long_fields_are_cut_to_what_is_stored(read: Callable[..., SourceDocument]) -> None:
    address = "https://post.example/" + "a" * 2_000
    document = read(f"Outlet: {'x' * 300}\nBy: {'y' * 400}\nURL: {address}\n\n{ENGLISH}")

    assert document.outlet == "x" * 199 + "…"
    assert document.byline == "y" * 299 + "…"
    assert document.url == ""


def test_importing_the_readers_loads_no_slow_library() -> None:
    slow = ["trafilatura", "pypdf", "docx", "lxml", "charset_normalizer", "py3langid", "numpy", "django"]
    code = f"import sys, annotations.readers; print([name for name in {slow} if name in sys.modules])"

    run = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2], capture_output=True, text=True
    )

    assert (run.stdout, run.stderr) == ("[]\n", "")
