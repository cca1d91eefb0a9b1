"""Keeping the search in step with articles and claims: `history.record` does it, so no verb can forget."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from annotations.choices import SpanRole
from annotations.models import Article, ArticleWords, ClaimSpan, ClaimWords
from annotations.queries.texts import text_of
from annotations.search_words import words_in

# Articles that are indexed in one transaction.
AT_ONCE = 50

# The spans of the content of claims, by the claim's id.
Contents = Mapping[int, Iterable[Sequence[int]]]


def index_article(article: Article) -> None:
    """Store the words of an article, whose text never changes."""
    known = (article.title, article.outlet, article.byline, article.text)
    words = list(chain.from_iterable(map(words_in, known)))
    _store(ArticleWords, [ArticleWords(article=article, words=words)])


def index_claims(contents: Mapping[Article, Contents]) -> None:
    """Store the words of these claims of each article, each with the spans of its content in order."""
    rows = [row for article, spans in contents.items() if spans for row in _rows(article, spans)]
    _store(ClaimWords, rows)


def index_changed(article: Article, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Store anew the words of the claims whose content differs between two states."""
    changed = {
        int(key.partition(":")[2]): content
        for key, fields in after.items()
        if key.startswith("claim:") and (content := _content(fields)) and content != _content(before.get(key))
    }
    index_claims({article: changed})


def index_missing() -> int:
    """Index some articles that are not yet, newest first, and return how many: 0 where all are.

    Those were stored by a version without a search, or in the last moments of one.
    """
    with transaction.atomic():
        newest = list(missing().order_by("-pk").values_list("pk", flat=True)[:AT_ONCE])
        # Locked as by every verb on an article, so that no change of a claim comes in between.
        held = Article.objects.select_for_update(no_key=True).filter(pk__in=newest)
        articles = list(held.order_by("pk"))
        for article in articles:
            index_article(article)
        index_claims({article: _contents_of(article) for article in articles})
    return len(articles)


def missing() -> QuerySet[Article]:
    """Return the articles that are not indexed."""
    return Article.objects.exclude(pk__in=ArticleWords.objects.values("pk"))


def _rows(article: Article, contents: Contents) -> Iterator[ClaimWords]:
    text = text_of(article)
    for pk, spans in contents.items():
        words = words_in(" ".join(text[start:end] for start, end in spans))
        yield ClaimWords(claim_id=pk, words=list(words))


def _contents_of(article: Article) -> Contents:
    spans = ClaimSpan.objects.filter(claim__article=article, role=SpanRole.CONTENT).order_by("position")
    contents: dict[int, list[tuple[int, int]]] = {}
    for claim_id, start, end in spans.values_list("claim_id", "start", "end"):
        contents.setdefault(claim_id, []).append((start, end))
    return contents


def _content(fields: Mapping[str, Any] | None) -> Any:
    return (fields or {}).get("spans", {}).get(SpanRole.CONTENT.value)


def _store(model: Any, rows: list[Any]) -> None:
    key = model._meta.pk.name
    model.objects.bulk_create(rows, update_conflicts=True, unique_fields=[key], update_fields=["words"])
