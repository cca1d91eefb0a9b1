"""Publication dates as people and programs write them, read only where they can mean one day."""

import re
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
_YEAR_FIRST = re.compile(r"(\d{4})([-/.]?)(\d{2})\2(\d{2})(?=$|[t\s,])")
_DAY_MONTH_NAME = re.compile(
    r"(?:[a-z]+\.?,?\s+)?(\d{1,2})(?:st|nd|rd|th)?[\s-]+([a-z]+)\.?,?[\s-]+(\d{4})\b"
)
_MONTH_NAME_DAY = re.compile(r"(?:[a-z]+\.?,?\s+)?([a-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b")
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})\b")


def parse_date(written: str) -> date | None:
    """Return the day that `written` names, or None where it names none or could mean two.

    Understood are ISO 8601 with or without a time, year first with slashes or dots, English month names
    in either order, 24.02.2025 (dots are written day first everywhere), and 25/02/2025 where only one
    order makes a date. A time of day and a zone after the date are passed over, not converted.
    """
    text = written.strip().lower()
    if match := _YEAR_FIRST.match(text):
        return _day(match[1], match[3], match[4])
    if (match := _DAY_MONTH_NAME.match(text)) and match[2] in _MONTHS:
        return _day(match[3], _MONTHS[match[2]], match[1])
    if (match := _MONTH_NAME_DAY.match(text)) and match[1] in _MONTHS:
        return _day(match[3], _MONTHS[match[1]], match[2])
    if match := _DOTTED.match(text):
        return _day(match[3], match[2], match[1])
    if match := _SLASHED.match(text):
        readings = {_day(match[3], match[2], match[1]), _day(match[3], match[1], match[2])} - {None}
        return readings.pop() if len(readings) == 1 else None
    return None


def date_left_out(written: str) -> str:
    """Return the note on a date that `parse_date` found no day in."""
    return f"The date “{written.strip()[:40]}” was left out, since it does not name one day for certain."


def _day(year: str, month: str | int, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
