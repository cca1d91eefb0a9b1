"""Speakers: who is meant by a name, who may be the same, and every claim of one across articles."""

from dataclasses import dataclass
from datetime import date

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
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
from annotations.models import Alias, Claim, ClaimSpan, Mention, Revision, Speaker
from annotations.names import normalise_name, surname
from annotations.queries.counting import count_of

MERGE_VERB = "merge speakers"
DUPLICATES_SHOWN = 10
ARTICLES_PREVIEWED = 50


class SpeakerSort(Choice):
    """In which order the list stands."""

    NAME = "name", "Name, A to Z"
    CLAIMS = "claims", "Most claims"


# Together with the id each tells any two speakers apart.
SPEAKER_ORDERS: dict[SpeakerSort, tuple[str, ...]] = {
    SpeakerSort.NAME: ("name_folded", "id"),
    SpeakerSort.CLAIMS: ("-claim_count", "id"),
}
# By article, the newest first and those without a date last; within one in text order.
CLAIM_ORDER = ("-published", "-article_id", "start", "id")


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


def speaker_search(text: str, limit: int = 10) -> list[Speaker]:
    """Return the current speakers somebody may mean who has typed `text` so far, best first.

    A name that is the text comes before one that begins with it, and that before one that has the words
    further inside; among equals the most quoted comes first. Unnamed speakers come last.
    """
    normalised = normalise_name(text)
    aliases = _aliases_beginning(normalised).filter(speaker=OuterRef("pk"))
    rank = Case(
        When(normalised=normalised, then=0), When(normalised__startswith=normalised, then=1), default=2
    )
    best = aliases.order_by().values("speaker").annotate(rank=Min(rank)).values("rank")
    found = speakers_named(text).annotate(
        claim_count=count_of(_standing_claims(), by="speaker"),
        rank=Subquery(best, output_field=IntegerField()),
        is_unnamed=Case(When(kind=SpeakerKind.UNNAMED, then=1), default=0),
    )
    return list(found.order_by("is_unnamed", "rank", "-claim_count", "name", "pk")[:limit])


def speakers_named(text: str) -> QuerySet[Speaker]:
    """Return the current speakers with an alias in which each word of `text` begins a word."""
    return Speaker.objects.current().filter(pk__in=_aliases_beginning(normalise_name(text)).values("speaker"))


def speakers_matching(*, text: str = "", kind: SpeakerKind | None = None) -> QuerySet[Speaker]:
    """Return the current speakers that fit all that is asked for, with the fields the list sorts by."""
    speakers = speakers_named(text) if text else Speaker.objects.current()
    if kind:
        speakers = speakers.filter(kind=kind)
    return with_claim_counts(speakers).annotate(name_folded=Lower("name"))


def with_claim_counts(speakers: QuerySet[Speaker]) -> QuerySet[Speaker]:
    """Add `claim_count` and `article_count`, in the same query; rejected claims are nobody's."""
    return speakers.annotate(
        claim_count=count_of(_standing_claims(), by="speaker"),
        article_count=count_of(_standing_claims(), by="speaker", what="article"),
    )


def claims_of(speaker: Speaker, *, with_rejected: bool = False) -> QuerySet[Claim]:
    """Return the speaker's claims with their article and with `content_pieces`, whose `words` are the text.

    Only the words are cut out in the database; the articles' texts are not loaded.
    """
    claims = Claim.objects.filter(speaker=speaker)
    if not with_rejected:
        claims = claims.exclude(state=ClaimState.REJECTED)
    words = Substr("claim__article__text", F("start") + 1, F("end") - F("start"), output_field=CharField())
    pieces = ClaimSpan.objects.filter(role=SpanRole.CONTENT).order_by("position").annotate(words=words)
    return (
        claims.select_related("article")
        .defer("article__text")
        .annotate(published=Coalesce("article__published_on", Value(date.min), output_field=DateField()))
        .prefetch_related(Prefetch("spans", queryset=pieces, to_attr="content_pieces"))
    )


def rejected_count(speaker: Speaker) -> int:
    """Return how many rejected claims carry the speaker's name."""
    return Claim.objects.filter(speaker=speaker, state=ClaimState.REJECTED).count()


def likely_duplicates(speaker: Speaker) -> list[Speaker]:
    """Return current speakers that may be the same, with claim counts, the most quoted first.

    They share an alias, or both are people of one surname. An unnamed speaker is like nobody.
    """
    if speaker.kind == SpeakerKind.UNNAMED:
        return []
    own = speaker.aliases.values("normalised")
    alike = Q(normalised__in=own)
    last = surname(speaker.name)
    if speaker.kind == SpeakerKind.PERSON and last:
        same_surname = Q(normalised=last) | Q(normalised__endswith=f" {last}")
        alike |= Q(speaker__kind=SpeakerKind.PERSON) & same_surname
    others = (
        Speaker.objects.current()
        .filter(pk__in=Alias.objects.filter(alike).values("speaker"))
        .exclude(pk=speaker.pk)
        .exclude(kind=SpeakerKind.UNNAMED)
    )
    return list(with_claim_counts(others).order_by("-claim_count", "name", "pk")[:DUPLICATES_SHOWN])


def merge_preview(*, source: Speaker, target: Speaker) -> MergePreview:
    """Return what merging the source into the target would move; rejected claims move too."""
    claims = Claim.objects.filter(speaker=source).order_by()
    by_article = (
        claims.values("article_id", "article__title", "article__published_on")
        .annotate(number=Count("pk"))
        .order_by("-number", "article_id")
    )
    totals = claims.aggregate(claims=Count("pk"), articles=Count("article", distinct=True))
    aliases = source.aliases.exclude(normalised__in=target.aliases.values("normalised"))
    return MergePreview(
        claims=totals["claims"],
        article_count=totals["articles"],
        mentions=Mention.objects.filter(speaker=source).count(),
        aliases=list(aliases.values_list("text", flat=True)),
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
        Revision.objects.filter(verb=MERGE_VERB, undone_at__isnull=True)
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


def _aliases_beginning(normalised: str) -> QuerySet[Alias]:
    """Return the aliases in which each of the words begins a word; none where there are no words."""
    condition = Q()
    for word in normalised.split():
        condition &= Q(normalised__startswith=word) | Q(normalised__contains=f" {word}")
    return Alias.objects.filter(condition) if condition else Alias.objects.none()
