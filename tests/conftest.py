"""Fixtures that tests of every layer use."""

from pathlib import Path

import pytest
from django.test import Client

from annotations.choices import Role
from annotations.models import User
from tests.builders import make_user

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@pytest.fixture
def shared() -> Path:
    """The folder with gold annotations and real articles; the test is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared with the corpus and real articles is not here")
    return SHARED


@pytest.fixture
def editor(db: None) -> User:
    """A person who may review and manage."""
    return make_user(role=Role.EDITOR, username="edith")


@pytest.fixture
def editor_client(client: Client, editor: User) -> Client:
    """A browser in which the editor is logged in."""
    client.force_login(editor)
    return client
