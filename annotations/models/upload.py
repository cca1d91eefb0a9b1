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
    """Files or a text handed in together, with what the person said about all of them."""

    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="uploads")
    created_at = models.DateTimeField(auto_now_add=True)
    title = models.CharField(max_length=500, blank=True)
    outlet = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=2000, blank=True)
    published_on = models.DateField(null=True, blank=True)
    article_set = models.ForeignKey(ArticleSet, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"upload {self.pk}"


class UploadItem(models.Model):
    """One file on its way to an article; members of an archive and rows of a table are children of theirs.

    `spool` names the bytes under the spool directory; they are deleted once the item has an outcome.
    """

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="items")
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
    tries = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[BaseConstraint]] = [from_list("state", UploadState)]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "heartbeat_at"], name="uploaditem_by_state"),
        ]

    def __str__(self) -> str:
        return self.name
