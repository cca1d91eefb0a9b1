"""Making, seeing and revoking API tokens on the account page."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from annotations.choices import TokenScope
from annotations.domain.tokens import make_token
from annotations.models import ApiToken, AuditEntry, Revision, User
from tests.builders import make_user

pytestmark = pytest.mark.django_db

MAKE = "/account/tokens"


def made_on_the_page(client: Client, **fields: str) -> str:
    """Make a token and return its secret from the page."""
    page = client.post(MAKE, {"name": "night import", "scope": "read", **fields})
    found = re.search(r'value="(newsdesk_[\w-]+)"', page.content.decode())
    assert found
    return found[1]


def test_a_token_is_shown_once_and_kept_as_a_hash_alone(editor_client: Client) -> None:
    secret = made_on_the_page(editor_client)

    assert secret not in str(ApiToken.objects.values())
    assert ApiToken.objects.get().hint == secret[-4:]
    page = editor_client.get("/account").content.decode()
    assert secret not in page
    assert "night import" in page


def test_the_page_that_shows_a_token_is_not_kept_by_the_browser(editor_client: Client) -> None:
    page = editor_client.post(MAKE, {"name": "night import", "scope": "read"})

    assert "no-store" in page["Cache-Control"]


def test_a_made_token_works_until_it_is_revoked(editor_client: Client) -> None:
    script = Client(headers={"Authorization": f"Bearer {made_on_the_page(editor_client)}"})
    assert script.get("/api/v1/sets").status_code == 200
    assert ApiToken.objects.get().last_used_at is not None

    editor_client.post(f"/account/tokens/{ApiToken.objects.get().pk}/revoke")

    assert script.get("/api/v1/sets").status_code == 401
    assert "You have none." in editor_client.get("/account").content.decode()


def test_making_and_revoking_is_noted_without_the_secret(editor_client: Client) -> None:
    secret = made_on_the_page(editor_client, scope="write")
    editor_client.post(f"/account/tokens/{ApiToken.objects.get().pk}/revoke")

    assert list(AuditEntry.objects.order_by("pk").values_list("event", "detail")) == [
        ("token_made", "night import (read and write)"),
        ("token_revoked", "night import"),
    ]
    noted = str(list(AuditEntry.objects.values())) + str(list(Revision.objects.values()))
    assert secret[-20:] not in noted


def test_nobody_revokes_the_token_of_somebody_else(editor_client: Client) -> None:
    token, _ = make_token(name="theirs", scope=TokenScope.READ, expires_at=None, by=make_user(), address=None)

    assert editor_client.post(f"/account/tokens/{token.pk}/revoke").status_code == 404
    assert ApiToken.objects.get().revoked_at is None


def test_a_last_day_counts_as_a_whole_and_none_lies_in_the_past(editor_client: Client) -> None:
    today = timezone.localdate()
    made_on_the_page(editor_client, expires_on=today.isoformat())

    ends = ApiToken.objects.get().expires_at
    assert ends is not None
    assert timezone.localtime(ends).date() == today + timedelta(days=1)
    past = {"name": "x", "scope": "read", "expires_on": (today - timedelta(days=1)).isoformat()}
    assert editor_client.post(MAKE, past).status_code == 422


def test_use_is_noted_once_a_minute(editor: User) -> None:
    _, secret = make_token(name="x", scope=TokenScope.READ, expires_at=None, by=editor, address=None)
    script = Client(headers={"Authorization": f"Bearer {secret}"})
    script.get("/api/v1/sets")
    first = ApiToken.objects.get().last_used_at

    script.get("/api/v1/sets")

    assert ApiToken.objects.get().last_used_at == first
