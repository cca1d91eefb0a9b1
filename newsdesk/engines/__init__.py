"""The engine that carries tasks to workers: the database, or RQ on Redis where `REDIS_URL` names one.

Either may lose a task or bring it twice. What counts is in our own tables, so that an engine that is away
delays work and loses none.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings


class Engine(Protocol):
    """What each engine's module can do."""

    def hand_over(self, enqueue: Callable[[], object]) -> None:
        """Call what enqueues a task, so that no worker meets it before the open transaction is through.

        Raises nothing because the engine is away: the work waits in our own tables then.
        """

    def work(self) -> None:
        """Perform tasks in this thread until a signal to stop."""

    def is_idle(self) -> bool:
        """Say whether no task waits; not so where that can't be told."""

    def trouble(self) -> str:
        """Return a sentence for people where the engine can't be used, else nothing."""


def engine() -> Engine:
    """Return the engine that the settings name; the other one's packages stay unimported."""
    module = "on_redis" if settings.RQ_QUEUES else "in_database"
    return cast(Engine, import_module(f"newsdesk.engines.{module}"))
