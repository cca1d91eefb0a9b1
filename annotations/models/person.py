"""The people of the desk."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import BaseConstraint

from annotations.choices import Role
from annotations.models.constraints import from_list


class User(AbstractUser):
    """An account. What it may do follows from its role alone; see `annotations.views.access`."""

    role = models.CharField(max_length=10, choices=Role.pairs(), default=Role.ANNOTATOR.value)
    counts_effort = models.BooleanField(
        default=True, db_default=True, help_text="Whether what their steps cost is counted."
    )

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints: ClassVar[list[BaseConstraint]] = [from_list("role", Role)]

    @property
    def display_name(self) -> str:
        """The name that colleagues see."""
        return self.get_full_name() or self.username
