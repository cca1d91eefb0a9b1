"""Who came in, failed to, took something out or changed what people may do; and the open log-ins."""

from typing import ClassVar

from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import BaseConstraint

from annotations.choices import AuditEvent
from annotations.models.constraints import from_list
from annotations.models.person import User


class AuditEntry(models.Model):
    """One event. No password, link, key or text that somebody typed into a log-in ever stands here.

    `actor` is who did it, `person` whom it is about; a failed log-in has only the latter, and neither where
    no account has the username.
    """

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    event = models.CharField(max_length=20, choices=AuditEvent.pairs())
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    address = models.GenericIPAddressField(null=True)
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar[list[BaseConstraint]] = [from_list("event", AuditEvent)]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["event", "-id"], name="auditentry_by_event"),
        ]

    def __str__(self) -> str:
        return f"{self.event} at {self.at}"


class LogIn(models.Model):
    """An open log-in of a person; it goes when its session does."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=200, blank=True, help_text="As it calls itself.")
    started_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"log-in of {self.person_id} at {self.started_at}"
