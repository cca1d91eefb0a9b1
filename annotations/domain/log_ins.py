"""A person's open log-ins: noted when they start, ended by the person."""

from django.contrib.sessions.models import Session
from django.db import transaction

from annotations.choices import AuditEvent
from annotations.domain import audit
from annotations.models import LogIn, User


@transaction.atomic
def start_log_in(*, by: User, session_key: str, address: str | None, browser: str) -> LogIn:
    """Note that the person has logged in; the session of this key must be stored."""
    audit.note(AuditEvent.LOGGED_IN, by=by, person=by, address=address)
    return keep_log_in(by=by, session_key=session_key, address=address, browser=browser)


def keep_log_in(*, by: User, session_key: str, address: str | None, browser: str) -> LogIn:
    """Note the session under which a log-in goes on, as after a change of the password."""
    return LogIn.objects.create(
        person=by, session_id=session_key, address=address or None, browser=browser[:200]
    )


@transaction.atomic
def end_log_in(*, log_in: LogIn, by: User, address: str | None) -> None:
    """End one log-in, wherever it is."""
    Session.objects.filter(pk=log_in.session_id).delete()
    audit.note(AuditEvent.LOG_IN_ENDED, by=by, person=log_in.person, address=address)


@transaction.atomic
def end_other_log_ins(*, by: User, session_key: str | None, address: str | None) -> int:
    """End all of one's log-ins but the one of this session; return how many there were."""
    others = list(
        LogIn.objects.filter(person=by).exclude(session=session_key).values_list("session_id", flat=True)
    )
    Session.objects.filter(pk__in=others).delete()
    if others:
        audit.note(AuditEvent.LOG_IN_ENDED, by=by, person=by, address=address, detail=f"{len(others)} others")
    return len(others)
