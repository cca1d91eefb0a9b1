"""What of the desk is gold: reviewed articles, and in them what editors left standing."""

import hashlib

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.nlp.gold import KnownText
from annotations.queries.reviewed import reviewed_corpus, texts_with
from tests.builders import make_article, make_claim, make_set, make_speaker

pytestmark = pytest.mark.django_db

TEXT = "“We will build it,” said Ana Roth. “By May.”\nShe laughed."


def reviewed(text=TEXT, **fields):
    return make_article(text=text, state="reviewed", **fields)


def contents(corpus):
    return [[item["content"] for item in article["attributions"]] for article in corpus.articles]


def test_article_is_there_with_its_claims_and_their_speakers():
    ana = make_speaker("Ana Roth", aliases=("Roth", "Ana B. Roth"), kind="person")
    article = reviewed(title="The bridge")
    make_claim(article=article, content=((45, 56),), kind="indirect", state="corrected")
    make_claim(
        article=article,
        content=((0, 19), (35, 44)),
        cue=((20, 24),),
        source=((25, 33),),
        speaker=ana,
        state="accepted",
    )

    corpus = reviewed_corpus()

    assert corpus.articles == [
        {
            "id": str(article.pk),
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
                    # The surname alone is no full name.
                    "names": ["Ana Roth", "Ana B. Roth"],
                    "speaker_kind": "person",
                },
                {
                    "content": [[45, 56]],
                    "cue": [],
                    "source": [],
                    "kind": "indirect",
                    "names": [],
                    "speaker_kind": "none",
                },
            ],
        }
    ]
    assert (corpus.stated_kinds, corpus.desk_titles, corpus.notes) == (True, True, ())


def test_rejected_claims_are_no_gold_and_an_editors_own_are():
    article = reviewed()
    make_claim(article=article, content=((0, 19),), state="rejected")
    make_claim(article=article, content=((35, 44),), state="accepted", origin="editor")

    assert contents(reviewed_corpus()) == [[[[35, 44]]]]


def test_articles_that_are_not_reviewed_are_no_gold():
    make_claim(article=make_article(state="ready"), state="accepted")

    assert reviewed_corpus().articles == []


def test_article_that_was_closed_with_undecided_claims_is_left_out_and_said():
    article = reviewed()
    make_claim(article=article, state="accepted")
    make_claim(article=article, content=((35, 44),), state="suggested")
    silent = reviewed("Nobody spoke.")

    corpus = reviewed_corpus()

    assert [each["id"] for each in corpus.articles] == [str(silent.pk)]
    assert corpus.notes == ("1 article is left out: it holds claims that nobody has decided.",)


def test_set_limits_the_articles():
    inside, _ = reviewed(), reviewed("Nobody spoke.")

    corpus = reviewed_corpus(make_set(articles=(inside,)))

    assert [each["id"] for each in corpus.articles] == [str(inside.pk)]


def test_claim_of_a_merged_speaker_has_the_names_of_the_one_that_took_it():
    ana = make_speaker("Ana Roth", aliases=("Ana Maria Roth",))
    make_claim(article=reviewed(), state="accepted", speaker=make_speaker("A. Roth", merged_into=ana))

    [article] = reviewed_corpus().articles
    assert article["attributions"][0]["names"] == ["Ana Roth", "Ana Maria Roth"]


def test_speaker_of_one_word_keeps_aliases_of_one_word():
    make_claim(
        article=reviewed(), state="accepted", speaker=make_speaker("UNESCO", aliases=("Unesco-HQ", "UN"))
    )

    [article] = reviewed_corpus().articles
    assert article["attributions"][0]["names"] == ["UNESCO", "UN", "Unesco-HQ"]


def test_cost_does_not_grow_with_articles():
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            reviewed_corpus()
        return len(captured)

    for number in range(2):
        make_claim(article=reviewed(f"{TEXT} {number}"), state="accepted", speaker=make_speaker())
    few = queries()
    for number in range(2, 8):
        make_claim(article=reviewed(f"{TEXT} {number}"), state="accepted", speaker=make_speaker())

    assert queries() == few


def test_texts_are_found_by_their_hash():
    article = make_article(text=TEXT, title="The bridge", language="de")

    assert texts_with({article.text_sha256, "0" * 64}) == {
        hashlib.sha256(TEXT.encode()).hexdigest(): KnownText(TEXT, "The bridge", "de")
    }
