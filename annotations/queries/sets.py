"""Sets with their progress."""

from django.db.models import OuterRef, QuerySet

from annotations.choices import ArticleState, ClaimState
from annotations.models import Article, ArticleSet, Claim
from annotations.queries.counting import count_of


def sets_with_progress() -> QuerySet[ArticleSet]:
    """Return all sets by name with `article_count`, `reviewed_count`, `claim_count` and `decided_count`.

    One query; the counts are subqueries, since joins would multiply articles with claims.
    """
    articles = Article.sets.through.objects.filter(articleset=OuterRef("pk"))
    reviewed = articles.filter(article__state=ArticleState.REVIEWED)
    claims = Claim.objects.filter(article__sets=OuterRef("pk"))
    decided = claims.exclude(state=ClaimState.SUGGESTED)
    return ArticleSet.objects.annotate(
        article_count=count_of(articles, by="articleset"),
        reviewed_count=count_of(reviewed, by="articleset"),
        claim_count=count_of(claims, by="article__sets"),
        decided_count=count_of(decided, by="article__sets"),
    )
