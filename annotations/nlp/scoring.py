"""How good predicted claims are, counted against an annotated corpus.

Contents are compared as sets of words, so marks and punctuation at their edges never matter. By claim and
by fragment (every content broken into its unbroken runs of words) the same figures are given:

- exact: both contents cover the same words;
- overlap: one-to-one pairs that share at least half of their words, best pairs first;
- tokens: words that any claim of the article covers;
- attribution: overlapping pairs whose source is right, that is shares a telling word with the gold source
  (or, where that has none, any of its words); where gold has no source, the prediction must have none;
- same mention: the same, but it must be that very word of the text.

Recall is over the gold claims of a kind, precision over the predictions of that kind.
"""

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from annotations.nlp.words import Words

KINDS = ("direct", "mixed", "indirect")
GROUPS: dict[str, tuple[str, ...]] = {
    "direct": ("direct",),
    "mixed": ("mixed",),
    "direct+mixed": ("direct", "mixed"),
    "indirect": ("indirect",),
    "all": KINDS,
}
MEASURES = ("exact", "overlap", "tokens", "attribution", "same_mention")
_RESOURCE = Path(__file__).parent / "resources" / "scoring.json"
_HALF = 0.5
_MARK = re.compile("``|''|[“‟«”»\"＂]")
_OPENING = frozenset({"“", "‟", "«", "``"})
_CLOSING = frozenset({"”", "»"})
_LINE = re.compile(r"[^\n]+")

Spans = Sequence[Sequence[int]]
Article = Mapping[str, Any]
Claim = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figures:
    """Precision, recall and their harmonic mean, 0 to 1; `interval` is the 95 % bootstrap of the mean."""

    precision: float
    recall: float
    f1: float
    interval: tuple[float, float] | None = None


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
class Score:
    """All figures over a corpus; `missing` gold articles had no prediction and count as found empty."""

    articles: int
    missing: int
    by_claim: Mapping[str, GroupScore]
    by_fragment: Mapping[str, GroupScore]


# Counts of one article: (kind, what) -> how often.
Counts = Counter[tuple[str, str]]


def score(gold: Sequence[Article], predictions: Iterable[Article], *, bootstrap: int = 0) -> Score:
    """Score `predictions` ({"id", "claims"}) against `gold` ({"id", "text", "attributions"}).

    `bootstrap` is the number of resamples of articles for the intervals. Raises ValueError for an article
    that is predicted twice or is not in `gold`, and for spans outside its text.
    """
    found: dict[str, Sequence[Claim]] = {}
    for row in predictions:
        if row["id"] in found:
            raise ValueError(f"article predicted twice: {row['id']}")
        found[row["id"]] = row["claims"]
    if unknown := sorted(found.keys() - {article["id"] for article in gold}):
        raise ValueError(f"predicted articles that the gold corpus lacks: {', '.join(unknown[:3])}")
    by_claim, by_fragment = [], []
    for article in gold:
        scorer = _ArticleScorer(article["text"])
        claims = found.get(article["id"], ())
        by_claim.append(scorer.count(article["attributions"], claims))
        fragments = scorer.fragments(article["attributions"]), scorer.fragments(claims)
        by_fragment.append(scorer.count(*fragments))
    intervals = _intervals(by_claim, bootstrap) if bootstrap else {}
    return Score(
        articles=len(gold),
        missing=len(gold) - len(found),
        by_claim=_summary(by_claim, intervals),
        by_fragment=_summary(by_fragment, {}),
    )


