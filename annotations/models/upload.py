"""Uploads: what was handed in at one time, and what became of each file, archive member and table row."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import BaseConstraint

from annotations.choices import UploadState
from annotations.models.article import Article, ArticleSet
from annotations.models.constraints import from_list
from annotations.models.person import User


class Upload(models.Model):
    """Files or a text handed in together, with what the person said about all of them: one import.

    How far it is stands in its own numbers, kept by `domain.progress` with every step, so that telling it
    costs the same for any number of files. An item is open while it waits or is read, and asks while its
    columns are to be confirmed; of the runs, those not done, failed or stopped are under way.
    """

    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="uploads")
    created_at = models.DateTimeField(auto_now_add=True)
    title = models.CharField(max_length=500, blank=True)
    outlet = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=2000, blank=True)
    published_on = models.DateField(null=True, blank=True)
    article_set = models.ForeignKey(ArticleSet, on_delete=models.SET_NULL, null=True, related_name="+")
    stopped_at = models.DateTimeField(null=True)
    items_total = models.PositiveIntegerField(default=0)
    items_open = models.PositiveIntegerField(default=0)
    items_asking = models.PositiveIntegerField(default=0)
    items_refused = models.PositiveIntegerField(default=0)
    items_duplicate = models.PositiveIntegerField(default=0)
    items_stopped = models.PositiveIntegerField(default=0)
    runs_total = models.PositiveIntegerField(default=0)
    runs_done = models.PositiveIntegerField(default=0)
    runs_failed = models.PositiveIntegerField(default=0)
    runs_stopped = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"upload {self.pk}"


class UploadItem(models.Model):
    """One file on its way to an article; members of an archive and rows of a table are children of theirs.

    `spool` names the bytes under the spool directory; they are deleted once the item has an outcome.
    """

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="items", db_index=False)
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="children")
    name = models.CharField(max_length=300)
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes.")
    spool = models.UUIDField(default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=9, choices=UploadState.pairs(), default=UploadState.WAITING.value)
    message = models.TextField(blank=True, help_text="Why it was refused, or what was assumed.")
    columns = models.JSONField(
        default=dict,
        help_text="Of a table: its columns, sample rows and the mapping, suggested or confirmed.",
    )
    article = models.ForeignKey(Article, on_delete=models.SET_NULL, null=True, related_name="+")
    rows_read = models.PositiveIntegerField(default=0, help_text="Of a table: rows that have their outcome.")
    tries = models.PositiveSmallIntegerField(default=0)
    losses = models.PositiveSmallIntegerField(default=0, help_text="Tries in a row whose worker stopped.")
    heartbeat_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[BaseConstraint]] = [from_list("state", UploadState)]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "id"], name="uploaditem_by_state"),
            models.Index(fields=["upload", "state", "id"], name="uploaditem_of_upload"),
        ]

    def __str__(self) -> str:
        return self.name
