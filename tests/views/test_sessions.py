"""Logging in and out, and the two links for somebody new, as a browser sees them."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotations.choices import Role
from annotations.domain.people import first_account_token, invite_person, make_password_link
from annotations.models import User
from tests.builders import make_user

pytestmark = pytest.mark.django_db

LOG_IN = reverse("annotations:log-in")
PASSWORDS = {"password": "plum tart in autumn", "password_again": "plum tart in autumn"}


def logged_in_as(client: Client) -> str | None:
    """Return the id of who is logged in, as the session keeps it."""
    return client.session.get("_auth_user_id")


def try_log_in(client: Client, password: str, *, username: str = "edith", address: str = "192.0.2.1") -> int:
    answer = client.post(LOG_IN, {"username": username, "password": password}, REMOTE_ADDR=address)
    return answer.status_code


def first_account_address() -> str:
    return reverse("annotations:first-account", args=[first_account_token()])


def invitation_address(person: User) -> str:
    admin = make_user(role=Role.ADMIN)
    return reverse("annotations:invitation", args=make_password_link(person=person, by=admin))


# ---- Log in and out ----


def test_log_in_goes_to_the_page_that_was_asked_for(client: Client) -> None:
    person = make_user(username="edith")

    answer = client.post(LOG_IN, {"username": "edith", "password": "correct horse", "next": "/account"})

    assert (answer.status_code, answer["Location"]) == (302, "/account")
    assert logged_in_as(client) == str(person.pk)


def test_log_in_never_goes_on_to_another_site(client: Client) -> None:
    make_user(username="edith")

    answer = client.post(
        LOG_IN, {"username": "edith", "password": "correct horse", "next": "https://example.org/"}
    )

    assert answer["Location"] == reverse("annotations:desk")


@pytest.mark.parametrize(
    ("username", "password"), [("edith", "wrong horse"), ("nobody", "correct horse"), ("edith", "")]
)
def test_log_in_that_fails_shows_the_form_again(client: Client, username: str, password: str) -> None:
    make_user(username="edith")

    answer = client.post(LOG_IN, {"username": username, "password": password})

    assert (answer.status_code, logged_in_as(client)) == (422, None)


def test_log_in_tells_no_difference_between_no_account_and_a_deactivated_one(client: Client) -> None:
    make_user(username="gone", is_active=False)

    pages = [
        client.post(LOG_IN, {"username": username, "password": "correct horse"}).context["form"].errors
        for username in ("gone", "nobody")
    ]

    assert pages[0] == pages[1]


def test_log_in_page_says_where_the_first_link_is_while_there_is_no_account(client: Client) -> None:
    page = client.get(LOG_IN).content.decode()

    assert "manage.py first_account_link" in page
    assert "<input" not in page


def test_log_in_page_says_nothing_of_it_once_there_is_an_account(client: Client) -> None:
    make_user()

    page = client.get(LOG_IN).content.decode()

    assert "first_account_link" not in page
    assert 'name="password"' in page


def test_log_in_page_sends_on_who_is_logged_in(client: Client) -> None:
    client.force_login(make_user())

    assert client.get(LOG_IN)["Location"] == reverse("annotations:desk")


def test_log_out_ends_the_session_and_only_by_post(editor_client: Client) -> None:
    assert editor_client.get(reverse("annotations:log-out")).status_code == 405
    assert logged_in_as(editor_client)

    answer = editor_client.post(reverse("annotations:log-out"))

    assert (answer["Location"], logged_in_as(editor_client)) == (LOG_IN, None)


# ---- Throttling ----


def test_five_failures_lock_this_username_at_this_address_only(client: Client) -> None:
    make_user(username="edith")
    make_user(username="bo")

    answers = [try_log_in(client, "wrong horse") for _ in range(5)]

    assert answers == [422, 422, 422, 422, 429]
    assert try_log_in(client, "correct horse") == 429
    assert try_log_in(client, "correct horse", address="192.0.2.2") == 302
    client.logout()
    assert try_log_in(client, "correct horse", username="bo") == 302


def test_lock_ends_after_fifteen_minutes_however_often_it_was_tried_meanwhile(client: Client) -> None:
    make_user(username="edith")
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        for _ in range(5):
            try_log_in(client, "wrong horse")
        clock.shift(timedelta(minutes=14, seconds=59))
        assert try_log_in(client, "correct horse") == 429

        clock.shift(timedelta(seconds=2))
        assert try_log_in(client, "correct horse") == 302


def test_lock_says_when_to_try_again(client: Client) -> None:
    make_user(username="edith")
    with time_machine.travel("2026-05-04 10:00:30Z", tick=False) as clock:
        for _ in range(5):
            try_log_in(client, "wrong horse")
        clock.shift(timedelta(minutes=5))

        answer = client.post(
            LOG_IN, {"username": "edith", "password": "correct horse"}, REMOTE_ADDR="192.0.2.1"
        )

    assert (answer.status_code, answer["Retry-After"]) == (429, "601")
    assert "10:16" in answer.content.decode()


def test_success_forgets_earlier_failures(client: Client) -> None:
    make_user(username="edith")
    for _ in range(4):
        try_log_in(client, "wrong horse")
    try_log_in(client, "correct horse")
    client.logout()

    assert [try_log_in(client, "wrong horse") for _ in range(4)] == [422] * 4


def test_forwarded_address_is_believed_only_behind_a_trusted_proxy(client: Client, settings: object) -> None:
    make_user(username="edith")
    form = {"username": "edith", "password": "wrong horse"}

    def try_from(forwarded: str) -> int:
        return client.post(LOG_IN, form, REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded).status_code

    assert [try_from(f"198.51.100.{n}") for n in range(5)] == [422, 422, 422, 422, 429]
    settings.TRUSTED_PROXIES = 1  # type: ignore[attr-defined]
    assert [try_from(f"198.51.100.{n}") for n in range(5)] == [422] * 5


# ---- The first account ----


def test_first_account_link_makes_an_admin_and_logs_in(client: Client) -> None:
    assert client.get(first_account_address()).status_code == 200

    answer = client.post(first_account_address(), {"username": "ada", "name": "Ada Quill", **PASSWORDS})

    person = User.objects.get()
    assert (person.username, person.display_name, person.role) == ("ada", "Ada Quill", "admin")
    assert (answer["Location"], logged_in_as(client)) == (reverse("annotations:desk"), str(person.pk))


@pytest.mark.parametrize("method", ["get", "post"])
def test_first_account_link_is_spent_once_there_is_an_account(client: Client, method: str) -> None:
    make_user()

    answer = getattr(client, method)(first_account_address(), {"username": "ada", "name": "", **PASSWORDS})

    assert (answer.status_code, User.objects.count()) == (410, 1)


def test_first_account_needs_the_right_link(client: Client) -> None:
    address = reverse("annotations:first-account", args=["guessed"])

    answer = client.post(address, {"username": "ada", "name": "", **PASSWORDS})

    assert (answer.status_code, User.objects.count()) == (404, 0)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "a b"}, "username"),
        ({"username": "x" * 151}, "username"),
        ({"username": "a\0b"}, "username"),
        ({"name": "x" * 151}, "name"),
        ({"password": "short", "password_again": "short"}, "password"),
        ({"password": "password123", "password_again": "password123"}, "password"),
        (
            {"username": "plum.tart.in", "password": "plumtartin1", "password_again": "plumtartin1"},
            "password",
        ),
        ({"password_again": "plum tart in winter"}, "password_again"),
        ({"password": "x" * 4097, "password_again": "x" * 4097}, "password"),
    ],
)
def test_first_account_form_refuses(client: Client, changes: dict[str, str], field: str) -> None:
    answer = client.post(first_account_address(), {"username": "ada", "name": "", **PASSWORDS, **changes})

    assert (answer.status_code, User.objects.count()) == (422, 0)
    assert field in answer.context["form"].errors


# ---- Invitations ----


def test_invitation_lets_its_person_choose_a_password_and_logs_in(client: Client) -> None:
    person = invite_person(username="bo", name="", role=Role.VIEWER, by=make_user(role=Role.ADMIN))
    address = invitation_address(person)
    assert client.get(address).status_code == 200

    answer = client.post(address, PASSWORDS)

    person.refresh_from_db()
    assert person.check_password("plum tart in autumn")
    assert (answer["Location"], logged_in_as(client)) == (reverse("annotations:desk"), str(person.pk))


def test_invitation_is_spent_after_use(client: Client) -> None:
    address = invitation_address(make_user())
    client.post(address, PASSWORDS)

    assert [client.get(address).status_code, Client().post(address, PASSWORDS).status_code] == [410, 410]


def test_invitation_is_too_old_after_three_days(client: Client) -> None:
    with time_machine.travel("2026-05-04 10:00Z", tick=False) as clock:
        address = invitation_address(make_user())
        clock.shift(timedelta(days=3))
        assert client.get(address).status_code == 200
        clock.shift(timedelta(seconds=1))
        assert client.get(address).status_code == 410


def test_invitation_refuses_a_bad_password_and_stays_valid(client: Client) -> None:
    person = make_user()
    address = invitation_address(person)

    answer = client.post(address, {"password": "short", "password_again": "short"})

    assert answer.status_code == 422
    assert client.post(address, PASSWORDS).status_code == 302


def test_passwords_are_never_written_back_into_a_page(client: Client) -> None:
    answer = client.post(first_account_address(), {"username": "", "name": "", **PASSWORDS})

    assert "plum tart" not in answer.content.decode()


@pytest.mark.parametrize("address", [LOG_IN, first_account_address, invitation_address])
def test_pages_with_a_secret_are_not_cached(client: Client, address: object) -> None:
    if address is invitation_address:
        address = invitation_address(make_user())
    elif callable(address):
        address = address()

    assert "no-store" in client.get(str(address))["Cache-Control"]
