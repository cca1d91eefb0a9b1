"""Speakers of the whole desk and the names they go by."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import BaseConstraint, CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from annotations.choices import Gender, GenderBasis, SpeakerKind
from annotations.models.article import Article
from annotations.models.constraints import from_list
from annotations.models.person import User


class SpeakerQuerySet(models.QuerySet["Speaker"]):
    """Speakers, chainable."""

    def current(self) -> Self:
        """Leave out those that were merged into another."""
        return self.filter(merged_into__isnull=True)


class Speaker(models.Model):
    """The person, organisation, group or document behind mentions; one entry for the whole desk.

    A merged speaker stays as a redirect: `merged_into` names the one that took its claims, and is always
    itself unmerged.
    """

    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=12, choices=SpeakerKind.pairs(), default=SpeakerKind.PERSON.value)
    role = models.CharField(max_length=300, blank=True)
    gender = models.CharField(max_length=12, choices=Gender.pairs(), blank=True, default="")
    gender_basis = models.CharField(max_length=8, choices=GenderBasis.pairs(), blank=True, default="")
    external_id = models.CharField(max_length=200, blank=True)
    countable = models.BooleanField(default=True, help_text="No for speakers the desk did not choose.")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SpeakerQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "id"]
        constraints: ClassVar[list[BaseConstraint]] = [
            from_list("kind", SpeakerKind),
            from_list("gender", Gender),
            from_list("gender_basis", GenderBasis),
            CheckConstraint(condition=~Q(name=""), name="speaker_has_a_name"),
            CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="speaker_not_merged_into_itself",
            ),
            CheckConstraint(
                condition=Q(gender="", gender_basis="") | (~Q(gender="") & ~Q(gender_basis="")),
                name="speaker_gender_with_its_basis",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["name", "id"], name="speaker_by_name"),
            models.Index(Lower("name"), "id", name="speaker_by_folded_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the speaker's own page."""
        return reverse("annotations:speaker-detail", args=[self.pk])


class Alias(models.Model):
    """A form of a speaker's name; the name itself is one of them."""

    speaker = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="aliases")
    text = models.CharField(max_length=300)
    normalised = models.CharField(max_length=300, db_index=True)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    learned_in = models.ForeignKey(
        Article,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        help_text="The article in which a correction taught the name.",
    )
    added_at = models.DateTimeField(null=True, default=timezone.now)
    is_compared = models.BooleanField(
        default=False, help_text="The search for likely duplicates has seen the name with this speaker."
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["text"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["id"], condition=Q(is_compared=False), name="alias_to_compare"),
        ]
        constraints: ClassVar[list[BaseConstraint]] = [
            UniqueConstraint(fields=["speaker", "normalised"], name="alias_once_a_speaker"),
            CheckConstraint(condition=~Q(normalised=""), name="alias_not_empty"),
        ]

    def __str__(self) -> str:
        return self.text
