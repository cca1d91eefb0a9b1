"""The verbs about webhooks: set one up, note what it is to be told, tell it, and try again later.

What is to be told is stored in the transaction that makes it true, so it is told at least once: a worker that
dies after sending and before noting so sends it again.
"""

import hashlib
import hmac
import json
import secrets
import time
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from annotations.choices import AuditEvent, DeliveryState
from annotations.domain import audit, history
from annotations.models import Article, User, Webhook, WebhookDelivery
from annotations.posting import NotSent, post

# How long after each failed try the next one comes; after the last one it is given up.
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))
# Longer than a try can take; a worker that took a delivery and died holds it up for no longer.
LEASE = timedelta(minutes=2)
KEPT = timedelta(days=30)


@transaction.atomic
def add_webhook(*, url: str, secret: str, by: User, address: str | None) -> Webhook:
    """Have an address told about every article that is reviewed; without a secret one is made."""
    webhook = Webhook.objects.create(url=url, secret=secret or secrets.token_urlsafe(32), created_by=by)
    history.record(verb="add webhook", by=by, after={f"webhook:{webhook.pk}": {"url": url}})
    audit.note(AuditEvent.WEBHOOK_CHANGED, by=by, address=address, detail=f"Added: {url}")
    return webhook


@transaction.atomic
def remove_webhook(*, webhook: Webhook, by: User, address: str | None) -> None:
    """Tell an address nothing any more; what waits for it is dropped."""
    history.record(verb="remove webhook", by=by, before={f"webhook:{webhook.pk}": {"url": webhook.url}})
    audit.note(AuditEvent.WEBHOOK_CHANGED, by=by, address=address, detail=f"Removed: {webhook.url}")
    webhook.delete()


def tell_reviewed(article: Article) -> None:
    """Note for every webhook that the article is reviewed; within the transaction of the verb."""
    message = {
        "event": "article.reviewed",
        "article": article.pk,
        "title": article.title,
        "at": timezone.now().isoformat(timespec="seconds"),
    }
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(webhook=webhook, message=message, due_at=timezone.now())
        for webhook in Webhook.objects.all()
    )


def take_due() -> list[int]:
    """Return the deliveries that are due; nobody else gets them before the lease is over."""
    now = timezone.now()
    due = WebhookDelivery.objects.filter(state=DeliveryState.WAITING, due_at__lte=now)
    taken = [
        pk
        for pk, due_at in due.order_by("due_at").values_list("pk", "due_at")[:100]
        if WebhookDelivery.objects.filter(pk=pk, due_at=due_at).update(due_at=now + LEASE)
    ]
    if taken:
        WebhookDelivery.objects.filter(created_at__lt=now - KEPT).exclude(
            state=DeliveryState.WAITING
        ).delete()
    return taken


def deliver(*, delivery_id: int) -> None:
    """Send one delivery that waits, and note what came of it."""
    waiting = WebhookDelivery.objects.filter(pk=delivery_id, state=DeliveryState.WAITING)
    delivery = waiting.select_related("webhook").first()
    if delivery is None:
        return
    body = json.dumps({"delivery": delivery.pk, **delivery.message}).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Newsdesk",
        "Newsdesk-Signature": signature(delivery.webhook.secret, body, at=int(time.time())),
    }
    try:
        status = post(
            delivery.webhook.url, body=body, headers=headers, to_private=settings.WEBHOOKS_TO_PRIVATE
        )
        is_taken, answer = 200 <= status < 300, f"Status {status}"
    except NotSent as error:
        is_taken, answer = False, str(error)
    if is_taken:
        waiting.update(state=DeliveryState.DELIVERED, tries=F("tries") + 1, answer=answer)
    elif delivery.tries >= len(BACK_OFF):
        waiting.update(state=DeliveryState.FAILED, tries=F("tries") + 1, answer=answer)
    else:
        due_at = timezone.now() + BACK_OFF[delivery.tries]
        waiting.update(due_at=due_at, tries=F("tries") + 1, answer=answer)


def signature(secret: str, body: bytes, *, at: int) -> str:
    """Return what a receiver checks: the second of sending, and the HMAC-SHA256 of both in hex."""
    code = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={code.hexdigest()}"


@transaction.atomic
def send_again(*, delivery: WebhookDelivery, by: User) -> None:
    """Have a delivery that was made or given up sent again, with all its tries before it."""
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.WAITING, tries=0, due_at=timezone.now()
    )
    history.record(verb="send again", by=by, after={f"delivery:{delivery.pk}": {}})
