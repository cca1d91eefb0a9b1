"""Places in a text that refer to a speaker."""

from typing import ClassVar

from django.db import models
from django.db.models import BaseConstraint

from annotations.choices import MentionForm
from annotations.models.article import Article
from annotations.models.constraints import forward, from_list
from annotations.models.speaker import Speaker


class Mention(models.Model):
    """A span that refers to a speaker, as the pipeline found it."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="mentions")
    speaker = models.ForeignKey(Speaker, on_delete=models.SET_NULL, null=True, related_name="mentions")
    form = models.CharField(max_length=8, choices=MentionForm.pairs())
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["start", "end"]
        constraints: ClassVar[list[BaseConstraint]] = [forward(), from_list("form", MentionForm)]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["article", "start"], name="mention_by_start")
        ]

    def __str__(self) -> str:
        return f"{self.form} at {self.start}"
