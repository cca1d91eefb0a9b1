"""Tables of articles, CSV and JSON Lines: which column is what, and the article in each row."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from annotations.readers.csv_records import csv_records
from annotations.readers.dates import date_left_out, parse_date
from annotations.readers.decoding import decode, make_storable
from annotations.readers.document import (
    DEFAULT_LIMITS,
    TABLE_FORMATS,
    Limits,
    Refused,
    SourceDocument,
    SourceFormat,
)
from annotations.readers.finishing import finish
from annotations.readers.formats import format_of
from annotations.readers.table_columns import COLUMN_NAMES, sniff_delimiter, suggest_mapping

_SAMPLE_ROWS = 3
_SAMPLE_CHARACTERS = 200
_MOST_COLUMNS = 500
_LANGUAGE_CODE = re.compile(r"([a-z]{2})(?:[-_].*)?", re.IGNORECASE)

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class ArticleTable:
    """A table as it was uploaded, and the mapping from field to column that its names suggest.

    `sample` is the first three sound rows, each cell cut to 200 code points. `row_count` counts all rows
    with anything in them, unsound ones too. `notes` are full sentences about what was assumed.
    """

    source_format: SourceFormat
    columns: tuple[str, ...]
    mapping: dict[str, str]
    sample: tuple[Row, ...]
    row_count: int
    notes: tuple[str, ...]
    _rows: Callable[[], Iterator[Row | Refused]]
    _limits: Limits

    def documents(self, mapping: Mapping[str, str]) -> Iterator[tuple[int, SourceDocument | Refused]]:
        """Yield (1-based number, article or refusal) for each row; blank rows have no number.

        `mapping` gives the column of each field that is wanted, `text` at least. Raises Refused, before
        the first row, where it names a field or column that there is none of.
        """
        fields = {field: column for field, column in mapping.items() if column}
        if "text" not in fields:
            raise Refused("No column is chosen for the text: choose one.")
        for field, column in fields.items():
            if field not in COLUMN_NAMES or column not in self.columns:
                raise Refused(f"This table has no column “{column}” to read as {field}: choose another.")
        return self._documents(fields)

    def _documents(self, fields: Mapping[str, str]) -> Iterator[tuple[int, SourceDocument | Refused]]:
        for number, row in enumerate(self._rows(), start=1):
            if isinstance(row, Refused):
                yield number, row
                continue
            try:
                yield number, self._document({field: row[column] for field, column in fields.items()})
            except Refused as refused:
                yield number, refused

    def _document(self, values: Mapping[str, str]) -> SourceDocument:
        if not values["text"].strip():
            raise Refused("This row has no text: fill the column and upload the table again.")
        notes = self.notes
        written = values.get("published_on", "").strip()
        published_on = parse_date(written)
        if written and published_on is None:
            notes = (*notes, date_left_out(written))
        language = _LANGUAGE_CODE.fullmatch(values.get("language", "").strip())
        document = SourceDocument(
            text=values["text"],
            source_format=self.source_format,
            title=values.get("title", ""),
            outlet=values.get("outlet", ""),
            byline=values.get("byline", ""),
            url=values.get("url", ""),
            published_on=published_on,
            language=language[1].lower() if language else "",
            notes=notes,
        )
        return finish(document, self._limits)


def open_table(path: Path, *, name: str, limits: Limits = DEFAULT_LIMITS) -> ArticleTable:
    """Open the table spooled at `path`, whose own file name was `name`, and suggest what its columns are.

    The file is held in memory, at most `limits.file_bytes` of it; its articles are made one by one. Raises
    Refused where the file is no table, or no column is named for the text, and nothing else.
    """
    source_format = format_of(path, name=name, limits=limits)
    if source_format not in TABLE_FORMATS:
        raise Refused("This file is no table of articles: upload it as an article.")
    decoded = decode(path.read_bytes())
    if source_format is SourceFormat.CSV:
        columns, rows = _csv(decoded.text)
    else:
        columns, rows = _json_lines(decoded.text)
    mapping = suggest_mapping(columns)
    if "text" not in mapping:
        found = ", ".join(f"“{column[:40]}”" for column in columns[:20])
        raise Refused(
            f"No column of this table is named text, body, content or article, only {found}: "
            "rename the one that holds the articles and upload the table again."
        )
    sound = (row for row in rows() if not isinstance(row, Refused))
    sample = [{column: _cut(row[column]) for column in columns} for row in islice(sound, _SAMPLE_ROWS)]
    row_count = sum(1 for _ in rows())
    if row_count == 0:
        raise Refused("This table has no rows below its header: check that it was saved whole.")
    return ArticleTable(
        source_format=source_format,
        columns=columns,
        mapping=mapping,
        sample=tuple(sample),
        row_count=row_count,
        notes=decoded.notes,
        _rows=rows,
        _limits=limits,
    )


def _csv(text: str) -> tuple[tuple[str, ...], Callable[[], Iterator[Row | Refused]]]:
    delimiter = sniff_delimiter(text)
    header = next(csv_records(text, delimiter), None)
    if header is None or len(header) > _MOST_COLUMNS:
        raise Refused("The first row of this table can't be read as column names: check its quotation marks.")
    columns = _column_names(header)

    def rows() -> Iterator[Row | Refused]:
        records = csv_records(text, delimiter)
        next(records)
        for cells in records:
            if cells is None:
                yield Refused("This row opens a quotation mark that is never closed: close it.")
            elif any(cell.strip() for cell in cells):
                yield _csv_row(columns, cells)

    return columns, rows


def _csv_row(columns: tuple[str, ...], cells: list[str]) -> Row | Refused:
    extra = cells[len(columns) :]
    if any(cell.strip() for cell in extra):
        return Refused(
            f"This row has {len(cells)} cells and the header {len(columns)}: "
            "put quotation marks around cells that hold the delimiter."
        )
    missing = [""] * (len(columns) - len(cells))
    return dict(zip(columns, cells + missing, strict=False))


def _column_names(header: list[str]) -> tuple[str, ...]:
    """Return the header's names, made unique, and numbered where they are empty."""
    names: list[str] = []
    for number, cell in enumerate(header, start=1):
        name = base = " ".join(cell.split()) or f"column {number}"
        count = 1
        while name in names:
            count += 1
            name = f"{base} ({count})"
        names.append(name)
    return tuple(names)


