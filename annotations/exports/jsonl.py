"""Rows of claims as JSON, one object a line, for programs."""

import json
from collections.abc import Iterator
from datetime import date, datetime

from annotations.exports.row import COLUMNS, SEAM, ClaimRow, Export, values_of

_PIECES = ("content", "cue", "source")
# Lines that are gathered before they are handed on.
_CHUNK = 64


def stream_jsonl(export: Export) -> Iterator[bytes]:
    """Yield the claims, one object a line with the columns as keys.

    Spans are lists of [start, end], numbers and yes and no are JSON's own, what is missing is null, and line
    breaks inside a text stay as they are.
    """
    lines: list[str] = []
    for row in export.rows:
        lines.append(json.dumps(_record(row), ensure_ascii=False) + "\n")
        if len(lines) == _CHUNK:
            yield "".join(lines).encode()
            lines.clear()
    yield "".join(lines).encode()


def _record(row: ClaimRow) -> dict[str, object]:
    record: dict[str, object] = dict(zip(COLUMNS, values_of(row), strict=True))
    for column in _PIECES:
        record[column] = SEAM.join(getattr(row, column))
    for column, value in record.items():
        if isinstance(value, datetime):
            record[column] = value.isoformat(timespec="seconds")
        elif isinstance(value, date):
            record[column] = value.isoformat()
        elif isinstance(value, float):
            record[column] = round(value, 3)
    return record
