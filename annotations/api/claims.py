"""Claims over the API: the facts of the export, a page at a time."""

from datetime import date

from ninja import Query, Router
from ninja.errors import HttpError

from annotations.api.articles import set_of
from annotations.api.callers import READING, ApiRequest
from annotations.api.refusals import LIST_REFUSED
from annotations.api.shapes import Claims, ClaimsAsked, Problem, claim_out
from annotations.choices import AuditEvent
from annotations.domain import audit
from annotations.exports.row import ClaimRow
from annotations.models import Article
from annotations.queries.export import ClaimPlace, ExportScope, claim_rows
from newsdesk.proxies import client_address

router = Router(tags=["Claims"])


@router.get(
    "/claims",
    auth=READING,
    response={200: Claims, 409: Problem, **LIST_REFUSED},
    url_name="claims",
    operation_id="list_claims",
)
def list_claims(request: ApiRequest, asked: Query[ClaimsAsked]) -> Claims:
    """List claims in the order of the export; rejected ones only where they are asked for."""
    sight, limit, cursor = request.auth.sight, asked.limit, asked.cursor
    scope = ExportScope(
        article_set=set_of(asked.article_set, sight),
        # One that is not there, or not for this caller, has no claims.
        article=Article(pk=asked.article) if asked.article else None,
        states=frozenset({asked.state} if asked.state else ()),
        include_rejected=asked.include_rejected,
        published_from=asked.published_from,
        published_to=asked.published_to,
        sight=sight,
    )
    rows = list(claim_rows(scope, at_most=limit + 1, after=_place(cursor)))
    shown = rows[:limit]
    if not cursor:
        detail = f"Claims over the API, token “{request.auth.token.name}”"
        address = client_address(request)
        audit.note(AuditEvent.EXPORTED, by=request.auth.person, address=address, detail=detail)
    following = _cursor(shown[-1]) if len(rows) > limit else None
    return Claims(items=[claim_out(row) for row in shown], next=following)


def _cursor(row: ClaimRow) -> str:
    day = row.published_on.isoformat() if row.published_on else ""
    return f"{day}.{row.article_id}.{row.content_spans[0][0]}.{row.claim_id}"


def _place(cursor: str) -> ClaimPlace | None:
    if not cursor:
        return None
    try:
        day, *numbers = cursor.split(".")
        article_id, start, claim_id = (
            int(number) for number in numbers if number.isascii() and len(number) < 19
        )
        return ClaimPlace(date.fromisoformat(day) if day else None, article_id, start, claim_id)
    except ValueError:
        raise HttpError(422, "cursor: Send the `next` of the page before.") from None
