"""An article's speakers: the places in its text that refer to them, and the numbers they go by."""

from typing import ClassVar

from django.db import models
from django.db.models import BaseConstraint, CheckConstraint, Q, UniqueConstraint

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


class SpeakerNumber(models.Model):
    """The number by which a speaker goes in one article; its colour follows from it.

    A speaker gets it when the article first has to do with them and keeps it, so that nothing an editor does
    renumbers the others. One that was merged keeps it too: the survivor goes by it where it has none.
    """

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="speaker_numbers", db_index=False
    )
    speaker = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="numbers")
    number = models.PositiveIntegerField(help_text="1-based; gaps are where a speaker was deleted.")

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[BaseConstraint]] = [
            UniqueConstraint(fields=["article", "number"], name="speakernumber_unique"),
            UniqueConstraint(fields=["article", "speaker"], name="speakernumber_once_a_speaker"),
            CheckConstraint(condition=Q(number__gte=1), name="speakernumber_from_1"),
        ]

    def __str__(self) -> str:
        return f"number {self.number} in article {self.article_id}"
