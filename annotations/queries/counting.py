"""Counting: related rows as a subquery, since joins would multiply them, and long lists only so far."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

COUNTED_TO = 1_000
# Of what was found up to so many are named for a page of them: to look for fewer on the way through all rows
# takes long, and so does to name more.
NAMED_TO = 2_000


@dataclass(frozen=True, slots=True)
class Found:
    """How many rows fit; `is_more` says that there are more than were counted."""

    number: int
    is_more: bool = False

    def __str__(self) -> str:
        """Return the number as it is read: "842" or "1,000+"."""
        return f"{self.number:,}{'+' if self.is_more else ''}"


def count_up_to(rows: QuerySet[Any], most: int = COUNTED_TO) -> Found:
    """Count the rows, at most so many: a count of all would read all that fit. One query."""
    number = rows.order_by()[: most + 1].count()
    return Found(min(number, most), number > most)


def few_of(
    rows: QuerySet[Any], most: int = COUNTED_TO, *, named_to: int = 0
) -> tuple[Found, list[int] | None]:
    """Count the rows, at most so many, and return the ids where that is all of them, else None. One query.

    Whoever sorts few rows should name them: told only what fits, PostgreSQL may well look through all there
    are in the order wanted, since it cannot know how rare a word is. With `named_to` more are named than are
    counted.
    """
    limit = max(most, named_to)
    ids = list(rows.order_by().values_list("pk", flat=True)[: limit + 1])
    found = Found(min(len(ids), most), len(ids) > most)
    return found, None if len(ids) > limit else ids


def one_of(ids: Collection[int]) -> Q:
    """Return the condition that a row is one of these.

    The numbers stand in the statement itself: Django and driver take 4 µs for each parameter of thousands.
    """
    return Q(pk__in=RawSQL(", ".join(f"{int(pk)}" for pk in ids), [])) if ids else Q(pk__in=[])  # noqa: S611


def few_articles_of(rows: QuerySet[Any], most: int = COUNTED_TO) -> tuple[Found, list[int] | None]:
    """Count the articles that the rows are of, and return their ids where those are no more than so many.

    One query, which reads twice as many rows at most: somebody quoted everywhere has too many claims. The
    number is then what was found among those read.
    """
    read = list(rows.order_by().values_list("article_id", flat=True)[: 2 * most + 1])
    ids = list(dict.fromkeys(read))
    is_more = len(read) > 2 * most or len(ids) > most
    return Found(min(len(ids), most), is_more), None if is_more else ids


def count_of(rows: QuerySet[Any], *, by: str, what: str = "pk") -> Coalesce:
    """Return the number of different `what` among the rows that share `by`, which names the outer row."""
    counted = rows.order_by().values(by).annotate(counted=Count(what, distinct=what != "pk"))
    return Coalesce(Subquery(counted.values("counted")), 0, output_field=IntegerField())
