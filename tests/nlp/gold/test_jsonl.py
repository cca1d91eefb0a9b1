"""Gold articles as JSON Lines, and predictions in that form."""

import json
from pathlib import Path

import pytest

from annotations.nlp.gold import GoldError, read_gold, read_predictions

TEXT = "“We will,” said Ann Lee."
CLAIM = {"content": [[0, 10]], "cue": [[11, 15]], "source": [[16, 23]], "kind": "direct"}
ARTICLE = {"id": "a", "text": TEXT, "title": "Ann Lee speaks", "attributions": [CLAIM]}


def written(tmp_path: Path, *records: object) -> Path:
    file = tmp_path / "gold.jsonl"
    lines = [each if isinstance(each, str) else json.dumps(each) for each in records]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def read(*args):
    return read_gold(written(*args), texts_of=dict)


def test_articles_are_read_as_they_are(tmp_path):
    named = ARTICLE | {
        "id": "b",
        "attributions": [CLAIM | {"names": ["Ann Lee", "A. Lee"], "speaker_kind": "person"}],
    }

    corpus = read(tmp_path, ARTICLE, "", named)

    assert corpus.articles == [ARTICLE, named]
    assert (corpus.notes, corpus.stated_kinds) == ((), False)


def test_what_is_not_needed_may_be_missing(tmp_path):
    [article] = read(tmp_path, {"id": "a", "text": TEXT, "attributions": [{"content": [[0, 10]]}]}).articles

    assert article["title"] == ""
    assert article["attributions"] == [{"content": [[0, 10]], "cue": [], "source": []}]


def test_line_separators_inside_a_text_end_no_line(tmp_path):
    file = tmp_path / "gold.jsonl"
    file.write_text(json.dumps(ARTICLE | {"text": TEXT + "\u2028More."}, ensure_ascii=False))

    [article] = read_gold(file, texts_of=dict).articles
    assert article["text"].endswith("\u2028More.")


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        ("no json", "this is no JSON."),
        ("[]", "this is no JSON object."),
        ('{"id": "a"}', "text, attributions is missing."),
        (ARTICLE | {"text": None}, "text is no text, or attributions is no list."),
        (ARTICLE | {"attributions": ["x"]}, "attribution 1: this is no JSON object."),
        (ARTICLE | {"attributions": [{"source": [[0, 1]]}]}, "attribution 1: content is missing."),
        (
            ARTICLE | {"attributions": [CLAIM, CLAIM | {"content": [[0, 99]]}]},
            "attribution 2: the content span [0, 99] does not fit the text of 24 characters.",
        ),
        (
            ARTICLE | {"attributions": [CLAIM | {"source": [[5, 5]]}]},
            "attribution 1: the source span [5, 5] does not fit the text of 24 characters.",
        ),
        (
            ARTICLE | {"attributions": [CLAIM | {"cue": [["0", "1"]]}]},
            "attribution 1: the cue span ['0', '1'] is no [start, end].",
        ),
        (
            ARTICLE | {"attributions": [CLAIM | {"kind": "quote"}]},
            "attribution 1: the kind 'quote' is none of direct, mixed, indirect.",
        ),
        (
            ARTICLE | {"attributions": [CLAIM | {"names": "Ann Lee"}]},
            "attribution 1: names is no list of names.",
        ),
        (
            ARTICLE | {"attributions": [CLAIM | {"speaker_kind": "man"}]},
            "attribution 1: the speaker's kind 'man' is none of person, organisation, group, document, "
            "unnamed, none.",
        ),
    ],
)
def test_a_wrong_line_is_named(tmp_path, record, sentence):
    with pytest.raises(GoldError) as caught:
        read(tmp_path, ARTICLE | {"id": "sound"}, record)

    place = f"{tmp_path / 'gold.jsonl'}, line 2"
    assert str(caught.value) in {f"{place}: {sentence}", f"{place}, {sentence}"}


def test_an_article_that_is_there_twice_is_named(tmp_path):
    with pytest.raises(GoldError, match="line 2: the article a is there twice"):
        read(tmp_path, ARTICLE, ARTICLE)


def test_no_file_is_said(tmp_path):
    with pytest.raises(GoldError, match=r"gold\.jsonl can't be read: .*No such file"):
        read_gold(tmp_path / "gold.jsonl", texts_of=dict)


def test_predictions_are_the_id_and_the_claims(tmp_path):
    claim = CLAIM | {"speaker": "Ann Lee", "confidence": 0.9}
    file = written(tmp_path, {"id": "a", "text": TEXT, "claims": [claim]}, {"id": "b", "claims": []})

    assert read_predictions(file) == [{"id": "a", "claims": [claim]}, {"id": "b", "claims": []}]


@pytest.mark.parametrize(
    "claims",
    [
        None,
        ["x"],
        [{"source": []}],
        [CLAIM | {"content": [[3, 1]]}],
        [CLAIM | {"confidence": 7}],
        [CLAIM | {"confidence": "high"}],
        [CLAIM | {"speaker": 7}],
    ],
)
def test_predictions_of_another_shape_are_refused(tmp_path, claims):
    with pytest.raises(GoldError, match="line 1: claims is no list"):
        read_predictions(written(tmp_path, {"id": "a", "claims": claims}))
