"""Which article comes next in a queue, and which came before."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from annotations.choices import ArticleState, ClaimState
from annotations.domain import review
from annotations.models import Article, Presence, User
from annotations.queries.queue import (
    Neighbours,
    Place,
    Queue,
    QueueOrder,
    first_in_queue,
    neighbours_in_queue,
    place_in_queue,
)
from annotations.queries.review import SEEN_WITHIN, colleagues_at_work
from tests.builders import make_article, make_claim, make_set, make_user

pytestmark = pytest.mark.django_db


def article_with(*confidences: float | None, **fields: object) -> Article:
    """Save an article with an undecided claim of each confidence."""
    article = make_article(**fields)
    for confidence in confidences:
        make_claim(article=article, confidence=confidence)
    return article


def first(queue: Queue, person: User) -> Article | None:
    """Return the article that the person begins with."""
    row = first_in_queue(queue, busy={presence.article_id for presence in colleagues_at_work(person)})
    return row.article if row else None


def around(queue: Queue, person: User, article: Article, stood_at: str = "") -> Neighbours:
    """Return what comes before and after the article for the person."""
    return neighbours_in_queue(
        queue,
        place_in_queue(queue, Article.objects.get(pk=article.pk), stood_at=stood_at),
        busy={presence.article_id for presence in colleagues_at_work(person)},
    )


def walked(queue: Queue, person: User) -> list[Article]:
    """Return the articles of the queue as somebody meets them, who decides nothing."""
    found: list[Article] = []
    article = first(queue, person)
    while article and article not in found:
        found.append(article)
        article = around(queue, person, article).next
    return found


@pytest.fixture
def three(db: None) -> list[Article]:
    """Articles that each order puts in another sequence."""
    return [
        article_with(0.9, published_on=date(2024, 5, 1)),
        article_with(0.8, 0.6, 0.7),
        article_with(0.2, 0.9, published_on=date(2023, 5, 1)),
    ]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (QueueOrder.MOST_LEFT, [1, 2, 0]),
        (QueueOrder.LEAST_CERTAIN, [2, 1, 0]),
        (QueueOrder.OLDEST, [2, 0, 1]),
    ],
)
def test_articles_come_in_the_order_of_the_queue(
    order: QueueOrder, expected: list[int], three: list[Article], editor: User
) -> None:
    assert walked(Queue(order), editor) == [three[index] for index in expected]


@pytest.mark.parametrize("order", list(QueueOrder))
def test_articles_that_are_alike_come_as_they_were_uploaded(order: QueueOrder, editor: User) -> None:
    alike = [article_with(0.5, published_on=date(2024, 1, 1)) for _ in range(3)]

    assert walked(Queue(order), editor) == alike


@pytest.mark.parametrize("order", list(QueueOrder))
def test_the_way_back_is_the_way_there(order: QueueOrder, three: list[Article], editor: User) -> None:
    queue = Queue(order)
    there = walked(queue, editor)

    for before, after in zip([None, *there], there, strict=False):
        assert around(queue, editor, after).previous == before


def test_the_queue_starts_again_behind_its_end_and_never_offers_the_article_in_hand(
    three: list[Article], editor: User
) -> None:
    queue = Queue(QueueOrder.MOST_LEFT)

    only = Queue(article_set=make_set(articles=(three[0],)))

    assert around(queue, editor, three[0]).next == three[1]
    assert around(only, editor, three[0]).next is None


def test_whoever_decides_on_the_way_goes_on_from_where_the_article_stood(editor: User) -> None:
    five, four, three = article_with(*[0.5] * 5), article_with(*[0.5] * 4), article_with(*[0.5] * 3)
    queue = Queue(QueueOrder.MOST_LEFT)
    stood_at = str(place_in_queue(queue, five))
    for claim in five.claims.all()[:3]:
        review.accept_claim(claim=claim, by=editor, version=1)

    assert around(queue, editor, five, stood_at).next == four
    assert walked(queue, editor) == [four, three, five]


@pytest.mark.parametrize("order", list(QueueOrder))
@pytest.mark.parametrize("nonsense", ["", "x", "nan", "-1", "1e99", "9" * 19, "2024-99-01"])
def test_a_place_that_makes_no_sense_is_where_the_article_stands_now(
    order: QueueOrder, nonsense: str, three: list[Article]
) -> None:
    queue = Queue(order)

    found = place_in_queue(queue, three[2], stood_at=nonsense)

    assert found == place_in_queue(queue, three[2])


@pytest.mark.parametrize("order", list(QueueOrder))
def test_a_place_reads_back_what_it_wrote(order: QueueOrder, three: list[Article]) -> None:
    queue = Queue(order)
    place = place_in_queue(queue, three[2])

    assert place_in_queue(queue, three[2], stood_at=str(place)) == place


def test_articles_that_a_colleague_has_open_come_last_but_come(three: list[Article], editor: User) -> None:
    colleague = make_user()
    Presence.objects.create(article=three[1], person=colleague, seen_at=timezone.now())

    assert walked(Queue(QueueOrder.MOST_LEFT), editor)[0] == three[2]
    assert around(Queue(QueueOrder.MOST_LEFT), editor, three[2]).next == three[0]
    assert first(Queue(article_set=make_set(articles=(three[1],))), editor) == three[1]
    alone = Queue(article_set=make_set(articles=(three[0], three[1])))
    assert around(alone, editor, three[0]).next == three[1]
    assert walked(Queue(QueueOrder.MOST_LEFT), colleague)[0] == three[1]


def test_a_colleague_who_left_is_in_nobodys_way(three: list[Article], editor: User) -> None:
    gone = timezone.now() - SEEN_WITHIN - timedelta(seconds=1)
    Presence.objects.create(article=three[1], person=make_user(), seen_at=gone)

    assert walked(Queue(QueueOrder.MOST_LEFT), editor)[0] == three[1]


def test_a_queue_of_a_set_holds_the_articles_of_the_set(three: list[Article], editor: User) -> None:
    queue = Queue(QueueOrder.LEAST_CERTAIN, make_set(articles=(three[0], three[1])))

    assert walked(queue, editor) == [three[1], three[0]]


def test_only_articles_that_are_ready_with_undecided_claims_are_in_a_queue(editor: User) -> None:
    make_article()
    make_claim(state=ClaimState.ACCEPTED.value)
    for state in ArticleState:
        if state != ArticleState.READY:
            article_with(0.5, state=state.value)

    assert first(Queue(), editor) is None


@pytest.mark.parametrize("order", list(QueueOrder))
@pytest.mark.parametrize("count", [2, 30])
def test_a_neighbour_costs_the_same_however_many_articles_there_are(
    order: QueueOrder, count: int, editor: User, django_assert_num_queries
) -> None:
    articles = [article_with(number / count, published_on=date(2024, 1, 1)) for number in range(count)]
    queue = Queue(order, make_set(articles=tuple(articles)))
    place = Place(place_in_queue(queue, articles[0]).value, articles[0].pk)

    with django_assert_num_queries(1):
        neighbours_in_queue(queue, place, busy={articles[1].pk}, trail=[articles[0].pk])


def test_the_trail_is_told_whatever_is_left_there_and_is_nobodys_neighbour(
    three: list[Article], editor: User
) -> None:
    done, elsewhere = make_article(title="Done"), article_with(*[0.5] * 9, title="Elsewhere")
    queue = Queue(article_set=make_set(articles=tuple(three)))
    place = place_in_queue(queue, three[2])

    found = neighbours_in_queue(queue, place, busy=(), trail=[done.pk, elsewhere.pk, 4711])

    assert {pk: found.titles[pk] for pk in (done.pk, elsewhere.pk)} == {
        done.pk: "Done",
        elsewhere.pk: "Elsewhere",
    }
    assert 4711 not in found.titles
    assert (found.previous, found.next) == (three[1], three[0])
