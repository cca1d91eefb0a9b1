"""What the desk shows first: where to go on, what the worker does, what failed, how far everything is."""

from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from annotations.choices import ArticleState, ClaimState, UploadState
from annotations.models import Article, Claim, Revision, UploadItem, User
from annotations.queries.articles import with_claim_counts
from annotations.queries.work import is_waiting_for_a_worker

FAILURES_SHOWN = 10


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
class Work:
    """What the worker has before it, and what failed, latest first."""

    files_waiting: int
    queued: int
    annotating: int
    failed: int
    failures: list[Article]
    waits_for_a_worker: bool

    @property
    def is_under_way(self) -> bool:
        """Whether anything will change without anybody doing anything."""
        return bool(self.files_waiting or self.queued or self.annotating)


def desk_counts() -> DeskCounts:
    """Count in two queries."""
    states = ("queued", "annotating", "ready", "reviewed", "failed")
    counted = Article.objects.aggregate(
        articles=Count("pk"), **{state: Count("pk", filter=Q(state=state)) for state in states}
    )
    return DeskCounts(**counted, undecided_claims=Claim.objects.undecided().count())


def work_of_the_desk() -> Work:
    """Return what is queued, under way or failed."""
    failed = Article.objects.filter(state=ArticleState.FAILED).defer("text")
    counted = Article.objects.aggregate(
        queued=Count("pk", filter=Q(state=ArticleState.QUEUED)),
        annotating=Count("pk", filter=Q(state=ArticleState.ANNOTATING)),
        failed=Count("pk", filter=Q(state=ArticleState.FAILED)),
    )
    waiting = UploadItem.objects.filter(state__in=(UploadState.WAITING, UploadState.READING))
    return Work(
        files_waiting=waiting.count(),
        failures=list(failed.order_by("-id")[:FAILURES_SHOWN]) if counted["failed"] else [],
        waits_for_a_worker=is_waiting_for_a_worker(),
        **counted,
    )


def article_to_continue(user: User) -> Article | None:
    """Return the article to review next, with its claim counts; None where no claim is undecided.

    The one this person touched last comes first, then the one that has waited longest.
    """
    undecided = Claim.objects.filter(article=OuterRef("pk"), state=ClaimState.SUGGESTED)
    touched = Revision.objects.filter(article_id=OuterRef("pk"), actor=user).order_by("-id").values("id")[:1]
    ready: QuerySet[Article] = (
        Article.objects.filter(Exists(undecided), state=ArticleState.READY)
        .defer("text")
        .annotate(touched=Subquery(touched))
        .order_by(F("touched").desc(nulls_last=True), "id")
    )
    return with_claim_counts(ready).first()
