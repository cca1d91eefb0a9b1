"""What would change in articles that another pipeline annotated: the article's own page, and those of many.

The totals over any number of articles are kept rows, one a state; the lists read along indexes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from annotations.choices import (
    OPEN_PROPOSALS,
    ArticleState,
    ClaimKind,
    ProposalState,
    RunState,
    SpanRole,
    Wish,
)
from annotations.models import (
    COUNTED,
    AnnotationRun,
    Article,
    ArticleSet,
    Proposal,
    Reannotation,
    ReannotationTally,
)
from annotations.queries.counting import Found, count_up_to
from annotations.queries.sureness import percent_in_words
from annotations.queries.texts import text_of

# The states from which each wish moves a proposal.
WISHED_FOR: Mapping[Wish, Sequence[ProposalState]] = {
    Wish.NOTHING: (),
    Wish.APPLY: (ProposalState.READY,),
    Wish.UNDO: (ProposalState.APPLIED,),
    Wish.DISCARD: (ProposalState.QUEUED, ProposalState.READY),
}
MOST_PIPELINES = 10
# Of a usual article all; a book has thousands of claims.
MOST_SHOWN = 100

# From pipeline to pipeline along the index; DISTINCT would read the entry of every article.
_PIPELINES = """
    WITH RECURSIVE named(pipeline) AS (
        SELECT MIN(pipeline) FROM annotations_article WHERE pipeline > ''
        UNION ALL
        SELECT (SELECT MIN(pipeline) FROM annotations_article WHERE pipeline > named.pipeline)
        FROM named WHERE named.pipeline IS NOT NULL
    )
    SELECT pipeline FROM named WHERE pipeline IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A claim as the page shows it: its words and what is said of it, `claim_id` where it is stored."""

    words: str
    speaker: str
    kind: str
    sureness: str
    claim_id: int | None


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A claim that would change: its words now, and (what, before, after) of each change."""

    words: str
    claim_id: int
    changes: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class ShownProposal:
    """What a proposal would change, in words; `surenesses` are changes of that alone.

    `more` is how many further entries there are than are shown.
    """

    added: tuple[Shown, ...]
    removed: tuple[Shown, ...]
    changed: tuple[ShownChange, ...]
    surenesses: tuple[ShownChange, ...]
    same: int
    held_back: int
    more: int


@dataclass(frozen=True, slots=True)
class Totals:
    """A re-annotation in numbers: a tally for each state that an article is in, and what they come to."""

    reannotation: Reannotation
    tallies: tuple[ReannotationTally, ...]
    by_state: dict[str, ReannotationTally] = field(default_factory=dict)

    @property
    def articles(self) -> int:
        """How many articles have a proposal."""
        return sum(tally.articles for tally in self.tallies)

    @property
    def is_worked_out(self) -> bool:
        """Whether every article has its proposal, worked out."""
        return self.reannotation.is_filled and not self._in(ProposalState.QUEUED)

    @property
    def worked_out(self) -> int:
        """How many articles are worked out."""
        return self.articles - self._in(ProposalState.QUEUED)

    @property
    def to_do(self) -> int:
        """How many proposals the workers still are to apply, undo or discard."""
        return sum(self._in(state) for state in WISHED_FOR[Wish(self.reannotation.wish)])

    @property
    def is_under_way(self) -> bool:
        """Whether anything will change without anybody doing anything."""
        return not self.is_worked_out or bool(self.to_do)

    @property
    def ready(self) -> int:
        """How many proposals wait to be decided."""
        return self._in(ProposalState.READY)

    @property
    def applied(self) -> int:
        """How many were applied and not taken back by all at once."""
        return self._in(ProposalState.APPLIED)

    @property
    def repeatable(self) -> int:
        """How many can be worked out again."""
        return self._in(ProposalState.STALE) + self._in(ProposalState.FAILED)

    def _in(self, state: ProposalState) -> int:
        tally = self.by_state.get(state)
        return tally.articles if tally else 0


def proposal_of(article: Article) -> Proposal | None:
    """Return the article's latest proposal, None where nobody ever asked for one."""
    rows = article.proposals.select_related("run", "step", "decided_by", "requested_by", "reannotation")
    return rows.order_by("-pk").first()


def shown(article: Article, proposal: Proposal) -> ShownProposal:
    """Return what the proposal would change, in words of the article."""
    told, text = proposal.changes, text_of(article)
    sure: list[Any] = []
    others: list[Any] = []
    for one in told.get("changed", ()):
        (sure if set(one["after"]) == {"percent"} else others).append(one)
    lists = [told.get("added", ()), told.get("removed", ()), others, sure]
    return ShownProposal(
        added=tuple(_shown(one, text) for one in told.get("added", ())[:MOST_SHOWN]),
        removed=tuple(_shown(one, text) for one in told.get("removed", ())[:MOST_SHOWN]),
        changed=tuple(_shown_change(one, text) for one in others[:MOST_SHOWN]),
        surenesses=tuple(_shown_change(one, text) for one in sure[:MOST_SHOWN]),
        same=told.get("same", 0),
        held_back=told.get("held_back", 0),
        more=sum(max(len(entries) - MOST_SHOWN, 0) for entries in lists),
    )


