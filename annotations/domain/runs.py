"""Runs: the way of each pre-annotation from the queue to its end, in batches that a worker leases.

A run starts only from `queued`, and only the batch that holds it may end it, so a task that comes twice or
too late changes nothing. One that ended badly is repeated after a pause and in a batch of its own, so that an
article which kills its worker takes no others with it. The caller enqueues what is returned.
"""

import logging
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from annotations.choices import ArticleState, RunState
from annotations.domain import annotation, progress, proposals
from annotations.domain.annotation import Made
from annotations.domain.locks import ArticleGone, hold_article
from annotations.models import AnnotationRun, Article, User
from annotations.nlp.draft import Draft
from annotations.queries.blank import blank_among
from annotations.queries.regions import decided_regions
from annotations.queries.work import fell_silent
from newsdesk.logs import about
from newsdesk.metrics import annotations_counted

logger = logging.getLogger(__name__)

# Tries that end with an error are the article's fault, and three are enough. That a worker was stopped is
# seldom the article's fault, so that it takes more of them to give it up.
MAX_FAULTS = 3
MAX_LOSSES = 6
# Under which number of its import a run in each state is counted; the others are under way.
COUNTED = {
    RunState.DONE: "runs_done",
    RunState.FAILED: "runs_failed",
    RunState.STOPPED: "runs_stopped",
}
# Of the articles whose drafts are stored together; one that is longer is stored alone. The pipeline takes
# about a second for so many, which no article waits much longer for others, and claims grow with the length.
MOST_CHARACTERS = 50_000
FIRST_PAUSE = timedelta(seconds=5)
# Due repetitions that one sweep takes up.
SWEPT = 200


@transaction.atomic
def queue_run(*, article: Article, by: User | None) -> AnnotationRun:
    """Ask for another pre-annotation of an article; its first one is queued with the article itself.

    An article that was annotated before keeps its state, since it may be reviewed meanwhile. Where a run
    already waits, that one is returned. In its import a new run takes the place of one that failed or was
    stopped.
    """
    article = hold_article(article.pk)
    if waiting := article.runs.filter(state=RunState.QUEUED, is_proposal=False).first():
        return waiting
    was_given_up = article.state in (ArticleState.FAILED, ArticleState.STOPPED)
    given_up = article.runs.filter(upload__isnull=False, state__in=(RunState.FAILED, RunState.STOPPED))
    ended = given_up.last() if was_given_up else None
    if was_given_up or not article.paragraphs.exists():
        article.state, article.failure = ArticleState.QUEUED, ""
        article.save(update_fields=["state", "failure", "updated_at"])
    if ended is None:
        return AnnotationRun.objects.create(article=article, requested_by=by)
    run = AnnotationRun.objects.create(article=article, requested_by=by, upload_id=ended.upload_id)
    AnnotationRun.objects.filter(pk=ended.pk).update(upload=None)
    progress.count(ended.upload_id, **{COUNTED[RunState(ended.state)]: -1})
    return run


def take_batch(*, run_ids: Sequence[int], lease: UUID) -> dict[int, int]:
    """Take what is queued of the runs for a batch; return the article of each, in order.

    A run that was tried before is only taken alone.
    """
    waiting = AnnotationRun.objects.filter(pk__in=run_ids, state=RunState.QUEUED)
    if len(run_ids) > 1:
        waiting = waiting.filter(tries=0)
    waiting.update(
        state=RunState.RUNNING, tries=F("tries") + 1, lease=lease, heartbeat_at=Now(), not_before=None
    )
    held = AnnotationRun.objects.filter(pk__in=run_ids, lease=lease, state=RunState.RUNNING)
    taken = dict(held.order_by("pk").values_list("pk", "article_id"))
    Article.objects.filter(pk__in=taken.values(), state=ArticleState.QUEUED).update(
        state=ArticleState.ANNOTATING
    )
    return taken


def perform_batch(*, run_ids: Collection[int], lease: UUID) -> None:
    """Annotate the articles of the runs and store the drafts; what was taken away is left alone.

    An error ends the try of its own run and not the batch. Raises OperationalError and InterfaceError where
    the database is away: what is left of the batch falls silent then and is taken up again.
    """
    held = AnnotationRun.objects.filter(pk__in=run_ids, lease=lease, state=RunState.RUNNING)
    batch = list(held.select_related("article").order_by("pk"))
    regions = decided_regions(run.article_id for run in batch)
    # The pipeline goes on in a thread of its own while this one waits for the database.
    pipeline = ThreadPoolExecutor(1, thread_name_prefix="pipeline")
    try:
        drafts = {
            run.pk: pipeline.submit(annotation.draft_of_article, run.article, regions[run.article_id])
            for run in batch
        }
        for group in _groups(batch):
            with annotations_counted(len(group)):
                _perform(group, drafts)
    finally:
        pipeline.shutdown(cancel_futures=True)


