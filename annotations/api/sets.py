"""Sets over the API."""

from typing import Any

from ninja import Router

from annotations.api.callers import READING, ApiRequest
from annotations.api.refusals import READ_REFUSED
from annotations.api.shapes import SetOut, Sets
from annotations.queries.sets import sets_with_progress

router = Router(tags=["Sets"])


@router.get(
    "/sets", auth=READING, response={200: Sets, **READ_REFUSED}, url_name="sets", operation_id="list_sets"
)
def list_sets(request: ApiRequest) -> Sets:
    """List the sets with their progress."""
    rows: Any = sets_with_progress(request.auth.sight)  # with counts that the checker does not know
    return Sets(items=[_shown(row) for row in rows])


def _shown(row: Any) -> SetOut:
    return SetOut(
        id=row.pk,
        name=row.name,
        description=row.description,
        is_private=row.is_private,
        articles=row.article_count,
        reviewed=row.reviewed_count,
        claims=row.claim_count,
        decided=row.decided_count,
    )
