"""Rows of claims as JSON, one object a line, for programs."""

import json
from collections.abc import Iterator

from annotations.exports.row import COLUMNS, SEAM, ClaimRow, Export, values_of

_encoded = json.JSONEncoder(ensure_ascii=False).encode
# Lines that are gathered before they are handed on.
_CHUNK = 64


def stream_jsonl(export: Export) -> Iterator[bytes]:
    """Yield the claims, one object a line with the columns as keys.

    Spans are lists of [start, end], numbers and yes and no are JSON's own, what is missing is null, and line
    breaks inside a text stay as they are.
    """
    lines: list[str] = []
    for row in export.rows:
        lines.append(_encoded(record_of(row)) + "\n")
        if len(lines) == _CHUNK:
            yield "".join(lines).encode()
            lines.clear()
    yield "".join(lines).encode()


def record_of(row: ClaimRow) -> dict[str, object]:
    """Return the row as JSON holds it."""
    record: dict[str, object] = dict(zip(COLUMNS, values_of(row), strict=True))
    record["content"] = SEAM.join(row.content)
    record["cue"] = SEAM.join(row.cue)
    record["source"] = SEAM.join(row.source)
    record["published_on"] = row.published_on and row.published_on.isoformat()
    record["updated_at"] = row.updated_at and row.updated_at.isoformat(timespec="seconds")
    record["confidence"] = None if row.confidence is None else round(row.confidence, 3)
    return record
