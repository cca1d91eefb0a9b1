"""Paging by key: a page starts after a row, not after a number of rows.

So page 1,000 costs what page 1 does, and nobody sees a row twice because another was added meanwhile.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """The rows of one page, and the cursors of its neighbours; an empty cursor means there is none."""

    rows: list[Row]
    next_cursor: str = ""
    previous_cursor: str = ""


def page_of(
    rows: QuerySet[Row], *, order: Sequence[str], cursor: str = "", size: int = PAGE_SIZE
) -> Page[Row]:
    """Return the page that `cursor` points to, the first where it is empty or makes no sense.

    `order` names fields or annotations, "-" in front for downwards; together they must tell any two rows
    apart, and none may be null. Costs one query.
    """
    try:
        backwards, key = _decoded(cursor, order)
        return _page(rows, order, backwards, key, size)
    except (ValueError, TypeError, OverflowError, ValidationError):
        return _page(rows, order, False, None, size)


def _page(
    rows: QuerySet[Row], order: Sequence[str], backwards: bool, key: list[Any] | None, size: int
) -> Page[Row]:
    walked = [reversed_field(name) for name in order] if backwards else list(order)
    if key is not None:
        rows = rows.filter(beyond(walked, key))
    found = list(rows.order_by(*walked)[: size + 1])
    has_more = len(found) > size
    shown = found[:size]
    if backwards:
        shown.reverse()
    has_next, has_previous = (True, has_more) if backwards else (has_more, key is not None)
    return Page(
        rows=shown,
        next_cursor=_encoded("after", shown[-1], order) if shown and has_next else "",
        previous_cursor=_encoded("before", shown[0], order) if shown and has_previous else "",
    )


def beyond(order: Sequence[str], key: Sequence[Any]) -> Q:
    """Return the condition that a row comes after the key: greater in a field, and equal in those before."""
    later = Q()
    equal = Q()
    for name, value in zip(order, key, strict=True):
        field, lookup = (name[1:], "lt") if name.startswith("-") else (name, "gt")
        later |= equal & Q(**{f"{field}__{lookup}": value})
        equal &= Q(**{field: value})
    # Said again for the first field alone, so that the database starts reading its index there.
    first = order[0].removeprefix("-")
    return later & Q(**{f"{first}__{'lte' if order[0].startswith('-') else 'gte'}": key[0]})


def reversed_field(name: str) -> str:
    """Return the field's name as it sorts the other way round."""
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


def _encoded(direction: str, row: Model, order: Sequence[str]) -> str:
    key = [getattr(row, name.removeprefix("-")) for name in order]
    text = json.dumps([direction, *key], default=str, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decoded(cursor: str, order: Sequence[str]) -> tuple[bool, list[Any] | None]:
    """Return whether the cursor looks backwards, and its key. Raises ValueError where it is not ours."""
    if not cursor:
        return False, None
    padded = cursor + "=" * (-len(cursor) % 4)
    direction, *key = json.loads(base64.b64decode(padded, altchars="-_", validate=True))
    if direction not in {"after", "before"} or len(key) != len(order):
        raise ValueError(cursor)
    for value in key:
        # PostgreSQL takes no NUL, and no driver takes half a surrogate pair (a ValueError of its own).
        if not isinstance(value, str | int) or b"\0" in str(value).encode():
            raise ValueError(cursor)
    return direction == "before", key
