"""Articles and the sets they are annotated in."""

from typing import ClassVar

from django.db import models
from django.db.models import BaseConstraint
from django.db.models.functions import Lower
from django.urls import reverse

from annotations.choices import ArticleState
from annotations.models.constraints import from_list
from annotations.models.days import OrFirstDay, OrLastDay
from annotations.models.person import User


class ArticleSet(models.Model):
    """A named collection of articles that is annotated and exported together."""

    name = models.CharField(max_length=200, unique=True)
    description = models.TextField(blank=True)
    is_private = models.BooleanField(
        default=False, help_text="Its articles are seen by its members alone, and by who may manage."
    )
    members = models.ManyToManyField(User, related_name="+", blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "set"
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the set's own page."""
        return reverse("annotations:set-detail", args=[self.pk])


class Article(models.Model):
    """One text with what is known about it. `text` never changes after it was read."""

    title = models.CharField(max_length=500)
    outlet = models.CharField(max_length=200, blank=True)
    byline = models.CharField(max_length=300, blank=True)
    url = models.URLField(max_length=2000, blank=True)
    published_on = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=8, blank=True)
    text = models.TextField()
    text_sha256 = models.CharField(max_length=64, unique=True)
    source_name = models.CharField(max_length=300, blank=True)
    source_format = models.CharField(max_length=10)
    reading_notes = models.TextField(blank=True, help_text="What the reader assumed, a sentence a line.")
    state = models.CharField(max_length=10, choices=ArticleState.pairs(), default=ArticleState.QUEUED.value)
    failure = models.TextField(blank=True, help_text="Why the state is failed.")
    pipeline = models.CharField(
        max_length=200, blank=True, help_text="Empty where nothing was pre-annotated."
    )
    sets = models.ManyToManyField(ArticleSet, related_name="articles", blank=True)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar[list[BaseConstraint]] = [from_list("state", ArticleState)]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "-id"], name="article_by_state"),
            models.Index(fields=["published_on", "id"], name="article_in_export_order"),
            models.Index(fields=["outlet", "-id"], name="article_of_outlet"),
            models.Index(fields=["pipeline", "id"], name="article_by_pipeline"),
            models.Index(Lower("title"), "id", name="article_by_title"),
            models.Index(OrLastDay("published_on"), "id", name="article_oldest_first"),
            models.Index(OrFirstDay("published_on"), "id", name="article_newest_last"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the page where the article is reviewed."""
        return reverse("annotations:review", args=[self.pk])

    @property
    def is_pre_annotated(self) -> bool:
        """Whether the pipeline has worked on the article."""
        return bool(self.pipeline)
