"""What runs in the background: ids in, one domain call a batch. The domain itself enqueues nothing.

The engine may lose a task or deliver it twice; runs and upload items are what counts, and `take_up_lost`,
`take_up_due` and `take_up_forgotten` bring back whatever fell out of the engine's hands.
"""

import gc
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from typing import Any
from uuid import uuid4

from django.db import transaction
from django_tasks import task
from django_tasks.base import TASK_MAX_PRIORITY, Task

from annotations.choices import ProposalState, Region, Wish
from annotations.domain import (
    articles,
    duplicates,
    figures,
    presence,
    proposals,
    reading,
    reannotations,
    runs,
    search,
    webhooks,
)
from annotations.models import AnnotationRun, Article, ArticleSet, Paragraph, Proposal, Reannotation, User
from annotations.queries import reannotation, work
from annotations.queries.duplicates import names_to_compare
from newsdesk.engines import engine
from newsdesk.logs import about

# How many articles or files a worker takes at a time. Some are stored while the next are annotated, and the
# engine's own work on a task is some hundredths of a second; more would leave other workers idle at the end.
BATCH = 32
# What the engine is given at once; the rest waits in our own tables until it has nothing left to do.
MOST_BATCHES = work.MOST_ENQUEUED // BATCH

# How this worker process says that what it is busy with is being worked on; one task at a time.
_busy: Callable[[], None] | None = None
_busy_lock = threading.Lock()
SECONDS_OF_INDEXING = 20.0
AHEAD = TASK_MAX_PRIORITY  # of tasks without a priority; RQ knows no others
BEHIND = -50  # them; with RQ in line with them


class _NowAndThen:
    """What this process does at most once in so many seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._last: float | None = None

    def is_time(self) -> bool:
        """Say whether it may be done again."""
        return self._last is None or time.monotonic() - self._last >= self._seconds

    def note(self) -> None:
        """Note that it is done now."""
        self._last = time.monotonic()


_counts = _NowAndThen(30.0)
_looks_for_unindexed = _NowAndThen(SECONDS_OF_INDEXING)
# Comparing new names with all others costs seconds on a desk of 50,000 speakers.
_comparisons = _NowAndThen(30.0)
_forgets_presence = _NowAndThen(600.0)


@task()
def annotate_articles(run_ids: list[int]) -> None:
    """Perform a batch of queued annotation runs."""
    lease = uuid4()
    _set_busy(lambda: runs.keep_alive(lease=lease))
    try:
        runs.perform_batch(run_ids=runs.take_batch(run_ids=run_ids, lease=lease).keys(), lease=lease)
    finally:
        _set_busy(None)
    _keep_what_is_loaded()


@task()
def read_upload_items(item_ids: list[int]) -> None:
    """Read a batch of uploaded files and enqueue what comes of them."""
    try:
        with runs_as_they_come() as enqueue:
            for item_id in item_ids:
                _set_busy(partial(reading.keep_alive, item_id=item_id))
                with about(item=item_id):
                    for outcome in reading.read_item(item_id=item_id):
                        enqueue_items(outcome.item_ids)
                        enqueue(outcome.run_ids)
    finally:
        _set_busy(None)


@task()
def find_duplicates() -> None:
    """Compare new names with all others, for the page of likely duplicates."""
    duplicates.compare_names()


@task()
def send_delivery(delivery_id: int) -> None:
    """Tell a webhook what happened."""
    webhooks.deliver(delivery_id=delivery_id)


def enqueue_items(item_ids: Iterable[int]) -> None:
    """Hand waiting upload items to the engine, in batches."""
    for batch in _batches(item_ids):
        _hand_over(read_upload_items, item_ids=batch)


def enqueue_runs(run_ids: Iterable[int]) -> None:
    """Hand queued runs to the engine, in batches."""
    for batch in _batches(run_ids):
        _hand_over(annotate_articles, run_ids=batch)


@contextmanager
def runs_as_they_come() -> Iterator[Callable[[Iterable[int]], None]]:
    """Give what takes the runs of an import one after the other, and hand them to the engine.

    The first ones go at once, since workers wait for them, and then always more together, up to BATCH.
    """
    waiting: list[int] = []
    size = 1

    def enqueue(run_ids: Iterable[int]) -> None:
        nonlocal size
        waiting.extend(run_ids)
        while len(waiting) >= size:
            _hand_over(annotate_articles, run_ids=waiting[:size])
            del waiting[:size]
            size = min(2 * size, BATCH)

    try:
        yield enqueue
    finally:
        enqueue_runs(waiting)


def enqueue_proposal_runs(run_ids: Iterable[int]) -> None:
    """Hand queued runs that work out proposals for many articles to the engine, behind all others."""
    for batch in _batches(run_ids):
        _hand_over(annotate_articles.using(priority=BEHIND), run_ids=batch)


def enqueue_decisions() -> None:
    """Hand proposals of which something is wished to the engine, in batches."""
    for batch in _batches(reannotation.to_carry_out(work.MOST_ENQUEUED)):
        _hand_over(carry_out.using(priority=BEHIND), proposal_ids=batch)


@task()
def fill_reannotation(reannotation_id: int) -> None:
    """Queue the proposals of a re-annotation; the engine gets the first ones, the rest waits in our table."""
    run_ids: list[int] = []
    while more := reannotations.fill(reannotation_id=reannotation_id):
        if len(run_ids) < work.MOST_ENQUEUED:
            run_ids += more
    enqueue_proposal_runs(run_ids)


@task()
def carry_out(proposal_ids: list[int]) -> None:
    """Apply, undo or discard a batch of proposals, as is wished of them."""
    reannotations.carry_out(proposal_ids=proposal_ids)


@transaction.atomic
def request_proposal(article: Article, *, by: User) -> Proposal:
    """Ask what today's pipeline would change in the article and hand the run to the engine."""
    return _enqueued(proposals.request_proposal(article=article, by=by))


