"""Counts agreement in one article; everything else in this package adds these counts up."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from annotations.nlp.forms import mention_form
from annotations.nlp.scoring.kinds import kind_of, quoted_stretches
from annotations.nlp.scoring.lists import listed
from annotations.nlp.scoring.naming import is_right_name
from annotations.nlp.scoring.pairing import pairs
from annotations.nlp.words import Words

KINDS = ("direct", "mixed", "indirect")
# How a gold source refers to its speaker.
FORMS = ("pronoun", "nominal", "name", "none")
_HALF = 0.5

Article = Mapping[str, Any]
Claim = Mapping[str, Any]
# (kind, what) -> how often.
Counts = Counter[tuple[str, str]]
# A stated confidence, and whether what was stated is right.
Judgement = tuple[float, bool]


@dataclass(frozen=True, slots=True)
class Counted:
    """The counts of one article; the gold side is counted by gold kind, the other by the prediction's.

    `sources` and `names` say for each prediction that states a confidence whether its source, its name is
    right.
    """

    by_claim: Counts
    by_fragment: Counts
    sources: list[Judgement]
    names: list[Judgement]


def has_names(article: Article) -> bool:
    """Say whether somebody wrote down who speaks in the article: it says so, or a claim of it has names."""
    return bool(article.get("has_names")) or any("names" in item for item in article["attributions"])


def count_article(article: Article, claims: Sequence[Claim], *, stated_kinds: bool = False) -> Counted:
    """Return what is right and wrong with the claims found in a gold article.

    A prediction's kind is told by the corpus' rule, or, with `stated_kinds`, is the one it states, as the
    gold's own is. Raises ValueError for a span of a claim that lies outside the text.
    """
    counter = _ArticleCounter(article["text"])
    counter.check(claims)
    gold = article["attributions"]
    by_claim = counter.count(gold, claims, with_names=has_names(article), stated_kinds=stated_kinds)
    by_fragment = counter.count(counter.fragments(gold), counter.fragments(claims))
    return Counted(by_claim.counts, by_fragment.counts, by_claim.sources, by_claim.names)


@dataclass(frozen=True, slots=True)
class _Agreement:
    """What is counted of one article, by claim or by fragment."""

    counts: Counts = field(default_factory=Counter)
    sources: list[Judgement] = field(default_factory=list)
    names: list[Judgement] = field(default_factory=list)


class _ArticleCounter:
    """Knows the words of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = Words(text)
        self.folded = [_fold(word) for word in self.words.texts]
        self.quoted = self.words.covered(list(quoted_stretches(text)))

    def count(
        self,
        gold: Sequence[Claim],
        claims: Sequence[Claim],
        *,
        with_names: bool = False,
        stated_kinds: bool = False,
    ) -> _Agreement:
        """Return the counts of the article, gold side and prediction side apart."""
        agreement = _Agreement()
        counts = agreement.counts
        claims = sorted(claims, key=_sorted_content)
        gold_contents = [self.words.covered(item["content"]) for item in gold]
        contents = [self.words.covered(item["content"]) for item in claims]
        gold_kinds = [
            item.get("kind") or kind_of(content, self.quoted)
            for item, content in zip(gold, gold_contents, strict=True)
        ]
        kinds = [
            (stated_kinds and item.get("kind")) or kind_of(content, self.quoted)
            for item, content in zip(claims, contents, strict=True)
        ]
        counts.update((kind, "gold") for kind in gold_kinds)
        counts.update((kind, "predicted") for kind in kinds)
        for i, j in pairs(gold_contents, contents, 1.0):
            _add(counts, "exact", gold_kinds[i], kinds[j])
        partner = {j: i for i, j in pairs(gold_contents, contents, _HALF)}
        right = set()
        for j, i in partner.items():
            _add(counts, "overlap", gold_kinds[i], kinds[j])
            if self._count_source(counts, gold[i], claims[j], gold_kinds[i], kinds[j]):
                right.add(j)
        self._count_tokens(counts, gold_contents, gold_kinds, contents, kinds)
        agreement.sources.extend(_judgements(claims, range(len(claims)), right))
        if with_names:
            self._count_names(agreement, gold, gold_kinds, claims, kinds, partner)
        return agreement

    def _count_source(self, counts: Counts, gold: Claim, claim: Claim, gold_kind: str, kind: str) -> bool:
        wanted = self.words.covered(gold.get("source") or ())
        given = self.words.covered(claim.get("source") or ())
        right = self._is_right(wanted, given)
        if right:
            _add(counts, "attribution", gold_kind, kind)
        if self._is_same_mention(wanted, given):
            _add(counts, "same_mention", gold_kind, kind)
        if not {self.folded[index] for index in wanted} <= listed("pronouns"):
            counts[gold_kind, "named"] += 1
            counts[gold_kind, "named_right"] += right
        return right

    def _is_right(self, wanted: set[int], given: set[int]) -> bool:
        if not wanted:
            return not given
        words = {self.folded[index] for index in wanted}
        return bool(((words - listed("stop_words")) or words) & {self.folded[index] for index in given})

    def _is_same_mention(self, wanted: set[int], given: set[int]) -> bool:
        if not wanted:
            return not given
        telling = {index for index in wanted if self.folded[index] not in listed("stop_words")}
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

    def _count_names(
        self,
        agreement: _Agreement,
        gold: Sequence[Claim],
        gold_kinds: Sequence[str],
        claims: Sequence[Claim],
        kinds: Sequence[str],
        partner: Mapping[int, int],
    ) -> None:
        """Count names over gold claims that carry them, and over predictions but those paired with others."""
        counts = agreement.counts
        counts.update(
            (kind, "names_gold") for item, kind in zip(gold, gold_kinds, strict=True) if "names" in item
        )
        asked = [j for j in range(len(claims)) if j not in partner or "names" in gold[partner[j]]]
        counts.update((kinds[j], "names_predicted") for j in asked)
        right = set()
        for j in asked:
            if j not in partner:
                continue
            item, kind = gold[partner[j]], gold_kinds[partner[j]]
            form = self._form(item)
            counts[kind, f"names_paired {form}"] += 1
            if is_right_name(claims[j].get("speaker"), item["names"], item.get("speaker_kind", "")):
                right.add(j)
                _add(counts, "name", kind, kinds[j])
                counts[kind, f"names_right {form}"] += 1
        agreement.names.extend(_judgements(claims, asked, right))

    def _form(self, item: Claim) -> str:
        source = " ".join(self.text[start:end] for start, end in item.get("source") or ())
        return mention_form(source).value if source else "none"

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

    def check(self, claims: Iterable[Claim]) -> None:
        """Raise ValueError where a span lies outside the text."""
        for claim in claims:
            for role in ("content", "cue", "source"):
                for start, end in claim.get(role) or ():
                    if not 0 <= start <= end <= len(self.text):
                        raise ValueError(f"{role} span [{start}, {end}] lies outside the text")


def _judgements(claims: Sequence[Claim], asked: Iterable[int], right: set[int]) -> Iterator[Judgement]:
    for j in asked:
        confidence = claims[j].get("confidence")
        if confidence is not None:
            yield confidence, j in right


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
