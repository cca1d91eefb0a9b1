"""Redis as the engine: what it is given and when, what people are told without it, and what it may not do."""

import json
import pickle
import signal
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from annotations import tasks
from annotations.choices import UploadState
from annotations.models import UploadItem
from newsdesk import env
from newsdesk.engines import engine
from tests.redis_server import RedisServer

pytestmark = pytest.mark.django_db
Capture = Callable[..., AbstractContextManager[list[Any]]]


@pytest.fixture
def on_redis(redis_server: RedisServer, settings: Any, monkeypatch: pytest.MonkeyPatch) -> RedisServer:
    """A Redis that is not started yet, and is the engine."""
    monkeypatch.setenv("REDIS_URL", redis_server.url)
    settings.RQ_QUEUES = {"default": env.redis("REDIS_URL")}
    settings.TASKS = {"default": {"BACKEND": "newsdesk.engines.on_redis.Backend", "QUEUES": ["default"]}}
    from newsdesk.engines import on_redis

    monkeypatch.setattr(on_redis, "_trouble", on_redis._Trouble())
    return redis_server


def waiting(server: RedisServer) -> list[tuple[str, dict[str, Any]]]:
    """Return the tasks that wait, the next one first, and their arguments."""
    client = server.client()
    found = []
    for job_id in client.lrange("rq:queue:default", 0, -1):
        data = client.hget(f"rq:job:{job_id.decode()}", "data")
        name, _, _, arguments = json.loads(zlib.decompress(data))
        found.append((name.rpartition(".")[2], arguments))
    return found


def upload(browser: Client) -> Any:
    """Send a file and return the answer."""
    file = SimpleUploadedFile("tolls.txt", b"Tolls stay.")
    return browser.post(reverse("annotations:upload"), {"files": file})


def test_a_task_reaches_redis_only_when_its_rows_are_there_for_the_worker(
    on_redis: RedisServer, django_capture_on_commit_callbacks: Capture
) -> None:
    on_redis.start()

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        tasks.enqueue_runs([1])
        assert waiting(on_redis) == []

    assert waiting(on_redis) == [("annotate_articles", {"run_ids": [1]})]
    assert not engine().is_idle()


def test_a_webhook_does_not_wait_behind_an_import(
    on_redis: RedisServer, django_capture_on_commit_callbacks: Capture
) -> None:
    on_redis.start()

    with django_capture_on_commit_callbacks(execute=True):
        tasks.enqueue_runs([1])
        tasks.enqueue_runs([2])
        tasks._hand_over(tasks.send_delivery.using(priority=tasks.AHEAD), delivery_id=3)

    assert [arguments for _, arguments in waiting(on_redis)] == [
        {"delivery_id": 3},
        {"run_ids": [1]},
        {"run_ids": [2]},
    ]


def test_without_redis_an_upload_is_kept_and_the_page_says_what_is_the_matter(
    on_redis: RedisServer, editor_client: Client, django_capture_on_commit_callbacks: Capture
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        sent = editor_client.post(
            reverse("annotations:upload"), {"files": SimpleUploadedFile("tolls.txt", b"Tolls stay.")}
        )
    page = editor_client.get(sent.headers["Location"])
    ready = editor_client.get("/readyz")

    assert sent.status_code == 303
    assert UploadItem.objects.get().state == UploadState.WAITING
    sentence = "Redis, which carries the work to the workers, can&#x27;t be reached. Nothing is lost"
    assert sentence in page.text
    assert sentence in editor_client.get("/").text
    assert ready.status_code == 200
    assert ready.json()["trouble"].startswith(
        "Redis, which carries the work to the workers, can't be reached."
    )
    assert not engine().is_idle()  # so that nothing is handed to it either


def test_what_waited_is_handed_over_when_redis_is_back(
    on_redis: RedisServer, editor_client: Client, django_capture_on_commit_callbacks: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from newsdesk.engines import on_redis as module

    monkeypatch.setattr(module, "SECONDS_BETWEEN_TRIES", 0.0)
    with django_capture_on_commit_callbacks(execute=True):
        editor_client.post(
            reverse("annotations:upload"), {"files": SimpleUploadedFile("tolls.txt", b"Tolls stay.")}
        )
    on_redis.start()
    UploadItem.objects.update(created_at="2020-01-01T00:00Z")

    assert engine().is_idle()
    with django_capture_on_commit_callbacks(execute=True):
        tasks.take_up_forgotten()

    assert waiting(on_redis) == [("read_upload_items", {"item_ids": [UploadItem.objects.get().pk]})]
    assert engine().trouble() == ""
    assert "trouble" not in editor_client.get("/readyz").json()


def test_a_redis_that_takes_nothing_is_told_from_one_that_is_away(
    on_redis: RedisServer, django_capture_on_commit_callbacks: Capture
) -> None:
    on_redis.start()
    on_redis.client().config_set("maxmemory", "1")

    with django_capture_on_commit_callbacks(execute=True):
        tasks.enqueue_runs([1])

    assert "takes nothing: it is full" in engine().trouble()


# ---- Whoever can write to Redis ----

called: list[str] = []


def call_me(*args: object, **options: object) -> None:
    """Stand for any function of any module."""
    called.append("a function named in Redis")


class Hostile:
    """What runs code where it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return call_me, ()


@pytest.fixture
def signals() -> Iterator[None]:
    """Put back what the worker's loop does to signals."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("signals")
def test_whoever_can_write_to_redis_can_start_our_tasks_and_run_nothing_else(
    on_redis: RedisServer, django_capture_on_commit_callbacks: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from newsdesk.engines import on_redis as module

    on_redis.start()
    client = on_redis.client()
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(3):
            tasks.enqueue_runs([number])
    pickled, named, calling = (job_id.decode() for job_id in client.lrange("rq:queue:default", 0, -1))
    prepared = pickle.dumps(Hostile())
    client.hset(f"rq:job:{pickled}", mapping={"data": prepared, "meta": prepared, "result": prepared})
    client.hset(f"rq:job:{named}", "data", json.dumps([f"{__name__}.call_me", None, [], {}]))
    name = f"{__name__}.call_me"
    client.hset(f"rq:job:{calling}", mapping={"success_callback_name": name, "failure_callback_name": name})
    # What RQ's upkeep goes through.
    client.sadd("rq:groups", "hostile")
    client.sadd("rq:group:hostile", pickled)
    client.zadd("rq:wip:default", {f"{pickled}:1": 1})
    performed: list[list[int]] = []
    monkeypatch.setattr(tasks.runs, "take_batch", lambda run_ids, lease: performed.append(run_ids) or {})

    worker = module._made_worker()
    worker.work(burst=True, logging_level="WARNING")

    assert called == []
    assert performed == [[2]]
    assert client.llen("rq:queue:default") == 0
