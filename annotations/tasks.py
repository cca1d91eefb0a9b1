"""What runs in the background: ids in, one domain call. The domain itself enqueues nothing.

The engine may lose a task or deliver it twice; runs and upload items are what counts, and `take_up_lost`
and `take_up_forgotten` bring back whatever fell out of the engine's hands.
"""

import threading
from collections.abc import Iterable

from django.db import transaction
from django_tasks import task

from annotations.choices import Region
from annotations.domain import annotation, articles, uploads
from annotations.models import AnnotationRun, Article, Paragraph, User
from annotations.queries import work

# What this worker process is busy with, for the heartbeat; one task at a time.
_busy: tuple[str, int] | None = None
_busy_lock = threading.Lock()


@task()
def annotate_article(run_id: int) -> None:
    """Perform a queued annotation run."""
    _set_busy("run", run_id)
    try:
        annotation.perform_run(run_id=run_id)
    finally:
        _set_busy()


@task()
def read_upload_item(item_id: int) -> None:
    """Read one uploaded file and enqueue what comes of it."""
    _set_busy("item", item_id)
    try:
        outcome = uploads.read_item(item_id=item_id)
    finally:
        _set_busy()
    enqueue_items(outcome.item_ids)
    enqueue_runs(outcome.run_ids)


def enqueue_items(item_ids: Iterable[int]) -> None:
    """Hand waiting upload items to the engine."""
    for item_id in item_ids:
        read_upload_item.enqueue(item_id=item_id)


def enqueue_runs(run_ids: Iterable[int]) -> None:
    """Hand queued runs to the engine."""
    for run_id in run_ids:
        annotate_article.enqueue(run_id=run_id)


@transaction.atomic
def request_annotation(article: Article, *, by: User) -> AnnotationRun:
    """Queue a pre-annotation of the article and hand it to the engine."""
    run = annotation.queue_run(article=article, by=by)
    enqueue_runs([run.pk])
    return run


@transaction.atomic
def request_region(paragraph: Paragraph, region: Region, *, by: User) -> AnnotationRun:
    """Say what a paragraph is, and hand the run that follows from it to the engine."""
    run = articles.set_region(paragraph=paragraph, region=region, by=by)
    enqueue_runs([run.pk])
    return run


def beat() -> None:
    """Say that what this process is busy with is still being worked on."""
    with _busy_lock:
        busy = _busy
    if busy is None:
        return
    noun, pk = busy
    if noun == "run":
        annotation.keep_alive(run_id=pk)
    else:
        uploads.keep_alive(item_id=pk)


def take_up_lost() -> None:
    """Enqueue again what dead workers were busy with."""
    enqueue_items(uploads.take_up_lost_items())
    enqueue_runs(annotation.take_up_lost_runs())


def take_up_forgotten() -> None:
    """Enqueue again what waits while the engine has nothing to do: its task was lost, or its try failed."""
    enqueue_items(work.waiting_item_ids())
    enqueue_runs(work.waiting_run_ids())


def _set_busy(noun: str = "", pk: int = 0) -> None:
    global _busy
    with _busy_lock:
        _busy = (noun, pk) if noun else None
