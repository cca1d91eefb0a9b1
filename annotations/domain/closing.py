"""When an article counts as reviewed by itself: with the decision of its last undecided claim."""

from annotations.choices import ArticleState
from annotations.domain import webhooks
from annotations.models import Article


def follow_claims(article: Article, *, was_open: bool) -> None:
    """Close the article when its last undecided claim was decided; open it when one is undecided again.

    `was_open` says whether a claim was undecided before the verb; the caller holds the article.
    """
    is_open = article.claims.undecided().exists()
    if article.state == ArticleState.READY and was_open and not is_open:
        article.state = ArticleState.REVIEWED.value
    elif article.state == ArticleState.REVIEWED and is_open:
        article.state = ArticleState.READY.value
    else:
        return
    article.save(update_fields=["state", "updated_at"])
    if article.state == ArticleState.REVIEWED:
        webhooks.tell_reviewed(article)
