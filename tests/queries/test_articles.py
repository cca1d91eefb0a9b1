"""The article list: what each filter finds, in which order, and with which counts."""

from datetime import date
from functools import partial

import pytest

from annotations.choices import ArticleState, ClaimState
from annotations.models import Article
from annotations.queries import articles
from annotations.queries.articles import (
    ORDERS,
    ArticleFilter,
    ArticleSort,
    articles_found,
    articles_matching,
    in_order,
    outlets,
    with_claim_counts,
)
from annotations.queries.counting import Found, few_articles_of
from tests.builders import make_article, make_claim, make_set, make_speaker

pytestmark = pytest.mark.django_db


def found(**wanted: object) -> set[Article]:
    return set(articles_matching(ArticleFilter(**wanted)))


def test_articles_matching_nothing_in_particular_are_all() -> None:
    articles = {make_article(), make_article()}

    assert found() == articles


@pytest.mark.parametrize("text", ["ferry", "FERRY", "the ferry sank"])
@pytest.mark.parametrize("field", ["title", "outlet", "byline", "text"])
def test_articles_matching_text_are_found_in_all_that_is_known(field: str, text: str) -> None:
    article = make_article(**{field: "Why the ferry sank in June"})
    make_article(title="Bridge", outlet="Courier", byline="Ruth Amari", text="Nobody spoke.")

    assert found(text=text) == {article}


@pytest.mark.parametrize("text", ["100%", "a_c", "it_is"])
def test_articles_matching_text_takes_signs_for_the_gaps_between_words(text: str) -> None:
    article = make_article(title=f"So {text} it is")
    make_article(title="So 200 or abc was it")

    assert found(text=text) == {article}


def test_articles_matching_nothing_but_signs_are_none() -> None:
    make_article(title="So \\ it is")

    assert found(text="\\") == set()


def test_articles_matching_a_set() -> None:
    article, other = make_article(), make_article()
    wanted = make_set(articles=(article,))
    make_set(articles=(other,))

    assert found(article_set=wanted) == {article}


def test_articles_of_a_large_set_are_found_without_naming_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(articles, "few_articles_of", partial(few_articles_of, most=1))
    inside = tuple(make_article() for _ in range(3))
    make_article()

    assert found(article_set=make_set(articles=inside)) == set(inside)


def test_articles_matching_a_state() -> None:
    article = make_article(state=ArticleState.FAILED.value)
    make_article()

    assert found(state=ArticleState.FAILED) == {article}


def test_articles_matching_an_outlet() -> None:
    article = make_article(outlet="Courier")
    make_article(outlet="The Courier")

    assert found(outlet="Courier") == {article}


def test_articles_matching_dates_includes_both_ends() -> None:
    days = {day: make_article(published_on=date(2025, 5, day)) for day in (1, 2, 3, 4)}
    undated = make_article()

    both = found(published_from=date(2025, 5, 2), published_to=date(2025, 5, 3))
    assert both == {days[2], days[3]}
    assert found(published_from=date(2025, 5, 3)) == {days[3], days[4]}
    assert found(published_to=date(2025, 5, 1)) == {days[1]}
    assert found() == {*days.values(), undated}


def test_articles_matching_a_speaker_have_a_claim_of_theirs_that_stands() -> None:
    ana, tomas = make_speaker("Ana Lindqvist", aliases=("The mayor",)), make_speaker("Tomas Oduya")
    article = make_article()
    make_claim(article=article, speaker=ana)
    make_claim(article=article, speaker=ana)
    make_claim(speaker=tomas)
    make_claim(speaker=ana, state=ClaimState.REJECTED.value)

    assert found(speaker="lind") == {article}
    assert found(speaker="the mayor") == {article}
    assert list(articles_matching(ArticleFilter(speaker="Ana"))) == [article]


def test_articles_of_somebody_quoted_in_many_are_found_without_naming_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ana = make_speaker("Ana Lindqvist")
    first, second, ready = (make_article(state=state) for state in ("queued", "queued", "ready"))
    rejected = make_article()
    for article in (first, second, ready):
        make_claim(article=article, speaker=ana)
    make_claim(article=rejected, speaker=ana, state=ClaimState.REJECTED.value)

    known, few = articles_found(ArticleFilter(speaker="ana"))
    monkeypatch.setattr(articles, "few_articles_of", partial(few_articles_of, most=2))
    counted, many = articles_found(ArticleFilter(speaker="ana"))
    exactly, narrowed = articles_found(ArticleFilter(speaker="ana", state=ArticleState.READY))

    assert (str(known), str(counted), str(exactly)) == ("3", "2+", "1")
    assert set(few) == set(many) == found(speaker="ana") == {first, second, ready}
    assert list(narrowed) == [ready]


def test_few_articles_of_reads_no_more_than_twice_as_many_claims() -> None:
    ana = make_speaker("Ana Lindqvist")
    article, other = make_article(), make_article()
    for _ in range(5):
        make_claim(article=article, speaker=ana)
    make_claim(article=other, speaker=ana)

    number, ids = few_articles_of(ana.claims.all(), most=3)
    assert (number, set(ids or ())) == (Found(2), {article.pk, other.pk})
    assert few_articles_of(ana.claims.all(), most=1) == (Found(1, is_more=True), None)
    assert few_articles_of(ana.claims.filter(article=article), most=2) == (Found(1, is_more=True), None)


def test_articles_matching_a_speaker_nobody_is_are_none() -> None:
    make_claim(speaker=make_speaker("Ana Lindqvist"))

    assert found(speaker="?") == set()


def test_articles_matching_fit_all_that_is_asked() -> None:
    article = make_article(outlet="Courier", title="Ferry")
    make_article(outlet="Courier", title="Bridge")
    make_article(outlet="Ledger", title="Ferry")

    assert found(outlet="Courier", text="ferry") == {article}


def test_articles_matching_leaves_the_text_where_it_is() -> None:
    make_article()

    article = articles_matching(ArticleFilter()).get()

    assert article.get_deferred_fields() == {"text"}


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (ArticleSort.UPLOADED, ["undated", "b", "a", "C"]),
        (ArticleSort.NEWEST, ["b", "C", "a", "undated"]),
        (ArticleSort.OLDEST, ["a", "C", "b", "undated"]),
        (ArticleSort.TITLE, ["a", "b", "C", "undated"]),
    ],
)
def test_orders_sort_by_what_they_say_and_undated_last(sort: ArticleSort, order: list[str]) -> None:
    for title, day in (("C", 2), ("a", 1), ("b", 3)):
        make_article(title=title, published_on=date(2025, 5, day))
    make_article(title="undated")

    sorted_articles = in_order(Article.objects.all()).order_by(*ORDERS[sort])
    assert [article.title for article in sorted_articles] == order


def test_with_claim_counts_counts_all_and_undecided_ones() -> None:
    article = make_article()
    for state in ClaimState:
        make_claim(article=article, state=state.value)
    make_claim(article=article)
    empty = make_article()
    make_set(articles=(article,))
    make_set(articles=(article,))

    counted = with_claim_counts(Article.objects.filter(sets__isnull=False).distinct())
    assert [(row.claim_count, row.undecided_count) for row in counted] == [(5, 2)]
    assert [
        (row.claim_count, row.undecided_count)
        for row in with_claim_counts(Article.objects.filter(pk=empty.pk))
    ] == [(0, 0)]


def test_outlets_are_named_once_in_alphabetical_order() -> None:
    for outlet in ("Ledger", "", "Courier", "Ledger"):
        make_article(outlet=outlet)

    assert outlets() == ["Courier", "Ledger"]
