"""Recovery codes, for who has lost their authenticator app. The app's own row is django-otp's."""

from typing import ClassVar

from django.db import models
from django.db.models import BaseConstraint, UniqueConstraint

from annotations.models.person import User


class RecoveryCode(models.Model):
    """A code that works once, kept as its hash: it is random and long enough to need no salt."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar[list[BaseConstraint]] = [
            UniqueConstraint(fields=["person", "sha256"], name="recoverycode_once"),
        ]

    def __str__(self) -> str:
        return f"recovery code {self.pk}"
