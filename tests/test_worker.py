"""The worker as a process of its own: work that it does, and work that it leaves when it is killed."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.redis_server import RedisServer

ROOT = Path(__file__).resolve().parent.parent
TEXT = "“Tolls stay,” said Ana Lindqvist.\n\n“They go,” Bo Ek said. “At once.”\n"


class Desk:
    """A desk with its own data directory, worked on by real processes."""

    def __init__(self, directory: Path) -> None:
        self.database = directory / "newsdesk.sqlite3"
        self.environment = {
            **{
                name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")
            },
            "NEWSDESK_DATA_DIR": str(directory),
            "DJANGO_SETTINGS_MODULE": "newsdesk.settings",
        }

    def manage(self, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
        )

    def query(self, sql: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.database, timeout=20)) as connection, connection:
            return connection.execute(sql).fetchall()

    @contextmanager
    def worker(self) -> Iterator["subprocess.Popen[bytes]"]:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "worker"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def wait_for(condition: Callable[[], bool], *, seconds: float = 60) -> None:
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up, "it did not come about"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    directory = tmp_path_factory.mktemp("desk")
    desk = Desk(directory)
    desk.manage("migrate", "--verbosity", "0")
    desk.manage(
        "shell",
        "-v0",
        "-c",
        "from annotations.models import User; User.objects.create_user('ana', role='editor')",
    )
    article = directory / "tolls.txt"
    article.write_text(TEXT, encoding="utf-8")
    desk.manage("import_articles", str(article), "--by", "ana")
    return desk


def test_the_worker_gives_way_to_the_pages(desk: Desk) -> None:
    nicest = min(os.getpriority(os.PRIO_PROCESS, 0) + 10, 19)
    with desk.worker() as worker:
        wait_for(lambda: os.getpriority(os.PRIO_PROCESS, worker.pid) == nicest)


@pytest.mark.pipeline
def test_an_article_whose_worker_is_killed_is_annotated_by_the_next_one_once(desk: Desk) -> None:
    def run() -> tuple[object, ...]:
        return desk.query("SELECT state, tries FROM annotations_annotationrun")[0]

    with desk.worker() as first:
        wait_for(lambda: run() == ("running", 1))
        first.kill()
        first.wait()
    assert run() == ("running", 1)
    assert desk.query("SELECT count(*) FROM annotations_claim") == [(0,)]
    # As if the heartbeat had been silent for a while, which need not be waited for.
    desk.query("UPDATE annotations_annotationrun SET heartbeat_at = '2020-01-01 00:00:00'")

    with desk.worker(), desk.worker():
        wait_for(lambda: run() == ("done", 2))

    assert desk.query("SELECT count(*) FROM annotations_annotationrun") == [(1,)]
    assert desk.query("SELECT kind FROM annotations_claim ORDER BY start") == [("direct",), ("direct",)]
    assert desk.query("SELECT state FROM annotations_article") == [("ready",)]


@pytest.mark.pipeline
def test_a_run_whose_task_the_engine_lost_is_taken_up_by_itself(desk: Desk) -> None:
    desk.query("DELETE FROM django_tasks_database_dbtaskresult")
    desk.query(
        "UPDATE annotations_annotationrun SET state = 'queued', tries = 0, losses = 0, "
        "queued_at = '2020-01-01 00:00:00'"
    )

    with desk.worker():
        wait_for(lambda: desk.query("SELECT state, tries FROM annotations_annotationrun") == [("done", 1)])


@pytest.mark.pipeline
def test_with_redis_as_the_engine_nothing_is_lost_while_redis_or_a_worker_is_gone(
    desk: Desk, redis_server: RedisServer
) -> None:
    def run() -> tuple[object, ...]:
        return desk.query("SELECT state, tries FROM annotations_annotationrun")[0]

    def queue_again() -> None:
        desk.query(
            "UPDATE annotations_annotationrun SET state = 'queued', tries = 0, losses = 0, "
            "queued_at = '2020-01-01 00:00:00'"
        )

    desk.environment["REDIS_URL"] = redis_server.url
    queue_again()
    drafts = "SELECT count(*) FROM annotations_revision WHERE verb = 'pre-annotate'"
    ((before,),) = desk.query(drafts)

    desk.query("DELETE FROM annotations_worker")

    with desk.worker() as first:
        wait_for(lambda: desk.query("SELECT 1 FROM annotations_worker") != [])
        time.sleep(1)  # it looks for Redis in vain, and finds by itself later what waits
        redis_server.start()
        wait_for(lambda: run() == ("running", 1))
        first.kill()
        first.wait()
    desk.query("UPDATE annotations_annotationrun SET heartbeat_at = '2020-01-01 00:00:00'")
    with desk.worker(), desk.worker():
        wait_for(lambda: run() == ("done", 2))
        assert desk.query(drafts) == [(before + 1,)]

        # Redis ends under the workers' feet, and comes back empty.
        redis_server.kill()
        queue_again()
        redis_server.start()
        wait_for(lambda: run() == ("done", 1))

    assert desk.query(drafts) == [(before + 2,)]
    assert desk.query("SELECT kind FROM annotations_claim ORDER BY start") == [("direct",), ("direct",)]