@transaction.atomic
def request_proposal_again(proposal: Proposal, *, by: User) -> Proposal:
    """Have a proposal that is stale or failed worked out anew."""
    return _enqueued(proposals.work_out_again(proposal=proposal, by=by))


@transaction.atomic
def request_reannotation(*, article_set: ArticleSet | None, pipeline: str, by: User) -> Reannotation:
    """Ask what the pipeline would change in many articles and have a worker begin."""
    made = reannotations.start_reannotation(article_set=article_set, pipeline=pipeline, by=by)
    _hand_over(fill_reannotation, reannotation_id=made.pk)
    return made


@transaction.atomic
def request_wish(asked: Reannotation, what: Wish, *, by: User) -> None:
    """Say what is to be done with the proposals of many articles and have the workers begin."""
    reannotations.wish(reannotation=asked, what=what, by=by)
    enqueue_decisions()


def request_reannotation_again(asked: Reannotation, *, by: User) -> int:
    """Have what is stale or failed of many articles worked out anew; return how many those are."""
    run_ids = reannotations.work_out_again(reannotation=asked, by=by)
    enqueue_proposal_runs(run_ids)
    return len(run_ids)


@transaction.atomic
def request_annotation(article: Article, *, by: User) -> AnnotationRun:
    """Queue a pre-annotation of the article and hand it to the engine."""
    run = runs.queue_run(article=article, by=by)
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
        say_so = _busy
    if say_so:
        say_so()


def take_up_lost() -> None:
    """Bring back what dead workers were busy with: files at once, runs with the next that are due."""
    enqueue_items(reading.take_up_lost_items())
    runs.take_up_lost_runs()


def take_up_due() -> None:
    """Enqueue the runs whose pause after a try is over, each by itself."""
    for run_id in runs.take_up_due_runs():
        enqueue_runs([run_id])


def take_up_forgotten() -> None:
    """Enqueue what waits while the engine has nothing to do: more than it was given, or its task was lost."""
    enqueue_items(work.waiting_item_ids())
    waiting = work.waiting_runs()
    enqueue_runs(waiting.fresh)
    enqueue_proposal_runs(waiting.proposals)
    for run_id in waiting.tried:
        enqueue_runs([run_id])
    for reannotation_id in reannotation.to_fill():
        _hand_over(fill_reannotation.using(priority=BEHIND), reannotation_id=reannotation_id)
    enqueue_decisions()


@task()
def count_figures() -> None:
    """Count what a large desk keeps as figures."""
    figures.keep_figures()


def take_up_figures() -> None:
    """Enqueue the counting of figures where they have grown old, ahead of an import that waits."""
    if _counts.is_time() and figures.are_due():
        _counts.note()
        _hand_over(count_figures.using(priority=AHEAD))


@task()
def index_for_search() -> None:
    """Index articles of before the search until all are or the time is up; the next beat goes on."""
    until = time.monotonic() + SECONDS_OF_INDEXING
    while search.index_missing() and time.monotonic() < until:
        continue


def take_up_unindexed() -> None:
    """Enqueue the indexing of articles that the search does not know, now and then."""
    if _looks_for_unindexed.is_time():
        _looks_for_unindexed.note()
        if search.missing().exists():
            _hand_over(index_for_search.using(priority=AHEAD))


def take_up_deliveries() -> None:
    """Enqueue what webhooks are to be told now, ahead of an import that waits."""
    soon = send_delivery.using(priority=AHEAD)
    for delivery_id in webhooks.take_due():
        _hand_over(soon, delivery_id=delivery_id)


def take_up_new_names() -> None:
    """Enqueue the search for duplicates where names were not compared yet, now and then."""
    if _comparisons.is_time() and names_to_compare():
        _comparisons.note()
        _hand_over(find_duplicates)


def _hand_over(task: Task[..., None], **ids: Any) -> None:
    """Give the engine a task; one that is away gets it at a later beat."""
    engine().hand_over(partial(task.enqueue, **ids))


def forget_presence() -> None:
    """Delete what tells of people who left long ago, now and then."""
    if _forgets_presence.is_time():
        _forgets_presence.note()
        presence.forget_gone()


def _enqueued(proposal: Proposal) -> Proposal:
    if proposal.state == ProposalState.QUEUED and proposal.run_id:
        enqueue_runs([proposal.run_id])
    return proposal


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    """Yield lists of at most BATCH ids; shorter ones of a few ids, so that every worker gets some."""
    waiting = list(ids)
    size = BATCH if len(waiting) >= 4 * BATCH else max(1, min(BATCH, len(waiting) // 4))
    for number, start in enumerate(range(0, len(waiting), size)):
        if number == MOST_BATCHES:
            return
        yield waiting[start : start + size]


@cache
def _keep_what_is_loaded() -> None:
    """Have the garbage collector pass over the pipeline from the first batch on.

    It would walk it all, for a tenth of a second, every thirty articles or so, and never find any.
    """
    gc.collect()
    gc.freeze()


def _set_busy(say_so: Callable[[], None] | None) -> None:
    global _busy
    with _busy_lock:
        _busy = say_so
