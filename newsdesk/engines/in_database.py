"""Tasks as rows of our own database, by django-tasks-db: nothing more to run."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django_tasks import TaskResult, TaskResultStatus
from django_tasks.signals import task_finished
from django_tasks_db.models import DBTaskResult

logger = logging.getLogger(__name__)


def hand_over(enqueue: Callable[[], object]) -> None:
    """Enqueue in the transaction that is open, which keeps or drops both."""
    enqueue()


def work() -> None:
    """Perform tasks until a signal to stop."""
    task_finished.connect(_log_failure)
    # Quiet: the engine would write two lines a task, and our own runs say what happened.
    call_command("db_worker", interval=0.5, reload=False, startup_delay=False, verbosity=0)


def is_idle() -> bool:
    """Say whether no task waits."""
    return not DBTaskResult.objects.ready().exists()


def trouble() -> str:
    """Return nothing: without the database there is no page to say it on."""
    return ""


def _log_failure(sender: object, task_result: TaskResult[Any], **more: Any) -> None:
    if task_result.status == TaskResultStatus.FAILED:
        logger.error("the task %s failed: %s", task_result.id, task_result.errors[0].traceback)