def articles_to_propose(reannotation: Reannotation) -> QuerySet[Article]:
    """Return the articles that another pipeline annotated, without those that have an answer already."""
    answered = Proposal.objects.filter(article=OuterRef("pk")).filter(
        Q(state__in=OPEN_PROPOSALS) | Q(state=ProposalState.UNCHANGED, pipeline=reannotation.pipeline)
    )
    return articles_of_other_pipelines(reannotation.article_set, reannotation.pipeline).exclude(
        Exists(answered)
    )


def articles_of_other_pipelines(article_set: ArticleSet | None, pipeline: str) -> QuerySet[Article]:
    """Return the articles, of the set or the whole desk, that were pre-annotated by another pipeline."""
    articles = Article.objects.exclude(pipeline__in=["", pipeline])
    articles = articles.filter(state__in=(ArticleState.READY, ArticleState.REVIEWED))
    return articles.filter(sets=article_set) if article_set else articles


def pipelines_of_the_desk() -> list[tuple[str, Found]]:
    """Return the pipelines that annotated articles, each with how many: one query each, along the index."""
    with connection.cursor() as cursor:
        cursor.execute(_PIPELINES)
        names = [name for (name,) in cursor.fetchall()]
    return [(name, count_up_to(Article.objects.filter(pipeline=name))) for name in names[:MOST_PIPELINES]]


def is_worked_out(reannotation: Reannotation) -> bool:
    """Say whether every article of it has its proposal, worked out."""
    queued = reannotation.tallies.filter(state=ProposalState.QUEUED, articles__gt=0)
    return reannotation.is_filled and not queued.exists()


def reannotations() -> QuerySet[Reannotation]:
    """Return all re-annotations with what their rows in a list show."""
    rows = Reannotation.objects.select_related("article_set", "requested_by", "wished_by")
    return rows.prefetch_related("tallies")


def totals_of(reannotation: Reannotation) -> Totals:
    """Return the numbers of a re-annotation that was read with its tallies."""
    order = list(ProposalState)
    tallies = sorted(
        (tally for tally in reannotation.tallies.all() if tally.articles),
        key=lambda tally: order.index(ProposalState(tally.state)),
    )
    return Totals(reannotation, tuple(tallies), {tally.state: tally for tally in tallies})


def sum_of(tallies: Sequence[ReannotationTally]) -> dict[str, int]:
    """Return the sums over tallies."""
    return {name: sum(getattr(tally, name) for tally in tallies) for name in ("articles", *COUNTED)}


def proposals_in(reannotation: Reannotation, state: ProposalState) -> QuerySet[Proposal]:
    """Return the proposals of a re-annotation in one state, with their articles."""
    rows = Proposal.objects.filter(reannotation=reannotation, state=state).defer("changes")
    return rows.select_related("article").defer("article__text")


def to_fill() -> list[int]:
    """Return the re-annotations of which not every article has its proposal queued."""
    return list(Reannotation.objects.filter(is_filled=False).order_by("pk").values_list("pk", flat=True))


def to_carry_out(most: int) -> list[int]:
    """Return proposals that something is wished of and not done yet, at most so many."""
    found: list[int] = []
    for pk, wish in Reannotation.objects.exclude(wish=Wish.NOTHING).order_by("pk").values_list("pk", "wish"):
        waiting = Proposal.objects.filter(reannotation=pk, state__in=WISHED_FOR[Wish(wish)])
        found += waiting.order_by("pk").values_list("pk", flat=True)[: most - len(found)]
    return found


def is_running(proposal: Proposal) -> bool:
    """Say whether a worker is at it."""
    run: AnnotationRun | None = proposal.run
    return run is not None and run.state == RunState.RUNNING


def _shown(told: Mapping[str, Any], text: str) -> Shown:
    return Shown(
        words=_words(told[SpanRole.CONTENT], text),
        speaker=told["speaker"],
        kind=ClaimKind(told["kind"]).label,
        sureness=percent_in_words(told["percent"]),
        claim_id=told.get("claim"),
    )


def _shown_change(told: Mapping[str, Any], text: str) -> ShownChange:
    return ShownChange(
        words=_words(told["text"], text),
        claim_id=told["claim"],
        changes=tuple(_lines(told["before"], told["after"], text)),
    )


def _lines(before: Mapping[str, Any], after: Mapping[str, Any], text: str) -> Iterator[tuple[str, str, str]]:
    for name, label in _LABELS.items():
        if name in after:
            yield label, _said(name, before[name], text), _said(name, after[name], text)


def _said(name: str, value: Any, text: str) -> str:
    if name == "speaker":
        return value or "nobody yet"
    if name == "kind":
        return ClaimKind(value).label
    if name == "percent":
        return percent_in_words(value)
    return _words(value, text)


def _words(pieces: Sequence[Sequence[int]], text: str) -> str:
    return " … ".join(text[start:end] for start, end in pieces)


_LABELS = {
    "speaker": "Speaker",
    "kind": "Kind",
    "content": "Content",
    "cue": "Cue",
    "source": "Source",
    "percent": "Sureness",
}
