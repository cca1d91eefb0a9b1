"""API tokens: those of a person, and the one that a request brings."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from annotations.models import ApiToken, User


def tokens_of(person: User) -> QuerySet[ApiToken]:
    """Return the tokens of a person that were not revoked, the newest first."""
    return ApiToken.objects.filter(person=person, revoked_at=None).order_by("-pk")


def usable_token(digest: str) -> ApiToken | None:
    """Return the token with this hash and its person; None where it ended or the person is deactivated."""
    in_time = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    usable = ApiToken.objects.filter(in_time, digest=digest, revoked_at=None, person__is_active=True)
    return usable.select_related("person").first()
