"""The audit log, for admins."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotations.choices import AuditEvent
from annotations.queries.audit import AUDIT_ORDER, audit_entries
from annotations.queries.pages import page_of
from annotations.views.access import Capability, DeskRequest, requires


@require_safe
@requires(Capability.ADMINISTER)
def audit_log(request: DeskRequest) -> HttpResponse:
    """Show the entries, newest first; `?event=` shows those of one kind."""
    asked = request.GET.get("event", "")
    event = AuditEvent(asked) if asked in set(AuditEvent) else None
    context = {
        "page": page_of(audit_entries(event), order=AUDIT_ORDER, cursor=request.GET.get("page", "")),
        "events": AuditEvent.pairs(),
        "event": event or "",
        "days": settings.AUDIT_DAYS,
    }
    return render(request, "annotations/audit.html", context)
