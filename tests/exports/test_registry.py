"""The formats that forms and commands offer."""

from annotations.exports.registry import FORMATS


def test_formats_are_named_as_their_files_end():
    assert {name: export_format.content_type for name, export_format in FORMATS.items()} == {
        "csv": "text/csv; charset=utf-8",
        "jsonl": "application/x-ndjson",
        "zip": "application/zip",
    }
