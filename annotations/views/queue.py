"""Going from article to article: the queue in the address of the review page, its start and its end."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from annotations.models import Article, ArticleSet, Presence, WorkLeft
from annotations.queries import queue as queries
from annotations.queries.queue import Queue, QueueOrder
from annotations.queries.review import article_mark, colleagues_at_work
from annotations.queries.work_done import articles_in, work_done
from annotations.views.access import Capability, DeskRequest, number_in, requires, sight

# How many articles one can go back to; the way is a part of the address.
TRAIL = 20
WAY = ("set", "queue", "at", "from")


@dataclass(frozen=True, slots=True)
class Stop:
    """An article on the way, and where it stood in the queue when one came to it."""

    article_id: int
    stood_at: str

    def __str__(self) -> str:
        """Return the stop as it stands in addresses."""
        return f"{self.article_id}~{self.stood_at}"


@dataclass(frozen=True, slots=True)
class Walk:
    """Somebody's way through a queue, as addresses carry it.

    `stood_at` is where the article stood in the queue when they came to it; `trail` are the stops before, the
    last one last.
    """

    queue: Queue
    stood_at: str = ""
    trail: tuple[Stop, ...] = ()

    def parameters(self) -> dict[str, str]:
        """Return what an address carries."""
        found = {
            "set": str(self.queue.article_set.pk) if self.queue.article_set else "",
            "queue": self.queue.order.value,
            "at": self.stood_at,
            "from": "_".join(map(str, self.trail)),
        }
        return {name: value for name, value in found.items() if value}

    @property
    def query(self) -> str:
        """What an address carries, as it is written there."""
        return urlencode(self.parameters())

    def address_of(self, article_id: int) -> str:
        """Return the address of an article's review page on this way."""
        return f"{reverse('annotations:review', args=[article_id])}?{self.query}"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The article that `]` or `[` goes to."""

    title: str
    address: str


def walk_of(request: DeskRequest, known: Iterable[ArticleSet] = ()) -> Walk:
    """Return the way that the address carries; what makes no sense in it is left out.

    Its set is looked up where it is none of those `known` to be in sight.
    """
    order = request.GET.get("queue", "")
    trail = [_stop(part) for part in request.GET.get("from", "").split("_")[-TRAIL:]]
    set_id = number_in(request.GET.get("set", ""))
    article_set = next((one for one in known if one.pk == set_id), None)
    if set_id and article_set is None:
        article_set = sight(request).narrowed(ArticleSet.objects.filter(pk=set_id)).first()
    return Walk(
        Queue(
            QueueOrder(order) if order in set(QueueOrder) else QueueOrder.MOST_LEFT,
            article_set,
            sight(request),
        ),
        stood_at=request.GET.get("at", "")[:20],
        trail=tuple(stop for stop in trail if stop),
    )


def way_of(request: DeskRequest) -> dict[str, str]:
    """Return what this address, or that of the page whose form or link this request is, carries of a way.

    A form sent without a script leaves the page, whose address alone knows the way. The page that reads it
    leaves out what makes no sense in it.
    """
    page = dict(parse_qsl(urlsplit(request.headers.get("Referer", "")).query)) | request.GET.dict()
    return {name: page[name] for name in WAY if name in page}


def address_on_the_way(request: DeskRequest, article: Article, **more: object) -> str:
    """Return the address of an article's review page on the way that the request carries, and `more`."""
    query = urlencode(way_of(request) | more)
    return f"{article.get_absolute_url()}?{query}" if query else article.get_absolute_url()


