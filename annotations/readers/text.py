"""Plain text: kept as uploaded, with guesses at its metadata from its first lines."""

import re
from datetime import date
from pathlib import Path

from annotations.readers.dates import date_left_out, parse_date
from annotations.readers.decoding import decode
from annotations.readers.document import Limits, SourceDocument, SourceFormat

# A crawl dump starts ` date 2025-02-24 ` and runs on into whatever stood first on the page.
_DUMP_DATE = re.compile(r"\s*date (\d{4}-\d{2}-\d{2})(?=\s|$)")
_HEADER = re.compile(
    r"(title|headline|date|published|outlet|publication|source|byline|author|by|url|link):[ \t]*(\S.*)",
    re.IGNORECASE,
)
_FIELD_OF_HEADER = {
    "title": "title",
    "headline": "title",
    "date": "date",
    "published": "date",
    "outlet": "outlet",
    "publication": "outlet",
    "source": "outlet",
    "byline": "byline",
    "author": "byline",
    "by": "byline",
    "url": "url",
    "link": "url",
}
# Names, with the particles that are written small, and what stands between two of them.
_BYLINE = re.compile(
    r"By ([A-Z][\w'’.-]*(?:[ ,]+(?:[A-Z][\w'’.-]*|and|in|for|&|de|der|di|du|van|von|la|al|bin))+)"
)
_ADDRESS = re.compile(r"https?://\S+")
_MOST_HEADER_LINES = 12
_LONGEST_TITLE = 150
_LONGEST_BYLINE = 80
_FULL_STOPS = (".", "。", "…", ",", ";", ":")


def read(path: Path, limits: Limits) -> SourceDocument:
    """Read a text file whole; `format_of` has checked that it is within the limits."""
    decoded = decode(path.read_bytes())
    fields = _header_fields(decoded.text)
    notes = list(decoded.notes)
    published_on = _dump_date(decoded.text)
    if published_on:
        notes.append(f"The publication date {published_on} was taken from the first line.")
    elif "date" in fields:
        published_on = parse_date(fields["date"])
        if published_on is None:
            notes.append(date_left_out(fields["date"]))
    return SourceDocument(
        text=decoded.text,
        source_format=SourceFormat.TEXT,
        title=fields.get("title") or _title_line(decoded.text),
        outlet=fields.get("outlet", ""),
        byline=fields.get("byline", ""),
        url=fields.get("url", ""),
        published_on=published_on,
        notes=tuple(notes),
    )


def _dump_date(text: str) -> date | None:
    match = _DUMP_DATE.match(text)
    return parse_date(match[1]) if match else None


def _header_fields(text: str) -> dict[str, str]:
    """Return what lines such as `Title: ...` and `By ...` before the first paragraph say."""
    fields: dict[str, str] = {}
    lines = [line.strip() for line in text[:5_000].split("\n")]
    filled = [line for line in lines if line][:_MOST_HEADER_LINES]
    for index, line in enumerate(filled):
        if match := _HEADER.fullmatch(line):
            field, value = _FIELD_OF_HEADER[match[1].lower()], match[2].strip()
            if field != "url" or _ADDRESS.fullmatch(value):
                fields.setdefault(field, value)
        elif len(line) <= _LONGEST_BYLINE and (match := _BYLINE.fullmatch(line)):
            fields.setdefault("byline", match[1])
        elif index > 0 or not _is_title(line):
            break
    return fields


def _title_line(text: str) -> str:
    """Return the first line where it stands alone above the text as a title does, or an empty string."""
    first, _, rest = text.lstrip("\n").partition("\n")
    title = first.strip()
    has_gap = rest.partition("\n")[0].strip() == "" and rest.strip() != ""
    return title if has_gap and _is_title(title) else ""


def _is_title(line: str) -> bool:
    return (
        0 < len(line) <= _LONGEST_TITLE
        and not line.endswith(_FULL_STOPS)
        and not _HEADER.fullmatch(line)
        and not _DUMP_DATE.match(line)
        and not _BYLINE.fullmatch(line)
        and not _ADDRESS.fullmatch(line)
        and parse_date(line) is None
    )
