"""Gold and predictions -> all figures over a corpus."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from annotations.nlp.scoring.calibration import Calibration, calibration
from annotations.nlp.scoring.counting import KINDS, Article, Claim, Counted, count_article, has_names
from annotations.nlp.scoring.figures import (
    GroupScore,
    Intervals,
    NameScore,
    drawn_values,
    group_scores,
    name_scores,
    ratio,
)
from annotations.nlp.scoring.intervals import Sums, interval, resamples


@dataclass(frozen=True, slots=True)
class ArticleScore:
    """How many claims of one article are right, that is paired with a gold claim and its source."""

    id: str
    title: str
    gold: int
    predicted: int
    matched: int
    right: int
    f1: float


@dataclass(frozen=True, slots=True)
class Score:
    """All figures over a corpus; `missing` gold articles had no prediction and count as found empty.

    `names` and `name_calibration` are there where gold and predictions say who speaks; both are over the
    `named_articles` alone.
    """

    articles: int
    missing: int
    by_claim: Mapping[str, GroupScore]
    by_fragment: Mapping[str, GroupScore]
    named_articles: int
    names: Mapping[str, NameScore] | None
    source_calibration: Calibration | None
    name_calibration: Calibration | None
    by_article: tuple[ArticleScore, ...]

    def worst(self, number: int) -> list[ArticleScore]:
        """Return the articles with the lowest F1, those with most claims first among equals.

        Where neither gold nor predictions have a claim, nothing can be wrong.
        """
        told = [article for article in self.by_article if article.gold or article.predicted]
        return sorted(told, key=lambda article: (article.f1, -article.gold, -article.predicted))[:number]


def score(
    gold: Sequence[Article],
    predictions: Iterable[Article],
    *,
    bootstrap: int = 0,
    stated_kinds: bool = False,
) -> Score:
    """Score `predictions` ({"id", "claims"}) against `gold` ({"id", "text", "attributions"}).

    `bootstrap` is the number of resamples of articles for the intervals. With `stated_kinds` a prediction's
    kind is the one it states. Raises ValueError for an article that is predicted twice or is not in `gold`,
    and for spans outside its text.
    """
    found = claims_by_article(gold, predictions)
    counted = count_all(gold, found, stated_kinds=stated_kinds)
    with_names = can_name(gold, found)
    sums = Sums([each.by_claim for each in counted])
    counts = sums.over(range(len(counted)))
    fragments = Sums([each.by_fragment for each in counted]).over(range(len(counted)))
    intervals = _intervals(sums, len(counted), bootstrap, with_names=with_names)
    return Score(
        articles=len(gold),
        missing=len(gold) - len(found),
        by_claim=group_scores(counts, intervals),
        by_fragment=group_scores(fragments, {}),
        named_articles=sum(map(has_names, gold)),
        names=name_scores(counts, intervals) if with_names else None,
        source_calibration=calibration(judged for each in counted for judged in each.sources),
        name_calibration=(
            calibration(judged for each in counted for judged in each.names) if with_names else None
        ),
        by_article=tuple(map(_article_score, gold, counted)),
    )


def claims_by_article(gold: Sequence[Article], predictions: Iterable[Article]) -> dict[str, Sequence[Claim]]:
    """Return the predicted claims under the ids of their articles.

    Raises ValueError for an article that is predicted twice or is not in `gold`.
    """
    found: dict[str, Sequence[Claim]] = {}
    for row in predictions:
        if row["id"] in found:
            raise ValueError(f"article predicted twice: {row['id']}")
        found[row["id"]] = row["claims"]
    known = {article["id"] for article in gold}
    if unknown := [str(id_) for id_ in found if id_ not in known]:
        raise ValueError(f"predicted articles that the gold corpus lacks: {', '.join(sorted(unknown)[:3])}")
    return found


def count_all(
    gold: Iterable[Article], found: Mapping[str, Sequence[Claim]], *, stated_kinds: bool
) -> list[Counted]:
    """Return the counts of every gold article, in order."""
    return [
        count_article(article, found.get(article["id"], ()), stated_kinds=stated_kinds) for article in gold
    ]


def can_name(gold: Iterable[Article], found: Mapping[str, Sequence[Claim]]) -> bool:
    """Say whether names can be compared: the gold has some, and the predictions speak of speakers at all."""
    claims = [claim for claims in found.values() for claim in claims]
    return any(map(has_names, gold)) and (not claims or any("speaker" in claim for claim in claims))


def _intervals(sums: Sums, articles: int, draws: int, *, with_names: bool) -> Intervals:
    values: dict[tuple[str, str], list[float]] = defaultdict(list)
    for chosen in resamples(articles, draws):
        for key, value in drawn_values(sums.over(chosen), with_names=with_names).items():
            values[key].append(value)
    return {key: interval(drawn) for key, drawn in values.items()}


def _article_score(article: Article, counted: Counted) -> ArticleScore:
    total = {what: sum(counted.by_claim[kind, what] for kind in KINDS) for what in _TOTALS}
    right = total["attribution_gold"]
    return ArticleScore(
        id=str(article["id"]),
        title=str(article.get("title") or ""),
        gold=total["gold"],
        predicted=total["predicted"],
        matched=total["overlap_gold"],
        right=right,
        f1=ratio(2 * right, total["gold"] + total["predicted"]),
    )


_TOTALS = ("gold", "predicted", "overlap_gold", "attribution_gold")
