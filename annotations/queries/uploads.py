"""What the upload pages show."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from annotations.choices import UploadState
from annotations.models import Upload, UploadItem
from annotations.queries.work import is_waiting_for_a_worker

UNFINISHED = (UploadState.WAITING, UploadState.READING)
ROWS = 200


def waiting_ids(upload: Upload) -> list[int]:
    """Return the ids of the upload's items that nobody has read yet."""
    return list(upload.items.filter(state=UploadState.WAITING).values_list("pk", flat=True))


def recent_uploads(limit: int = 10) -> QuerySet[Upload]:
    """Return the last uploads with how many of their items were read, refused, and are under way."""
    return Upload.objects.select_related("uploaded_by").annotate(
        item_count=Count("items"),
        read_count=Count("items", filter=Q(items__state=UploadState.READ)),
        refused_count=Count("items", filter=Q(items__state=UploadState.REFUSED)),
        unfinished_count=Count("items", filter=Q(items__state__in=UNFINISHED)),
    )[:limit]


def upload_progress(upload: Upload) -> dict[str, Any]:
    """Return an upload's rows and counts, refused and unconfirmed ones first where there are very many."""
    counts = dict(upload.items.order_by().values_list("state").annotate(Count("pk")))
    rows = upload.items.select_related("article", "parent")
    total = sum(counts.values())
    if total > ROWS:
        rows = rows.exclude(state=UploadState.READ)
    shown = list(rows.order_by("pk")[:ROWS])
    unfinished = sum(counts.get(state, 0) for state in UNFINISHED)
    annotating = any(_is_being_annotated(item) for item in shown)
    return {
        "upload": upload,
        "items": shown,
        "total": total,
        "hidden_count": total - len(shown),
        "finished_count": total - unfinished,
        "counts": [(state, counts[state]) for state in UploadState if state in counts],
        "is_unfinished": bool(unfinished) or annotating,
        "is_waiting_for_a_worker": is_waiting_for_a_worker(),
    }


def _is_being_annotated(item: UploadItem) -> bool:
    return item.article is not None and item.article.state in {"queued", "annotating"}
