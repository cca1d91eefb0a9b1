"""Rows of claims as CSV that opens in a spreadsheet, and the reader that takes it back.

RFC 4180 in UTF-8: comma, CRLF, quotation marks where needed, a header row, and a byte-order mark, without
which Excel takes the file for ASCII.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import BinaryIO, cast

from annotations.exports.row import COLUMNS, SEAM, ClaimRow, Export, Offsets, Value, values_of

BOM = "\ufeff".encode()
PILCROW = " ¶ "

# What a spreadsheet would run, after any apostrophes. A cell that has apostrophes of its own before such a
# character is guarded as well: otherwise a reader could not tell its own apostrophe from the guard.
_RUNS = re.compile(r"'*[=+\-@\t\r]")
_SUSPECT = frozenset("'=+-@\t\r")  # looked at before the pattern, which costs more than all the rest
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
# Bytes that are gathered before they are handed on: few enough to start at once, many enough to be cheap.
_CHUNK = 64 * 1024


def stream_csv(export: Export) -> Iterator[bytes]:
    """Yield the claims table, one claim a line: line breaks inside a cell become a pilcrow."""
    return stream_table(COLUMNS, map(cells, export.rows), bom=export.bom, raw=export.raw)


def stream_table(
    header: Iterable[str], rows: Iterable[Iterable[str]], *, bom: bool = True, raw: bool = False
) -> Iterator[bytes]:
    """Yield a header and rows of cells as CSV, guarded unless `raw`."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(header)
    start = BOM if bom else b""
    for row in rows:
        if buffer.tell() >= _CHUNK:
            yield start + _take(buffer)
            start = b""
        writer.writerow(row if raw else map(guarded, row))
    yield start + _take(buffer)


def read_claims_csv(file: BinaryIO, *, raw: bool = False) -> Iterator[dict[str, str]]:
    """Yield the rows of an exported table, each a mapping from column to cell, with the guard taken off.

    `raw` says that the file was written so. A byte-order mark is skipped. Raises UnicodeDecodeError where
    the file is not UTF-8, csv.Error where a cell is longer than csv.field_size_limit().
    """
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        for row in csv.DictReader(text):
            yield row if raw else {column: unguarded(value) for column, value in row.items()}
    finally:
        text.detach()  # the caller's file stays open


def cells(row: ClaimRow) -> list[str]:
    """Return the claim's cells in the order of COLUMNS, each on one line, not guarded."""
    return [_one_line(cell(value)) for value in values_of(row)]


def cell(value: Value) -> str:
    """Return a value as a cell shows it, empty for None.

    Pieces are joined by the seam, spans are `302-322;369-423`, numbers that are no whole ones have three
    decimals, dates and times are ISO 8601, yes and no are true and false.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if value and not isinstance(value[0], str):
        return ";".join(f"{start}-{end}" for start, end in cast(tuple[Offsets, ...], value))
    return SEAM.join(cast(tuple[str, ...], value))


def guarded(cell_text: str) -> str:
    """Put an apostrophe before a cell that a spreadsheet would run, so that it shows it instead."""
    return "'" + cell_text if cell_text[:1] in _SUSPECT and _RUNS.match(cell_text) else cell_text


def unguarded(cell_text: str) -> str:
    """Take the apostrophe off again; the exact inverse of `guarded`."""
    return cell_text[1:] if cell_text[:1] == "'" and _RUNS.match(cell_text) else cell_text


def _one_line(cell_text: str) -> str:
    return _LINE_BREAK.sub(PILCROW, cell_text) if "\n" in cell_text or "\r" in cell_text else cell_text


def _take(buffer: io.StringIO) -> bytes:
    taken = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return taken
