"""Tasks in Redis, by django-tasks-rq, for desks with many machines.

Redis holds nothing that matters: it may be away, full, or come back empty. And whoever can write to it must
not be able to do more than start our tasks, so nothing that is read from it is unpickled, imported or called.
"""

import logging
import signal
import time
from collections.abc import Callable, Iterable
from functools import partial
from types import FrameType
from typing import Any

import django_rq
from django.core.checks import CheckMessage
from django.db import close_old_connections, transaction
from django_rq.queues import DjangoRQ
from django_tasks.backends.base import BaseTaskBackend
from django_tasks_rq import Job, RQBackend
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as NoAnswer
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested

logger = logging.getLogger(__name__)

QUEUE = "default"
# For so long it is not asked again, so that an upload of many files waits for a dead Redis once.
SECONDS_BETWEEN_TRIES = 3.0
AWAY = (
    "Redis, which carries the work to the workers, can't be reached. Nothing is lost: what waits goes on by "
    "itself when Redis is back."
)
REFUSING = (
    "Redis, which carries the work to the workers, takes nothing: it is full, can't save, or refuses the "
    "password. Nothing is lost: what waits goes on by itself when that is put right."
)


class Backend(RQBackend):
    """django-tasks-rq's, without django-rq's own pages, which want to be installed as an app."""

    supports_priority = True  # the highest there is goes to the front; it knows no others

    def check(self, **options: Any) -> Iterable[CheckMessage]:
        """Check what every backend is checked for."""
        return BaseTaskBackend.check(self, **options)


class _Job(Job):
    """A job of which only the task and its ids are believed."""

    success_callback = failure_callback = stopped_callback = None

    def send_webhooks(self, *args: Any, **options: Any) -> None:
        """Call nobody."""


class _Worker(SimpleWorker):
    """RQ's worker that performs tasks in its own process, where the pipeline is loaded once."""

    max_connection_wait_time = 5.0
    log_job_description = False

    @property
    def is_told_to_stop(self) -> bool:
        """Whether a signal to stop has come."""
        return self._shutdown_requested_date is not None

    def execute_job(self, job: Any, queue: Any) -> None:
        """Perform the task with connections to the database that are known to work."""
        close_old_connections()
        try:
            super().execute_job(job, queue)
        finally:
            close_old_connections()

    def subscribe(self) -> None:
        """Take no orders through Redis; signals stop a worker."""

    def set_shutdown_requested_date(self) -> None:
        """Leave Redis alone in a signal's handler: an error there would end the task at hand."""


class _Trouble:
    """What this process knows of Redis, asked at most every few seconds."""

    def __init__(self) -> None:
        self.sentence = ""
        self._known_until = 0.0

    def is_known(self) -> bool:
        return time.monotonic() < self._known_until

    def is_fresh(self) -> bool:
        return bool(self.sentence) and self.is_known()

    def note(self, error: RedisError | None) -> None:
        self._known_until = time.monotonic() + SECONDS_BETWEEN_TRIES
        self.sentence = (
            "" if error is None else AWAY if isinstance(error, NoConnection | NoAnswer) else REFUSING
        )


_trouble = _Trouble()


def hand_over(enqueue: Callable[[], object]) -> None:
    """Enqueue when the open transaction is through, since a worker would not find its rows before."""
    transaction.on_commit(partial(_hand_over, enqueue))


def _hand_over(enqueue: Callable[[], object]) -> None:
    if _trouble.is_fresh():
        return
    try:
        enqueue()
    except RedisError as error:
        _trouble.note(error)
        logger.warning("Redis takes no work now, so it waits in the database: %s", error)


def work() -> None:
    """Perform tasks until a signal to stop, whether Redis is there or not."""
    while True:
        _exit_at_a_signal()
        worker = None
        try:
            worker = _made_worker()
            worker.work(logging_level="WARNING")
        except RedisError as error:
            logger.warning("Redis can't be used; trying again in %d s: %s", SECONDS_BETWEEN_TRIES, error)
        except StopRequested:
            return
        if worker is not None and worker.is_told_to_stop:
            return
        _exit_at_a_signal()
        time.sleep(SECONDS_BETWEEN_TRIES)


def is_idle() -> bool:
    """Say whether no task waits; not so while Redis can't be asked."""
    if _trouble.is_fresh():
        return False
    try:
        return not django_rq.get_queue(QUEUE).count
    except RedisError as error:
        _trouble.note(error)
        return False


def trouble() -> str:
    """Return a sentence for people where Redis can't be used, else nothing."""
    if not _trouble.is_known():
        try:
            # Written, not only asked: a Redis that is full still answers.
            django_rq.get_connection(QUEUE).set("newsdesk:probe", "", ex=60)
        except RedisError as error:
            _trouble.note(error)
        else:
            _trouble.note(None)
    return _trouble.sentence


def _made_worker() -> _Worker:
    queue: Queue = django_rq.get_queue(QUEUE, job_class=_Job)
    return _Worker(
        [queue],
        connection=queue.connection,
        job_class=_Job,
        queue_class=DjangoRQ,
        serializer=queue.serializer,
        default_result_ttl=0,
        # It waits for half of this at most, and notices then that Redis has gone without a word.
        worker_ttl=30,
    )


def _exit_at_a_signal() -> None:
    """Have signals end the process in good order also while no worker listens to them."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _exit)


def _exit(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)
