"""Who is looking at which article, so that colleagues see each other; nothing is ever locked."""

from typing import ClassVar

from django.db import models
from django.db.models import BaseConstraint, UniqueConstraint

from annotations.models.article import Article
from annotations.models.person import User


class Presence(models.Model):
    """One person with an article open, and when their page last said so."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="presences")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[BaseConstraint]] = [
            UniqueConstraint(fields=["article", "person"], name="presence_once_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at article {self.article_id}"
