"""Keeping count of what is left in an article: `history.record` does it, so that no verb can forget."""

from collections.abc import Collection, Mapping
from datetime import date
from statistics import fmean

from django.db.models import Avg, Count, FloatField, Value
from django.db.models.functions import Coalesce

from annotations.choices import ArticleState
from annotations.models import Article, Claim, WorkLeft


def count_work_left(*, article: Article) -> None:
    """Count the article's undecided claims anew, within the transaction of the verb that changed them.

    Counted rather than added to: a count that went wrong would be right again at the next step.
    """
    keep_work_left({article: None})


def keep_work_left(undecided: Mapping[Article, Collection[float] | None]) -> None:
    """Keep what is left in each article: the confidences of its undecided claims, None to count them anew."""
    nothing = []
    rows = []
    for article, known in undecided.items():
        number, confidence = _counted(article) if known is None else (len(known), fmean(known or [0.0]))
        if not number:
            nothing.append(article.pk)
            continue
        rows.append(
            WorkLeft(
                article_id=article.pk,
                undecided=number,
                # Few digits, since it stands in addresses as the place where the article stood in its queue.
                confidence=round(confidence, 4),
                published_on=article.published_on or date.max,
            )
        )
    if nothing:
        WorkLeft.objects.filter(article__in=nothing).delete()
    WorkLeft.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["article"],
        update_fields=["undecided", "confidence", "published_on"],
    )


def _counted(article: Article) -> tuple[int, float]:
    undecided = Claim.objects.undecided().filter(article=article.pk, article__state=ArticleState.READY)
    sure = Coalesce("confidence", Value(0.0), output_field=FloatField())
    found = undecided.aggregate(number=Count("pk"), confidence=Avg(sure))
    return found["number"], found["confidence"] or 0.0
