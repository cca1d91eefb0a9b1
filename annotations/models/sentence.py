"""The layout of an article's text: its paragraphs with their regions, and their sentences."""

from typing import ClassVar

from django.db import models
from django.db.models import BaseConstraint, UniqueConstraint

from annotations.choices import CLAIM_REGIONS, Region
from annotations.models.article import Article
from annotations.models.constraints import forward, from_list
from annotations.models.person import User


class Paragraph(models.Model):
    """One non-empty line of the text and what it is; `set_by` says who overrode the rules, if anyone did."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="paragraphs")
    index = models.PositiveIntegerField(help_text="1-based.")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    region = models.CharField(max_length=12, choices=Region.pairs())
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["index"]
        constraints: ClassVar[list[BaseConstraint]] = [
            forward(),
            from_list("region", Region),
            UniqueConstraint(fields=["article", "index"], name="paragraph_index_unique"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["article", "start"], name="paragraph_by_start")
        ]

    def __str__(self) -> str:
        return f"paragraph {self.index} of article {self.article_id}"

    @property
    def holds_claims(self) -> bool:
        """Whether claims are looked for here."""
        return self.region in CLAIM_REGIONS


class Sentence(models.Model):
    """One sentence of one paragraph."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="sentences")
    paragraph = models.ForeignKey(Paragraph, on_delete=models.CASCADE, related_name="sentences")
    index = models.PositiveIntegerField(help_text="1-based, over the article.")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["index"]
        constraints: ClassVar[list[BaseConstraint]] = [
            forward(),
            UniqueConstraint(fields=["article", "index"], name="sentence_index_unique"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["article", "start"], name="sentence_by_start")
        ]

    def __str__(self) -> str:
        return f"sentence {self.index} of article {self.article_id}"