class _ArticleScorer:
    """Counts agreement in one article."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = Words(text)
        self.folded = [_fold(word) for word in self.words.texts]
        self.quoted = self.words.covered(list(_quoted_stretches(text)))

    def kind(self, content: set[int]) -> str:
        """Return the kind of a content by the share of its words that lie between double marks."""
        inside = len(content & self.quoted)
        if not inside:
            return "indirect"
        return "direct" if inside == len(content) else "mixed"

    def count(self, gold: Sequence[Claim], claims: Sequence[Claim]) -> Counts:
        """Return the counts of one article, gold side and prediction side apart."""
        self._check(claims)
        claims = sorted(claims, key=_sorted_content)
        gold_contents = [self.words.covered(item["content"]) for item in gold]
        contents = [self.words.covered(item["content"]) for item in claims]
        gold_kinds = [
            item.get("kind") or self.kind(content) for item, content in zip(gold, gold_contents, strict=True)
        ]
        kinds = [self.kind(content) for content in contents]
        counts: Counts = Counter()
        counts.update((kind, "gold") for kind in gold_kinds)
        counts.update((kind, "predicted") for kind in kinds)
        for i, j in _pairs(gold_contents, contents, 1.0):
            _add(counts, "exact", gold_kinds[i], kinds[j])
        for i, j in _pairs(gold_contents, contents, _HALF):
            _add(counts, "overlap", gold_kinds[i], kinds[j])
            self._count_source(counts, gold[i], claims[j], gold_kinds[i], kinds[j])
        self._count_tokens(counts, gold_contents, gold_kinds, contents, kinds)
        return counts

    def _count_source(self, counts: Counts, gold: Claim, claim: Claim, gold_kind: str, kind: str) -> None:
        wanted, given = self.words.covered(gold["source"]), self.words.covered(claim.get("source") or ())
        right = self._is_right(wanted, given)
        if right:
            _add(counts, "attribution", gold_kind, kind)
        if self._is_same_mention(wanted, given):
            _add(counts, "same_mention", gold_kind, kind)
        if not {self.folded[index] for index in wanted} <= _lists()["pronouns"]:
            counts[gold_kind, "named"] += 1
            counts[gold_kind, "named_right"] += right

    def _is_right(self, wanted: set[int], given: set[int]) -> bool:
        if not wanted:
            return not given
        words = {self.folded[index] for index in wanted}
        return bool(((words - _lists()["stop_words"]) or words) & {self.folded[index] for index in given})

    def _is_same_mention(self, wanted: set[int], given: set[int]) -> bool:
        if not wanted:
            return not given
        telling = {index for index in wanted if self.folded[index] not in _lists()["stop_words"]}
        return bool((telling or wanted) & given)

    def _count_tokens(
        self,
        counts: Counts,
        gold_contents: Sequence[set[int]],
        gold_kinds: Sequence[str],
        contents: Sequence[set[int]],
        kinds: Sequence[str],
    ) -> None:
        all_gold, all_found = set[int]().union(*gold_contents), set[int]().union(*contents)
        for kind in KINDS:
            own_gold = _union(gold_contents, gold_kinds, kind)
            own_found = _union(contents, kinds, kind)
            counts[kind, "gold_words"] += len(own_gold)
            counts[kind, "words"] += len(own_found)
            counts[kind, "tokens_gold"] += len(own_gold & all_found)
            counts[kind, "tokens"] += len(own_found & all_gold)

    def fragments(self, claims: Iterable[Claim]) -> list[Claim]:
        """Return one claim for each unbroken run of words of each content, kinds to be told anew."""
        found: list[Claim] = []
        for claim in claims:
            for first, last in self._runs(sorted(self.words.covered(claim["content"]))):
                content = [[self.words.starts[first], self.words.ends[last]]]
                found.append({"content": content, "source": claim.get("source") or ()})
        return found

    def _runs(self, indices: Sequence[int]) -> Iterator[tuple[int, int]]:
        first = None
        for index, following in pairwise([*indices, -1]):
            first = index if first is None else first
            if (
                following != index + 1
                or "\n" in self.text[self.words.ends[index] : self.words.starts[following]]
            ):
                yield first, index
                first = None

    def _check(self, claims: Iterable[Claim]) -> None:
        for claim in claims:
            for role in ("content", "cue", "source"):
                for start, end in claim.get(role) or ():
                    if not 0 <= start <= end <= len(self.text):
                        raise ValueError(f"{role} span [{start}, {end}] lies outside the text")


@cache
def _lists() -> dict[str, frozenset[str]]:
    raw = json.loads(_RESOURCE.read_text(encoding="utf-8"))
    return {name: frozenset(raw[name].split()) for name in ("stop_words", "pronouns")}


def _fold(word: str) -> str:
    folded = word.casefold().replace("’", "'")
    return folded.removesuffix("'s") if folded.endswith("'s") else folded.removesuffix("'")


def _sorted_content(claim: Claim) -> list[Sequence[int]]:
    return sorted(claim["content"])


def _add(counts: Counts, what: str, gold_kind: str, kind: str) -> None:
    counts[gold_kind, f"{what}_gold"] += 1
    counts[kind, what] += 1


def _union(contents: Sequence[set[int]], kinds: Sequence[str], kind: str) -> set[int]:
    return set[int]().union(*(content for content, own in zip(contents, kinds, strict=True) if own == kind))


def _pairs(gold: Sequence[set[int]], found: Sequence[set[int]], least: float) -> list[tuple[int, int]]:
    """Return one-to-one pairs of contents whose Jaccard index is at least `least`, best first."""
    holders: dict[int, list[int]] = defaultdict(list)
    for j, content in enumerate(found):
        for word in content:
            holders[word].append(j)
    options = []
    for i, content in enumerate(gold):
        shared = Counter(j for word in content for j in holders.get(word, ()))
        for j, common in shared.items():
            jaccard = common / (len(content) + len(found[j]) - common)
            if jaccard >= least:
                options.append((-jaccard, i, j))
    taken_gold: set[int] = set()
    taken: set[int] = set()
    chosen = []
    for _, i, j in sorted(options):
        if i not in taken_gold and j not in taken:
            taken_gold.add(i)
            taken.add(j)
            chosen.append((i, j))
    return chosen


def _quoted_stretches(text: str) -> Iterator[tuple[int, int]]:
    """Yield what lies between double marks, marks left out, line by line.

    Simpler than the pipeline's scanner on purpose: it is the rule by which the corpus' kinds were made.
    """
    for line in _LINE.finditer(text):
        start: int | None = None
        for mark in _MARK.finditer(text, line.start(), line.end()):
            sign = mark.group()
            closes = sign in _CLOSING or (sign not in _OPENING and start is not None)
            if closes:
                if start is not None and mark.start() > start:
                    yield start, mark.start()
                start = None
            elif start is None:
                opens_word = text[mark.end() : min(mark.end() + 1, line.end())].strip()
                if sign in _OPENING or opens_word:
                    start = mark.end()
        if start is not None and line.end() > start:
            yield start, line.end()


def _figures(counts: Counts, kinds: Iterable[str], what: str, gold: str, predicted: str) -> Figures:
    def total(name: str) -> int:
        return sum(counts[kind, name] for kind in kinds)

    kinds = tuple(kinds)
    precision = total(what) / total(predicted) if total(predicted) else 0.0
    recall = total(f"{what}_gold") / total(gold) if total(gold) else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Figures(precision, recall, f1)


def _measure(counts: Counts, kinds: Iterable[str], measure: str) -> Figures:
    if measure == "tokens":
        return _figures(counts, kinds, measure, "gold_words", "words")
    return _figures(counts, kinds, measure, "gold", "predicted")


def _summary(
    per_article: Sequence[Counts], intervals: Mapping[tuple[str, str], tuple[float, float]]
) -> dict[str, GroupScore]:
    counts = _sum(per_article)
    found = {}
    for name, kinds in GROUPS.items():
        figures = {}
        for measure in MEASURES:
            value = _measure(counts, kinds, measure)
            interval = intervals.get((name, measure))
            figures[measure] = Figures(value.precision, value.recall, value.f1, interval)
        total = {what: sum(counts[kind, what] for kind in kinds) for what in _TOTALS}
        found[name] = GroupScore(
            gold=total["gold"],
            predicted=total["predicted"],
            matched=total["overlap_gold"],
            **figures,
            source_accuracy=_share(total["attribution_gold"], total["overlap_gold"]),
            named_source_accuracy=_share(total["named_right"], total["named"]),
        )
    return found


_TOTALS = ("gold", "predicted", "overlap_gold", "attribution_gold", "named", "named_right")


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _sum(per_article: Iterable[Counts]) -> Counts:
    total: Counts = Counter()
    for counts in per_article:
        total.update(counts)
    return total


def _intervals(per_article: Sequence[Counts], draws: int) -> dict[tuple[str, str], tuple[float, float]]:
    """Return the 2.5th and 97.5th percentile of each group's F1 over resampled articles; repeatable."""
    # A seeded generator makes the figures of two runs comparable; nothing here is secret.
    generator = random.Random(0)  # noqa: S311 - not used for security
    values: dict[tuple[str, str], list[float]] = defaultdict(list)
    for _ in range(draws):
        counts = _sum([per_article[generator.randrange(len(per_article))] for _ in per_article])
        for name, kinds in GROUPS.items():
            for measure in MEASURES[:-1]:
                values[name, measure].append(_measure(counts, kinds, measure).f1)
    found = {}
    for key, drawn in values.items():
        drawn.sort()
        found[key] = drawn[int(0.025 * draws)], drawn[min(draws - 1, int(0.975 * draws))]
    return found


