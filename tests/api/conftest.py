"""A script that calls the API: a client with a token, and counters that start at nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from annotations.choices import Role, TokenScope
from annotations.domain.tokens import make_token
from annotations.models import User
from tests.builders import make_user


@pytest.fixture(autouse=True)
def no_requests_so_far() -> Iterator[None]:
    """Forget how often the API was asked, before each test and after the last."""
    cache.clear()
    yield
    cache.clear()


def secret_of(person: User, *, scope: TokenScope = TokenScope.WRITE, **fields: Any) -> str:
    """Make a token of the person and return what a script sends."""
    given = {"name": "night import", "expires_at": None, "address": None} | fields
    return make_token(scope=scope, by=person, **given)[1]


def script_of(person: User, *, scope: TokenScope = TokenScope.WRITE) -> Client:
    """Return a client that sends a token of the person with each request."""
    return Client(headers={"Authorization": f"Bearer {secret_of(person, scope=scope)}"})


@pytest.fixture
def script(db: None) -> Client:
    """A script of an editor that may write."""
    return script_of(make_user(role=Role.EDITOR))
