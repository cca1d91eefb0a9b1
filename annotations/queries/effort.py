"""What deciding about a claim costs in time and keys, by what became of it, and what the suggestions saved.

Steps are looked up for what they cost and never for whose they are, but for one thing: figures that would be
one colleague's alone are not given (decision 86).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from django.db.models import F

from annotations.choices import Choice, ClaimOrigin, ClaimState
from annotations.models import Claim, DeskSettings, StepEffort, User

# How many of the latest counted steps are looked at, so that the desk page costs the same at any age.
STEPS_LOOKED_AT = 2_000
# Of fewer claims, or fewer of a second person, nothing is said.
ENOUGH = 20
ENOUGH_OF_A_SECOND = 5


class Outcome(Choice):
    """What became of a claim."""

    ACCEPTED = "accepted", "Suggestions accepted as they were"
    CORRECTED = "corrected", "Suggestions corrected"
    REJECTED = "rejected", "Suggestions rejected"
    BY_HAND = "by_hand", "Claims made by hand"


@dataclass(slots=True)
class _Cost:
    """What one claim cost so far, and who worked on it."""

    seconds: float = 0.0
    keys: int = 0
    people: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """Claims of one outcome, and what half of them cost at most; None where that may not be told."""

    outcome: Outcome
    claims: int
    seconds: float | None
    keys: float | None


@dataclass(frozen=True, slots=True)
class Saving:
    """What the suggestions cost, rejected ones too, and what making the `kept` ones by hand would have.

    The latter is the median by hand times their number. A negative figure is a loss.
    """

    kept: int
    seconds_by_hand: float
    seconds_spent: float
    keys_by_hand: float
    keys_spent: int

    @property
    def seconds(self) -> float:
        """The seconds saved."""
        return self.seconds_by_hand - self.seconds_spent

    @property
    def keys(self) -> float:
        """The keys saved."""
        return self.keys_by_hand - self.keys_spent

    def words(self) -> dict[str, str]:
        """Return the seconds by hand, those spent and the difference as people say them."""
        return {
            "by_hand": time_in_words(self.seconds_by_hand),
            "spent": time_in_words(self.seconds_spent),
            "difference": time_in_words(abs(self.seconds)),
        }


@dataclass(frozen=True, slots=True)
class EffortRecord:
    """The outcomes in their order, of `claims` decided ones, and the saving where it can be told."""

    rows: tuple[OutcomeRow, ...]
    claims: int
    saving: Saving | None
    enough: int = ENOUGH

    @property
    def is_enough(self) -> bool:
        """Whether there is anything to tell."""
        return any(row.seconds is not None for row in self.rows)


def time_in_words(seconds: float) -> str:
    """Return a length of time as people say it: "50 s", "12 min", "3 h 5 min"."""
    if seconds < 90:
        return f"{seconds:.0f}\N{NO-BREAK SPACE}s"
    hours, minutes = divmod(round(seconds / 60), 60)
    parts = [f"{hours}\N{NO-BREAK SPACE}h"] if hours else []
    return " ".join([*parts, f"{minutes}\N{NO-BREAK SPACE}min"] if minutes or not hours else parts)


def desk_counts_effort() -> bool:
    """Say whether the desk counts what steps cost; one query."""
    return not DeskSettings.objects.filter(counts_effort=False).exists()


def effort_record(viewer: User) -> EffortRecord:
    """Return what the latest counted steps tell, as the viewer may know it; two queries."""
    costs = _costs()
    outcomes: dict[Outcome, list[_Cost]] = {outcome: [] for outcome in Outcome}
    decided = Claim.objects.filter(pk__in=costs).exclude(state=ClaimState.SUGGESTED)
    for pk, state, origin in decided.values_list("pk", "state", "origin"):
        outcome = _outcome(state, origin)
        if outcome:
            outcomes[outcome].append(costs[pk])
    rows = tuple(_row(outcome, found, viewer) for outcome, found in outcomes.items())
    return EffortRecord(rows, sum(row.claims for row in rows), _saving(outcomes, viewer))


def _costs() -> dict[int, _Cost]:
    """Return the costs of the claims that the latest steps were on."""
    rows = StepEffort.objects.filter(revision__claim_id__isnull=False).order_by("-pk")
    latest = rows.annotate(claim_id=F("revision__claim_id"), actor_id=F("revision__actor_id"))
    costs: dict[int, _Cost] = {}
    for row in latest.values("claim_id", "actor_id", "seconds", "keys")[:STEPS_LOOKED_AT]:
        cost = costs.setdefault(row["claim_id"], _Cost())
        cost.seconds += row["seconds"]
        cost.keys += row["keys"]
        cost.people.add(row["actor_id"])
    return costs


def _outcome(state: str, origin: str) -> Outcome | None:
    if origin != ClaimOrigin.EDITOR:
        return Outcome(state)
    return None if state == ClaimState.REJECTED else Outcome.BY_HAND


def _may_be_told(costs: Iterable[_Cost], viewer: User) -> bool:
    """Say whether the claims are enough, and several people's or the viewer's own alone."""
    costs = list(costs)
    people = Counter(person for cost in costs for person in cost.people)
    if len(costs) < ENOUGH:
        return False
    return set(people) == {viewer.pk} or sum(number >= ENOUGH_OF_A_SECOND for number in people.values()) > 1


def _row(outcome: Outcome, costs: list[_Cost], viewer: User) -> OutcomeRow:
    if not _may_be_told(costs, viewer):
        return OutcomeRow(outcome, len(costs), None, None)
    return OutcomeRow(
        outcome, len(costs), median(cost.seconds for cost in costs), median(cost.keys for cost in costs)
    )


def _saving(outcomes: dict[Outcome, list[_Cost]], viewer: User) -> Saving | None:
    by_hand = outcomes[Outcome.BY_HAND]
    kept = [*outcomes[Outcome.ACCEPTED], *outcomes[Outcome.CORRECTED]]
    if not _may_be_told(by_hand, viewer) or not _may_be_told(kept, viewer):
        return None
    spent = [*kept, *outcomes[Outcome.REJECTED]]
    return Saving(
        kept=len(kept),
        seconds_by_hand=median(cost.seconds for cost in by_hand) * len(kept),
        seconds_spent=sum(cost.seconds for cost in spent),
        keys_by_hand=median(cost.keys for cost in by_hand) * len(kept),
        keys_spent=sum(cost.keys for cost in spent),
    )
