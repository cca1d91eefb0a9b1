"""The texts of the articles in hand, kept in memory: they never change, and every step needs one."""

from functools import lru_cache

from annotations.models import Article

KEPT = 16


def text_of(article: Article) -> str:
    """Return the article's text; where it is deferred, a text that was asked for lately costs no query."""
    if "text" in article.__dict__:
        return article.text
    return _text(article.pk, article.text_sha256)


@lru_cache(maxsize=KEPT)
def _text(article_id: int, text_sha256: str) -> str:
    """Return the text; its hash is part of the key, since SQLite gives the id of a deleted article again."""
    return Article.objects.values_list("text", flat=True).get(pk=article_id)
