"""What a newer pipeline would change in articles annotated before: worked out, shown, then decided."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import BaseConstraint, Q, UniqueConstraint
from django.urls import reverse

from annotations.choices import OPEN_PROPOSALS, ProposalState, Wish
from annotations.models.article import Article, ArticleSet
from annotations.models.constraints import from_list
from annotations.models.person import User
from annotations.models.revision import Revision
from annotations.models.run import AnnotationRun


class Counts(models.Model):
    """How many claims of each sort proposals have.

    `changed` claims keep their row; the four after it say what of them, `sureness` only where nothing else.
    `kept` are those that people had a hand in; `reopened` counts reviewed articles that would open again.
    """

    added = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    speakers = models.PositiveIntegerField(default=0)
    words = models.PositiveIntegerField(default=0)
    kinds = models.PositiveIntegerField(default=0)
    sureness = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    reopened = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


COUNTED = tuple(field.name for field in Counts._meta.local_fields)


class Reannotation(models.Model):
    """Many articles for which proposals are worked out together: those of a set, or of the whole desk.

    `set_name` is what the set was called; the set may be deleted, which ends the filling.
    The workers make the proposals in the order of the articles; `reached` is the last one that has its, until
    `is_filled`. Then `wish` says what they are to do with them, for the person `wished_by`.
    """

    article_set = models.ForeignKey(ArticleSet, on_delete=models.SET_NULL, null=True, related_name="+")
    set_name = models.CharField(max_length=200, blank=True, default="", db_default="")
    pipeline = models.CharField(max_length=200)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    reached = models.BigIntegerField(default=0)
    is_filled = models.BooleanField(default=False)
    wish = models.CharField(max_length=7, choices=Wish.pairs(), default=Wish.NOTHING.value)
    wished_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[BaseConstraint]] = [from_list("wish", Wish)]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["id"], condition=Q(is_filled=False), name="reannotation_to_fill"),
            models.Index(fields=["wish"], condition=~Q(wish="nothing"), name="reannotation_with_a_wish"),
        ]

    def __str__(self) -> str:
        return f"re-annotation {self.pk}"

    def get_absolute_url(self) -> str:
        """Return its own page."""
        return reverse("annotations:reannotation-detail", args=[self.pk])


class ReannotationTally(Counts):
    """How many proposals of a re-annotation are in one state, and what they count together.

    Kept with every step by `domain.tallies`, so that the totals over any number of articles are a few rows.
    """

    reannotation = models.ForeignKey(
        Reannotation, on_delete=models.CASCADE, related_name="tallies", db_index=False
    )
    state = models.CharField(max_length=9, choices=ProposalState.pairs())
    articles = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[BaseConstraint]] = [
            from_list("state", ProposalState),
            UniqueConstraint(fields=["reannotation", "state"], name="reannotationtally_once_a_state"),
        ]

    def __str__(self) -> str:
        return f"{self.articles} {self.state} in re-annotation {self.reannotation_id}"


class Proposal(Counts):
    """What a newer pipeline would change in one article.

    `run` works it out. `changes` is what people are shown, as `domain.comparing` tells it, and `basis` what
    the article was then: a proposal is applied only where both still hold. `step` is the revision that
    applied it. `reason` says why it failed, is stale or stays.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="proposals")
    reannotation = models.ForeignKey(
        Reannotation, on_delete=models.CASCADE, null=True, related_name="proposals", db_index=False
    )
    run = models.OneToOneField(AnnotationRun, on_delete=models.SET_NULL, null=True, related_name="proposal")
    state = models.CharField(max_length=9, choices=ProposalState.pairs(), default=ProposalState.QUEUED.value)
    pipeline = models.CharField(max_length=200, blank=True)
    changes: Any = models.JSONField(default=dict)
    basis = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    step = models.ForeignKey(Revision, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[BaseConstraint]] = [
            from_list("state", ProposalState),
            UniqueConstraint(
                fields=["article"],
                condition=Q(state__in=[state.value for state in OPEN_PROPOSALS]),
                name="proposal_one_open_an_article",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["reannotation", "state", "id"], name="proposal_of_reannotation"),
        ]

    def __str__(self) -> str:
        return f"proposal {self.pk} for article {self.article_id}"


class ProposalDraft(models.Model):
    """The draft that a proposal which can still be applied was made of.

    A table of its own, since SQLite writes a whole row anew with every change of its state.
    """

    proposal = models.OneToOneField(
        Proposal, on_delete=models.CASCADE, primary_key=True, related_name="draft"
    )
    draft: Any = models.JSONField()

    def __str__(self) -> str:
        return f"draft of proposal {self.proposal_id}"
