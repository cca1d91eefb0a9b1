"""Sets with their progress."""

from django.db.models import OuterRef, QuerySet
from django.db.models.functions import Coalesce

from annotations.choices import ArticleState, ClaimState
from annotations.models import Article, ArticleSet, Claim
from annotations.queries.counting import count_of
from annotations.queries.figures import kept_or_counted
from annotations.queries.sight import EVERYTHING, Sight


def sets_with_progress(sight: Sight = EVERYTHING) -> QuerySet[ArticleSet]:
    """Return the sets by name with `article_count`, `reviewed_count`, `claim_count` and `decided_count`.

    One query. Where figures are kept of a set they are taken, and only other sets are counted.
    """
    counts = _counts(sight)
    return sight.narrowed(ArticleSet.objects.all()).annotate(
        article_count=kept_or_counted("figures__articles", counts["article_count"], sight),
        reviewed_count=kept_or_counted("figures__reviewed", counts["reviewed_count"], sight),
        claim_count=kept_or_counted("figures__claims", counts["claim_count"], sight),
        decided_count=kept_or_counted("figures__decided", counts["decided_count"], sight),
    )


def set_names(sight: Sight = EVERYTHING) -> list[tuple[int, str]]:
    """Return the sets by name, as id and name, for somebody to choose from."""
    return list(sight.narrowed(ArticleSet.objects.all()).values_list("pk", "name"))


def counted_sets() -> QuerySet[ArticleSet, dict[str, int]]:
    """Return `pk` and the same counts of every set, all counted now."""
    counts = _counts(EVERYTHING)
    rows: QuerySet[ArticleSet, dict[str, int]] = ArticleSet.objects.annotate(**counts).values("pk", *counts)
    return rows


def _counts(sight: Sight) -> dict[str, Coalesce]:
    # Subqueries, since joins would multiply articles with claims.
    memberships = Article.sets.through.objects.filter(articleset=OuterRef("pk"))
    articles = sight.with_seen_article(memberships, "article_id")
    reviewed = articles.filter(article__state=ArticleState.REVIEWED)
    claims = sight.narrowed(Claim.objects.filter(article__sets=OuterRef("pk")))
    decided = claims.exclude(state=ClaimState.SUGGESTED)
    return {
        "article_count": count_of(articles, by="articleset"),
        "reviewed_count": count_of(reviewed, by="articleset"),
        "claim_count": count_of(claims, by="article__sets"),
        "decided_count": count_of(decided, by="article__sets"),
    }
