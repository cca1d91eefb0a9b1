"""The JSONL holds the same columns as values of JSON."""

import json
from datetime import UTC, datetime

from annotations.exports.row import COLUMNS
from tests.exports.rows import make_row, written


def test_each_claim_is_one_object_with_the_columns_as_keys():
    lines = written("jsonl", [make_row(), make_row(claim_no=2)]).decode().split("\n")

    assert [tuple(json.loads(line)) for line in lines[:2]] == [COLUMNS, COLUMNS]
    assert lines[2:] == [""]


def test_values_are_json_s_own():
    row = make_row(
        content=[(0, 19), (35, 44)],
        confidence=0.98765,
        updated_at=datetime(2025, 3, 1, 9, 5, 7, tzinfo=UTC),
        changed=True,
    )

    record = json.loads(written("jsonl", [row]))

    assert {
        key: record[key] for key in ("article_id", "content_spans", "cue_spans", "confidence", "changed")
    } == {
        "article_id": 7,
        "content_spans": [[0, 19], [35, 44]],
        "cue_spans": [],
        "confidence": 0.988,
        "changed": True,
    }
    assert (record["published_on"], record["updated_at"]) == ("2025-03-01", "2025-03-01T09:05:07+00:00")
    assert record["speaker_id"] is None


def test_line_breaks_and_formulas_stay_as_they_are():
    record = json.loads(written("jsonl", [make_row("=One,\n“two” 🐦", content=[(0, 13)])]))

    assert record["content"] == "=One,\n“two” 🐦"


def test_pieces_are_joined_by_the_seam():
    record = json.loads(written("jsonl", [make_row(content=[(0, 19), (35, 44)])]))

    assert record["content"] == "“We will build it,” […] “By May.”"


def test_more_rows_than_one_chunk_are_all_written():
    lines = written("jsonl", [make_row(claim_no=number) for number in range(150)]).splitlines()

    assert [json.loads(line)["claim_no"] for line in lines] == list(range(150))
