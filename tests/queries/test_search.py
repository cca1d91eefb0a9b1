"""Full-text search: the same results on both databases, in step with what verbs change."""

from typing import Any

import pytest
from django.db import connection

from annotations.choices import SpanRole
from annotations.domain import articles, review, search, undo
from annotations.models import ArticleWords, ClaimWords, User
from annotations.queries.counting import few_of
from annotations.queries.search import Search, SearchKind
from annotations.readers import SourceDocument, SourceFormat
from annotations.search_words import asked
from tests.builders import make_article, make_claim, make_speaker

pytestmark = pytest.mark.django_db

TEXT = "“The bridge will open in May,” said Élodie Müller-Straße. The tolls don't stay, 🙂 she wrote."


def found(text: str, kind: SearchKind = SearchKind.ARTICLES) -> set[Any]:
    return set(Search(text, asked(text)).rows(kind))


@pytest.mark.parametrize(
    "text",
    [
        "bridge",
        "BRIDGE elodie",
        "brid",
        "muller strasse",
        "Müller-Straße",
        '"will open in May"',
        "“open in may” toll",
        "don't",
        "courier",
        "amari",
        "reopening",
    ],
)
def test_articles_are_found_by_their_words_wherever_they_stand(text: str) -> None:
    article = make_article(text=TEXT, title="Reopening", outlet="Courier", byline="Ruth Amari")
    make_article(text="Nobody spoke.", title="Ferry")

    assert found(text) == {article}


@pytest.mark.parametrize(
    "text",
    ["bridges", "ridge", '"open will"', '"the bridg"', "ma", "bridge ferry", "", "🙂", "\\", '""', "-"],
)
def test_articles_without_all_the_words_are_not_found(text: str) -> None:
    make_article(text=TEXT)

    assert found(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        '"',
        '"""',
        "'; DROP TABLE annotations_article; --",
        "a:* & !b | (c <-> d)",
        "NEAR(bridge may, 2) AND NOT OR",
        "words:bridge ^bridge {words}: x",
        "bridge*",
        "*",
        "100% _ \\ \\'",
        "שלום עולם \u202etxet\u202c",
        "🙂👩‍👩‍👧",
        "\ufeff\u200b\u00ad",
        "x" * 100_000,
        "word " * 10_000,
        "\ud7ff\uffff\U0010ffff",
    ],
)
@pytest.mark.parametrize("kind", list(SearchKind))
def test_no_query_is_an_error(text: str, kind: SearchKind) -> None:
    make_article(text=TEXT)

    found(text, kind)


def test_a_right_to_left_text_and_an_emoji_beside_a_word_are_found() -> None:
    article = make_article(text="אמר: “שלום עולם”🙂hello")

    assert found("שלום") == found('"שלום עולם"') == found("hello") == {article}


def test_an_article_is_found_once_it_is_stored(editor: User) -> None:
    document = SourceDocument(text=TEXT, source_format=SourceFormat.TEXT, title="Reopening", language="en")

    run = articles.store_article(document=document, by=editor)

    assert found("reopening bridge") == {run.article}


def test_claims_are_found_by_their_content_as_it_is_now(editor: User) -> None:
    article = make_article(text=TEXT)
    claim = make_claim(article=article, content=((0, 30),), speaker=make_speaker())
    assert found('"the bridge will"', SearchKind.CLAIMS) == {claim}
    assert found("tolls", SearchKind.CLAIMS) == set()

    start = TEXT.index("The tolls")
    changed = [(start, start + 20)]
    review.change_spans(claim=claim, role=SpanRole.CONTENT, spans=changed, version=claim.version, by=editor)

    assert found("tolls", SearchKind.CLAIMS) == {claim}
    assert found("bridge", SearchKind.CLAIMS) == set()

    undo.undo_last(article=article, by=editor)
    assert found("bridge", SearchKind.CLAIMS) == {claim}


def test_speakers_are_found_by_any_of_their_names() -> None:
    ana = make_speaker("Ana Lindqvist", aliases=("The Mayor",))
    make_speaker("Bo Ek")

    assert found("lindq", SearchKind.SPEAKERS) == found("mayor", SearchKind.SPEAKERS) == {ana}


def test_what_is_deleted_is_found_no_more_and_leaves_nothing(editor: User) -> None:
    article = make_article(text=TEXT)
    make_claim(article=article)

    articles.delete_article(article=article, by=editor)

    assert found("bridge") == found("bridge", SearchKind.CLAIMS) == set()
    assert not ArticleWords.objects.exists()
    assert not ClaimWords.objects.exists()
    table = "annotations_articlewords_fts"
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table}({table}) VALUES('integrity-check')")


def test_articles_of_before_the_search_are_indexed_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "AT_ONCE", 2)
    made = [make_article(text=f"{TEXT} {number}") for number in range(3)]
    claim = make_claim(article=made[0])
    for model in (ArticleWords, ClaimWords):
        model.objects.all().delete()
    assert found("bridge") == set()

    assert [search.index_missing() for _ in range(3)] == [2, 1, 0]

    assert found("bridge") == set(made)
    assert found("bridge", SearchKind.CLAIMS) == {claim}


def test_a_text_of_more_words_than_there_is_room_for_is_found_by_its_beginning() -> None:
    words = " ".join(f"w{number:x}" for number in range(200_000))

    article = make_article(text=f"Beginning {words} ending")

    assert found("beginning w1f") == {article}
    assert found("ending") == set()


def test_few_rows_are_told_by_their_ids_and_many_are_not() -> None:
    three = [make_article(text=f"“Tolls stay,” she said on day {day}.") for day in range(3)]

    few, ids = few_of(Search("tolls", asked("tolls")).rows(SearchKind.ARTICLES), most=3)
    many, none = few_of(Search("tolls", asked("tolls")).rows(SearchKind.ARTICLES), most=2)
    counted, named = few_of(Search("tolls", asked("tolls")).rows(SearchKind.ARTICLES), most=2, named_to=3)

    assert (str(few), sorted(ids or ())) == ("3", [article.pk for article in three])
    assert (str(many), none) == ("2+", None)
    assert (counted, sorted(named or [])) == (many, sorted(ids or []))


def test_the_kinds_that_are_not_shown_are_counted_less_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotations.queries.search.ELSEWHERE_COUNTED_TO", 1)
    article = make_article(text=TEXT)
    for number in range(2):
        make_claim(article=article, content=((number, 20),))

    shown, elsewhere = (
        Search("bridge", asked("bridge")).found(kind)[0][SearchKind.CLAIMS]
        for kind in (SearchKind.CLAIMS, SearchKind.ARTICLES)
    )

    assert (str(shown), str(elsewhere)) == ("2", "1+")
