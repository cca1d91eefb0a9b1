"""Counts of a large desk that the worker keeps, since a page must not count millions of rows.

A small desk has no rows here: its pages count for themselves (decision 87). What a row is about may be gone:
no constraint ties them, so that whoever deletes it needs to know nothing of figures.
"""

from typing import ClassVar

from django.db import models

from annotations.models.article import ArticleSet
from annotations.models.speaker import Speaker


class KeptFigures(models.Model):
    """Figures of one name as they were counted last."""

    name = models.CharField(max_length=40, primary_key=True)
    figures = models.JSONField()
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.counted_at}"


class SetFigures(models.Model):
    """How far one set was when it was counted last."""

    article_set = models.OneToOneField(
        ArticleSet, on_delete=models.CASCADE, primary_key=True, related_name="figures", db_constraint=False
    )
    articles = models.PositiveIntegerField()
    reviewed = models.PositiveIntegerField()
    claims = models.PositiveIntegerField()
    decided = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"figures of set {self.article_set_id}"


class SpeakerFigures(models.Model):
    """How often one speaker is quoted, and in how many articles; rejected claims are counted apart."""

    speaker = models.OneToOneField(
        Speaker, on_delete=models.CASCADE, primary_key=True, related_name="figures", db_constraint=False
    )
    claims = models.PositiveIntegerField()
    articles = models.PositiveIntegerField()
    # Null until the first round of a version that counts them.
    rejected = models.PositiveIntegerField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-claims", "speaker"], name="speakerfigures_most_first"),
        ]

    def __str__(self) -> str:
        return f"figures of speaker {self.speaker_id}"
