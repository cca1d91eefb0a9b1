"""The audit log as admins read it, and the open log-ins of a person."""

from django.db.models import QuerySet
from django.utils import timezone

from annotations.choices import AuditEvent
from annotations.models import AuditEntry, LogIn, User

AUDIT_ORDER = ("-id",)


def audit_entries(event: AuditEvent | None = None) -> QuerySet[AuditEntry]:
    """Return the entries, of one kind where one is named, with the people they name."""
    entries = AuditEntry.objects.select_related("actor", "person")
    return entries.filter(event=event) if event else entries


def open_log_ins(person: User) -> QuerySet[LogIn]:
    """Return the log-ins of a person that have not run out, newest first."""
    log_ins = LogIn.objects.filter(person=person, session__expire_date__gt=timezone.now())
    return log_ins.order_by("-pk")
