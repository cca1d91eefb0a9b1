"""What tests of the commands share."""

import pytest

from annotations.choices import Role
from annotations.models import User
from tests.builders import make_user


@pytest.fixture
def queued_only(settings):
    """Background work is put into the queue and not done."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.fixture
def admin(db: None) -> User:
    """The person a command acts for when nobody is named."""
    return make_user(role=Role.ADMIN, username="ada")
