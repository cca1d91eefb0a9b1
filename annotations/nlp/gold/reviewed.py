"""The desk's own export of claims, CSV or JSONL, as gold: what editors accepted, corrected or added.

The export holds offsets and the hash of each text, so the texts have to come from elsewhere. An article with
a claim that nobody has decided is no gold yet, since what is missing in it may just not have been looked at.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotations.nlp.gold.corpus import (
    GoldArticle,
    GoldCorpus,
    GoldError,
    KnownText,
    TextsOf,
    checked_kind,
    checked_spans,
    left_out,
    undecided,
)
from annotations.nlp.gold.jsonl import records

_ROLES = ("content", "cue", "source")
_NEEDED = (
    *("article_id", "article_title", "kind", "content_spans", "cue_spans", "source_spans"),
    *("speaker", "speaker_kind", "state", "text_sha256"),
)
_SPAN = re.compile(r"(\d+)-(\d+)")
_CELL_LIMIT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class _Row:
    """One row, spans taken apart; `place` says where it stands."""

    place: str
    cells: Mapping[str, Any]
    spans: Mapping[str, Any]


def read_csv(path: Path, texts_of: TextsOf) -> GoldCorpus:
    """Read an export in CSV. Raises GoldError, which names the line."""
    return _corpus(path, _csv_rows(path), texts_of)


def read_jsonl(path: Path, texts_of: TextsOf) -> GoldCorpus:
    """Read an export in JSONL. Raises GoldError, which names the line."""
    found = records(path, needed=_NEEDED)
    rows = (
        _Row(place, record, {role: record[f"{role}_spans"] or [] for role in _ROLES})
        for place, record in found
    )
    return _corpus(path, rows, texts_of)


def _csv_rows(path: Path) -> Iterator[_Row]:
    # The content of a long claim may be longer than the module's limit of a cell.
    csv.field_size_limit(_CELL_LIMIT)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if missing := [name for name in _NEEDED if name not in (reader.fieldnames or ())]:
                raise GoldError(
                    f"{path}: the column {missing[0]} is missing: this is no export of claims, "
                    "or columns were taken out."
                )
            for cells in reader:
                place = f"{path}, line {reader.line_num}"
                if None in cells.values():
                    raise GoldError(f"{place}: this row has fewer cells than the header.")
                yield _Row(place, cells, {role: _spans(cells[f"{role}_spans"], place) for role in _ROLES})
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise GoldError(f"{path} can't be read: {error}.") from None


def _spans(cell: str, place: str) -> list[list[int]]:
    spans = []
    for piece in cell.split(";") if cell else ():
        match = _SPAN.fullmatch(piece)
        if match is None:
            raise GoldError(f"{place}: {piece!r} is no span: one is written as 302-322.")
        spans.append([int(match[1]), int(match[2])])
    return spans


def _corpus(path: Path, rows: Iterable[_Row], texts_of: TextsOf) -> GoldCorpus:
    by_text: dict[str, list[_Row]] = {}
    for row in rows:
        by_text.setdefault(row.cells["text_sha256"], []).append(row)
    decided = {
        sha256: own
        for sha256, own in by_text.items()
        if all(row.cells["state"] != "suggested" for row in own)
    }
    texts = texts_of(decided.keys())
    notes = []
    if number := len(by_text) - len(decided):
        notes.append(undecided(number))
    if number := len(decided.keys() - texts.keys()):
        notes.append(left_out(number, "its text is not at hand", "their texts are not at hand"))
    articles = [_article(own, texts[sha256]) for sha256, own in decided.items() if sha256 in texts]
    if not articles:
        raise GoldError(" ".join([f"{path} holds no article to measure with.", *notes]))
    return GoldCorpus(articles, tuple(notes), stated_kinds=True, desk_titles=True)


def _article(rows: list[_Row], known: KnownText) -> GoldArticle:
    first = rows[0].cells
    return {
        "id": str(first["article_id"] or first["text_sha256"]),
        "text": known.text,
        "title": known.title or first["article_title"],
        "language": known.language,
        "has_names": True,
        "attributions": [
            _attribution(row, len(known.text)) for row in rows if row.cells["state"] != "rejected"
        ],
    }


def _attribution(row: _Row, length: int) -> dict[str, Any]:
    speaker = row.cells["speaker"]
    try:
        spans = {role: checked_spans(row.spans[role], length, role) for role in _ROLES}
        if not spans["content"]:
            raise ValueError("the claim has no content span")
        return {
            **spans,
            "kind": checked_kind(row.cells["kind"]),
            "names": [speaker] if speaker else [],
            "speaker_kind": row.cells["speaker_kind"],
        }
    except ValueError as error:
        raise GoldError(f"{row.place}: {error}.") from None
