"""Counts added up over articles -> figures by group of kinds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from annotations.nlp.scoring.counting import FORMS, KINDS, Counts

GROUPS: dict[str, tuple[str, ...]] = {
    "direct": ("direct",),
    "mixed": ("mixed",),
    "direct+mixed": ("direct", "mixed"),
    "indirect": ("indirect",),
    "all": KINDS,
}
MEASURES = ("exact", "overlap", "tokens", "attribution", "same_mention")
# Measures with an interval: what is drawn for every group, and what is compared with another run.
DRAWN = ("exact", "overlap", "tokens", "attribution")
NAME_DRAWN = ("name", "name given content")
# Forms of gold sources together, as they are reported; "pronoun+nominal" are those that have to be resolved.
FORM_GROUPS: dict[str, tuple[str, ...]] = {
    **{form: (form,) for form in FORMS},
    "pronoun+nominal": ("pronoun", "nominal"),
    "all": FORMS,
}
Interval = tuple[float, float]
Intervals = Mapping[tuple[str, str], Interval]


@dataclass(frozen=True, slots=True)
class Figures:
    """Precision, recall and their harmonic mean, 0 to 1; `interval` is the 95 % bootstrap of the mean."""

    precision: float
    recall: float
    f1: float
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many are right, 0 to 1; `interval` is the 95 % bootstrap of the share."""

    right: int
    of: int
    share: float
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class GroupScore:
    """The figures of one group of kinds: how many gold claims and predictions, and how well they agree."""

    gold: int
    predicted: int
    matched: int
    exact: Figures
    overlap: Figures
    tokens: Figures
    attribution: Figures
    same_mention: Figures
    source_accuracy: float
    named_source_accuracy: float


@dataclass(frozen=True, slots=True)
class NameScore:
    """How often the speaker's name is right in one group of kinds.

    `gold` counts the gold claims whose speaker is known, `predicted` the predictions in their articles.
    `end_to_end` asks for content and name; `by_form` are the shares among matched contents, by the form of
    the gold source.
    """

    gold: int
    predicted: int
    end_to_end: Figures
    by_form: Mapping[str, Share]

    @property
    def given_content(self) -> Share:
        """The share of right names where the content was found, whatever the source's form."""
        return self.by_form["all"]


def group_scores(counts: Counts, intervals: Intervals) -> dict[str, GroupScore]:
    """Return the figures of every group."""
    found = {}
    for name, kinds in GROUPS.items():
        figures = {}
        for measure in MEASURES:
            value = _measure(counts, kinds, measure)
            figures[measure] = Figures(
                value.precision, value.recall, value.f1, intervals.get((name, measure))
            )
        total = {what: _total(counts, kinds, what) for what in _TOTALS}
        found[name] = GroupScore(
            gold=total["gold"],
            predicted=total["predicted"],
            matched=total["overlap_gold"],
            **figures,
            source_accuracy=ratio(total["attribution_gold"], total["overlap_gold"]),
            named_source_accuracy=ratio(total["named_right"], total["named"]),
        )
    return found


def name_scores(counts: Counts, intervals: Intervals) -> dict[str, NameScore]:
    """Return the name figures of every group."""
    found = {}
    for name, kinds in GROUPS.items():
        value = _names(counts, kinds)
        by_form = {}
        for form, forms in FORM_GROUPS.items():
            interval = intervals.get((name, NAME_DRAWN[1])) if form == "all" else None
            by_form[form] = _share_of(counts, kinds, forms, interval)
        found[name] = NameScore(
            gold=_total(counts, kinds, "names_gold"),
            predicted=_total(counts, kinds, "names_predicted"),
            end_to_end=Figures(value.precision, value.recall, value.f1, intervals.get((name, NAME_DRAWN[0]))),
            by_form=by_form,
        )
    return found


def drawn_values(counts: Counts, *, with_names: bool) -> dict[tuple[str, str], float]:
    """Return F1, or the share, for every group and measure that gets an interval."""
    values = {}
    for name, kinds in GROUPS.items():
        for measure in DRAWN:
            values[name, measure] = _measure(counts, kinds, measure).f1
        if with_names:
            values[name, NAME_DRAWN[0]] = _names(counts, kinds).f1
            values[name, NAME_DRAWN[1]] = _share_of(counts, kinds, FORMS).share
    return values


def ratio(part: float, whole: float) -> float:
    """Return part of whole, 0 where there is no whole."""
    return part / whole if whole else 0.0


_TOTALS = ("gold", "predicted", "overlap_gold", "attribution_gold", "named", "named_right")


def _measure(counts: Counts, kinds: Iterable[str], measure: str) -> Figures:
    if measure == "tokens":
        return _figures(counts, kinds, measure, "gold_words", "words")
    return _figures(counts, kinds, measure, "gold", "predicted")


def _names(counts: Counts, kinds: Iterable[str]) -> Figures:
    return _figures(counts, kinds, "name", "names_gold", "names_predicted")


def _figures(counts: Counts, kinds: Iterable[str], what: str, gold: str, predicted: str) -> Figures:
    precision = ratio(_total(counts, kinds, what), _total(counts, kinds, predicted))
    recall = ratio(_total(counts, kinds, f"{what}_gold"), _total(counts, kinds, gold))
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Figures(precision, recall, f1)


def _share_of(
    counts: Counts, kinds: Iterable[str], forms: Iterable[str], interval: Interval | None = None
) -> Share:
    right = sum(_total(counts, kinds, f"names_right {form}") for form in forms)
    of = sum(_total(counts, kinds, f"names_paired {form}") for form in forms)
    return Share(right, of, ratio(right, of), interval)


def _total(counts: Counts, kinds: Iterable[str], what: str) -> int:
    return sum(counts[kind, what] for kind in kinds)
