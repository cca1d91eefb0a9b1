"""The desk's own export of claims as gold."""

import hashlib
import json

import pytest

from annotations.exports.cutting import SpeakerCells
from annotations.nlp.gold import GoldError, KnownText, read_gold
from tests.exports.rows import TEXT, make_row, written

SHA256 = hashlib.sha256(TEXT.encode()).hexdigest()
OTHER = hashlib.sha256(b"other").hexdigest()
KNOWN = {SHA256: KnownText(TEXT, "The bridge", "en"), OTHER: KnownText(TEXT)}
ANA = {"cue": [(20, 24)], "source": [(25, 33)]}


def row(*, sha256=SHA256, article_id=7, speaker="", speaker_kind="", **claim):
    who = SpeakerCells(name=speaker, kind=speaker_kind)
    return make_row(article={"text_sha256": sha256, "article_id": article_id}, speaker=who, **claim)


def read(tmp_path, *rows, name="csv", texts=KNOWN):
    file = tmp_path / f"claims.{name}"
    file.write_bytes(written(name, rows))
    return read_gold(file, texts_of=lambda hashes: {each: texts[each] for each in hashes if each in texts})


@pytest.mark.parametrize("name", ["csv", "jsonl"])
def test_decided_claims_are_gold_and_rejected_ones_are_not(tmp_path, name):
    corpus = read(
        tmp_path,
        row(speaker="Ana Roth", speaker_kind="person", content=[(0, 19), (35, 44)], **ANA),
        row(state="corrected", content=[(45, 56)], kind="indirect"),
        row(state="rejected", content=[(35, 44)]),
        name=name,
    )

    assert corpus.articles == [
        {
            "id": "7",
            "text": TEXT,
            "title": "The bridge",
            "language": "en",
            "has_names": True,
            "attributions": [
                {
                    "content": [[0, 19], [35, 44]],
                    "cue": [[20, 24]],
                    "source": [[25, 33]],
                    "kind": "direct",
                    "names": ["Ana Roth"],
                    "speaker_kind": "person",
                },
                {
                    "content": [[45, 56]],
                    "cue": [],
                    "source": [],
                    "kind": "indirect",
                    "names": [],
                    "speaker_kind": "",
                },
            ],
        }
    ]
    assert (corpus.stated_kinds, corpus.desk_titles) == (True, True)


def test_article_of_which_all_claims_were_rejected_is_gold_without_claims(tmp_path):
    [article] = read(tmp_path, row(state="rejected")).articles

    assert article["attributions"] == []


@pytest.mark.parametrize("name", ["csv", "jsonl"])
def test_article_with_an_undecided_claim_is_left_out_and_said(tmp_path, name):
    undecided = row(sha256=OTHER, article_id=8, state="suggested")
    corpus = read(tmp_path, row(), row(sha256=OTHER, article_id=8), undecided, name=name)

    assert [article["id"] for article in corpus.articles] == ["7"]
    assert corpus.notes == ("1 article is left out: it holds claims that nobody has decided.",)


def test_article_whose_text_is_not_at_hand_is_left_out_and_said(tmp_path):
    corpus = read(tmp_path, row(), row(sha256="0" * 64, article_id=9), row(sha256="1" * 64, article_id=10))

    assert [article["id"] for article in corpus.articles] == ["7"]
    assert corpus.notes == ("2 articles are left out: their texts are not at hand.",)


def test_export_of_which_nothing_is_left_is_refused_with_the_reason(tmp_path):
    with pytest.raises(
        GoldError, match=r"no article to measure with. 1 article is left out: its text is not"
    ):
        read(tmp_path, row(), texts={})


def test_spans_of_another_text_are_refused_with_their_line(tmp_path):
    with pytest.raises(GoldError) as caught:
        read(tmp_path, row(), row(content=[(45, 57)]), texts={SHA256: KnownText("Too short to hold it.")})

    assert str(caught.value) == (
        f"{tmp_path / 'claims.csv'}, line 3: "
        "the content span [45, 57] does not fit the text of 21 characters."
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("claim_no,content\r\n1,x\r\n", ": the column article_id is missing: this is no export of claims, "),
        ("{header}\r\n7,x\r\n", ", line 2: this row has fewer cells than the header."),
    ],
)
def test_csv_of_another_shape_is_refused(tmp_path, content, sentence):
    file = tmp_path / "claims.csv"
    header = written("csv", [row()]).decode("utf-8-sig").split("\r\n")[0]
    file.write_text(content.format(header=header), newline="")

    with pytest.raises(GoldError) as caught:
        read_gold(file, texts_of=dict)

    assert str(caught.value).startswith(f"{file}{sentence}")


def test_spans_that_a_spreadsheet_has_changed_are_refused(tmp_path):
    file = tmp_path / "claims.csv"
    file.write_bytes(written("csv", [row()]).replace(b"0-19", b"19 Dec"))

    with pytest.raises(GoldError, match="line 2: '19 Dec' is no span: one is written as 302-322"):
        read_gold(file, texts_of=dict)


def test_jsonl_of_another_shape_is_refused_with_its_line(tmp_path):
    file = tmp_path / "claims.jsonl"
    record = json.loads(written("jsonl", [row()]).decode())
    file.write_text(json.dumps(record) + "\n" + json.dumps({"content_spans": []}))

    with pytest.raises(GoldError, match=r"claims\.jsonl, line 2: article_id, .* is missing"):
        read_gold(file, texts_of=dict)