def _json_lines(text: str) -> tuple[tuple[str, ...], Callable[[], Iterator[Row | Refused]]]:
    def records() -> Iterator[Row | Refused]:
        for line in text.split("\n"):
            if line.strip():
                yield _json_row(line)

    columns: dict[str, None] = {}
    for record in records():
        if isinstance(record, dict):
            columns.update(dict.fromkeys(record))
        if len(columns) > _MOST_COLUMNS:
            raise Refused("The articles of this file share too few keys to be a table: name them alike.")
    empty = dict.fromkeys(columns, "")

    def rows() -> Iterator[Row | Refused]:
        for record in records():
            yield record if isinstance(record, Refused) else {**empty, **record}

    return tuple(columns), rows


def _json_row(line: str) -> Row | Refused:
    try:
        record = json.loads(line)
    # ValueError: no JSON, or a number of too many digits. RecursionError: nested too deeply.
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict):
        return Refused("This line is not one JSON object: put one article in braces on each line.")
    return {make_storable(key).text: _json_cell(value) for key, value in record.items()}


def _json_cell(value: object) -> str:
    """Return a value as the text of a cell; a list of texts is one of paragraphs or of authors."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        separator = "\n\n" if any(len(item) > 60 for item in value) else ", "
        return separator.join(value)
    return "" if isinstance(value, bool | dict | list) or value is None else str(value)


def _cut(cell: str) -> str:
    cell = make_storable(cell).text
    return cell if len(cell) <= _SAMPLE_CHARACTERS else cell[: _SAMPLE_CHARACTERS - 1] + "…"
