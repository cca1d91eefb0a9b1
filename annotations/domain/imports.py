"""Stopping an import, resuming it, and trying again what failed of it.

What is done stays. A batch at work gives up at its next article, since its run is not its own any more. The
articles are held before the runs, as in storing a draft, so that the two never wait for each other.
"""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from annotations.choices import UNREAD, ArticleState, RunState, UploadState
from annotations.domain import history
from annotations.models import AnnotationRun, Article, Upload, UploadItem, User

_UNDER_WAY = (RunState.QUEUED, RunState.RUNNING)


@transaction.atomic
def stop_import(*, upload: Upload, by: User) -> None:
    """Take what is not done yet of an import from the workers; nothing where it is stopped already."""
    if Upload.objects.get(pk=upload.pk).stopped_at:
        return
    # Before the runs, so that a file that is being read leaves no run behind that nobody stops.
    items = UploadItem.objects.filter(upload=upload, state__in=UNREAD)
    unread = items.update(state=UploadState.STOPPED)
    runs = AnnotationRun.objects.filter(upload=upload, state__in=_UNDER_WAY)
    Article.objects.filter(
        pk__in=runs.values("article"), state__in=(ArticleState.QUEUED, ArticleState.ANNOTATING)
    ).update(state=ArticleState.STOPPED)
    stopped = runs.update(state=RunState.STOPPED, lease=None, not_before=None)
    held = Upload.objects.select_for_update().get(pk=upload.pk)
    held.stopped_at = timezone.now()
    held.runs_stopped += stopped
    held.items_stopped += unread
    held.items_open -= unread
    held.save(update_fields=["stopped_at", "runs_stopped", "items_stopped", "items_open"])
    history.record(verb="stop import", by=by, before={}, after={f"upload:{upload.pk}": {"runs": stopped}})


@transaction.atomic
def resume_import(*, upload: Upload, by: User) -> None:
    """Give the workers back what was taken from them; they find it within seconds."""
    if not Upload.objects.get(pk=upload.pk).stopped_at:
        return
    runs = AnnotationRun.objects.filter(upload=upload, state=RunState.STOPPED)
    going_on = _queue_again(runs, ArticleState.STOPPED)
    items = UploadItem.objects.filter(upload=upload, state=UploadState.STOPPED)
    unread = items.update(state=UploadState.WAITING, losses=0)
    held = Upload.objects.select_for_update().get(pk=upload.pk)
    held.stopped_at = None
    held.runs_stopped -= going_on
    held.items_stopped -= unread
    held.items_open += unread
    held.save(update_fields=["stopped_at", "runs_stopped", "items_stopped", "items_open"])
    history.record(verb="resume import", by=by, before={}, after={f"upload:{upload.pk}": {"runs": going_on}})


@transaction.atomic
def retry_failed(*, upload: Upload, by: User) -> None:
    """Queue again the articles of an import whose pre-annotation failed."""
    runs = AnnotationRun.objects.filter(upload=upload, state=RunState.FAILED)
    going_on = _queue_again(runs, ArticleState.FAILED)
    held = Upload.objects.select_for_update().get(pk=upload.pk)
    held.runs_failed -= going_on
    held.save(update_fields=["runs_failed"])
    history.record(verb="try again", by=by, before={}, after={f"upload:{upload.pk}": {"runs": going_on}})


def _queue_again(runs: QuerySet[AnnotationRun], state: ArticleState) -> int:
    articles = Article.objects.filter(pk__in=runs.values("article"), state=state)
    articles.update(state=ArticleState.QUEUED, failure="")
    return runs.update(state=RunState.QUEUED, tries=0, losses=0, error="", finished_at=None)
