"""In which order an article's claims stand, and which come before and after one of them.

Claims are found from the one in hand along an index, never by counting rows to skip: a step in an article of
5,000 claims costs what it costs in one of 20. Where all were read already, as for a page that shows them,
nothing more is asked of the database.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from annotations.choices import Choice, ClaimState
from annotations.models import Claim

# Up to this many claims stand on the page together; of more, WINDOW around the one in hand.
WHOLE = 30
WINDOW = 20
# How many of a window come before the one in hand.
BEFORE = 5


class ClaimOrder(Choice):
    """In which order the cards stand."""

    TEXT = "text", "In text order"
    LEAST_SURE = "least-sure", "Least sure first"


@dataclass(frozen=True, slots=True)
class Place:
    """What says where a claim stands."""

    pk: int
    start: int
    state: str
    confidence: float | None


_PLACE = ("pk", "start", "state", "confidence")
_IN_TEXT = ("start", "pk")


@dataclass(frozen=True, slots=True)
class Run:
    """Claims that follow each other in the order of some fields, which together tell any two apart.

    `known` are their places in that order, None where they have to be looked up.
    """

    claims: QuerySet[Claim]
    fields: tuple[str, ...]
    known: Sequence[Place] | None

    def walk(self, place: Place | None, *, forwards: bool, limit: int) -> list[Place]:
        """Return the claims that come after the place, or before it, the nearest first."""
        if self.known is not None:
            return self._among_known(self.known, place, forwards=forwards)[:limit]
        claims = self.claims
        if place:
            claims = claims.filter(_beyond(self.fields, place, forwards=forwards))
        order = self.fields if forwards else [f"-{name}" for name in self.fields]
        return [Place(*fields) for fields in claims.order_by(*order).values_list(*_PLACE)[:limit]]

    def _among_known(self, known: Sequence[Place], place: Place | None, *, forwards: bool) -> list[Place]:
        found = known if forwards else known[::-1]
        if place is None:
            return list(found)
        key = _key(place, self.fields)
        return [one for one in found if (_key(one, self.fields) > key) == forwards and one.pk != place.pk]


@dataclass(frozen=True, slots=True)
class Window:
    """The claims of one page; `before` and `after` are those next to its ends, None where there is none.

    `undecided_after` is the first undecided claim after the window, `undecided_before` the first of those
    before it; both are worked out only where the window does not hold all claims.
    """

    claim_ids: list[int]
    before: int | None = None
    after: int | None = None
    undecided_before: int | None = None
    undecided_after: int | None = None


class OrderedClaims:
    """The claims of one article in one order.

    With the least sure first, those without a confidence lead, and the decided ones come last, in text order.
    Where a claim stands is read once: make another one after a decision. `known` are the places of all its
    claims, for whoever has read them; without them they are looked up one walk at a time.
    """

    def __init__(self, article_id: int, order: ClaimOrder, known: Iterable[Place] | None = None) -> None:
        self.order = order
        self._claims = Claim.objects.filter(article=article_id)
        self._known = None if known is None else list(known)
        self._places = {place.pk: place for place in self._known or ()}
        undecided = self._claims.undecided()
        if order == ClaimOrder.TEXT:
            self._runs = [self._run(self._claims, _is_any)]
            self._undecided = [self._run(undecided, _is_undecided)]
        else:
            self._undecided = [
                self._run(undecided.filter(confidence__isnull=True), _is_undecided_without_confidence),
                self._run(
                    undecided.filter(confidence__isnull=False),
                    _is_undecided_with_confidence,
                    ("confidence", *_IN_TEXT),
                ),
            ]
            decided = self._claims.exclude(state=ClaimState.SUGGESTED)
            self._runs = [*self._undecided, self._run(decided, _is_decided)]

    def place_of(self, claim_id: int | None) -> Place | None:
        """Return where the claim stands, None where it is not of this article."""
        if self._known is None and claim_id and claim_id not in self._places:
            fields = self._claims.filter(pk=claim_id).values_list(*_PLACE).first()
            if fields:
                self._places[claim_id] = Place(*fields)
        return self._places.get(claim_id or 0)

    def first_to_review(self) -> int | None:
        """Return the first undecided claim, else the first one, else None."""
        return self._first(self._undecided) or self._first(self._runs)

    def next_undecided(self, place: Place) -> int | None:
        """Return the undecided claim that comes after the place, else the first one there is, else None.

        A claim that was decided just now counts as standing where it stood before.
        """
        at = self._run_when_undecided(place)
        following = self._walk(self._undecided, at, place, forwards=True, limit=1)
        return following[0] if following else self._first(self._undecided)

    def window(self, claim_id: int | None) -> Window:
        """Return the claims around the one given, the first ones where it is None: all where they are few."""
        place = self.place_of(claim_id)
        if place is None:
            ids = self._walk(self._runs, 0, None, forwards=True, limit=WHOLE + 1)
            return self._window(ids if len(ids) <= WHOLE else ids[: WINDOW + 1], 0, WINDOW)
        at = self._run_of(place)
        before = self._walk(self._runs, at, place, forwards=False, limit=WHOLE)
        after = self._walk(self._runs, at, place, forwards=True, limit=WHOLE)
        ids = [*reversed(before), place.pk, *after]
        if len(ids) <= WHOLE:
            return self._window(ids, 0, WHOLE)
        first = max(min(len(before) - BEFORE, len(ids) - WINDOW), 0)
        return self._window(ids, first, WINDOW)

    def beyond(self, claim_id: int, *, forwards: bool) -> Window:
        """Return the claims from the one given on, or those up to it."""
        place = self.place_of(claim_id)
        if place is None:
            return Window([])
        at = self._run_of(place)
        found = [place.pk, *self._walk(self._runs, at, place, forwards=forwards, limit=WINDOW)]
        shown, more = found[:WINDOW], found[WINDOW:]
        if not more:
            return Window(shown if forwards else shown[::-1])
        if forwards:
            return Window(shown, after=more[0], undecided_after=self._undecided_after(shown[-1]))
        shown.reverse()
        return Window(shown, before=more[0], undecided_before=self._undecided_before(shown[0]))

    def numbers_of(self, claim_ids: Sequence[int], *, in_a_row: bool) -> dict[int, int]:
        """Return the 1-based place in text order of each claim.

        Where they follow each other in the text, only what comes before the first of them is counted.
        """
        if not claim_ids:
            return {}
        if self._known is not None:
            in_text = sorted(self._known, key=_place_in_text)
            return {place.pk: number for number, place in enumerate(in_text, start=1)}
        if in_a_row and self.order == ClaimOrder.TEXT:
            first = self.place_of(claim_ids[0])
            count = self._claims.filter(_beyond(_IN_TEXT, first, forwards=False)).count() if first else 0
            return {pk: number for number, pk in enumerate(claim_ids, start=count + 1)}
        claims = self._claims.filter(pk__in=claim_ids)
        return dict(claims.annotate(leading=count_leading()).values_list("pk", "leading"))

    def _run(
        self, claims: QuerySet[Claim], belongs: Callable[[Place], bool], fields: tuple[str, ...] = _IN_TEXT
    ) -> Run:
        """Return the claims as a run; `belongs` says of a known place what `claims` says of a row."""
        if self._known is None:
            return Run(claims, fields, None)

        def key(place: Place) -> tuple[Any, ...]:
            return _key(place, fields)

        return Run(claims, fields, sorted(filter(belongs, self._known), key=key))

    def _window(self, ids: list[int], first: int, size: int) -> Window:
        shown = ids[first : first + size]
        end = first + len(shown)
        return Window(
            claim_ids=shown,
            before=ids[first - 1] if first else None,
            after=ids[end] if end < len(ids) else None,
            undecided_before=self._undecided_before(shown[0]) if first else None,
            undecided_after=self._undecided_after(shown[-1]) if end < len(ids) else None,
        )

    def _undecided_before(self, claim_id: int) -> int | None:
        """Return the first undecided claim of the order where it comes before this one."""
        place, first = self.place_of(claim_id), self.place_of(self._first(self._undecided))
        if place is None or first is None or first == place:
            return None
        at, first_at = self._run_of(place), self._run_of(first)
        names = self._runs[at].fields
        comes_before = first_at < at or (first_at == at and _key(first, names) < _key(place, names))
        return first.pk if comes_before else None

    def _undecided_after(self, claim_id: int) -> int | None:
        place = self.place_of(claim_id)
        if place is None or self._run_of(place) >= len(self._undecided):
            return None
        found = self._walk(self._undecided, self._run_of(place), place, forwards=True, limit=1)
        return found[0] if found else None

    def _first(self, runs: Sequence[Run]) -> int | None:
        return next(iter(self._walk(runs, 0, None, forwards=True, limit=1)), None)

    def _walk(
        self, runs: Sequence[Run], at: int, place: Place | None, *, forwards: bool, limit: int
    ) -> list[int]:
        """Return up to `limit` ids from the place in the run `at` on, nearest first; else from its end."""
        found = runs[at].walk(place, forwards=forwards, limit=limit)
        rest: Iterable[Run] = runs[at + 1 :] if forwards else reversed(runs[:at])
        for run in rest:
            if len(found) == limit:
                break
            found += run.walk(None, forwards=forwards, limit=limit - len(found))
        self._places |= {one.pk: one for one in found}
        return [one.pk for one in found]

    def _run_of(self, place: Place) -> int:
        if self.order == ClaimOrder.LEAST_SURE and place.state != ClaimState.SUGGESTED:
            return len(self._undecided)
        return self._run_when_undecided(place)

    def _run_when_undecided(self, place: Place) -> int:
        return 0 if self.order == ClaimOrder.TEXT or place.confidence is None else 1


def _is_any(_place: Place) -> bool:
    return True


def _is_undecided(place: Place) -> bool:
    return place.state == ClaimState.SUGGESTED


def _is_decided(place: Place) -> bool:
    return not _is_undecided(place)


def _is_undecided_without_confidence(place: Place) -> bool:
    return _is_undecided(place) and place.confidence is None


def _is_undecided_with_confidence(place: Place) -> bool:
    return _is_undecided(place) and place.confidence is not None


def _place_in_text(place: Place) -> tuple[int, int]:
    return place.start, place.pk


def _key(place: Place, fields: Sequence[str]) -> tuple[Any, ...]:
    return tuple(getattr(place, name) for name in fields)


def _beyond(fields: Sequence[str], place: Place, *, forwards: bool) -> Q:
    """Return the condition that a claim comes after the place, or before it."""
    comparison = "gt" if forwards else "lt"
    beyond, equal = Q(), Q()
    for name in fields:
        value: Any = getattr(place, name)
        beyond |= equal & Q(**{f"{name}__{comparison}": value})
        equal &= Q(**{name: value})
    # Said again for the first field alone, so that the database starts reading its index there.
    return beyond & Q(**{f"{fields[0]}__{comparison}e": getattr(place, fields[0])})


def count_leading() -> Subquery:
    """Return, for a query of claims, how many claims start before the claim or at it, itself included."""
    leading = Claim.objects.filter(article=OuterRef("article"), start__lte=OuterRef("start")).filter(
        Q(start__lt=OuterRef("start")) | Q(pk__lte=OuterRef("pk"))
    )
    return Subquery(leading.order_by().values("article").annotate(number=Count("pk")).values("number"))
