"""The CSV opens in a spreadsheet as it stands, and reads back exactly."""

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.exports.csv import cell, guarded, read_claims_csv, stream_table, unguarded
from annotations.exports.row import COLUMNS
from tests.exports.rows import make_row, read_table, written


def test_file_starts_with_a_byte_order_mark_that_can_be_left_out():
    with_mark = written("csv", [make_row()])

    assert with_mark == b"\xef\xbb\xbf" + written("csv", [make_row()], bom=False)


def test_byte_order_mark_stands_once_in_a_file_of_many_chunks():
    table = written("csv", [make_row(claim_no=number) for number in range(1_000)])

    assert table.count(b"\xef\xbb\xbf") == 1
    assert [row["claim_no"] for row in read_table(table)] == [str(number) for number in range(1_000)]


def test_lines_end_in_crlf_and_cells_are_quoted_as_rfc_4180_says():
    table = b"".join(stream_table(("a", "b"), [('say "hi"', "1, 2"), ("plain", "two\nlines")], bom=False))

    assert table == b'a,b\r\n"say ""hi""","1, 2"\r\nplain,"two\nlines"\r\n'


def test_empty_export_is_a_header_alone():
    assert written("csv", [], bom=False) == ",".join(COLUMNS).encode() + b"\r\n"


def test_claim_in_pieces_is_one_cell_with_seams_and_spans():
    [row] = read_table(written("csv", [make_row(content=[(0, 19), (35, 44)])]))

    assert row["content"] == "“We will build it,” […] “By May.”"
    assert row["content_spans"] == "0-19;35-44"


def test_line_breaks_in_a_cell_become_pilcrows():
    [row] = read_table(written("csv", [make_row("“One.\n\nTwo.”", content=[(0, 12)])]))

    assert row["content"] == "“One. ¶  ¶ Two.”"


def test_every_claim_is_one_line_of_the_file():
    rows = [make_row("a\nb\rc\r\nd", content=[(0, 8)], article={"title": "x\ny"})]

    assert len(written("csv", rows).splitlines()) == 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (0.5, "0.500"),
        (0.98765, "0.988"),
        (12, "12"),
        ((), ""),
        (((3, 9),), "3-9"),
        (datetime(2025, 3, 1, 9, 5, 7, 123, tzinfo=UTC), "2025-03-01T09:05:07+00:00"),
    ],
)
def test_cell_writes_a_value_plainly(value, expected):
    assert cell(value) == expected


def test_dates_are_iso():
    [row] = read_table(written("csv", [make_row()]))

    assert row["published_on"] == "2025-03-01"


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(first):
    assert guarded(f"{first}SUM(A1)") == f"'{first}SUM(A1)"


@pytest.mark.parametrize("text", ["", "We will", "'We will,' he said", "a=b", " =1", "“-”"])
def test_other_cells_stay_as_they_are(text):
    assert guarded(text) == text
    assert unguarded(text) == text


def test_apostrophe_of_the_cell_itself_is_kept_apart_from_the_guard():
    assert [guarded("=1"), guarded("'=1"), guarded("''=1")] == ["'=1", "''=1", "'''=1"]


@given(st.text(alphabet=st.sampled_from("'=+-@\t\ra 1"), max_size=6))
def test_taking_the_guard_off_gives_back_every_cell(text):
    assert unguarded(guarded(text)) == text


def test_text_cells_are_guarded_unless_raw():
    rows = [make_row("=SUM(A1)", content=[(0, 8)], article={"title": "@home", "outlet": "'-'"})]

    [plain] = read_table(written("csv", rows))
    [raw] = read_table(written("csv", rows, raw=True))

    assert (plain["content"], plain["article_title"], plain["outlet"]) == ("'=SUM(A1)", "'@home", "''-'")
    assert (raw["content"], raw["article_title"], raw["outlet"]) == ("=SUM(A1)", "@home", "'-'")


@pytest.mark.parametrize("bom", [True, False])
@pytest.mark.parametrize("raw", [True, False])
def test_reading_back_gives_the_cells_without_mark_and_guard(bom, raw):
    rows = [make_row("'=SUM(A1)", content=[(0, 9)])]

    [row] = read_claims_csv(io.BytesIO(written("csv", rows, bom=bom, raw=raw)), raw=raw)

    assert tuple(row) == COLUMNS
    assert row["content"] == "'=SUM(A1)"


def test_reading_back_leaves_the_file_open():
    file = io.BytesIO(written("csv", [make_row()]))

    list(read_claims_csv(file))

    assert not file.closed
