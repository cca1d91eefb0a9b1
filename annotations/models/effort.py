"""What steps cost in time and keys, and whether the desk counts that."""

from typing import ClassVar

from django.db import models
from django.db.models import BaseConstraint, CheckConstraint, Q

from annotations.models.revision import Revision

# More than these are no single step's, but a fault of whatever counted.
MOST_SECONDS = 3_600
MOST_KEYS = 10_000


class StepEffort(models.Model):
    """The active seconds, keys and clicks since the step before; decision 86 has who may see what of it."""

    revision = models.OneToOneField(Revision, on_delete=models.CASCADE, primary_key=True, related_name="+")
    seconds = models.FloatField()
    keys = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[BaseConstraint]] = [
            CheckConstraint(
                condition=Q(seconds__gte=0, seconds__lte=MOST_SECONDS), name="stepeffort_seconds_of_one_step"
            ),
            CheckConstraint(condition=Q(keys__lte=MOST_KEYS), name="stepeffort_keys_of_one_step"),
        ]

    def __str__(self) -> str:
        return f"{self.seconds} s and {self.keys} keys for step {self.revision_id}"


class DeskSettings(models.Model):
    """What holds for the whole desk: one row at most, and without it everything is as its fields begin."""

    counts_effort = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar[list[BaseConstraint]] = [
            CheckConstraint(condition=Q(pk=1), name="desksettings_one_row"),
        ]

    def __str__(self) -> str:
        return "settings of the desk"
