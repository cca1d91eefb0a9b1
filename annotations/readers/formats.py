"""What an upload is, told by its first bytes; its name decides only where the bytes leave it open."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from annotations.readers.decoding import decode_head
from annotations.readers.document import DEFAULT_LIMITS, Limits, Refused, SourceFormat
from annotations.readers.docx import BODY_NAME
from annotations.readers.signatures import refusal_of
from annotations.readers.table_columns import has_article_columns
from annotations.readers.zip_directory import open_zip

HEAD_BYTES = 64 * 1024

_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*"
    r"<(?:!doctype\s+html|html|head|body|article|section|main|div|p|h[1-6]|meta|title|link|script|style)[\s>/]",
    re.IGNORECASE | re.DOTALL,
)
_HTML_TAG = re.compile(r"<(?:!doctype\s+html|html|body|article|div|p|br|h[1-6]|span|a)[\s>/]", re.IGNORECASE)
_XML_START = re.compile(r"\s*(?:<\?xml[\s>]|<!DOCTYPE\s|<(?:svg|rss|feed|nitf|newsMessage|newsItem)[\s>])")
_JSON_START = re.compile(r'\s*(?:\{\s*"(?:[^"\\]|\\.)*"\s*:|\[\s*\{\s*")')
_HTML_NAMES = (".html", ".htm", ".xhtml", ".xht")
_CSV_NAMES = (".csv", ".tsv")
_JSONL_NAMES = (".jsonl", ".ndjson")
_JSON_NAMES = (".json", *_JSONL_NAMES)
# A member that only this kind of zip package holds, what the package is, and what to do with it.
_OTHER_PACKAGES = (
    ("xl/workbook.xml", "an Excel workbook", "save its sheet as CSV and upload that"),
    ("xl/workbook.bin", "an Excel workbook", "save its sheet as CSV and upload that"),
    ("ppt/presentation.xml", "a PowerPoint file", "copy its text and paste it"),
    ("META-INF/manifest.xml", "an OpenDocument file", "save it as DOCX or plain text and upload that"),
    ("META-INF/container.xml", "an e-book (EPUB)", "save its text as HTML or plain text and upload that"),
    ("Index/Document.iwa", "a Pages document", "export it as DOCX and upload that"),
    ("META-INF/MANIFEST.MF", "a program (JAR)", "upload articles, not programs"),
    ("AndroidManifest.xml", "a program (APK)", "upload articles, not programs"),
)


def format_of(path: Path, *, name: str, limits: Limits = DEFAULT_LIMITS) -> SourceFormat:
    """Return the format of the upload spooled at `path`, whose own file name was `name`.

    Reads 64 KiB of it, and the directory of a zip. Raises Refused where it is empty, over the limits or
    of a kind that is not read. A zip may hold as many bytes as it may unpack to.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    source_format = detect_format(head, name, path=path)
    most = limits.archive_bytes if source_format is SourceFormat.ZIP else limits.file_bytes
    if size > most:
        raise Refused(
            f"This file has {size / 2**20:,.1f} MB, and at most {most / 2**20:,.0f} MB are read: "
            "split it and upload the parts."
        )
    return source_format


def detect_format(head: bytes, name: str, *, path: Path | None = None) -> SourceFormat:
    """Tell the format from the first bytes of an upload and, where they leave it open, from its name.

    Without `path` a zip is told from `head` alone, which may miss a DOCX whose text comes late in it.
    Raises Refused where the content is of a kind that is not read.
    """
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Refused("This file is empty: check that it was saved, then upload it again.")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"):
        return SourceFormat.PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _kind_of_zip(_member_names(head, path))
    if refusal := refusal_of(head):
        raise Refused(refusal)
    return _kind_of_text(decode_head(head), name.lower(), is_whole=len(head) < HEAD_BYTES)


def _member_names(head: bytes, path: Path | None) -> Iterable[str]:
    if path is None:
        return [match.decode("ascii") for match in re.findall(rb"[A-Za-z]+/[A-Za-z]+\d*\.xml", head)]
    with open_zip(path) as archive:
        return archive.namelist()


def _kind_of_zip(names: Iterable[str]) -> SourceFormat:
    names = set(names)
    if any(BODY_NAME.fullmatch(name) for name in names):
        return SourceFormat.DOCX
    for telltale, what, advice in _OTHER_PACKAGES:
        if telltale in names:
            raise Refused(f"This is {what}: {advice}.")
    return SourceFormat.ZIP


def _kind_of_text(head: str, name: str, *, is_whole: bool) -> SourceFormat:
    if _HTML_START.match(head) or (name.endswith(_HTML_NAMES) and _HTML_TAG.search(head)):
        return SourceFormat.HTML
    if _XML_START.match(head):
        return _kind_of_xml(head)
    if _is_json_lines(head, name, is_whole=is_whole):
        return SourceFormat.JSONL
    if name.endswith(_CSV_NAMES) or has_article_columns(head):
        return SourceFormat.CSV
    return SourceFormat.TEXT


def _kind_of_xml(head: str) -> SourceFormat:
    if re.search(r"<html[\s>]", head, re.IGNORECASE):
        return SourceFormat.HTML
    if re.search(r"<svg[\s>]", head):
        raise Refused("This is a picture (SVG), not a text: upload the article itself.")
    raise Refused("This is an XML file, which is not read: save its articles as HTML, plain text or CSV.")


def _is_json_lines(head: str, name: str, *, is_whole: bool) -> bool:
    """Tell whether the text starts with one JSON object on a line of its own.

    A first line that is longer than the head is judged by its name or its first key. Raises Refused for
    JSON that is laid out otherwise.
    """
    has_name = name.endswith(_JSON_NAMES)
    if not has_name and not _JSON_START.match(head):
        return False
    line, line_end, _ = head.lstrip().partition("\n")
    if not line_end and not is_whole:
        return line.startswith("{")
    try:
        first = json.loads(line)
    except (ValueError, RecursionError):
        first = None
    if isinstance(first, dict):
        return True
    if name.endswith(_JSONL_NAMES) and line.startswith("{"):
        return True
    if has_name or _is_json(head, is_whole=is_whole):
        raise Refused(
            "This JSON file is not JSON Lines: save it with one article a line, each an object in braces."
        )
    return False


def _is_json(head: str, *, is_whole: bool) -> bool:
    """Tell a JSON file from prose that opens with a bracket."""
    if not is_whole:
        return True
    try:
        json.loads(head)
    except (ValueError, RecursionError):
        return False
    return True
