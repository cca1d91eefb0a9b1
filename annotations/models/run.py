"""Background work on articles, as people see it; the engine's own task rows are not shown."""

from typing import ClassVar

from django.db import models
from django.db.models import BaseConstraint, Q

from annotations.choices import RunState
from annotations.models.article import Article
from annotations.models.constraints import from_list
from annotations.models.person import User
from annotations.models.upload import Upload


class AnnotationRun(models.Model):
    """One pre-annotation of one article.

    A running run is held by the batch whose `lease` it carries and shows life by `heartbeat_at`; one that
    fell silent is taken up again. Of its `tries`, `losses` ended with their worker, the others with an error
    of the article's own. `upload` is the import that the run belongs to. The draft of one that `is_proposal`
    is compared with the article and kept beside it; that of any other is stored in the article.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="runs")
    upload = models.ForeignKey(
        Upload, on_delete=models.SET_NULL, null=True, related_name="runs", db_index=False
    )
    is_proposal = models.BooleanField(default=False, db_default=False)
    state = models.CharField(max_length=8, choices=RunState.pairs(), default=RunState.QUEUED.value)
    pipeline = models.CharField(max_length=200, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    losses = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True)
    error = models.TextField(blank=True)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    queued_at = models.DateTimeField(auto_now_add=True)
    not_before = models.DateTimeField(null=True, help_text="When a try that ended badly is repeated.")
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[BaseConstraint]] = [from_list("state", RunState)]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "id"], name="run_by_state"),
            models.Index(fields=["upload", "state", "id"], name="run_of_upload"),
            models.Index(fields=["upload", "-finished_at"], name="run_of_upload_by_end"),
            models.Index(
                fields=["not_before"], condition=Q(not_before__isnull=False), name="run_to_be_repeated"
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.pk} on article {self.article_id}"
