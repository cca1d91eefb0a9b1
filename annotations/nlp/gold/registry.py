"""The formats of gold corpora: how each is told, and the function that reads it.

To add one, write a module with a function from a path to GoldCorpus, a name in GoldFormat, and a line here.
"""

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from annotations.nlp.gold import brat, jsonl, reviewed
from annotations.nlp.gold.corpus import GoldCorpus, TextsOf


class GoldFormat(StrEnum):
    """What a corpus is kept as."""

    JSONL = "jsonl"
    BRAT = "brat"
    REVIEWED_CSV = "reviewed-csv"
    REVIEWED_JSONL = "reviewed-jsonl"


_READERS: Mapping[GoldFormat, Callable[[Path, TextsOf], GoldCorpus]] = MappingProxyType(
    {
        GoldFormat.JSONL: lambda path, _: jsonl.read(path),
        GoldFormat.BRAT: lambda path, _: brat.read(path),
        GoldFormat.REVIEWED_CSV: reviewed.read_csv,
        GoldFormat.REVIEWED_JSONL: reviewed.read_jsonl,
    }
)


def read_gold(path: Path, *, texts_of: TextsOf) -> GoldCorpus:
    """Read the corpus at `path`; `texts_of` finds the texts of an export, which holds none.

    Raises GoldError and nothing else.
    """
    return _READERS[format_of(path)](path, texts_of)


def format_of(path: Path) -> GoldFormat:
    """Tell the format: a folder is brat's, `.csv` an export, other files by the keys of their first line."""
    if path.is_dir():
        return GoldFormat.BRAT
    if path.suffix.lower() == ".csv":
        return GoldFormat.REVIEWED_CSV
    return GoldFormat.REVIEWED_JSONL if "content_spans" in _first_record(path) else GoldFormat.JSONL


def _first_record(path: Path) -> Mapping[str, object]:
    """Return the object on the first line; an empty one where there is none, which the reader then says."""
    try:
        with path.open(encoding="utf-8") as file:
            record = json.loads(next(file, ""))
    except (OSError, ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}
