"""Who is at the desk."""

from datetime import datetime

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Case, IntegerField, Max, QuerySet, Value, When
from django.utils import timezone

from annotations.choices import Role
from annotations.models import User


def desk_has_accounts() -> bool:
    """Say whether anybody has an account yet, active or not."""
    return User.objects.exists()


def people_of_the_desk() -> QuerySet[User]:
    """Return everybody: active people first, then by role from admin down, then by username."""
    ranks = [When(role=role.value, then=Value(rank)) for rank, role in enumerate(reversed(Role))]
    return User.objects.order_by("-is_active", Case(*ranks, output_field=IntegerField()), "username")


def active_admins() -> QuerySet[User]:
    """Return the people who can administer the desk now, in the order in which rows are to be locked."""
    return User.objects.filter(role=Role.ADMIN.value, is_active=True).order_by("pk")


def log_in_locked_until(*, username: str, address: str | None) -> datetime:
    """Return when this username may be tried again from this address after too many failures."""
    latest = AccessAttempt.objects.filter(username=username, ip_address=address).aggregate(
        at=Max("attempt_time")
    )["at"]
    return (latest or timezone.now()) + settings.AXES_COOLOFF_TIME
