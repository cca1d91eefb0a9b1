"""What the upload pages show."""

from typing import Any

from django.db.models import QuerySet

from annotations.choices import RunState, UploadState
from annotations.models import Upload
from annotations.queries.progress import progress_of

# An upload of more files than this shows only the rows that need somebody, and of those so many of a kind.
ROWS = 200
ROWS_OF_A_STATE = 50


def waiting_ids(upload: Upload) -> list[int]:
    """Return the ids of the upload's items that nobody has read yet."""
    return list(upload.items.filter(state=UploadState.WAITING).values_list("pk", flat=True))


def recent_uploads(limit: int = 10) -> QuerySet[Upload]:
    """Return the last uploads."""
    return Upload.objects.select_related("uploaded_by")[:limit]


def upload_progress(upload_id: int) -> dict[str, Any]:
    """Return how far an upload is, and its rows: all of a small one, of a large one those that need somebody.

    The number of queries is the same for any number of files, and each reads so many rows at most.
    """
    progress = progress_of(upload_id)
    upload = progress.upload
    items = upload.items.select_related("article", "parent").defer("article__text").order_by("pk")
    if upload.items_total <= ROWS:
        shown = list(items)
    else:
        asking = items.filter(state=UploadState.MAPPING)[:ROWS_OF_A_STATE]
        refused = items.filter(state=UploadState.REFUSED)[:ROWS_OF_A_STATE]
        shown = [*asking, *refused]
    failed = upload.runs.filter(state=RunState.FAILED).select_related("article").defer("article__text")
    return {
        "upload": upload,
        "progress": progress,
        "items": shown,
        "hidden_count": upload.items_total - len(shown),
        "failures": list(failed.order_by("pk")[:ROWS_OF_A_STATE]) if upload.runs_failed else [],
    }