def table(result: Score) -> str:
    """Return the figures as a table in per cent with one decimal, by claim and by fragment."""
    lines = []
    for unit, groups in (("claim", result.by_claim), ("fragment", result.by_fragment)):
        heads = "".join(f" |{name.replace('_', ' ') + ' P/R/F1':>22}" for name in MEASURES)
        lines.append(f"{'by ' + unit:<13}{'gold':>6}{'pred':>6}{heads} | source  named")
        for name, group in groups.items():
            line = f"{name:<13}{group.gold:>6}{group.predicted:>6}"
            for measure in MEASURES:
                value: Figures = getattr(group, measure)
                line += f" |{_percent(value.precision):>9}{_percent(value.recall):>6}{_percent(value.f1):>7}"
            line += f" | {_percent(group.source_accuracy):>6}{_percent(group.named_source_accuracy):>7}"
            lines.append(line)
        lines.append("")
    for name in ("direct+mixed", "all"):
        intervals = [(m, getattr(result.by_claim[name], m).interval) for m in MEASURES[:-1]]
        shown = [f"{m} {_percent(i[0])}-{_percent(i[1])}" for m, i in intervals if i is not None]
        if shown:
            lines.append(f"95 % bootstrap of F1 over articles, {name}: {', '.join(shown)}")
    return "\n".join(lines).rstrip("\n")


def _percent(value: float) -> str:
    return f"{100 * value:.1f}"
