"""Bytes of unknown encoding -> text that every database stores, with what was assumed told in sentences.

The rules, in order: a byte-order mark is believed; then UTF-8; then UTF-16 whose mark was lost; then UTF-8
with a few damaged places; then what charset-normalizer recognises; then Windows-1252.
"""

import codecs
import re
from dataclasses import dataclass

from annotations.readers.language import detect_language

REPLACEMENT = "\ufffd"

# UTF-32 first: its little-endian mark starts with the one of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)

# What newsrooms' older programs write. Codecs outside this list (EBCDIC, old Macintosh and DOS ones) fit
# many byte strings by chance, so charset-normalizer is not offered them.
_LEGACY = {
    "cp1250": "Windows-1250",
    "cp1251": "Windows-1251",
    "cp1252": "Windows-1252",
    "cp1253": "Windows-1253",
    "cp1254": "Windows-1254",
    "cp1255": "Windows-1255",
    "cp1256": "Windows-1256",
    "koi8_r": "KOI8-R",
    "shift_jis": "Shift JIS",
    "euc_jp": "EUC-JP",
    "euc_kr": "EUC-KR",
    "gb18030": "GB 18030",
    "big5": "Big5",
}
_LATIN = frozenset({"cp1250", "cp1252", "cp1254"})
# Among the Latin code pages the marks of punctuation are the same and short texts fit all of them, so the
# language decides: these are the languages that Windows writes in the two that are not Windows-1252.
_LATIN_BY_LANGUAGE = {
    **dict.fromkeys(("bs", "cs", "hr", "hu", "pl", "ro", "sk", "sl", "sq"), "cp1250"),
    **dict.fromkeys(("az", "tr"), "cp1254"),
}
# The encodings of the web (WHATWG Encoding, section 4.2) by Python's names. Python knows others, such as
# `unicode_escape` and `punycode`, that no page is written in and that cost much time or change the text.
_WEB_CODEC = re.compile(
    r"ascii|cp125\d|cp866|cp874|cp932|iso8859-\d+|koi8-[ru]|mac-(?:roman|cyrillic)"
    r"|shift_jis|euc_jp|euc_kr|cp949|gb2312|gbk|gb18030|big5|big5hkscs"
)
_SAMPLE_BYTES = 100_000

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_LINE_END = re.compile(r"\r\n?")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text without byte-order mark, NULs, lone surrogates and carriage returns, and the notes on it."""

    text: str
    notes: tuple[str, ...]


def decode(content: bytes) -> Decoded:
    """Decode a whole file, for which any bytes will do, and make its text storable.

    Bytes that the chosen encoding can't decode become U+FFFD, one for each run the codec reports.
    """
    text, encoding, reason = _decode_by_rules(content)
    undecodable = text.count(REPLACEMENT) if encoding != "UTF-8" or reason else 0
    notes = [f"Read as {encoding}, {reason}."] if reason else []
    if undecodable:
        notes.append(_replaced(undecodable, "could not be decoded"))
    storable = make_storable(text)
    return Decoded(storable.text, (*notes, *storable.notes))


def decode_as(content: bytes, label: str) -> Decoded | None:
    """Decode as the file itself declares, or return None where its bytes disagree or the label is unknown.

    Latin 1 is read as the Windows-1252 that contains it, as browsers do (WHATWG Encoding, section 4.2).
    """
    try:
        codec = codecs.lookup(label).name
        if not _WEB_CODEC.fullmatch(codec):
            return None
        text = content.decode("cp1252" if codec in ("iso8859-1", "ascii") else codec)
    except (UnicodeError, LookupError):
        return None
    storable = make_storable(text)
    return Decoded(storable.text, (f"Read as {label}, as the file itself declares.", *storable.notes))


def make_storable(text: str) -> Decoded:
    r"""Make every line end `\n` and replace what databases refuse (NUL, lone surrogates) by U+FFFD.

    Everything else is kept, among it right-to-left marks and no-break spaces. Replacing keeps the number
    of code points, so that offsets made before still hold.
    """
    text = _LINE_END.sub("\n", text)
    text, replaced = _UNSTORABLE.subn(REPLACEMENT, text)
    return Decoded(text, (_replaced(replaced, "no database can store"),) if replaced else ())


def decode_head(head: bytes) -> str:
    """Decode the start of a file, which may end inside a character, well enough to tell its format."""
    for mark, codec, _ in _MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(codec, "replace")
    codec = _unmarked_utf_16(head)
    return head.decode(codec or "utf-8", "replace")


def _decode_by_rules(content: bytes) -> tuple[str, str, str]:
    """Return the text, the encoding's name, and why it was assumed (empty for sound UTF-8)."""
    for mark, codec, name in _MARKS:
        if content.startswith(mark):
            because = "" if name == "UTF-8" else "as its byte-order mark says"
            return _decode_marked(content[len(mark) :], codec, name, because)
    if codec := _unmarked_utf_16(content):
        return content.decode(codec, "replace"), "UTF-16", "since every other byte of it is zero"
    try:
        return content.decode("utf-8"), "UTF-8", ""
    except UnicodeDecodeError:
        pass
    damaged = content.decode("utf-8", "replace")
    sound = sum(len(run) for run in re.findall(r"[^\x00-\x7f\ufffd]+", damaged))
    if sound > damaged.count(REPLACEMENT):
        return damaged, "UTF-8", "since most of it is valid UTF-8"
    codec = _guess_legacy(content)
    text = content.decode(codec, "replace")
    return text, _LEGACY[codec], "since it is not valid UTF-8"


def _decode_marked(content: bytes, codec: str, name: str, because: str) -> tuple[str, str, str]:
    try:
        return content.decode(codec), name, because
    except UnicodeDecodeError:
        return content.decode(codec, "replace"), name, because or "as its byte-order mark says"


def _unmarked_utf_16(content: bytes) -> str:
    """Return the UTF-16 codec of Western text whose byte-order mark was lost, or an empty string."""
    head = content[:4096]
    if len(head) < 4:
        return ""
    half = len(head) // 2
    low, high = head[0::2].count(0), head[1::2].count(0)
    if high > 0.7 * half and low == 0:
        return "utf-16-le"
    if low > 0.7 * half and high == 0:
        return "utf-16-be"
    return ""


def _guess_legacy(content: bytes) -> str:
    """Return the codec that a text which is not UTF-8 was most probably written in."""
    # Slow import, needed only by files that are not UTF-8.
    import charset_normalizer  # noqa: PLC0415 - slow import

    sample = content[:_SAMPLE_BYTES]
    if _has_foreign_script(sample):
        best = charset_normalizer.from_bytes(sample, cp_isolation=list(_LEGACY)).best()
        if best and best.encoding in _LEGACY and best.encoding not in _LATIN:
            return best.encoding
    language = detect_language(sample.decode("cp1252", "replace"))
    return _LATIN_BY_LANGUAGE.get(language, "cp1252")


def _has_foreign_script(sample: bytes) -> bool:
    """Tell text in another than the Latin script by how many of its letters are no ASCII ones."""
    letters = len(re.findall(rb"[A-Za-z]", sample))
    others = len(re.findall(rb"[\x80-\xff]", sample))
    return others > 0.3 * (letters + others)


def _replaced(count: int, why: str) -> str:
    if count == 1:
        return f"One character that {why} was replaced by {REPLACEMENT}."
    return f"{count} characters that {why} were replaced by {REPLACEMENT}."
