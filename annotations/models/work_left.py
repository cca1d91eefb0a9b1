"""What is left to decide in each article, kept beside the claims so that a queue need not count them."""

from typing import ClassVar

from django.db import models
from django.db.models import BaseConstraint, CheckConstraint, Q

from annotations.models.article import Article


class WorkLeft(models.Model):
    """The undecided claims of one article that is ready for review; an article without any has no row.

    A table of its own, since SQLite writes a whole row anew, and an article's row holds its text.
    `confidence` is the mean of the undecided claims, those without one counting as 0. `published_on` is the
    article's, or the last day there is, so that articles without a date come last.
    """

    article = models.OneToOneField(
        Article, on_delete=models.CASCADE, primary_key=True, related_name="work_left"
    )
    undecided = models.PositiveIntegerField()
    confidence = models.FloatField()
    published_on = models.DateField()

    class Meta:
        constraints: ClassVar[list[BaseConstraint]] = [
            CheckConstraint(condition=Q(undecided__gt=0), name="workleft_is_some"),
            CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=1), name="workleft_confidence_from_0_to_1"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-undecided", "article"], name="workleft_most_first"),
            models.Index(fields=["confidence", "article"], name="workleft_least_certain_first"),
            models.Index(fields=["published_on", "article"], name="workleft_oldest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.undecided} undecided in article {self.article_id}"
