"""Who is at the desk."""

from datetime import datetime

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Case, IntegerField, Max, QuerySet, Value, When
from django.utils import timezone

from annotations.choices import Role
from annotations.models import User
from annotations.queries.second_factor import IS_ASKED


def desk_has_accounts() -> bool:
    """Say whether anybody has an account yet, active or not."""
    return User.objects.exists()


def people_of_the_desk() -> QuerySet[User]:
    """Return everybody: active people first, then by role from admin down, then by username.

    `has_second_factor` says whether somebody is asked for a code at the log-in.
    """
    ranks = [When(role=role.value, then=Value(rank)) for rank, role in enumerate(reversed(Role))]
    people = User.objects.annotate(has_second_factor=IS_ASKED)
    return people.order_by("-is_active", Case(*ranks, output_field=IntegerField()), "username")


def people_who_see_open_sets_alone() -> QuerySet[User]:
    """Return the active people to whom a private set must be opened: all who may not manage, by username."""
    return User.objects.filter(is_active=True, role__in=[Role.VIEWER, Role.ANNOTATOR]).order_by("username")


def active_admins() -> QuerySet[User]:
    """Return the people who can administer the desk now, in the order in which rows are to be locked."""
    return User.objects.filter(role=Role.ADMIN.value, is_active=True).order_by("pk")


def log_in_locked_until(*, username: str, address: str | None) -> datetime:
    """Return when this username may be tried again from this address after too many failures."""
    latest = AccessAttempt.objects.filter(username=username, ip_address=address).aggregate(
        at=Max("attempt_time")
    )["at"]
    return (latest or timezone.now()) + settings.AXES_COOLOFF_TIME
