"""The queue of a set or of all articles: which one comes next, which came before.

Whatever the desk holds, a neighbour costs a fixed number of queries, each over an index of `WorkLeft`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from annotations.choices import Choice
from annotations.models import Article, ArticleSet, WorkLeft
from annotations.queries.pages import beyond, reversed_field
from annotations.queries.sight import EVERYTHING, Sight


class QueueOrder(Choice):
    """In which order the articles come."""

    MOST_LEFT = "most-left", "Most left first"
    LEAST_CERTAIN = "least-certain", "Least certain first"
    OLDEST = "oldest", "Oldest first"


# Together with the article's id, which follows the upload, each tells any two articles apart.
_FIELDS = {
    QueueOrder.MOST_LEFT: "-undecided",
    QueueOrder.LEAST_CERTAIN: "confidence",
    QueueOrder.OLDEST: "published_on",
}
_SORTED_BY = [name.removeprefix("-") for name in _FIELDS.values()]
# What sorts after every article with work left.
_LAST: dict[QueueOrder, int | float | date] = {
    QueueOrder.MOST_LEFT: 0,
    QueueOrder.LEAST_CERTAIN: 2.0,
    QueueOrder.OLDEST: date.max,
}


@dataclass(frozen=True, slots=True)
class Queue:
    """Articles with work left, of one set or of the whole desk, in an order; those in `sight` alone."""

    order: QueueOrder = QueueOrder.MOST_LEFT
    article_set: ArticleSet | None = None
    sight: Sight = EVERYTHING

    def rows(self) -> QuerySet[WorkLeft]:
        """Return what is left of its articles, in no order."""
        rows = WorkLeft.objects.select_related("article").only(*_SORTED_BY, "article__title")
        rows = self.sight.with_seen_article(rows, "article_id")
        if self.article_set is None:
            return rows
        # SQLite, told to join, sorts all that are in the set, where the first few of an index are wanted.
        members = Article.sets.through.objects.filter(articleset=self.article_set)
        return rows.filter(Exists(members.filter(article=OuterRef("pk"))))

    def in_turn(self) -> QuerySet[WorkLeft]:
        """Return what is left of its articles in their order."""
        return self.rows().order_by(*_order(self))


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article stands in a queue.

    An article moves back as its claims are decided, so whoever reviews it keeps the place where it stood
    when they came to it: `value` is what the queue's order sorts by.
    """

    value: int | float | date
    article_id: int

    def __str__(self) -> str:
        """Return the value as it stands in addresses."""
        return str(self.value)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The articles around a place, with `work_left`, and the `titles` of those asked for by id."""

    next: Article | None
    previous: Article | None
    titles: Mapping[int, str]


def place_in_queue(queue: Queue, article: Article, *, stood_at: str = "") -> Place:
    """Return where the article stood according to `stood_at`, else where it stands now.

    An article without work left stands behind all others, and with the oldest first where its date puts it.
    """
    try:
        return Place(_parsed(queue.order, stood_at), article.pk)
    except (ValueError, OverflowError):
        pass
    row: WorkLeft | None = getattr(article, "work_left", None)
    if row is not None:
        return place_of(queue, row)
    if queue.order == QueueOrder.OLDEST and article.published_on:
        return Place(article.published_on, article.pk)
    return Place(_LAST[queue.order], article.pk)


def place_of(queue: Queue, row: WorkLeft) -> Place:
    """Return where the article stands now."""
    return Place(getattr(row, _FIELDS[queue.order].removeprefix("-")), row.article_id)


def first_in_queue(queue: Queue, *, busy: Collection[int]) -> WorkLeft | None:
    """Return where the queue starts; articles that are `busy`, open at a colleague's, come last."""
    rows = queue.in_turn()
    return rows.exclude(pk__in=busy).first() or (rows.first() if busy else None)


def neighbours_in_queue(
    queue: Queue, place: Place, *, busy: Collection[int], trail: Collection[int] = ()
) -> Neighbours:
    """Return the articles with work left around a place, and the titles on the trail; one query.

    The next one is the first after the place that no colleague has open, from the start of the queue again
    where the end is reached; those that are `busy` come last.
    """
    order, back = _order(queue), [reversed_field(name) for name in _order(queue)]
    rows = queue.rows().exclude(pk=place.article_id)
    nearest = [_beyond(rows, back, place)]
    for ahead in (rows.exclude(pk__in=busy), rows) if busy else (rows,):
        nearest += [_beyond(ahead, order, place), ahead.order_by(*order)]
    wanted = [*trail, *(Subquery(each.values("pk")[:1]) for each in nearest)]
    found = (
        queue.sight.narrowed(Article.objects.filter(pk__in=wanted))
        .select_related("work_left")
        .only("title", *(f"work_left__{name}" for name in _SORTED_BY))
        .annotate(is_queued=Exists(rows.filter(pk=OuterRef("pk"))))
    )
    return _chosen(queue, place, list(found), busy)


def _chosen(queue: Queue, place: Place, found: Sequence[Article], busy: Collection[int]) -> Neighbours:
    """Choose the neighbours among articles that hold both."""
    queued = sorted(
        (article for article in found if article.is_queued),  # type: ignore[attr-defined] # annotated
        key=lambda article: _key(queue, place_of(queue, article.work_left)),
    )
    after = [
        article for article in queued if _key(queue, place_of(queue, article.work_left)) > _key(queue, place)
    ]
    before = queued[: len(queued) - len(after)]
    in_turn = [*after, *before]
    free = [article for article in in_turn if article.pk not in busy]
    return Neighbours(
        next=next(iter([*free, *in_turn]), None),
        previous=before[-1] if before else None,
        titles={article.pk: article.title for article in found},
    )


def _beyond(rows: QuerySet[WorkLeft], order: Sequence[str], place: Place) -> QuerySet[WorkLeft]:
    return rows.filter(beyond(order, [place.value, place.article_id])).order_by(*order)


def _order(queue: Queue) -> list[str]:
    return [_FIELDS[queue.order], "article_id"]


def _key(queue: Queue, place: Place) -> tuple[int | float | date, int]:
    """Return what sorts places as the queue does."""
    if queue.order == QueueOrder.MOST_LEFT and isinstance(place.value, int):
        return -place.value, place.article_id
    return place.value, place.article_id


def _parsed(order: QueueOrder, text: str) -> int | float | date:
    """Return the value of a place from an address. Raises ValueError where it is none."""
    if order == QueueOrder.OLDEST:
        return date.fromisoformat(text)
    value = int(text) if order == QueueOrder.MOST_LEFT else float(text)
    if not 0 <= value < 2**31:  # NaN is refused too
        raise ValueError(text)
    return value