def keep_alive(*, lease: UUID) -> None:
    """Say that the worker of the batch is at work.

    Runs whose drafts are just being stored are passed over: they are locked together, as these here are.
    """
    held = AnnotationRun.objects.filter(state=RunState.RUNNING, lease=lease)
    with transaction.atomic():
        free = list(held.select_for_update(skip_locked=True).values_list("pk", flat=True))
        held.filter(pk__in=free).update(heartbeat_at=Now())


def take_up_lost_runs() -> None:
    """End the tries of runs whose worker fell silent: they wait for their repetition, or fail."""
    for run in AnnotationRun.objects.filter(fell_silent(), state=RunState.RUNNING):
        logger.warning("run %s on article %s was lost by its worker", run.pk, run.article_id)
        _end_try(run, "The worker stopped in the middle of this article.", is_lost=True)


def take_up_due_runs() -> list[int]:
    """Return the runs whose pause is over; no other sweep returns them again."""
    due = AnnotationRun.objects.filter(not_before__lte=Now(), state=RunState.QUEUED)
    taken = []
    for pk, moment in due.order_by("not_before").values_list("pk", "not_before")[:SWEPT]:
        if AnnotationRun.objects.filter(pk=pk, not_before=moment).update(not_before=None):
            taken.append(pk)
    return taken


def _groups(held: Sequence[AnnotationRun]) -> Iterator[list[AnnotationRun]]:
    """Yield the runs whose drafts are stored together, in order: first ones with others, all others alone."""
    blank = blank_among(run.article_id for run in held if not run.is_proposal)
    group: list[AnnotationRun] = []
    characters = 0
    for run in held:
        is_first = run.article_id in blank and not run.is_proposal
        length = len(run.article.text) if is_first else MOST_CHARACTERS + 1
        if group and characters + length > MOST_CHARACTERS:
            yield group
            group, characters = [], 0
        group.append(run)
        characters += length
    if group:
        yield group


def _perform(group: Sequence[AnnotationRun], drafts: dict[int, Future[Draft]]) -> None:
    made: list[Made] = []
    for run in group:
        with _own_fault(run):
            made.append((run, drafts.pop(run.pk).result()))
    for run, draft in _store_together(made) if len(made) > 1 else made:
        with _own_fault(run):
            store = proposals.store_proposal if run.is_proposal else annotation.store_draft
            store(run=run, draft=draft)


def _store_together(made: Sequence[Made]) -> Sequence[Made]:
    """Store the drafts; return those that have to be stored alone, which are all where one has an error."""
    try:
        return annotation.store_drafts(made)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.warning("drafts could not be stored together, and are stored one by one", exc_info=True)
        return made


@contextmanager
def _own_fault(run: AnnotationRun) -> Iterator[None]:
    """Let an error end the try of this run, unless the database is away."""
    with about(run=run.pk, article=run.article_id):
        try:
            yield
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            logger.exception("run %s on article %s failed at try %s", run.pk, run.article_id, run.tries)
            _end_try(run, f"{type(error).__name__}: {error}")


def _end_try(run: AnnotationRun, reason: str, *, is_lost: bool = False) -> None:
    """Queue the run again for later, or fail it with its article; where another batch holds it, leave it."""
    losses = run.losses + is_lost
    is_over = losses >= MAX_LOSSES or run.tries - losses >= MAX_FAULTS
    ended = {"losses": losses, "error": reason, "lease": None}
    with suppress(ArticleGone), transaction.atomic():
        # Before the run, as whoever stores a draft does.
        hold_article(run.article_id)
        held = AnnotationRun.objects.filter(pk=run.pk, state=RunState.RUNNING, lease=run.lease)
        article = Article.objects.filter(pk=run.article_id, state=ArticleState.ANNOTATING)
        if run.is_proposal:
            # The article is not being annotated, whatever becomes of this.
            article = article.none()
        if is_over:
            if held.update(state=RunState.FAILED, finished_at=timezone.now(), **ended):
                failure = f"Pre-annotation failed {run.tries} times. {reason}"
                article.update(state=ArticleState.FAILED, failure=failure)
                proposals.fail_proposal(run=run, reason=failure)
                progress.count(run.upload_id, runs_failed=1)
        else:
            pause = FIRST_PAUSE * 4 ** (run.tries - losses - 1) if not is_lost else timedelta(0)
            if held.update(state=RunState.QUEUED, not_before=Now() + pause, **ended):
                article.update(state=ArticleState.QUEUED)
