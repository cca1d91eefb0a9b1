"""What the desk shows first: where to go on, what the worker does, what failed, how far everything is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from annotations.choices import UNREAD, ArticleState
from annotations.models import Article, DeskSettings, KeptFigures, Revision, UploadItem, User, WorkLeft
from annotations.queries.articles import with_claim_counts
from annotations.queries.pipeline import PipelineRecord, record_of, tallied
from annotations.queries.queue import Queue
from annotations.queries.review import presence_of_colleagues
from annotations.queries.sight import EVERYTHING, Sight
from annotations.queries.work import alive_workers, is_waiting_for_a_worker

# What the figures of the whole desk are kept under.
ARTICLES = "articles"
CLAIMS = "claims"
FAILURES_SHOWN = 10
_NOT_DONE = (ArticleState.QUEUED, ArticleState.ANNOTATING, ArticleState.FAILED)
# How far back one's own last article is looked for.
STEPS_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class DeskCounts:
    """How many articles are in each state, and how many claims wait for a decision."""

    articles: int
    queued: int
    annotating: int
    ready: int
    reviewed: int
    failed: int
    undecided_claims: int


@dataclass(frozen=True, slots=True)
class DeskFigures:
    """The desk in numbers, and how often the pipeline was right; `counted_at` where both are kept figures."""

    counts: DeskCounts
    record: PipelineRecord
    counted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What the worker has before it, and what failed, latest first; and whether the desk counts effort."""

    files_waiting: int
    queued: int
    annotating: int
    failed: int
    failures: list[Article]
    waits_for_a_worker: bool
    counts_effort: bool

    @property
    def is_under_way(self) -> bool:
        """Whether anything will change without anybody doing anything."""
        return bool(self.files_waiting or self.queued or self.annotating)


def desk_figures(sight: Sight = EVERYTHING) -> DeskFigures:
    """Return the figures that are kept, in one query; where there are none, count in two more.

    Whoever may not see everything is shown what they see, counted now.
    """
    rows = KeptFigures.objects.in_bulk([ARTICLES, CLAIMS]) if not sight.hidden else {}
    if len(rows) == 2:
        return _figures(rows[ARTICLES].figures, rows[CLAIMS].figures, rows[CLAIMS].counted_at)
    return _figures(counted_articles(sight), tallied(sight))


def counted_articles(sight: Sight = EVERYTHING) -> dict[str, int]:
    """Count the articles, all and by state."""
    states = ("queued", "annotating", "ready", "reviewed", "failed")
    return sight.narrowed(Article.objects.all()).aggregate(
        articles=Count("pk"), **{state: Count("pk", filter=Q(state=state)) for state in states}
    )


def _figures(
    articles: dict[str, int], claims: list[dict[str, Any]], counted_at: datetime | None = None
) -> DeskFigures:
    undecided = sum(row["undecided"] for row in claims)
    return DeskFigures(DeskCounts(**articles, undecided_claims=undecided), record_of(claims), counted_at)


def work_of_the_desk(sight: Sight = EVERYTHING) -> Work:
    """Return what is queued, under way or failed; files that nobody has read are counted for everybody."""
    # Only what is under way, which an index finds: all articles would be read otherwise.
    articles = sight.narrowed(Article.objects.filter(state__in=_NOT_DONE))
    failed = articles.filter(state=ArticleState.FAILED).defer("text")
    counts = _counted(
        **{state.value: articles.filter(state=state) for state in _NOT_DONE},
        files_waiting=UploadItem.objects.filter(state__in=UNREAD),
        workers=alive_workers(),
        is_uncounted=DeskSettings.objects.filter(counts_effort=False),
    )
    return Work(
        failures=list(failed.order_by("-id")[:FAILURES_SHOWN]) if counts["failed"] else [],
        waits_for_a_worker=is_waiting_for_a_worker(counts.pop("workers")),
        counts_effort=not counts.pop("is_uncounted"),
        **counts,
    )


def _counted(**rows: QuerySet[Any]) -> dict[str, int]:
    """Return how many rows there are of each; one query."""
    first, *others = [
        counted.order_by().annotate(what=Value(name)).values_list("what").annotate(number=Count("pk"))
        for name, counted in rows.items()
    ]
    return dict.fromkeys(rows, 0) | dict(first.union(*others, all=True))


def article_to_continue(user: User, sight: Sight = EVERYTHING) -> Article | None:
    """Return the article to review next, with its claim counts; None where no claim is undecided.

    The one this person touched last comes first, and `touched` says so; else the first of the queue that no
    colleague has open. One query.
    """
    steps = Revision.objects.filter(actor=user, article_id__isnull=False).order_by("-id")
    looked_at = Revision.objects.filter(pk__in=steps.values("pk")[:STEPS_LOOKED_AT])
    there = sight.with_seen_article(WorkLeft.objects.filter(pk=OuterRef("article_id")), "article_id")
    touched = looked_at.filter(Exists(there)).order_by("-pk").values("article_id")[:1]
    queued = Queue(sight=sight).in_turn()
    free = queued.exclude(pk__in=presence_of_colleagues(user).values("article_id"))
    choice = Coalesce(Subquery(touched), Subquery(free.values("pk")[:1]), Subquery(queued.values("pk")[:1]))
    articles = Article.objects.filter(pk=choice).defer("text").annotate(is_touched=Subquery(touched))
    return with_claim_counts(articles).annotate(touched=Q(is_touched__isnull=False)).first()
