"""What a supervisor or load balancer is told: alive, and ready or why not."""

from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from annotations.domain import workers

pytestmark = pytest.mark.django_db


def test_a_process_that_answers_is_alive_whatever_the_database_does(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "cursor", _no_database)

    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_desk_without_a_worker_is_ready_and_says_so(client: Client) -> None:
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ok", "workers": 0, "oldest_waiting_seconds": 0.0},
    )


def test_workers_are_counted_until_they_sign_off(client: Client) -> None:
    workers.say_alive(name="one:1")
    workers.say_alive(name="two:1")
    workers.say_alive(name="one:1")
    assert client.get("/readyz").json()["workers"] == 2

    workers.sign_off(name="one:1")

    assert client.get("/readyz").json()["workers"] == 1


def test_a_desk_without_its_database_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "cursor", _no_database)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"status": "no database"})


def test_a_desk_that_has_to_be_migrated_is_not_ready(client: Client) -> None:
    (newest,) = MigrationLoader(connection).graph.leaf_nodes("annotations")
    MigrationRecorder(connection).record_unapplied(*newest)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert "manage.py migrate" in answer.json()["status"]


def test_a_desk_whose_data_folder_takes_nothing_is_not_ready(
    client: Client, settings: object, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    settings.SPOOL_DIR = tmp_path / "file" / "spool"  # type: ignore[attr-defined]

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert "can't be written" in answer.json()["status"]


def _no_database(*args: object) -> None:
    raise DatabaseError