def neighbours(
    request: DeskRequest, article: Article, colleagues: Iterable[Presence], sets: Iterable[ArticleSet] = ()
) -> dict[str, Any]:
    """Return the way and the neighbours of the article on it, for the review page.

    `colleagues` have articles open, which come last; `sets` are those of the article, where they were read.
    """
    walk = walk_of(request, sets)
    place = queries.place_in_queue(walk.queue, article, stood_at=walk.stood_at)
    found = queries.neighbours_in_queue(
        walk.queue,
        place,
        busy={presence.article_id for presence in colleagues},
        trail=[stop.article_id for stop in walk.trail],
    )
    trail = (*walk.trail, Stop(place.article_id, str(place)))[-TRAIL:]
    return {
        "walk": walk,
        "article_set": walk.queue.article_set,
        "next_article": _arriving(walk, found.next, trail) if found.next else None,
        "previous_article": _back(walk, found.titles)
        or (_arriving(walk, found.previous) if found.previous else None),
        "end_address": _end_address(walk),
    }


def is_fetched_ahead(request: DeskRequest) -> bool:
    """Say whether a browser asks for an article before the person does, so that they are not there yet."""
    return "Fetched-Ahead" in request.headers


def is_unchanged(request: DeskRequest, article: Article) -> bool:
    """Say whether the article still is as on the page that the browser fetched ahead."""
    mark = request.headers.get("If-None-Match")
    # Compressing a page makes its mark a weak one.
    return mark is not None and mark.removeprefix("W/") == _mark(article)


def mark_if_fetched_ahead(request: DeskRequest, article: Article, response: HttpResponse) -> HttpResponse:
    """Name the state of the article on a page fetched ahead.

    No other page gets an ETag: by itself the browser would show old presence, messages and neighbours.
    """
    if is_fetched_ahead(request):
        response["ETag"] = _mark(article)
    return response


@require_safe
@requires(Capability.READ)
def queue_start(request: DeskRequest) -> HttpResponse:
    """Go to the first article of a queue, or to its end where nothing is left."""
    walk = Walk(walk_of(request).queue)
    row = _first(request, walk.queue)
    if row is None:
        return redirect(_end_address(walk))
    return redirect(_standing_at(walk, row).address_of(row.article_id))


@require_safe
@requires(Capability.READ)
def queue_end(request: DeskRequest) -> HttpResponse:
    """Say what was done in a queue, by this person and by all, and offer its export."""
    queue = walk_of(request).queue
    row = _first(request, queue)
    by_all, by_you = work_done(queue.article_set, sight(request), person=request.user)
    context = {
        "walk": Walk(queue),
        "article_set": queue.article_set,
        "has_work_left": row is not None,
        "articles": articles_in(queue.article_set, sight(request)),
        "by_all": by_all,
        "by_you": by_you,
    }
    return render(request, "annotations/queue_end.html", context)


def _mark(article: Article) -> str:
    return f'"{article_mark(article)}"'


def _first(request: DeskRequest, queue: Queue) -> WorkLeft | None:
    colleagues = colleagues_at_work(request.user)
    return queries.first_in_queue(queue, busy={presence.article_id for presence in colleagues})


def _back(walk: Walk, titles: Mapping[int, str]) -> Neighbour | None:
    """Return the article that somebody came from, whatever is left in it."""
    for index, stop in reversed(list(enumerate(walk.trail))):
        if stop.article_id in titles:
            there = Walk(walk.queue, stood_at=stop.stood_at, trail=walk.trail[:index])
            return Neighbour(titles[stop.article_id], there.address_of(stop.article_id))
    return None


def _arriving(walk: Walk, article: Article, trail: tuple[Stop, ...] = ()) -> Neighbour:
    there = _standing_at(walk, article.work_left, trail)
    return Neighbour(article.title, there.address_of(article.pk))


def _standing_at(walk: Walk, row: WorkLeft, trail: tuple[Stop, ...] = ()) -> Walk:
    return Walk(walk.queue, stood_at=str(queries.place_of(walk.queue, row)), trail=trail)


def _end_address(walk: Walk) -> str:
    return f"{reverse('annotations:queue-end')}?{Walk(walk.queue).query}"


def _stop(text: str) -> Stop | None:
    number, _, stood_at = text.partition("~")
    pk = number_in(number)
    return Stop(pk, stood_at[:20]) if pk else None
