"""Speakers: who is meant by a name, who may be the same, and every claim of one across articles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    IntegerField,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Lower, Substr

from annotations.choices import Choice, ClaimState, SpanRole, SpeakerKind
from annotations.models import Alias, Claim, ClaimSpan, Mention, Revision, Speaker, SpeakerFigures
from annotations.names import normalise_name
from annotations.queries.counting import count_of
from annotations.queries.figures import kept_or_counted
from annotations.queries.names import aliases_beginning
from annotations.queries.sight import EVERYTHING, Sight

MERGE_VERB = "merge speakers"
SPLIT_VERB = "split speaker"
ARTICLES_PREVIEWED = 50
# Of the speakers that somebody may mean, so many are put in order: "a" fits thousands of a large desk.
CONSIDERED = 50


class SpeakerSort(Choice):
    """In which order the list stands."""

    NAME = "name", "Name, A to Z"
    CLAIMS = "claims", "Most claims"


# Together with the id each tells any two speakers apart.
SPEAKER_ORDERS: dict[SpeakerSort, tuple[str, ...]] = {
    SpeakerSort.NAME: ("name_folded", "id"),
    SpeakerSort.CLAIMS: ("-claim_count", "id"),
}
# By article, the latest upload first; within one in text order. It is the order of an index.
CLAIM_ORDER = ("-article_id", "start", "id")


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge that can be taken back: its revision, and the speaker that became a redirect."""

    revision: Revision
    source: Speaker


@dataclass(frozen=True, slots=True)
class PreviewedArticle:
    """An article in which a merge would move claims."""

    article_id: int
    title: str
    published_on: date | None
    claims: int


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What a merge would move; `articles` are the first of them, by number of claims."""

    claims: int
    article_count: int
    mentions: int
    aliases: list[str]
    articles: list[PreviewedArticle]


def match_speakers(text: str) -> list[Speaker]:
    """Return the current speakers that go by exactly this name, in whatever spelling, oldest first.

    Unnamed ones are left out: "a senior official" of one article is not the one of another.
    """
    normalised = normalise_name(text)
    if not normalised:
        return []
    named = Speaker.objects.current().exclude(kind=SpeakerKind.UNNAMED)
    return list(named.filter(aliases__normalised=normalised).order_by("pk"))


def speaker_search(text: str, limit: int = 10, sight: Sight = EVERYTHING) -> list[Speaker]:
    """Return the current speakers somebody may mean who has typed `text` so far, best first.

    A name that is the text comes before one that begins with it, and that before one that has the words
    further inside; among equals the most quoted comes first. Unnamed speakers come last. Where figures are
    kept and more than CONSIDERED fit, those of exactly this name and the most quoted are considered alone.
    """
    normalised = normalise_name(text)
    fitting = sight.narrowed(speakers_named(text))
    quoted = fitting.filter(figures__isnull=False).order_by("-figures__claims", "pk")
    considered = list(quoted.values_list("pk", flat=True)[:CONSIDERED])
    if len(considered) == CONSIDERED:
        exactly = fitting.filter(aliases__normalised=normalised).values_list("pk", flat=True)
        fitting = Speaker.objects.filter(pk__in=[*considered, *exactly[:CONSIDERED]])
    aliases = Alias.objects.filter(speaker=OuterRef("pk"))
    rank = Case(
        When(normalised=normalised, then=0), When(normalised__startswith=normalised, then=1), default=2
    )
    best = aliases.order_by().values("speaker").annotate(rank=Min(rank)).values("rank")
    found = fitting.annotate(
        claim_count=_claim_count(sight),
        rank=Subquery(best, output_field=IntegerField()),
        is_unnamed=Case(When(kind=SpeakerKind.UNNAMED, then=1), default=0),
    )
    return list(found.order_by("is_unnamed", "rank", "-claim_count", "name", "pk")[:limit])


def speakers_named(text: str) -> QuerySet[Speaker]:
    """Return the current speakers with an alias in which each word of `text` begins a word."""
    aliases = aliases_beginning(normalise_name(text))
    return Speaker.objects.current().filter(pk__in=aliases.values("speaker"))


def speakers_matching(
    *, text: str = "", kind: SpeakerKind | None = None, sight: Sight = EVERYTHING
) -> QuerySet[Speaker]:
    """Return the current speakers that fit all that is asked for, with the fields the list sorts by."""
    speakers = sight.narrowed(speakers_named(text) if text else Speaker.objects.current())
    return speakers.filter(kind=kind) if kind else speakers


def listed(speakers: QuerySet[Speaker], sort: SpeakerSort, sight: Sight = EVERYTHING) -> QuerySet[Speaker]:
    """Add what the list shows and sorts by.

    Where figures are kept and the most quoted come first, a speaker of whom none are kept yet is left out:
    theirs is the end of that list, and the order can be read from the index of the figures.
    """
    if sort == SpeakerSort.CLAIMS and not sight.hidden and SpeakerFigures.objects.exists():
        speakers = speakers.filter(figures__isnull=False)
        return speakers.annotate(claim_count=F("figures__claims"), article_count=F("figures__articles"))
    return with_claim_counts(speakers, sight).annotate(name_folded=Lower("name"))


def with_claim_counts(speakers: QuerySet[Speaker], sight: Sight = EVERYTHING) -> QuerySet[Speaker]:
    """Add `claim_count` and `article_count`, in the same query; rejected claims are nobody's.

    Where figures are kept of a speaker they are taken, and only other speakers' claims are counted.
    """
    claims = sight.narrowed(_standing_claims())
    articles = count_of(claims, by="speaker", what="article")
    return speakers.annotate(
        claim_count=_claim_count(sight),
        article_count=kept_or_counted("figures__articles", articles, sight),
    )


def _claim_count(sight: Sight) -> Coalesce:
    counted = count_of(sight.narrowed(_standing_claims()), by="speaker")
    return kept_or_counted("figures__claims", counted, sight)


def claims_of(speaker: Speaker, *, with_rejected: bool = False, sight: Sight = EVERYTHING) -> QuerySet[Claim]:
    """Return the speaker's claims with their article and with `content_pieces`, whose `words` are the text.

    The articles' texts are not loaded.
    """
    claims = sight.narrowed(Claim.objects.filter(speaker=speaker))
    if not with_rejected:
        claims = claims.exclude(state=ClaimState.REJECTED)
    return with_content_pieces(claims)


def with_content_pieces(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """Add their articles without texts, and `content_pieces`, whose `words` the database cuts out."""
    words = Substr("claim__article__text", F("start") + 1, F("end") - F("start"), output_field=CharField())
    pieces = ClaimSpan.objects.filter(role=SpanRole.CONTENT).order_by("position").annotate(words=words)
    return (
        claims.select_related("article")
        .defer("article__text")
        .prefetch_related(Prefetch("spans", queryset=pieces, to_attr="content_pieces"))
    )


def with_rejected_count(speakers: QuerySet[Speaker], sight: Sight = EVERYTHING) -> QuerySet[Speaker]:
    """Add `rejected_count`, how many rejected claims carry the speaker's name; as kept where it is."""
    rejected = Claim.objects.filter(speaker=OuterRef("pk"), state=ClaimState.REJECTED)
    counted = count_of(sight.narrowed(rejected), by="speaker")
    return speakers.annotate(rejected_count=kept_or_counted("figures__rejected", counted, sight))


