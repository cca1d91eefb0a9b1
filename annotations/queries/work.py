"""What the background work looks like from outside: how much waits, how long, and whether anyone works."""

from datetime import datetime, timedelta

from django.db.models import Min, Q
from django.utils import timezone

from annotations.choices import RunState, UploadState
from annotations.models import AnnotationRun, UploadItem

# A worker writes a heartbeat every few seconds; one silent for this long is taken for dead.
LOST_AFTER = timedelta(seconds=20)
# A worker looks for work every second, so work that waits longer than this has nobody to do it.
PATIENCE = timedelta(seconds=6)


def oldest_waiting_seconds() -> float:
    """Return for how many seconds the oldest waiting piece of work has waited, 0 where none waits."""
    oldest = _oldest_waiting()
    return round((timezone.now() - oldest).total_seconds(), 1) if oldest else 0.0


def is_waiting_for_a_worker() -> bool:
    """Say whether work waits and nobody seems to be there to do it."""
    oldest = _oldest_waiting()
    now = timezone.now()
    if oldest is None or oldest > now - PATIENCE:
        return False
    alive = Q(heartbeat_at__gt=now - LOST_AFTER)
    return not (
        AnnotationRun.objects.filter(alive, state=RunState.RUNNING).exists()
        or UploadItem.objects.filter(alive, state=UploadState.READING).exists()
    )


def waiting_run_ids() -> list[int]:
    """Return the runs that have waited for longer than a worker's patience, oldest first."""
    overdue = timezone.now() - PATIENCE
    waiting = AnnotationRun.objects.filter(state=RunState.QUEUED, queued_at__lt=overdue)
    return list(waiting.order_by("pk").values_list("pk", flat=True))


def waiting_item_ids() -> list[int]:
    """Return the upload items that have waited for longer than a worker's patience, oldest first."""
    overdue = timezone.now() - PATIENCE
    waiting = UploadItem.objects.filter(state=UploadState.WAITING, created_at__lt=overdue)
    return list(waiting.order_by("pk").values_list("pk", flat=True))


def _oldest_waiting() -> datetime | None:
    run = AnnotationRun.objects.filter(state=RunState.QUEUED).aggregate(at=Min("queued_at"))["at"]
    item = UploadItem.objects.filter(state=UploadState.WAITING).aggregate(at=Min("created_at"))["at"]
    return min((at for at in (run, item) if at is not None), default=None)
