"""What an upload is, told by content."""

import gzip
import io
import json
import struct
import tarfile
from pathlib import Path

import pytest

from annotations.readers import Limits, Refused, SourceFormat, detect_format, format_of
from tests.readers.builders import ENGLISH, docx_package, html_page, pdf_of_lines, save, zip_file

JSONL = json.dumps({"title": "Ferry", "text": ENGLISH}) + "\n"
CSV = f'title,text\r\nFerry,"{ENGLISH}"\r\n'
CONTENTS = {
    SourceFormat.TEXT: ENGLISH.encode(),
    SourceFormat.HTML: html_page(ENGLISH).encode(),
    SourceFormat.DOCX: docx_package("<w:p/>"),
    SourceFormat.PDF: pdf_of_lines(["Hello"]),
    SourceFormat.CSV: CSV.encode(),
    SourceFormat.JSONL: JSONL.encode(),
    SourceFormat.ZIP: zip_file({"a.txt": b"Hello"}),
}


@pytest.mark.parametrize("name", ["upload", "upload.txt", "upload.pdf", "upload.docx", "upload.zip"])
@pytest.mark.parametrize("source_format", CONTENTS)
def test_format_of_goes_by_content_whatever_the_name(
    tmp_path: Path, source_format: SourceFormat, name: str
) -> None:
    path = save(tmp_path, "spooled", CONTENTS[source_format])

    assert format_of(path, name=name) is source_format


@pytest.mark.parametrize(
    ("head", "name", "expected"),
    [
        ("<p>He said <b>no</b>.</p>", "a.txt", SourceFormat.HTML),
        ("\ufeff \n<!-- saved --><!DOCTYPE HTML>\n<html>", "a.txt", SourceFormat.HTML),
        ('<?xml version="1.0"?><!DOCTYPE html><html xmlns="x">', "a.xhtml", SourceFormat.HTML),
        ("Saved by the desk\n<div>He said no.</div>", "a.html", SourceFormat.HTML),
        ("The tag <html> opens every page, she said.", "a.txt", SourceFormat.TEXT),
        ("He said that 3 < 4.", "a.html", SourceFormat.TEXT),
        ("BMW said on Monday that sales rose.", "a.txt", SourceFormat.TEXT),
        ("MZ is a file's first letters, he said.", "a.txt", SourceFormat.TEXT),
        ("[Reuters] He said no.", "a.txt", SourceFormat.TEXT),
        ("{Correction} He said no.", "a.txt", SourceFormat.TEXT),
        ("Text, headline and source, she said.", "a.txt", SourceFormat.TEXT),
        ("headline;body;date\nA;B;C", "a.txt", SourceFormat.CSV),
        ("url\tcontent\nA\tB", "a", SourceFormat.CSV),
        ("body\nHe said no.", "a.csv", SourceFormat.CSV),
        ('{"text": "He said ', "a.jsonl", SourceFormat.JSONL),
        ('{"text": "He said no."}\n{"text"', "a.txt", SourceFormat.JSONL),
    ],
)
def test_detect_format_tells_text_formats_apart(head: str, name: str, expected: SourceFormat) -> None:
    assert detect_format(head.encode(), name) is expected


def test_detect_format_reads_the_start_of_a_line_longer_than_the_head() -> None:
    head = (json.dumps({"text": "word " * 20_000}).encode())[: 64 * 1024]

    assert detect_format(head, "upload") is SourceFormat.JSONL


def test_detect_format_sees_through_utf_16() -> None:
    assert detect_format("<html><body>".encode("utf-16"), "a.txt") is SourceFormat.HTML


def test_detect_format_takes_a_head_that_ends_inside_a_character_for_text() -> None:
    assert detect_format(("й" * 100).encode()[:-1], "a") is SourceFormat.TEXT


def test_detect_format_without_path_tells_a_docx_from_its_head() -> None:
    assert detect_format(CONTENTS[SourceFormat.DOCX], "a.zip") is SourceFormat.DOCX


def _tar() -> bytes:
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"))
    return output.getvalue()


