"""The zip holds the claims, who spoke, and every span."""

import io
import zipfile
from datetime import date

import pytest

from annotations.exports.cutting import SpanOutsideText, SpeakerCells
from annotations.exports.registry import FORMATS
from annotations.exports.row import Export
from tests.exports.rows import make_row, read_table, written

ANA = SpeakerCells(3, "Ana Roth", "person", "mayor", "Q1", "woman", "editor")
BODY = SpeakerCells(2, "Council", "organisation")


def members(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def test_claims_in_the_zip_are_the_csv():
    rows = [make_row(), make_row(claim_no=2)]

    tables = members(written("zip", rows))

    assert list(tables) == ["claims.csv", "speakers.csv", "spans.csv"]
    assert tables["claims.csv"] == written("csv", rows)


def test_speakers_are_counted_over_the_rows():
    rows = [
        make_row(speaker=ANA),
        make_row(speaker=BODY),
        make_row(speaker=ANA),
        make_row(speaker=ANA, article={"article_id": 8, "published_on": date(2025, 1, 2)}),
        make_row(speaker=ANA, article={"article_id": 9, "published_on": None}),
        make_row(),
    ]

    tables = members(written("zip", rows, aliases_of=lambda ids: {3: ("Mayor Roth", "Roth")}))

    assert tables["speakers.csv"].decode("utf-8-sig").split("\r\n") == [
        "id,name,aliases,kind,role,external_id,gender,basis,claims,words,articles,first_date,last_date",
        "3,Ana Roth,Mayor Roth | Roth,person,mayor,Q1,woman,editor,4,16,3,2025-01-02,2025-03-01",
        "2,Council,,organisation,,,,,1,4,1,2025-03-01,2025-03-01",
        "",
    ]


def test_speaker_without_any_date_has_none():
    [speaker] = read_table(
        members(written("zip", [make_row(speaker=ANA, article={"published_on": None})]))["speakers.csv"]
    )

    assert (speaker["first_date"], speaker["last_date"]) == ("", "")


def test_aliases_are_asked_for_in_chunks_and_all_speakers_are_written():
    asked = []
    rows = (
        make_row(speaker=SpeakerCells(number, f"Speaker {number:04}", "person")) for number in range(1, 1102)
    )

    def aliases_of(ids):
        asked.append(len(ids))
        return {ids[0]: ("First",)}

    speakers = read_table(members(written("zip", rows, aliases_of=aliases_of))["speakers.csv"])

    assert asked == [500, 500, 101]
    assert [int(speaker["id"]) for speaker in speakers] == list(range(1, 1102))


def test_spans_are_the_lossless_long_form():
    row = make_row(
        "“One.\nTwo,” said Ana. “=3.”", content=[(0, 11), (22, 27)], cue=[(12, 16)], source=[(17, 20)]
    )

    table = members(written("zip", [row]))["spans.csv"]

    assert [tuple(span.values()) for span in read_table(table)] == [
        ("12", "content", "0", "0", "11", "“One.\nTwo,”"),
        ("12", "content", "1", "22", "27", "“=3.”"),
        ("12", "cue", "0", "12", "16", "said"),
        ("12", "source", "0", "17", "20", "Ana"),
    ]


@pytest.mark.parametrize(("raw", "text"), [(False, "'=3."), (True, "=3.")])
def test_spans_and_speakers_are_guarded_unless_raw(raw, text):
    row = make_row("=3.", content=[(0, 3)], speaker=SpeakerCells(1, "=3.", "person"))

    tables = members(written("zip", [row], raw=raw))

    assert read_table(tables["spans.csv"])[0]["text"] == text
    assert read_table(tables["speakers.csv"])[0]["name"] == text


@pytest.mark.parametrize(("bom", "start"), [(True, b"\xef\xbb\xbf"), (False, b"")])
def test_byte_order_mark_is_in_all_three_tables_or_none(bom, start):
    tables = members(written("zip", [make_row()], bom=bom))

    assert [table[:3] == b"\xef\xbb\xbf" for table in tables.values()] == [bool(start)] * 3


def test_zip_that_breaks_off_can_not_be_opened():
    def rows():
        yield make_row()
        raise SpanOutsideText("Claim 13 is wrong.")

    taken = bytearray()
    stream = FORMATS["zip"].stream(Export(rows=rows()))
    with pytest.raises(SpanOutsideText):
        taken.extend(byte for chunk in stream for byte in chunk)

    assert not zipfile.is_zipfile(io.BytesIO(bytes(taken)))
