"""What of a speaker could go to another: its articles and claims; and the splits that can be undone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Substr

from annotations.choices import SpanRole
from annotations.models import Alias, Article, Claim, ClaimSpan, Revision, Speaker
from annotations.models.days import OrFirstDay
from annotations.names import normalise_name
from annotations.queries.counting import Found, count_of, count_up_to, few_articles_of, one_of
from annotations.queries.speakers import SPLIT_VERB

ARTICLES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class SplitPreview:
    """What a split would move, by article in the order of number of claims."""

    claim_ids: tuple[int, ...]
    articles: list["ArticlePart"]
    aliases: list[Alias]


@dataclass(frozen=True, slots=True)
class ArticlePart:
    """How many of the claims of a speaker in an article would go."""

    article_id: int
    title: str
    published_on: date | None
    going: int


@dataclass(frozen=True, slots=True)
class Split:
    """A split that can be taken back: its revision, and the speaker who took over."""

    revision: Revision
    taker: Speaker


def articles_quoting(speaker: Speaker, *, text: str = "") -> tuple[Found, QuerySet[Article]]:
    """Return the articles with claims of the speaker, with `claims_of_speaker`, the newest first.

    How many they are comes with them, so far as they are counted.
    """
    claims = Claim.objects.filter(speaker=speaker)
    here = claims.filter(article=OuterRef("pk"))
    found, ids = few_articles_of(claims)
    articles = Article.objects.filter(Exists(here) if ids is None else one_of(ids))
    if text:
        articles = articles.filter(Q(title__icontains=text) | Q(outlet__icontains=text))
        found = count_up_to(articles)
    shown = articles.defer("text").annotate(
        newest_on=OrFirstDay("published_on"), claims_of_speaker=count_of(here, by="article")
    )
    return found, shown.order_by("-newest_on", "-pk")


def claims_to_split(
    speaker: Speaker,
    *,
    articles: Collection[int] = (),
    claims: Collection[int] = (),
    named: Collection[Alias] = (),
) -> tuple[int, ...]:
    """Return the ids of the speaker's claims in the articles, of the claims, and of those under the names.

    A claim is under a name where the words of its source are that name, titles and capitals aside.
    """
    mine = Claim.objects.filter(speaker=speaker)
    found = set(mine.filter(Q(article__in=articles) | Q(pk__in=claims)).values_list("pk", flat=True))
    if named:
        wanted = {alias.normalised for alias in named}
        words = Substr(
            "claim__article__text", F("start") + 1, F("end") - F("start"), output_field=CharField()
        )
        sources = ClaimSpan.objects.filter(claim__speaker=speaker, role=SpanRole.SOURCE)
        for pk, source in sources.annotate(words=words).values_list("claim_id", "words").iterator():
            if normalise_name(source) in wanted:
                found.add(pk)
    return tuple(sorted(found))


def split_preview(*, claim_ids: Collection[int], aliases: Collection[Alias]) -> SplitPreview:
    """Return what giving these claims and names to another would change."""
    going = (
        Claim.objects.filter(pk__in=claim_ids)
        .order_by()
        .values("article_id", "article__title", "article__published_on")
        .annotate(going=Count("pk"))
        .order_by("-going", "article_id")
    )
    return SplitPreview(
        claim_ids=tuple(claim_ids),
        articles=[
            ArticlePart(row["article_id"], row["article__title"], row["article__published_on"], row["going"])
            for row in going
        ],
        aliases=list(aliases),
    )


def open_splits(speaker: Speaker) -> list[Split]:
    """Return the splits of the speaker that stand, latest first; two queries.

    The revision of a split names under "taker" who took over.
    """
    rows = Revision.objects.filter(speaker_id=speaker.pk, verb=SPLIT_VERB, undone_at__isnull=True)
    rows = rows.select_related("actor").order_by("-pk")
    takers = {row.pk: _taker_id(row) for row in rows}
    found = Speaker.objects.select_related("merged_into").in_bulk(takers.values())
    return [Split(row, found[takers[row.pk]]) for row in rows if takers[row.pk] in found]


def _taker_id(revision: Revision) -> int:
    return next(int(key.removeprefix("taker:")) for key in revision.after if key.startswith("taker:"))
