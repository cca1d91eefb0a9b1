"""Counting related rows as a subquery; joining two kinds of rows would multiply them with each other."""

from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Subquery
from django.db.models.functions import Coalesce


def count_of(rows: QuerySet[Any], *, by: str, what: str = "pk") -> Coalesce:
    """Return the number of different `what` among the rows that share `by`, which names the outer row."""
    counted = rows.order_by().values(by).annotate(counted=Count(what, distinct=what != "pk"))
    return Coalesce(Subquery(counted.values("counted")), 0, output_field=IntegerField())
