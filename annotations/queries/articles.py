"""Articles as the list shows them: found, filtered, sorted, with what is left to do."""

from dataclasses import dataclass
from datetime import date

from django.db.models import DateField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Lower

from annotations.choices import ArticleState, Choice, ClaimState
from annotations.models import Article, ArticleSet, Claim
from annotations.queries.counting import count_of
from annotations.queries.speakers import speakers_named


class ArticleSort(Choice):
    """In which order the list stands."""

    UPLOADED = "uploaded", "Latest upload"
    NEWEST = "newest", "Newest publication"
    OLDEST = "oldest", "Oldest publication"
    TITLE = "title", "Title, A to Z"


# Together with the id each tells any two articles apart. Articles without a date come last either way.
ORDERS: dict[ArticleSort, tuple[str, ...]] = {
    ArticleSort.UPLOADED: ("-id",),
    ArticleSort.NEWEST: ("-newest_on", "-id"),
    ArticleSort.OLDEST: ("oldest_on", "id"),
    ArticleSort.TITLE: ("title_folded", "id"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFilter:
    """What somebody looks for; a field that is empty asks for nothing."""

    text: str = ""
    article_set: ArticleSet | None = None
    state: ArticleState | None = None
    outlet: str = ""
    published_from: date | None = None
    published_to: date | None = None
    speaker: str = ""
    sort: ArticleSort = ArticleSort.UPLOADED


def articles_matching(wanted: ArticleFilter) -> QuerySet[Article]:
    """Return the articles that fit all that is asked for, in no order, without loading their text."""
    articles = Article.objects.defer("text")
    if wanted.text:
        articles = articles.filter(_containing(wanted.text))
    if wanted.article_set:
        articles = articles.filter(sets=wanted.article_set)
    if wanted.state:
        articles = articles.filter(state=wanted.state)
    if wanted.outlet:
        articles = articles.filter(outlet=wanted.outlet)
    if wanted.published_from:
        articles = articles.filter(published_on__gte=wanted.published_from)
    if wanted.published_to:
        articles = articles.filter(published_on__lte=wanted.published_to)
    if wanted.speaker:
        by_speaker = Claim.objects.filter(speaker__in=speakers_named(wanted.speaker).values("pk"))
        articles = articles.filter(pk__in=by_speaker.exclude(state=ClaimState.REJECTED).values("article"))
    return articles


def in_order(articles: QuerySet[Article]) -> QuerySet[Article]:
    """Add the fields that `ORDERS` sorts by, in the same query."""
    return articles.annotate(
        newest_on=Coalesce("published_on", Value(date.min), output_field=DateField()),
        oldest_on=Coalesce("published_on", Value(date.max), output_field=DateField()),
        title_folded=Lower("title"),
    )


def with_claim_counts(articles: QuerySet[Article]) -> QuerySet[Article]:
    """Add `claim_count` and `undecided_count`, in the same query."""
    claims = Claim.objects.filter(article=OuterRef("pk"))
    return articles.annotate(
        claim_count=count_of(claims, by="article"),
        undecided_count=count_of(claims.filter(state=ClaimState.SUGGESTED), by="article"),
    )


def outlets() -> list[str]:
    """Return the outlets that articles name, in alphabetical order."""
    named = Article.objects.exclude(outlet="")
    return list(named.order_by("outlet").values_list("outlet", flat=True).distinct())


def _containing(text: str) -> Q:
    """Return the condition that the words stand, in this order, in the text or in what is known about it."""
    return (
        Q(title__icontains=text)
        | Q(outlet__icontains=text)
        | Q(byline__icontains=text)
        | Q(text__icontains=text)
    )