def merge_preview(*, sources: Sequence[Speaker], target: Speaker) -> MergePreview:
    """Return what merging the sources into the target would move; rejected claims move too."""
    claims = Claim.objects.filter(speaker__in=sources).order_by()
    by_article = (
        claims.values("article_id", "article__title", "article__published_on")
        .annotate(number=Count("pk"))
        .order_by("-number", "article_id")
    )
    totals = claims.aggregate(claims=Count("pk"), articles=Count("article", distinct=True))
    theirs = target.aliases.values("normalised")
    aliases = Alias.objects.filter(speaker__in=sources).exclude(normalised__in=theirs)
    return MergePreview(
        claims=totals["claims"],
        article_count=totals["articles"],
        mentions=Mention.objects.filter(speaker__in=sources).count(),
        aliases=list(dict.fromkeys(aliases.values_list("text", flat=True))),
        articles=[
            PreviewedArticle(
                row["article_id"], row["article__title"], row["article__published_on"], row["number"]
            )
            for row in by_article[:ARTICLES_PREVIEWED]
        ],
    )


def open_merges(speaker: Speaker) -> list[Merge]:
    """Return the merges into the speaker that stand, latest first; two queries.

    The revision of a merge has, under the source's key, the one `merged_into_id` that was null before.
    """
    sources = {source.pk: source for source in Speaker.objects.filter(merged_into=speaker)}
    if not sources:
        return []
    whose = [When(Q((f"before__speaker:{pk}__merged_into_id", None)), then=Value(pk)) for pk in sources]
    revisions = (
        # A merge is a step of its target: this speaker, or one that was merged into it later.
        Revision.objects.filter(speaker_id__in=[speaker.pk, *sources])
        .filter(verb=MERGE_VERB, undone_at__isnull=True)
        .annotate(source_id=Case(*whose, output_field=IntegerField()))
        .filter(source_id__isnull=False)
        .defer("before", "after")
        .select_related("actor")
        .order_by("-pk")
    )
    return [Merge(revision, sources[revision.source_id]) for revision in revisions]


def _standing_claims() -> QuerySet[Claim]:
    """Return the claims of the outer query's speaker, without the rejected ones."""
    return Claim.objects.filter(speaker=OuterRef("pk")).exclude(state=ClaimState.REJECTED)
