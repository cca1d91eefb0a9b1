"""Names from a file beside the corpus, joined by article and content."""

import hashlib
import json

import pytest

from annotations.nlp.gold import GoldCorpus, GoldError, read_gold, with_names

TEXT = "“We will,” said Ann Lee. She hopes to win."
SHA256 = hashlib.sha256(TEXT.encode()).hexdigest()
FIRST = {"content": [[0, 10]], "cue": [], "source": [[16, 23]]}
SECOND = {"content": [[35, 41]], "cue": [], "source": [[25, 28]]}
CORPUS = GoldCorpus([{"id": id_, "text": TEXT, "attributions": [FIRST, SECOND]} for id_ in ("a", "b")])
NAMED = {"content": [[35, 41]], "names": ["Ann Lee", "Ann B. Lee"], "kind": "person"}


def joined(tmp_path, *items, corpus=CORPUS, **record):
    file = tmp_path / "names.jsonl"
    file.write_text(json.dumps({"id": "a", "sha256": SHA256, "attributions": items} | record))
    return with_names(corpus, file).articles


def test_names_go_to_the_claim_with_that_content_and_nowhere_else(tmp_path):
    article, other = joined(tmp_path, NAMED)

    first, second = article["attributions"]
    assert first == FIRST
    assert second == SECOND | {"names": ["Ann Lee", "Ann B. Lee"], "speaker_kind": "person"}
    assert article["has_names"]
    assert other == CORPUS.articles[1]


def test_two_claims_of_the_same_content_get_their_names_in_turn(tmp_path):
    corpus = GoldCorpus([{"id": "a", "text": TEXT, "attributions": [SECOND, SECOND]}])
    nobody = NAMED | {"names": [], "kind": "none"}

    [article] = joined(tmp_path, NAMED, nobody, corpus=corpus)

    assert [item["names"] for item in article["attributions"]] == [["Ann Lee", "Ann B. Lee"], []]


@pytest.mark.parametrize(
    ("items", "record", "sentence"),
    [
        ([NAMED], {"id": "z"}, "line 1: the corpus has no article z."),
        (
            [NAMED],
            {"sha256": "0" * 64},
            "line 1: the names were written for another text of the article a: "
            "its SHA-256 is not the one given here.",
        ),
        (
            [NAMED, NAMED | {"content": [[0, 9]]}],
            {},
            "line 1, attribution 2: the article has no claim with the content [[0, 9]].",
        ),
        ([{"content": [[0, 10]]}], {}, "line 1, attribution 1: names is no list of names."),
        (
            [NAMED | {"kind": "man"}],
            {},
            "line 1, attribution 1: the speaker's kind 'man' is none of person, organisation, group, "
            "document, unnamed, none.",
        ),
        ([], {"attributions": None}, "line 1: attributions is no list of objects."),
    ],
)
def test_names_that_do_not_fit_the_corpus_are_refused(tmp_path, items, record, sentence):
    with pytest.raises(GoldError) as caught:
        joined(tmp_path, *items, **record)

    assert str(caught.value) == f"{tmp_path / 'names.jsonl'}, {sentence}"


def test_our_own_names_fit_the_corpus_claim_by_claim(shared, pytestconfig):
    corpus = read_gold(shared / "corpus" / "polnear" / "dev.jsonl", texts_of=dict)
    named = with_names(corpus, pytestconfig.rootpath / "tests" / "data" / "names" / "names.jsonl")

    articles = [article for article in named.articles if article.get("has_names")]
    assert len(articles) == 40
    assert all("names" in item for article in articles for item in article["attributions"])
