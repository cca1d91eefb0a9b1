"""Articles as the list shows them: found, filtered, sorted, with what is left to do."""

from dataclasses import dataclass, replace
from datetime import date

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from annotations.choices import ArticleState, Choice, ClaimState
from annotations.models import Article, ArticleSet, Claim
from annotations.models.days import OrFirstDay, OrLastDay
from annotations.queries.counting import (
    NAMED_TO,
    Found,
    count_of,
    count_up_to,
    few_articles_of,
    few_of,
    one_of,
)
from annotations.queries.search import article_with
from annotations.queries.sight import EVERYTHING, Sight
from annotations.queries.speakers import speakers_named
from annotations.search_words import asked


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

# From outlet to outlet along the index; DISTINCT would read the entry of every article.
_OUTLETS = """
    WITH RECURSIVE named(outlet) AS (
        SELECT MIN(outlet) FROM annotations_article WHERE outlet > ''
        UNION ALL
        SELECT (SELECT MIN(outlet) FROM annotations_article WHERE outlet > named.outlet)
        FROM named WHERE named.outlet IS NOT NULL
    )
    SELECT outlet FROM named WHERE outlet IS NOT NULL
"""


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
    sight: Sight = EVERYTHING


def articles_matching(wanted: ArticleFilter) -> QuerySet[Article]:
    """Return the articles that fit all that is asked for, in no order, without loading their text."""
    return _narrowed(wanted).filter(_by_speaker(wanted)[1])


def articles_found(wanted: ArticleFilter) -> tuple[Found, QuerySet[Article]]:
    """Count the articles that fit, so far as they are counted, and return them without loading their text.

    Where the database can't know how many there are, or where in the order they stand, few are named by id.
    """
    found, by_speaker = _by_speaker(wanted)
    articles = _narrowed(wanted).filter(by_speaker)
    if found and replace(wanted, speaker="") == ArticleFilter(sort=wanted.sort):
        return found, articles
    if not (wanted.text or wanted.speaker or wanted.published_from or wanted.published_to):
        return count_up_to(articles), articles
    found, ids = few_of(articles, named_to=NAMED_TO)
    return found, articles if ids is None else Article.objects.defer("text").filter(one_of(ids))


def _narrowed(wanted: ArticleFilter) -> QuerySet[Article]:
    """Return the articles that fit all but the speaker."""
    articles = wanted.sight.narrowed(Article.objects.defer("text"))
    if wanted.text:
        articles = articles.filter(article_with(asked(wanted.text)))
    if wanted.article_set:
        members = Article.sets.through.objects.filter(articleset=wanted.article_set)
        _, ids = few_articles_of(members)
        # SQLite, told to join, begins with all that are in the set, whatever the order wanted.
        is_member = Exists(members.filter(article=OuterRef("pk"))) if ids is None else one_of(ids)
        articles = articles.filter(is_member)
    if wanted.state:
        articles = articles.filter(state=wanted.state)
    if wanted.outlet:
        articles = articles.filter(outlet=wanted.outlet)
    if wanted.published_from:
        articles = articles.filter(published_on__gte=wanted.published_from)
    if wanted.published_to:
        articles = articles.filter(published_on__lte=wanted.published_to)
    return articles


def _by_speaker(wanted: ArticleFilter) -> tuple[Found | None, Q]:
    """Return the condition that a speaker of that name has a claim there that stands, and how many fit it."""
    if not wanted.speaker:
        return None, Q()
    named = speakers_named(wanted.speaker)
    _, speakers = few_of(named)
    claims = Claim.objects.filter(speaker__in=named.values("pk") if speakers is None else speakers)
    claims = claims.exclude(state=ClaimState.REJECTED)
    found, ids = few_articles_of(claims)
    # Whoever is quoted in many articles is soon met on the way through them, in whatever order.
    return found, Q(Exists(claims.filter(article=OuterRef("pk")))) if ids is None else one_of(ids)


def in_order(articles: QuerySet[Article]) -> QuerySet[Article]:
    """Add the fields that `ORDERS` sorts by, in the same query."""
    return articles.annotate(
        newest_on=OrFirstDay("published_on"),
        oldest_on=OrLastDay("published_on"),
        title_folded=Lower("title"),
    )


def with_claim_counts(articles: QuerySet[Article]) -> QuerySet[Article]:
    """Add `claim_count` and `undecided_count`, in the same query."""
    claims = Claim.objects.filter(article=OuterRef("pk"))
    return articles.annotate(
        claim_count=count_of(claims, by="article"),
        undecided_count=count_of(claims.filter(state=ClaimState.SUGGESTED), by="article"),
    )


def listed(articles: QuerySet[Article]) -> QuerySet[Article]:
    """Return the articles with what a list shows of them, and no more: of fifty that is half the time."""
    shown = articles.only("title", "outlet", "byline", "published_on", "state", "failure")
    return with_claim_counts(in_order(shown))


def outlets(sight: Sight = EVERYTHING) -> list[str]:
    """Return the outlets that articles name, in alphabetical order."""
    named = Article.objects.exclude(outlet="")
    if sight != EVERYTHING:
        named = sight.narrowed(named)
        return list(named.order_by("outlet").values_list("outlet", flat=True).distinct())
    with connection.cursor() as cursor:
        cursor.execute(_OUTLETS)
        return [outlet for (outlet,) in cursor.fetchall()]
