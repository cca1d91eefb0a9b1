"""What a reader makes of an upload: one article, a table of articles, or the refusal to make any."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class SourceFormat(StrEnum):
    """The formats that are read, told by content."""

    TEXT = "text"
    HTML = "html"
    DOCX = "docx"
    PDF = "pdf"
    CSV = "csv"
    JSONL = "jsonl"
    ZIP = "zip"


TABLE_FORMATS = frozenset({SourceFormat.CSV, SourceFormat.JSONL})


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """One article as read from an upload.

    `text` never changes afterwards. `language` is an ISO 639-1 code, or empty where the text is too short
    to tell. `notes` are full sentences about what was assumed or replaced, for the upload's row.
    """

    text: str
    source_format: SourceFormat
    title: str = ""
    outlet: str = ""
    byline: str = ""
    url: str = ""
    published_on: date | None = None
    language: str = ""
    notes: tuple[str, ...] = ()


class Refused(Exception):
    """An upload that can't be read. The message is one sentence that tells the person what to do."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of an upload is read, in bytes, code points and files, and what reading it may cost."""

    file_bytes: int = 10 * 1024 * 1024
    article_characters: int = 1_000_000
    archive_files: int = 2_000
    archive_bytes: int = 200 * 1024 * 1024
    memory_bytes: int = 1024 * 1024 * 1024
    read_seconds: float = 120


DEFAULT_LIMITS = Limits()
