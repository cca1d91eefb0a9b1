"""The background worker: the task engine's own loop, with a heartbeat and a sweep beside it."""

import logging
import threading
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connection
from django_tasks import TaskResult, TaskResultStatus
from django_tasks.signals import task_finished
from django_tasks_db.models import DBTaskResult

from annotations import tasks

logger = logging.getLogger(__name__)

BEAT_SECONDS = 3.0


class Command(BaseCommand):
    """Read uploads and annotate articles until stopped."""

    help = "Read uploads and annotate articles in the background; start as many as there are cores."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the engine's worker in this thread, the heartbeat in another."""
        task_finished.connect(_log_failure)
        stop = threading.Event()
        thread = threading.Thread(target=_beat_until, args=(stop,), name="heartbeat", daemon=True)
        thread.start()
        try:
            # Quiet: the engine would write two lines a task, and our own runs say what happened.
            call_command("db_worker", interval=0.5, reload=False, startup_delay=False, verbosity=0)
        finally:
            stop.set()
            thread.join(timeout=BEAT_SECONDS)


def _beat_until(stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            tasks.beat()
            tasks.take_up_lost()
            # While tasks are ready, what waits is merely waiting its turn.
            if not DBTaskResult.objects.ready().exists():
                tasks.take_up_forgotten()
        except DatabaseError as error:
            # The database may be away for a moment; the next beat tries again.
            logger.warning("the heartbeat could not reach the database: %s", error)
        finally:
            close_old_connections()
        stop.wait(BEAT_SECONDS)
    connection.close()


def _log_failure(sender: object, task_result: TaskResult[Any], **more: Any) -> None:
    if task_result.status == TaskResultStatus.FAILED:
        logger.error("the task %s failed: %s", task_result.id, task_result.errors[0].traceback)
