"""What was done in a set or at the whole desk: how many articles, and what became of their claims."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from annotations.choices import ArticleState, ClaimOrigin, ClaimState
from annotations.models import Article, ArticleSet, Claim, User, WorkLeft
from annotations.queries.figures import kept
from annotations.queries.sight import EVERYTHING, Sight

_BY_EDITOR = Q(origin=ClaimOrigin.EDITOR)
_REJECTED = Q(state=ClaimState.REJECTED)
COUNTS_OF_WORK = {
    "articles": Count("article", distinct=True),
    "accepted": Count("pk", filter=Q(state=ClaimState.ACCEPTED) & ~_BY_EDITOR),
    "corrected": Count("pk", filter=Q(state=ClaimState.CORRECTED) & ~_BY_EDITOR),
    "rejected": Count("pk", filter=_REJECTED),
    "added": Count("pk", filter=_BY_EDITOR & ~_REJECTED),
    "since": Min("decided_at"),
}
"""What `WorkDone` holds, as aggregates over decided claims."""


@dataclass(frozen=True, slots=True)
class ArticlesDone:
    """How far the articles are; `undecided` are claims left in articles that were closed all the same."""

    total: int
    reviewed: int
    with_work_left: int
    under_way: int
    failed: int
    undecided: int


@dataclass(frozen=True, slots=True)
class WorkDone:
    """Claims by what was decided about them, the articles they stand in, and when the first was decided."""

    articles: int = 0
    accepted: int = 0
    corrected: int = 0
    rejected: int = 0
    added: int = 0
    since: datetime | None = None

    @property
    def claims(self) -> int:
        """How many claims were decided or added."""
        return self.accepted + self.corrected + self.rejected + self.added


def articles_name(article_set: ArticleSet | None) -> str:
    """Return what the articles' figures are kept under."""
    return f"articles of {article_set.pk if article_set else 'all'}"


def work_name(article_set: ArticleSet | None, person: int | None = None) -> str:
    """Return what the figures of the work are kept under."""
    return f"work in {article_set.pk if article_set else 'all'} by {person or 'all'}"


def articles_in(article_set: ArticleSet | None, sight: Sight = EVERYTHING) -> ArticlesDone:
    """Return how far the articles of the set are, of the whole desk without one.

    The kept figures in one query; where there are none, or not all may be seen, counted in three more.
    """
    name = articles_name(article_set)
    figures = kept([name]).get(name) if not sight.hidden else None
    return ArticlesDone(**(figures or counted_articles_in(article_set, sight)))


def counted_articles_in(article_set: ArticleSet | None, sight: Sight = EVERYTHING) -> dict[str, int]:
    """Count the articles as `ArticlesDone` names them; three queries."""
    articles = sight.narrowed(article_set.articles.all() if article_set else Article.objects.all())
    left = WorkLeft.objects.filter(article__sets=article_set) if article_set else WorkLeft.objects.all()
    left = sight.with_seen_article(left, "article_id")
    closed = sight.narrowed(Claim.objects.undecided().filter(article__state=ArticleState.REVIEWED))
    closed = closed.filter(article__sets=article_set) if article_set else closed
    waiting = (ArticleState.QUEUED, ArticleState.ANNOTATING)
    counted = articles.aggregate(
        total=Count("pk"),
        reviewed=Count("pk", filter=Q(state=ArticleState.REVIEWED)),
        under_way=Count("pk", filter=Q(state__in=waiting)),
        failed=Count("pk", filter=Q(state=ArticleState.FAILED)),
    )
    return {**counted, "with_work_left": left.count(), "undecided": closed.count()}


def work_done(
    article_set: ArticleSet | None, sight: Sight = EVERYTHING, *, person: User
) -> tuple[WorkDone, WorkDone]:
    """Return what everybody decided in the set, and what this person did; in the whole desk without a set.

    A claim counts once, as it stands now and for whoever decided it last. The kept figures in one query;
    where there are none, counted in two more.
    """
    names = work_name(article_set), work_name(article_set, person.pk)
    found = kept(names) if not sight.hidden else {}
    if names[0] in found:
        # Whoever did nothing yet when figures were counted has none.
        return _work(found[names[0]]), _work(found.get(names[1], {}))
    decided = sight.narrowed(decided_in(article_set))
    by_all, by_person = decided, decided.filter(decided_by=person)
    return WorkDone(**by_all.aggregate(**COUNTS_OF_WORK)), WorkDone(**by_person.aggregate(**COUNTS_OF_WORK))


def decided_in(article_set: ArticleSet | None) -> QuerySet[Claim]:
    """Return the claims that somebody decided in the set, in the whole desk without one."""
    decided = Claim.objects.filter(decided_by__isnull=False).exclude(state=ClaimState.SUGGESTED)
    return decided.filter(article__sets=article_set) if article_set else decided


def _work(figures: dict[str, Any]) -> WorkDone:
    since = figures.get("since")
    return WorkDone(**{**figures, "since": datetime.fromisoformat(since) if since else None})
