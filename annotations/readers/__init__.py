"""Reading uploads: bytes of any kind -> SourceDocument, ArticleTable, members of a zip, or Refused.

This is the whole public face; the modules below it are a format each, and one registry. No Django.
"""

from annotations.readers.apart import Found, TableFound, TableRow, UnpackedMember, read_apart
from annotations.readers.archive import Member, archive_members
from annotations.readers.document import (
    DEFAULT_LIMITS,
    TABLE_FORMATS,
    Limits,
    Refused,
    SourceDocument,
    SourceFormat,
)
from annotations.readers.formats import detect_format, format_of
from annotations.readers.language import detect_language
from annotations.readers.registry import read_document
from annotations.readers.tables import ArticleTable, open_table
from annotations.readers.walk import read_paths

__all__ = [
    "DEFAULT_LIMITS",
    "TABLE_FORMATS",
    "ArticleTable",
    "Found",
    "Limits",
    "Member",
    "Refused",
    "SourceDocument",
    "SourceFormat",
    "TableFound",
    "TableRow",
    "UnpackedMember",
    "archive_members",
    "detect_format",
    "detect_language",
    "format_of",
    "open_table",
    "read_apart",
    "read_document",
    "read_paths",
]
