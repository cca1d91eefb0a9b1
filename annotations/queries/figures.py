"""Figures that the worker keeps at a large desk; at a small one pages count for themselves (decision 87)."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.db.models.functions import Coalesce

from annotations.models import Article, KeptFigures
from annotations.queries.sight import Sight

# From so many articles on figures are kept.
LARGE = 5_000
# The row that tells when the worker counted last, and how long it took.
ROUND = "round"


def desk_is_large() -> bool:
    """Say whether the desk has more articles than a page should count."""
    return Article.objects.order_by("pk")[LARGE : LARGE + 1].exists()


def kept(names: Iterable[str]) -> dict[str, Any]:
    """Return those of the named figures that are kept; one query."""
    return dict(KeptFigures.objects.filter(pk__in=names).values_list("pk", "figures"))


def kept_or_counted(kept_in: str, counted: Coalesce, sight: Sight) -> Coalesce:
    """Return the figure in the field that `kept_in` leads to; counted where none is kept.

    It is counted also for whoever may not see everything, since figures are of everything.
    """
    return counted if sight.hidden else Coalesce(F(kept_in), counted)
