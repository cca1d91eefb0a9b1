"""Articles over the API: listed, fetched, and pushed as a text."""

from datetime import date
from io import BytesIO
from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Body, Query, Router
from ninja.errors import HttpError
from ninja.responses import Status

from annotations.api.callers import READING, WRITING, ApiRequest
from annotations.api.refusals import LIST_REFUSED, ROW_REFUSED, WRITE_REFUSED
from annotations.api.shapes import (
    ArticleIn,
    ArticleOut,
    Articles,
    ArticlesAsked,
    ArticleWithText,
    Id,
    UploadOut,
)
from annotations.api.uploads import take_in
from annotations.forms.uploads import UploadForm
from annotations.models import Article, ArticleSet
from annotations.queries.articles import ArticleFilter, articles_matching, with_claim_counts
from annotations.queries.sight import Sight

router = Router(tags=["Articles"])


@router.get(
    "/articles",
    auth=READING,
    response={200: Articles, **LIST_REFUSED},
    url_name="articles",
    operation_id="list_articles",
)
def list_articles(request: ApiRequest, asked: Query[ArticlesAsked]) -> Articles:
    """List articles with their state, the oldest upload first."""
    sight, limit = request.auth.sight, asked.limit
    wanted = ArticleFilter(
        article_set=set_of(asked.article_set, sight),
        state=asked.state,
        outlet=asked.outlet,
        published_from=asked.published_from,
        published_to=asked.published_to,
        sight=sight,
    )
    found = _with_sets(articles_matching(wanted))
    rows = list(found.filter(pk__gt=_after(asked.cursor)).order_by("pk")[: limit + 1])
    shown = rows[:limit]
    return Articles(
        items=[ArticleOut(**_facts(row, sight)) for row in shown],
        next=str(shown[-1].pk) if len(rows) > limit else None,
    )


@router.post(
    "/articles",
    auth=WRITING,
    response={202: UploadOut, **WRITE_REFUSED},
    url_name="articles",
    operation_id="push_article",
)
def push_article(request: ApiRequest, payload: Body[ArticleIn]) -> Status[UploadOut]:
    """Hand in one article as a text; it goes the way of an upload, and the answer is one."""
    form = UploadForm(payload.model_dump(exclude_none=True) | {"text": ""})
    text = payload.text.encode()
    return Status(202, take_in(request, form, files=[("Text from the API", BytesIO(text))]))


@router.get(
    "/articles/{int:pk}",
    auth=READING,
    response={200: ArticleWithText, **ROW_REFUSED},
    url_name="article",
    operation_id="get_article",
)
def get_article(request: ApiRequest, pk: Id) -> ArticleWithText:
    """Fetch one article with its text."""
    sight = request.auth.sight
    row = get_object_or_404(_with_sets(sight.narrowed(Article.objects.all())), pk=pk)
    return ArticleWithText(**_facts(row, sight), text=row.text)


def set_of(pk: int | None, sight: Sight) -> ArticleSet | None:
    """Return the set that is asked for. Raises the error for one that is not there or not to be seen."""
    if pk is None:
        return None
    found = sight.narrowed(ArticleSet.objects.filter(pk=pk)).first()
    if found is None:
        raise HttpError(422, "article_set: There is no such set, or you may not see it.")
    return found


def _with_sets(articles: Any) -> Any:
    return with_claim_counts(articles).prefetch_related("sets")


def _after(cursor: str) -> int:
    if not cursor:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise HttpError(422, "cursor: Send the `next` of the page before.")
    return int(cursor)


def _facts(row: Any, sight: Sight) -> dict[str, Any]:
    published_on: date | None = row.published_on
    return {
        "id": row.pk,
        "title": row.title,
        "outlet": row.outlet,
        "byline": row.byline,
        "url": row.url,
        "published_on": published_on,
        "language": row.language,
        "state": row.state,
        "failure": row.failure,
        "pipeline": row.pipeline,
        "source_name": row.source_name,
        "text_sha256": row.text_sha256,
        "sets": sorted(one.pk for one in row.sets.all() if one.pk not in sight.hidden),
        "claims": row.claim_count,
        "undecided": row.undecided_count,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }
