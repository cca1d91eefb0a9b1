"""What the background work looks like from outside: how much waits, how long, and whether anyone works."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet, Subquery
from django.db.models.functions import Now
from django.utils import timezone

from annotations.choices import RunState, UploadState
from annotations.models import AnnotationRun, UploadItem, Worker

# A worker writes a heartbeat every few seconds; one silent for this long is taken for dead.
LOST_AFTER = timedelta(seconds=20)
# A worker looks for work every second, so work that waits longer than this has nobody to do it.
PATIENCE = timedelta(seconds=6)
# What the engine is given at a time; more follows when it has nothing left to do.
MOST_ENQUEUED = 1_000


def fell_silent() -> Q:
    """Return what picks work in progress whose worker is taken for dead.

    By the database's clock, which all workers share. A heartbeat from the future is none: that clock was put
    back since.
    """
    now = Now()
    return Q(heartbeat_at__lt=now - LOST_AFTER) | Q(heartbeat_at__gt=now + LOST_AFTER)


def oldest_waiting_seconds() -> float:
    """Return for how many seconds the oldest waiting piece of work has waited, 0 where none waits."""
    oldest = _oldest_waiting()
    return round((timezone.now() - oldest).total_seconds(), 1) if oldest else 0.0


def is_waiting_for_a_worker(alive: int | None = None) -> bool:
    """Say whether work waits and nobody seems to be there to do it.

    `alive` is the number of workers, for whoever has counted them; two queries at most.
    """
    oldest = _oldest_waiting()
    if oldest is None or oldest > timezone.now() - PATIENCE:
        return False
    return not (alive_workers().count() if alive is None else alive)


@dataclass(frozen=True, slots=True)
class WaitingRuns:
    """Runs that wait, by id: those never tried, those of proposals among them apart, and those that were."""

    fresh: list[int]
    proposals: list[int]
    tried: list[int]


def waiting_runs() -> WaitingRuns:
    """Return runs that have waited for longer than a worker's patience, oldest first, at most a thousand.

    Proposals come last: what is imported can't be worked on yet, and they change articles that can.
    """
    overdue = timezone.now() - PATIENCE
    waiting = AnnotationRun.objects.filter(
        state=RunState.QUEUED, queued_at__lt=overdue, not_before__isnull=True
    )
    rows = waiting.order_by("pk").values_list("pk", "tries")
    found = list(rows.filter(is_proposal=False)[:MOST_ENQUEUED])
    later = list(rows.filter(is_proposal=True)[: MOST_ENQUEUED - len(found)])
    return WaitingRuns(
        fresh=[pk for pk, tries in found if not tries],
        proposals=[pk for pk, tries in later if not tries],
        tried=[pk for pk, tries in (*found, *later) if tries],
    )


def waiting_item_ids() -> list[int]:
    """Return items that have waited for longer than a worker's patience, oldest first, at most a thousand."""
    overdue = timezone.now() - PATIENCE
    waiting = UploadItem.objects.filter(state=UploadState.WAITING, created_at__lt=overdue)
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:MOST_ENQUEUED])


def alive_workers() -> QuerySet[Worker]:
    """Return the workers, on whatever machine, that showed life lately."""
    return Worker.objects.filter(seen_at__gt=timezone.now() - LOST_AFTER)


def workers_alive() -> int:
    """Count the workers, on whatever machine, that showed life lately."""
    return alive_workers().count()


def queue_depth() -> int:
    """Count the runs and upload items that wait for a worker."""
    runs = AnnotationRun.objects.filter(state=RunState.QUEUED).count()
    return runs + UploadItem.objects.filter(state=UploadState.WAITING).count()


def runs_by_state() -> dict[str, int]:
    """Count the runs in each state, also in those that none is in."""
    counted = AnnotationRun.objects.order_by().values_list("state").annotate(count=Count("pk"))
    return dict.fromkeys((state.value for state in RunState), 0) | dict(counted)


def _oldest_waiting() -> datetime | None:
    """Return since when the first in the queue has waited; first come, first served, so it is the oldest."""
    runs = AnnotationRun.objects.filter(state=RunState.QUEUED).order_by("pk").values("pk")
    items = UploadItem.objects.filter(state=UploadState.WAITING).order_by("pk").values("pk")
    first_run = AnnotationRun.objects.filter(pk=Subquery(runs[:1])).order_by().values_list("queued_at")
    first_item = UploadItem.objects.filter(pk=Subquery(items[:1])).order_by().values_list("created_at")
    return min((at for (at,) in first_run.union(first_item)), default=None)
