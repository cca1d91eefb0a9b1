"""How the database reads what long lists show: along an index that has their order, without a sort.

On a made-up desk of some thousand claims. PostgreSQL is told to avoid what it would rightly do with so few
rows, so that it reads all of them or sorts only where no index serves.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model, QuerySet

from annotations.choices import ArticleState
from annotations.domain import figures
from annotations.models import Article, Revision, Speaker, User
from annotations.nlp.names import parse_name
from annotations.queries import figures as figure_queries
from annotations.queries.articles import (
    ORDERS,
    ArticleFilter,
    ArticleSort,
    articles_matching,
    in_order,
    with_claim_counts,
)
from annotations.queries.duplicates import PAIR_ORDER, likely_pairs
from annotations.queries.namesakes import aliases_like
from annotations.queries.pages import beyond
from annotations.queries.speakers import (
    CLAIM_ORDER,
    SPEAKER_ORDERS,
    SpeakerSort,
    claims_of,
    listed,
    speakers_matching,
    speakers_named,
)
from benchmarks.large_desk import fill

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(figure_queries, "LARGE", 100)
    fill(150)
    figures.keep_figures()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL enable_incremental_sort = off")
        yield


def articles(sort: ArticleSort, **wanted: Any) -> QuerySet[Article]:
    found = articles_matching(ArticleFilter(sort=sort, **wanted))
    return with_claim_counts(in_order(found)).order_by(*ORDERS[sort])


def speakers(sort: SpeakerSort, **wanted: Any) -> QuerySet[Speaker]:
    return listed(speakers_matching(**wanted), sort).order_by(*SPEAKER_ORDERS[sort])


LISTS: dict[str, tuple[Callable[[], QuerySet[Any]], str]] = {
    "newest articles": (lambda: articles(ArticleSort.NEWEST), "article_newest_last"),
    "oldest articles": (lambda: articles(ArticleSort.OLDEST), "article_oldest_first"),
    "articles by title": (lambda: articles(ArticleSort.TITLE), "article_by_title"),
    "articles of a state": (
        lambda: articles(ArticleSort.UPLOADED, state=ArticleState.READY),
        # Where many are in the state, the keys from the last one on are as good.
        "article_by_state or annotations_article_pkey",
    ),
    "articles of an outlet": (
        lambda: articles(ArticleSort.UPLOADED, outlet=Article.objects.all()[0].outlet),
        "article_of_outlet or annotations_article_pkey",
    ),
    "speakers by name": (lambda: speakers(SpeakerSort.NAME), "speaker_by_folded_name"),
    "most quoted speakers": (lambda: speakers(SpeakerSort.CLAIMS), "speakerfigures_most_first"),
    "claims of a speaker": (
        lambda: claims_of(Speaker.objects.get(pk=1)).order_by(*CLAIM_ORDER),
        "claim_of_speaker",
    ),
    "likely pairs": (
        lambda: likely_pairs(is_strong=True).order_by(*PAIR_ORDER),
        "likelyduplicate_most_first",
    ),
    "steps of a person": (
        lambda: Revision.objects.filter(actor=User.objects.get(pk=2)).order_by("-id"),
        "revision_of_actor or annotations_revision_actor_id",
    ),
}


# One test, since to make the desk takes longer than to ask.
def test_a_long_list_is_read_along_an_index_that_has_its_order() -> None:
    for name, (make, index) in LISTS.items():
        plan = make()[:51].explain()

        assert any(each in plan for each in index.split(" or ")), (name, plan)
        assert not _sorts(plan), (name, plan)
    for sort in (ArticleSort.NEWEST, ArticleSort.OLDEST, ArticleSort.TITLE):
        _assert_that_a_far_page_starts_at_its_place(sort)


def test_a_name_is_found_by_the_beginnings_of_its_words_without_reading_all_names() -> None:
    plan = speakers_named("Ana").explain()

    assert ("alias_words" if connection.vendor == "postgresql" else "annotations_alias_fts") in plan, plan
    assert "Seq Scan on annotations_alias" not in plan, plan


def test_who_is_called_much_alike_is_found_without_reading_all_names() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Along an index of something else it would read all of so few names.
            cursor.execute("SET LOCAL enable_indexscan = off")
    plan = aliases_like([parse_name("Ana Lindqvist"), parse_name("Ek")]).explain()

    assert ("alias_words" if connection.vendor == "postgresql" else "annotations_alias_fts") in plan, plan
    assert "Seq Scan on annotations_alias" not in plan, plan


def _assert_that_a_far_page_starts_at_its_place(sort: ArticleSort) -> None:
    rows = articles(sort)
    last: Model = rows[100]

    key = [getattr(last, name.removeprefix("-")) for name in ORDERS[sort]]
    plan = rows.filter(beyond(ORDERS[sort], key))[:51].explain()

    assert not _sorts(plan), plan
    mark = "Index Cond" if connection.vendor == "postgresql" else "SEARCH annotations_article"
    assert mark in plan, plan


def _sorts(plan: str) -> bool:
    return "Sort" in plan or "TEMP B-TREE FOR ORDER BY" in plan
