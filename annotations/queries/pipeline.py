"""How often the pipeline was right so far, counted from the desk's own decisions about what it suggested."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, Sum, Value, When

from annotations.choices import ClaimKind, ClaimOrigin, ClaimState
from annotations.models import Claim
from annotations.queries.sight import EVERYTHING, Sight
from annotations.queries.sureness import BANDS, Band, percent

# Shares of fewer decisions than these say more about chance than about the pipeline.
ENOUGH = 20

# The speaker is the suggested one, or whoever that one was merged into since. Nobody was right where an
# editor left the claim with nobody.
_RIGHT_SPEAKER = (
    Q(speaker=F("suggested_speaker"))
    | Q(speaker=F("suggested_speaker__merged_into"))
    | Q(speaker__isnull=True, suggested_speaker__isnull=True)
)


@dataclass(frozen=True, slots=True)
class Tally:
    """Decided suggestions of one sort.

    `unchanged` were accepted as they stood; `right` are claims with the right speaker, whatever else an
    editor corrected. `promised` is the sum of the confidences of the `rated` ones, those that carry one.
    """

    decided: int = 0
    unchanged: int = 0
    right: int = 0
    rated: int = 0
    promised: float = 0.0

    @property
    def unchanged_percent(self) -> int:
        """The share accepted as it stood."""
        return percent(self.unchanged / self.decided) if self.decided else 0

    @property
    def right_percent(self) -> int:
        """The share that are claims with the right speaker."""
        return percent(self.right / self.decided) if self.decided else 0

    @property
    def promised_percent(self) -> int:
        """How sure the pipeline was of them on average."""
        return percent(self.promised / self.rated) if self.rated else 0

    @property
    def verdict(self) -> str:
        """Whether as many are right as the pipeline's confidence promised, give or take chance.

        Chance is two standard errors of that many decisions.
        """
        if self.decided < ENOUGH or not self.rated:
            return "too few to tell"
        promised = self.promised / self.rated
        off = self.right / self.decided - promised
        if abs(off) <= 2 * sqrt(promised * (1 - promised) / self.decided):
            return "yes"
        return "no, right more often" if off > 0 else "no, right less often"


@dataclass(frozen=True, slots=True)
class KindRow:
    """The decided suggestions of one kind, and how many claims of that kind editors had to add."""

    kind: ClaimKind
    tally: Tally
    missed: int


@dataclass(frozen=True, slots=True)
class BandRow:
    """The decided suggestions of which the pipeline was about as sure."""

    band: Band
    tally: Tally


@dataclass(frozen=True, slots=True)
class PipelineRecord:
    """What the desk's decisions say about the pipeline; no row of `kinds` and `bands` is empty."""

    total: Tally
    missed: int = 0
    kinds: tuple[KindRow, ...] = ()
    bands: tuple[BandRow, ...] = ()

    @property
    def is_enough(self) -> bool:
        """Whether there are enough decisions to speak of shares."""
        return self.total.decided >= ENOUGH

    @property
    def enough(self) -> int:
        """How many decisions that takes."""
        return ENOUGH


def record_of(rows: Sequence[Mapping[str, Any]]) -> PipelineRecord:
    """Return the record that `tallied` rows make.

    Every decided suggestion counts once, by the kind it has now.
    Claims that an editor added count as missed where the pipeline had read the article and nobody rejected
    them since.
    """
    tallies = {
        (row["kind"], row["band"]): Tally(
            row["decided"], row["unchanged"], row["right"], row["rated"], row["promised"]
        )
        for row in rows
    }
    record = PipelineRecord(_sum(tallies.values()))
    if not record.is_enough:
        return record
    missed: Counter[str] = Counter()
    for row in rows:
        missed[row["kind"]] += row["missed"]
    by_kind = (
        KindRow(kind, _sum(tally for (of, _), tally in tallies.items() if of == kind), missed[kind])
        for kind in ClaimKind
    )
    by_band = (
        BandRow(band, _sum(tally for (_, at), tally in tallies.items() if at == index))
        for index, band in enumerate(BANDS)
    )
    return PipelineRecord(
        total=record.total,
        missed=missed.total(),
        kinds=tuple(row for row in by_kind if row.tally.decided or row.missed),
        bands=tuple(row for row in by_band if row.tally.decided),
    )


def tallied(sight: Sight = EVERYTHING) -> list[dict[str, Any]]:
    """Count all claims by kind and band, None for those without a confidence, in one query.

    `undecided` are all that nobody decided; the other numbers are as `Tally` and `record_of` name them.
    """
    at_least = (When(confidence__gte=band.least, then=Value(index)) for index, band in enumerate(BANDS))
    kept = ~Q(state=ClaimState.REJECTED)
    decided = Q(origin=ClaimOrigin.PIPELINE) & ~Q(state=ClaimState.SUGGESTED)
    missed = Q(origin=ClaimOrigin.EDITOR) & kept & ~Q(article__pipeline="")
    return list(
        sight.narrowed(Claim.objects.order_by())
        .values("kind", band=Case(*at_least, output_field=IntegerField()))
        .annotate(
            undecided=Count("pk", filter=Q(state=ClaimState.SUGGESTED)),
            decided=Count("pk", filter=decided),
            unchanged=Count("pk", filter=decided & Q(state=ClaimState.ACCEPTED)),
            right=Count("pk", filter=decided & kept & _RIGHT_SPEAKER),
            rated=Count("confidence", filter=decided),
            promised=Sum("confidence", filter=decided, default=0.0),
            missed=Count("pk", filter=missed),
        )
    )


def _sum(tallies: Iterable[Tally]) -> Tally:
    every = list(tallies)
    return Tally(
        decided=sum(tally.decided for tally in every),
        unchanged=sum(tally.unchanged for tally in every),
        right=sum(tally.right for tally in every),
        rated=sum(tally.rated for tally in every),
        promised=sum(tally.promised for tally in every),
    )
