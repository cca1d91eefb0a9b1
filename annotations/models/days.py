"""Days for articles without a publication date, so that they have a place in every order.

The day is a part of the SQL and no parameter, which no index of an expression would match.
"""

from datetime import date
from typing import Any

from django.db.models import DateField, Func


class _Or(Func):
    function = "COALESCE"
    arity = 1

    def __init__(self, *expressions: Any, **extra: Any) -> None:
        extra.setdefault("output_field", DateField())
        super().__init__(*expressions, **extra)


class OrFirstDay(_Or):
    """The date, or the first day there is."""

    template = f"%(function)s(%(expressions)s, '{date.min}')"


class OrLastDay(_Or):
    """The date, or the last day there is."""

    template = f"%(function)s(%(expressions)s, '{date.max}')"
