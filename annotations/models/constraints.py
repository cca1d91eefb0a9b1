"""The shapes of check constraint that several tables share."""

from django.db.models import CheckConstraint, F, Q

from annotations.choices import Choice


def from_list(field: str, choice: type[Choice]) -> CheckConstraint:
    """Return the constraint that `field` holds a value of `choice`."""
    return CheckConstraint(
        condition=Q(**{f"{field}__in": [member.value for member in choice]}),
        name=f"%(class)s_{field}_from_list",
    )


def forward() -> CheckConstraint:
    """Return the constraint that a row's span starts in the text and ends after its start."""
    return CheckConstraint(condition=Q(start__gte=0) & Q(end__gt=F("start")), name="%(class)s_span_forward")
