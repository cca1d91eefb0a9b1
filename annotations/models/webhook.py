"""Addresses that are told when an article is reviewed, and what was told to each."""

from typing import ClassVar

from django.db import models
from django.db.models import BaseConstraint

from annotations.choices import DeliveryState
from annotations.models.constraints import from_list
from annotations.models.person import User


class Webhook(models.Model):
    """One address. Its secret is kept as it is, since each delivery is signed with it; no page shows it."""

    url = models.URLField(max_length=2000)
    secret = models.CharField(max_length=200)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.url


class WebhookDelivery(models.Model):
    """One message to one address: waiting until it was taken, or given up after too many tries."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    message = models.JSONField()
    state = models.CharField(max_length=9, choices=DeliveryState.pairs(), default=DeliveryState.WAITING.value)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(help_text="When it is tried next; while one tries, when another may.")
    answer = models.CharField(max_length=200, blank=True, help_text="What came of the last try.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar[list[BaseConstraint]] = [from_list("state", DeliveryState)]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "due_at"], name="webhookdelivery_by_state"),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"
