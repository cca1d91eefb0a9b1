"""Files that are not read, recognised by their first bytes, and the sentence each is refused with.

The signatures are those of the formats' own specifications; `man 5 magic` collects the same ones.
"""

import re

from annotations.readers.decoding import decode_head

_PICTURE = "This is a picture ({}), not a text: run it through OCR first, or paste the text."
_SOUND = "This is a sound or video file, not a text: upload its transcript."
_PROGRAM = "This is a program ({}), not a text: upload articles as text, HTML, DOCX or PDF."
_ARCHIVE = "This is a {} archive, which is not read: pack the files as ZIP, or upload them one by one."
_RTF = "This is an RTF file, which is not read: save it as DOCX or plain text and upload that."
_OFFICE = (
    "This is an old Office file (such as .doc) or one with a password, neither of which is read: "
    "save it as DOCX without a password and upload that."
)
_DATABASE = "This is a database file ({}), not a text: export its articles as CSV and upload that."
_BINARY = (
    "This is not a text but binary content of an unknown kind: "
    "save the article as text, HTML, DOCX or PDF and upload that."
)

_SIGNATURES = tuple(
    (re.compile(pattern, re.DOTALL), refusal)
    for pattern, refusal in (
        (rb"\x89PNG\r\n\x1a\n", _PICTURE.format("PNG")),
        (rb"\xff\xd8\xff", _PICTURE.format("JPEG")),
        (rb"GIF8[79]a", _PICTURE.format("GIF")),
        # The size and four zero bytes tell a bitmap from a sentence about BMW.
        (rb"BM.{4}\0\0\0\0", _PICTURE.format("BMP")),
        (rb"II\*\0|MM\0\*", _PICTURE.format("TIFF")),
        (rb"RIFF.{4}WEBP", _PICTURE.format("WebP")),
        (rb".{4}ftyp(?:heic|heix|mif1|msf1|avif)", _PICTURE.format("HEIC")),
        (rb"\0\0\x01\0[\x01-\x20]\0", _PICTURE.format("ICO")),
        (rb"8BPS\0", _PICTURE.format("Photoshop")),
        (rb"RIFF.{4}(?:WAVE|AVI )|ID3[\x02-\x04]|OggS\0|fLaC|.{4}ftyp|\x1aE\xdf\xa3|FLV\x01|#!AMR", _SOUND),
        (rb"\xff[\xf1\xf2\xf3\xf9\xfa\xfb]", _SOUND),
        (rb"MZ.{0,62}\0", _PROGRAM.format("for Windows")),
        (rb"\x7fELF", _PROGRAM.format("for Linux")),
        (rb"\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe", _PROGRAM.format("for macOS")),
        (rb"\xca\xfe\xba\xbe", _PROGRAM.format("for macOS or Java")),
        (rb"\0asm", _PROGRAM.format("WebAssembly")),
        (rb"\x1f\x8b", _ARCHIVE.format("gzip")),
        (rb"7z\xbc\xaf\x27\x1c", _ARCHIVE.format("7-Zip")),
        (rb"Rar!\x1a\x07", _ARCHIVE.format("RAR")),
        (rb"\xfd7zXZ\0", _ARCHIVE.format("XZ")),
        (rb"BZh[1-9]1AY&SY", _ARCHIVE.format("bzip2")),
        (rb"\x28\xb5\x2f\xfd", _ARCHIVE.format("Zstandard")),
        (rb".{257}ustar", _ARCHIVE.format("tar")),
        (rb"\{\\rtf", _RTF),
        (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OFFICE),
        (rb"SQLite format 3\0", _DATABASE.format("SQLite")),
        (rb"PAR1", _DATABASE.format("Parquet")),
    )
)
_CONTROL = re.compile("[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def refusal_of(head: bytes) -> str:
    """Return the sentence that a file starting with `head` is refused with, or "" where it may be text."""
    for signature, refusal in _SIGNATURES:
        if signature.match(head):
            return refusal
    return _BINARY if _is_binary(head) else ""


def _is_binary(head: bytes) -> bool:
    """Tell unknown binary content by its control characters.

    Random bytes hold about one in ten, damaged text a handful. Content that is sound UTF-8 apart from
    them is taken for text up to three in ten.
    """
    text = decode_head(head)
    controls = len(_CONTROL.findall(text))
    if controls <= 3:
        return False
    # The head may end inside a character, which leaves one replacement in sound text.
    is_sound = "\ufffd" not in text[:-1]
    return controls > (0.3 if is_sound else 0.05) * len(text)
