"""Paging by key: every row once, both ways, whatever comes in as a cursor."""

import base64
import json
from collections.abc import Sequence
from datetime import date

import pytest
from django.db.models import QuerySet

from annotations.models import Article
from annotations.queries.articles import ORDERS, ArticleSort, in_order
from annotations.queries.pages import Page, page_of
from tests.builders import make_article

pytestmark = pytest.mark.django_db

ALL_ORDERS = pytest.mark.parametrize("sort", list(ArticleSort))


@pytest.fixture
def articles() -> QuerySet[Article]:
    """Seven articles among which titles and dates come more than once, and some have no date."""
    for title, day in (("B", 3), ("a", 0), ("c", 3), ("b", 1), ("A", 0), ("C", 2), ("Ä🙂", 3)):
        make_article(title=title, published_on=date(2025, 5, day) if day else None)
    return in_order(Article.objects.all())


def expected(articles: QuerySet[Article], order: Sequence[str]) -> list[int]:
    return [article.pk for article in articles.order_by(*order)]


def ids(page: Page[Article]) -> list[int]:
    return [article.pk for article in page.rows]


@ALL_ORDERS
def test_page_of_walks_forward_over_every_row_once(articles: QuerySet[Article], sort: ArticleSort) -> None:
    order = ORDERS[sort]
    page = page_of(articles, order=order, size=2)
    walked = ids(page)
    while page.next_cursor:
        page = page_of(articles, order=order, cursor=page.next_cursor, size=2)
        walked += ids(page)

    assert walked == expected(articles, order)


@ALL_ORDERS
def test_page_of_walks_back_the_way_it_came(articles: QuerySet[Article], sort: ArticleSort) -> None:
    order = ORDERS[sort]
    forward = [page_of(articles, order=order, size=3)]
    while forward[-1].next_cursor:
        forward.append(page_of(articles, order=order, cursor=forward[-1].next_cursor, size=3))
    backward = [forward[-1]]
    while backward[-1].previous_cursor:
        backward.append(page_of(articles, order=order, cursor=backward[-1].previous_cursor, size=3))

    walked = [ids(page) for page in reversed(backward)]
    assert [pk for page in walked for pk in page] == expected(articles, order)


def test_page_of_knows_its_ends(articles: QuerySet[Article]) -> None:
    order = ORDERS[ArticleSort.UPLOADED]
    first = page_of(articles, order=order, size=4)
    last = page_of(articles, order=order, cursor=first.next_cursor, size=4)

    assert (bool(first.previous_cursor), bool(first.next_cursor)) == (False, True)
    assert (bool(last.previous_cursor), bool(last.next_cursor)) == (True, False)


def test_page_of_all_rows_has_no_neighbours(articles: QuerySet[Article]) -> None:
    page = page_of(articles, order=("-id",), size=7)

    assert (len(page.rows), page.previous_cursor, page.next_cursor) == (7, "", "")


def test_page_of_nothing_is_empty() -> None:
    page = page_of(Article.objects.all(), order=("-id",))

    assert (page.rows, page.previous_cursor, page.next_cursor) == ([], "", "")


def test_page_of_shows_no_row_twice_when_one_is_added(articles: QuerySet[Article]) -> None:
    first = page_of(articles, order=("-id",), size=3)
    make_article()

    second = page_of(articles, order=("-id",), cursor=first.next_cursor, size=3)

    assert set(ids(first)) & set(ids(second)) == set()


def cursor(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "forged",
    [
        "x",
        "!!!!",
        "é",
        cursor(),
        cursor("after"),
        cursor("sideways", "2025-05-01", 3),
        cursor("after", "2025-05-01", 3, 4),
        cursor("after", "no date", 3),
        cursor("after", "2025-05-01", "no number"),
        cursor("after", "2025-05-01", [3]),
        cursor("after", "2025-05-01", None),
        cursor("after", {"a": 1}, 3),
        cursor("after", "2025-05-01\0", 3),
        cursor("after", "\ud800", 3),
        base64.urlsafe_b64encode(b"{}").decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        base64.urlsafe_b64encode(b"3").decode(),
    ],
)
def test_page_of_takes_a_forged_cursor_for_none(articles: QuerySet[Article], forged: str) -> None:
    order = ORDERS[ArticleSort.NEWEST]

    page = page_of(articles, order=order, cursor=forged, size=3)

    assert (ids(page), page.previous_cursor) == (expected(articles, order)[:3], "")


@pytest.mark.parametrize("number", [10**40, -(10**40)])
def test_page_of_survives_numbers_no_database_holds(articles: QuerySet[Article], number: int) -> None:
    page = page_of(articles, order=("id",), cursor=cursor("after", number), size=9)

    assert ids(page) in ([], expected(articles, ("id",)))


@pytest.mark.parametrize("title", ["\0", "\ud800"])
def test_page_of_survives_text_no_database_takes(articles: QuerySet[Article], title: str) -> None:
    order = ORDERS[ArticleSort.TITLE]

    page = page_of(articles, order=order, cursor=cursor("after", title, 1), size=3)

    assert (ids(page), page.previous_cursor) == (expected(articles, order)[:3], "")
