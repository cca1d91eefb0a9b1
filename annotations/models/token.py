"""Tokens with which a person's scripts use the API."""

from typing import ClassVar

from django.db import models
from django.db.models import BaseConstraint
from django.utils import timezone

from annotations.choices import TokenScope
from annotations.models.constraints import from_list
from annotations.models.person import User


class ApiToken(models.Model):
    """One token of one person; it may do no more than the person's role. The token itself is kept nowhere."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    scope = models.CharField(max_length=5, choices=TokenScope.pairs(), default=TokenScope.READ.value)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token, in hex.")
    hint = models.CharField(max_length=8, help_text="The token's last letters, to tell it from others.")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True, help_text="To the minute.")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[BaseConstraint]] = [from_list("scope", TokenScope)]

    def __str__(self) -> str:
        return self.name

    @property
    def is_expired(self) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and self.expires_at <= timezone.now()