PICTURE = "This is a picture ({}), not a text: run it through OCR first, or paste the text."
SOUND = "This is a sound or video file, not a text: upload its transcript."
ARCHIVE = "This is a {} archive, which is not read: pack the files as ZIP, or upload them one by one."
JSON = "This JSON file is not JSON Lines: save it with one article a line, each an object in braces."
EMPTY = "This file is empty: check that it was saved, then upload it again."


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", EMPTY),
        (b" \r\n\t", EMPTY),
        (b"\xef\xbb\xbf", EMPTY),
        (b"\0\0\0\0", EMPTY),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", PICTURE.format("PNG")),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", PICTURE.format("JPEG")),
        (b"GIF89a\1\0", PICTURE.format("GIF")),
        (b"BM" + struct.pack("<IHH", 58, 0, 0), PICTURE.format("BMP")),
        (b"RIFF\x24\0\0\0WEBPVP8 ", PICTURE.format("WebP")),
        (b"\0\0\0\x18ftypheic", PICTURE.format("HEIC")),
        (b"II*\0\x08\0\0\0", PICTURE.format("TIFF")),
        (
            b'<svg xmlns="x"><text>Hello</text></svg>',
            "This is a picture (SVG), not a text: upload the article itself.",
        ),
        (b"RIFF\x24\0\0\0WAVEfmt ", SOUND),
        (b"ID3\x03\0\0\0", SOUND),
        (b"\0\0\0\x20ftypisom", SOUND),
        (b"\xff\xfb\x90\x64\0", SOUND),
        (
            b"MZ\x90\0\x03\0\0\0",
            "This is a program (for Windows), not a text: upload articles as text, HTML, DOCX or PDF.",
        ),
        (
            b"\x7fELF\x02\x01\x01\0",
            "This is a program (for Linux), not a text: upload articles as text, HTML, DOCX or PDF.",
        ),
        (gzip.compress(b"Hello"), ARCHIVE.format("gzip")),
        (b"7z\xbc\xaf\x27\x1c\0\4", ARCHIVE.format("7-Zip")),
        (b"Rar!\x1a\x07\x01\0", ARCHIVE.format("RAR")),
        (_tar(), ARCHIVE.format("tar")),
        (
            b"{\\rtf1\\ansi Hello}",
            "This is an RTF file, which is not read: save it as DOCX or plain text and upload that.",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100),
            "This is an old Office file (such as .doc) or one with a password, neither of which is read: "
            "save it as DOCX without a password and upload that.",
        ),
        (
            b"SQLite format 3\0\x10\0",
            "This is a database file (SQLite), not a text: export its articles as CSV and upload that.",
        ),
        (
            bytes(range(256)) * 4,
            "This is not a text but binary content of an unknown kind: "
            "save the article as text, HTML, DOCX or PDF and upload that.",
        ),
        (
            b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
            "This is an XML file, which is not read: save its articles as HTML, plain text or CSV.",
        ),
        (b'[{"text": "Hello"}]', JSON),
        (b'{\n  "text": "Hello"\n}', JSON),
        (
            zip_file({"xl/workbook.xml": b"<workbook/>"}),
            "This is an Excel workbook: save its sheet as CSV and upload that.",
        ),
        (
            zip_file({"META-INF/manifest.xml": b"<m/>", "content.xml": b"<c/>"}),
            "This is an OpenDocument file: save it as DOCX or plain text and upload that.",
        ),
        (b"PK\x03\x04 broken", "This zip or DOCX file is damaged: make it again and upload it again."),
    ],
)
@pytest.mark.parametrize("name", ["upload.txt", "upload.docx"])
def test_format_of_refuses_what_is_not_read_with_what_to_do(
    tmp_path: Path, content: bytes, sentence: str, name: str
) -> None:
    path = save(tmp_path, "spooled", content)

    with pytest.raises(Refused) as refused:
        format_of(path, name=name)

    assert str(refused.value) == sentence


def test_format_of_refuses_a_file_over_the_limit_by_its_size_alone(tmp_path: Path) -> None:
    path = save(tmp_path, "spooled", "a" * 2_000_001)

    with pytest.raises(Refused) as refused:
        format_of(path, name="a.txt", limits=Limits(file_bytes=2_000_000))

    assert (
        str(refused.value)
        == "This file has 1.9 MB, and at most 2 MB are read: split it and upload the parts."
    )


def test_format_of_lets_a_zip_have_as_many_bytes_as_it_may_unpack_to(tmp_path: Path) -> None:
    path = save(tmp_path, "spooled", zip_file({"a.txt": b"a" * 200}, packing=0))

    assert (
        format_of(path, name="a.zip", limits=Limits(file_bytes=100, archive_bytes=1_000)) is SourceFormat.ZIP
    )
    with pytest.raises(Refused):
        format_of(path, name="a.zip", limits=Limits(file_bytes=100, archive_bytes=300))


@pytest.mark.parametrize("content", [b'He said "a\0b" \x01 \x02.', b"a\0b", b"caf\xe9\0"])
def test_text_with_a_few_control_characters_is_text(content: bytes) -> None:
    assert detect_format(content, "a.txt") is SourceFormat.TEXT
