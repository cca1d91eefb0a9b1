"""The desk's own fields of a speaker, such as an age range or a place, and what was answered in them."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import BaseConstraint, CheckConstraint, Q, UniqueConstraint

from annotations.choices import FieldType
from annotations.models.constraints import from_list
from annotations.models.person import User
from annotations.models.speaker import Speaker


class SpeakerFieldQuerySet(models.QuerySet["SpeakerField"]):
    """Fields, chainable."""

    def in_use(self) -> Self:
        """Leave out those that were archived."""
        return self.filter(archived_at__isnull=True)


class SpeakerField(models.Model):
    """Something that this desk wants to know of its speakers.

    `options` are the answers of a list, in the order in which they are offered. An archived field is asked
    no more and keeps its answers.
    """

    label = models.CharField(max_length=60)
    field_type = models.CharField(max_length=8, choices=FieldType.pairs(), default=FieldType.TEXT.value)
    options = models.JSONField(default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SpeakerFieldQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "id"]
        constraints: ClassVar[list[BaseConstraint]] = [
            from_list("field_type", FieldType),
            CheckConstraint(condition=~Q(label=""), name="speakerfield_has_a_label"),
            UniqueConstraint(
                fields=["label"], condition=Q(archived_at__isnull=True), name="speakerfield_label_once"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class SpeakerAttribute(models.Model):
    """What is known of one speaker in one field: a value, or that the speaker declined to say.

    Where nobody asked there is no row, so that the three can't be mistaken for each other.
    """

    speaker = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="attributes")
    field = models.ForeignKey(SpeakerField, on_delete=models.PROTECT, related_name="attributes")
    value = models.CharField(max_length=300, blank=True)
    is_declined = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["field__position", "field_id"]
        constraints: ClassVar[list[BaseConstraint]] = [
            UniqueConstraint(fields=["speaker", "field"], name="speakerattribute_once"),
            CheckConstraint(
                condition=Q(is_declined=True, value="") | (Q(is_declined=False) & ~Q(value="")),
                name="speakerattribute_value_or_declined",
            ),
        ]

    def __str__(self) -> str:
        return "declined" if self.is_declined else self.value
