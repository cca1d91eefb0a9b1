"""Reading uploads: bytes of any kind -> SourceDocument, ArticleTable, members of a zip, or Refused.

This is the whole public face; the modules below it are a format each, and one registry. No Django.
"""

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

__all__ = [
    "DEFAULT_LIMITS",
    "TABLE_FORMATS",
    "Limits",
    "Refused",
    "SourceDocument",
    "SourceFormat",
    "detect_format",
    "detect_language",
    "format_of",
    "read_document",
]
