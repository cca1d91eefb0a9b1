"""Fixtures that tests of every layer use."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.management import create_contenttypes
from django.db import connection
from django.db.models.signals import post_migrate
from django.test import Client

from annotations.choices import Role
from annotations.models import User
from tests.builders import make_user
from tests.parts import NO_REDIS, find_redis
from tests.redis_server import RedisServer

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


# Django makes these anew each time the tables were emptied, with a hundred queries.
KEPT = {"django_content_type", "auth_permission"}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Have tables emptied row by row: PostgreSQL's TRUNCATE takes a second for sixty tables with ten rows."""

    def sql_flush(style: Any, tables: Sequence[str], **_: Any) -> list[str]:
        return [f"DELETE FROM {connection.ops.quote_name(table)}" for table in tables if table not in KEPT]

    connection.ops.sql_flush = sql_flush
    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(
        create_permissions, dispatch_uid="django.contrib.auth.management.create_permissions"
    )


@pytest.fixture
def shared() -> Path:
    """The folder with gold annotations and real articles; the test is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared with the corpus and real articles is not here")
    return SHARED


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis that is not started yet."""
    program = find_redis()
    if program is None:
        pytest.skip(NO_REDIS)
    server = RedisServer(program, tmp_path)
    yield server
    server.kill()


@pytest.fixture
def editor(db: None) -> User:
    """A person who may review and manage."""
    return make_user(role=Role.EDITOR, username="edith")


@pytest.fixture
def editor_client(client: Client, editor: User) -> Client:
    """A browser in which the editor is logged in."""
    client.force_login(editor)
    return client
