"""Background work on articles, as people see it; the engine's own task rows are not shown."""

from typing import ClassVar

from django.db import models
from django.db.models import BaseConstraint

from annotations.choices import RunState
from annotations.models.article import Article
from annotations.models.constraints import from_list
from annotations.models.person import User


class AnnotationRun(models.Model):
    """One pre-annotation of one article.

    A running run shows life by `heartbeat_at`; one that fell silent is taken up again, `tries` at most
    three times.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="runs")
    state = models.CharField(max_length=8, choices=RunState.pairs(), default=RunState.QUEUED.value)
    pipeline = models.CharField(max_length=200, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    queued_at = models.DateTimeField(auto_now_add=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[BaseConstraint]] = [from_list("state", RunState)]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "heartbeat_at"], name="run_by_state"),
        ]

    def __str__(self) -> str:
        return f"run {self.pk} on article {self.article_id}"
