"""Rows of the export for tests; every field has a plain default."""

import csv
import io
from collections.abc import Iterable
from datetime import date
from typing import Any

from annotations.exports.cutting import ArticleCells, ClaimCells, claim_row
from annotations.exports.registry import FORMATS
from annotations.exports.row import ClaimRow, Export

TEXT = "“We will build it,” said Ana Roth. “By May.”\nShe laughed."


def make_row(text: str = TEXT, *, article: dict[str, Any] | None = None, **claim: Any) -> ClaimRow:
    """Cut the row of an accepted claim over the first words of `text`."""
    shared = {
        "title": "The bridge",
        "text_sha256": "ab12",
        "pipeline": "test 1",
        "article_id": 7,
        "published_on": date(2025, 3, 1),
        "paragraphs": [(0, 44, "body"), (45, 57, "body")],
        "sentences": [(0, 34), (35, 44), (45, 57)],
    }
    fields = {
        "claim_id": 12,
        "claim_no": 1,
        "kind": "direct",
        "content": [(0, 19)],
        "state": "accepted",
        "origin": "pipeline",
    }
    return claim_row(ArticleCells(text=text, **(shared | (article or {}))), ClaimCells(**(fields | claim)))


def written(name: str, rows: Iterable[ClaimRow], **options: Any) -> bytes:
    """Return the whole export in the format called `name`."""
    return b"".join(FORMATS[name].stream(Export(rows=rows, **options)))


def read_table(table: bytes) -> list[dict[str, str]]:
    """Read a CSV as any program would, without taking the guard off."""
    return list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline="")))
