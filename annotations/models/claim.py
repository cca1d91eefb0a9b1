"""Claims: who said what, in which words of the text."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import BaseConstraint, CheckConstraint, Q, UniqueConstraint
from django.utils import timezone

from annotations.choices import ClaimKind, ClaimOrigin, ClaimState, MentionForm, SpanRole
from annotations.models.article import Article
from annotations.models.constraints import forward, from_list
from annotations.models.person import User
from annotations.models.sentence import Sentence
from annotations.models.speaker import Speaker


class ClaimQuerySet(models.QuerySet["Claim"]):
    """Claims, chainable."""

    def in_text_order(self) -> Self:
        """Order by where the content starts."""
        return self.order_by("article", "start", "id")

    def undecided(self) -> Self:
        """Keep those that nobody has decided yet."""
        return self.filter(state=ClaimState.SUGGESTED)


class Claim(models.Model):
    """One attributed statement.

    `start` is where its content starts, kept for ordering. `version` grows with every change, and a form
    made for an older version is refused.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="claims")
    sentence = models.ForeignKey(Sentence, on_delete=models.SET_NULL, null=True, related_name="claims")
    start = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=ClaimKind.pairs())
    speaker = models.ForeignKey(Speaker, on_delete=models.PROTECT, null=True, related_name="claims")
    source_form = models.CharField(max_length=8, choices=[("", "None"), *MentionForm.pairs()], blank=True)
    state = models.CharField(max_length=10, choices=ClaimState.pairs(), default=ClaimState.SUGGESTED.value)
    origin = models.CharField(max_length=8, choices=ClaimOrigin.pairs())
    confidence = models.FloatField(null=True)
    reason = models.CharField(max_length=500, blank=True, help_text="Why the pipeline suggests this speaker.")
    suggested_speaker = models.ForeignKey(Speaker, on_delete=models.SET_NULL, null=True, related_name="+")
    suggestion = models.JSONField(
        null=True, help_text="Kind and spans as the pipeline suggested them; null for an editor's own claim."
    )
    is_changed = models.BooleanField(
        default=False, help_text="An editor changed anything of what was suggested."
    )
    note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[BaseConstraint]] = [
            from_list("kind", ClaimKind),
            from_list("state", ClaimState),
            from_list("origin", ClaimOrigin),
            CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="claim_decided_by_whom_and_when",
            ),
            CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__gte=0, confidence__lte=1),
                name="claim_confidence_from_0_to_1",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # With what the walk from claim to claim looks at, so that it reads the index alone.
            models.Index(fields=["article", "start", "id", "state", "speaker"], name="claim_in_text_order"),
            models.Index(fields=["article", "state", "start", "id"], name="claim_by_state"),
            models.Index(fields=["speaker", "-article", "start", "id"], name="claim_of_speaker"),
            models.Index(
                fields=["article", "state", "confidence", "start", "id"], name="claim_by_confidence"
            ),
        ]

    def __str__(self) -> str:
        return f"claim {self.pk} of article {self.article_id}"


class ClaimSpan(models.Model):
    """One piece of a claim's content, cue or source; it lies within one paragraph.

    `article` is the claim's, kept so that the spans over a stretch of the text are found by an index.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+", db_index=False)
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="spans")
    role = models.CharField(max_length=8, choices=SpanRole.pairs())
    position = models.PositiveSmallIntegerField(help_text="0-based, in text order within the role.")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["role", "position"]
        constraints: ClassVar[list[BaseConstraint]] = [
            forward(),
            from_list("role", SpanRole),
            UniqueConstraint(fields=["claim", "role", "position"], name="claimspan_position_unique"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["article", "start", "end"], name="claimspan_over_text")
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.start}-{self.end}"


class Candidate(models.Model):
    """A speaker the claim may belong to, likeliest first; shown as the first chips."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="candidates")
    speaker = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[BaseConstraint]] = [
            UniqueConstraint(fields=["claim", "speaker"], name="candidate_once_a_claim"),
        ]

    def __str__(self) -> str:
        return f"candidate {self.position} of claim {self.claim_id}"
