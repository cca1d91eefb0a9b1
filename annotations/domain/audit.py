"""The audit log: entries are added, and deleted when they are older than the desk keeps them."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from annotations.choices import AuditEvent
from annotations.models import AuditEntry, User


def note(
    event: AuditEvent,
    *,
    by: User | None = None,
    person: User | None = None,
    address: str | None = None,
    detail: str = "",
) -> None:
    """Add an entry. `detail` is ours, never what somebody typed where a password could be."""
    AuditEntry.objects.create(
        event=event.value, actor=by, person=person, address=address or None, detail=detail[:300]
    )
    AuditEntry.objects.filter(at__lt=timezone.now() - timedelta(days=settings.AUDIT_DAYS)).delete()


def note_failed_log_in(*, username: str, address: str | None, is_locked: bool = False) -> None:
    """Note a log-in that failed or was refused for the lock.

    A username that no account has is not kept: people type passwords into that field.
    """
    event = AuditEvent.LOCKED_OUT if is_locked else AuditEvent.LOG_IN_FAILED
    note(event, person=User.objects.filter(username=username).first(), address=address)
