"""The formats of the export: what each is called, and the function that writes it.

To add one, write a module with a function from Export to an iterator of bytes, and a line here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from annotations.exports.csv import stream_csv
from annotations.exports.jsonl import stream_jsonl
from annotations.exports.row import Export
from annotations.exports.zip import stream_zip


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """One format. `name` is what forms and commands say and the file's ending."""

    name: str
    label: str
    content_type: str
    stream: Callable[[Export], Iterator[bytes]]


FORMATS = {
    export_format.name: export_format
    for export_format in (
        ExportFormat("csv", "CSV, one row a claim", "text/csv; charset=utf-8", stream_csv),
        ExportFormat("jsonl", "JSONL, one object a claim", "application/x-ndjson", stream_jsonl),
        ExportFormat("zip", "Zip of CSV: claims, speakers, spans", "application/zip", stream_zip),
    )
}
