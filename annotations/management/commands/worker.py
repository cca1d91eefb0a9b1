"""The background worker: the task engine's own loop, with a heartbeat and a sweep beside it."""

import logging
import os
import platform
import threading
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connection

from annotations import tasks
from annotations.domain import workers
from newsdesk.engines import engine

logger = logging.getLogger(__name__)

BEAT_SECONDS = 3.0
# Added to the niceness: whoever waits for a page goes before articles that nobody looks at yet.
NICER_BY = 10
NAME = f"{platform.node()}:{os.getpid()}"


class Command(BaseCommand):
    """Read uploads and annotate articles until stopped."""

    help = "Read uploads and annotate articles in the background; start as many as there are cores."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the engine's worker in this thread, the heartbeat in another."""
        os.nice(NICER_BY)
        stop = threading.Event()
        thread = threading.Thread(target=_beat_until, args=(stop,), name="heartbeat", daemon=True)
        thread.start()
        try:
            engine().work()
        finally:
            stop.set()
            thread.join(timeout=BEAT_SECONDS)


def _beat_until(stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            workers.say_alive(name=NAME)
            tasks.beat()
            tasks.take_up_lost()
            tasks.take_up_deliveries()
            tasks.take_up_due()
            tasks.take_up_figures()
            tasks.take_up_unindexed()
            tasks.forget_presence()
            # While tasks are ready, what waits is merely waiting its turn.
            if engine().is_idle():
                tasks.take_up_forgotten()
                tasks.take_up_new_names()
        except DatabaseError as error:
            # The database may be away for a moment; the next beat tries again.
            logger.warning("the heartbeat could not reach the database: %s", error)
        finally:
            close_old_connections()
        stop.wait(BEAT_SECONDS)
    with suppress(DatabaseError):
        workers.sign_off(name=NAME)
    connection.close()
