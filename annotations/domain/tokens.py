"""The verbs about API tokens: make one, revoke one, note that one was used."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from annotations.choices import AuditEvent, TokenScope
from annotations.domain import audit, history
from annotations.models import ApiToken, User

# Tells people and programs that look for leaked secrets what it is.
PREFIX = "newsdesk_"
USE_NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def make_token(
    *, name: str, scope: TokenScope, expires_at: datetime | None, by: User, address: str | None
) -> tuple[ApiToken, str]:
    """Make a token of one's own; return it with its secret, which can't be had again."""
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        person=by,
        name=name,
        scope=scope.value,
        digest=digest_of(secret),
        hint=secret[-4:],
        expires_at=expires_at,
    )
    history.record(
        verb="make token", by=by, after={f"token:{token.pk}": {"name": name, "scope": scope.value}}
    )
    audit.note(AuditEvent.TOKEN_MADE, by=by, person=by, address=address, detail=f"{name} ({scope.label})")
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User, address: str | None) -> None:
    """Make a token useless at once; a second time changes nothing."""
    if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        return
    history.record(verb="revoke token", by=by, before={f"token:{token.pk}": {"name": token.name}})
    audit.note(AuditEvent.TOKEN_REVOKED, by=by, person=token.person, address=address, detail=token.name)


def digest_of(secret: str) -> str:
    """Return what is kept of a secret: it has 256 random bits, so that one plain hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", errors="replace")).hexdigest()


def note_use(*, token: ApiToken) -> None:
    """Note that the token was used; at most once a minute, so that a busy script costs no writes."""
    now = timezone.now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_NOTED_EVERY)
    if token.last_used_at is None or token.last_used_at < now - USE_NOTED_EVERY:
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
