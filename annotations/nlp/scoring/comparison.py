"""Two sets of predictions for one gold corpus, side by side on the same draws of articles."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from annotations.nlp.scoring.counting import Article
from annotations.nlp.scoring.figures import Interval, drawn_values
from annotations.nlp.scoring.intervals import Sums, interval, resamples
from annotations.nlp.scoring.scores import can_name, claims_by_article, count_all


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of both, 0 to 1; `interval` is the paired 95 % bootstrap of `difference`, own less other."""

    group: str
    measure: str
    own: float
    other: float
    difference: float
    interval: Interval | None

    @property
    def is_real(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.interval is not None and not self.interval[0] <= 0.0 <= self.interval[1]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All figures of both; `missing` gold articles are ones that the other did not predict."""

    missing: int
    differences: tuple[Difference, ...]


def compare(
    gold: Sequence[Article],
    predictions: Iterable[Article],
    other: Iterable[Article],
    *,
    draws: int,
    stated_kinds: bool = False,
) -> Comparison:
    """Return how `predictions` differ from those of another system or an earlier run.

    Names are compared where both say who speaks. Raises ValueError as `score` does.
    """
    found = [claims_by_article(gold, predictions), claims_by_article(gold, other)]
    with_names = all(can_name(gold, each) for each in found)
    own_sums, other_sums = (
        Sums([counted.by_claim for counted in count_all(gold, each, stated_kinds=stated_kinds)])
        for each in found
    )
    everything = range(len(gold))
    own = drawn_values(own_sums.over(everything), with_names=with_names)
    others = drawn_values(other_sums.over(everything), with_names=with_names)
    drawn: dict[tuple[str, str], list[float]] = defaultdict(list)
    for chosen in resamples(len(gold), draws):
        ours = drawn_values(own_sums.over(chosen), with_names=with_names)
        theirs = drawn_values(other_sums.over(chosen), with_names=with_names)
        for key, value in ours.items():
            drawn[key].append(value - theirs[key])
    return Comparison(
        missing=len(gold) - len(found[1]),
        differences=tuple(
            Difference(
                group=key[0],
                measure=key[1],
                own=value,
                other=others[key],
                difference=value - others[key],
                interval=interval(drawn[key]) if key in drawn else None,
            )
            for key, value in own.items()
        ),
    )
