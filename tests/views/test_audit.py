"""The audit log and the open log-ins: what is noted, what never is, and who ends what."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as desk_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotations.choices import AuditEvent, Role
from annotations.domain import audit, people
from annotations.models import AuditEntry, LogIn
from tests.builders import make_user

pytestmark = pytest.mark.django_db

LOG_IN = "/log-in"


def log_in(client: Client, username: str, password: str = "correct horse", **more: Any) -> int:
    return client.post(LOG_IN, {"username": username, "password": password}, **more).status_code


def events() -> list[tuple[str, str | None, str | None]]:
    return [
        (entry.event, entry.actor and entry.actor.username, entry.person and entry.person.username)
        for entry in AuditEntry.objects.order_by("pk")
    ]


def test_log_ins_log_outs_and_failures_are_noted_with_their_address(client: Client) -> None:
    make_user(username="ana")

    assert log_in(client, "ana", "wrong horse") == 422
    assert log_in(client, "ana") == 302
    client.post("/log-out")

    assert events() == [
        ("log_in_failed", None, "ana"),
        ("logged_in", "ana", "ana"),
        ("logged_out", "ana", None),
    ]
    assert set(AuditEntry.objects.values_list("address", flat=True)) == {"127.0.0.1"}


def test_what_was_typed_into_a_failed_log_in_is_not_kept(client: Client) -> None:
    log_in(client, "my secret password", "s3cret")

    assert events() == [("log_in_failed", None, None)]
    assert "secret" not in str(list(AuditEntry.objects.values()))


def test_a_locked_log_in_is_noted(client: Client) -> None:
    make_user(username="ana")

    for _ in range(desk_settings.AXES_FAILURE_LIMIT):
        status = log_in(client, "ana", "wrong horse")

    assert status == 429
    assert events()[-1] == ("locked_out", None, "ana")


def test_an_export_is_noted_and_its_preview_is_not(editor_client: Client) -> None:
    editor_client.get("/export")
    editor_client.get("/export/download?format=csv")

    (entry,) = AuditEntry.objects.all()
    assert (entry.event, entry.actor.username) == ("exported", "edith")  # type: ignore[union-attr] # there is one
    assert entry.detail.endswith(".csv")


def test_what_admins_change_about_people_is_noted() -> None:
    ada, ana = make_user(role=Role.ADMIN, username="ada"), make_user(role=Role.VIEWER, username="ana")

    people.invite_person(username="bo", name="", role=Role.VIEWER, by=ada)
    people.make_password_link(person=ana, by=ada)
    people.change_role(person=ana, role=Role.EDITOR, by=ada)
    people.deactivate_person(person=ana, by=ada)
    people.reactivate_person(person=ana, by=ada)

    assert events() == [
        ("invited", "ada", "bo"),
        ("link_made", "ada", "ana"),
        ("role_changed", "ada", "ana"),
        ("deactivated", "ada", "ana"),
        ("reactivated", "ada", "ana"),
    ]
    assert AuditEntry.objects.get(event="role_changed").detail == "Viewer to Editor"


def test_entries_go_after_the_days_that_the_desk_keeps_them(settings: Any) -> None:
    settings.AUDIT_DAYS = 30
    audit.note(AuditEvent.LOGGED_OUT)
    audit.note(AuditEvent.EXPORTED)
    AuditEntry.objects.filter(event="exported").update(at=timezone.now() - timedelta(days=31))

    audit.note(AuditEvent.LOGGED_IN)

    assert [event for event, _, _ in events()] == ["logged_out", "logged_in"]


def test_admins_read_the_log_by_pages_and_kinds(client: Client) -> None:
    client.force_login(make_user(role=Role.ADMIN))
    for _ in range(51):
        audit.note(AuditEvent.EXPORTED, detail="claims.csv")
    audit.note(AuditEvent.LOCKED_OUT, address="192.0.2.7")

    first = client.get(reverse("annotations:audit-log"))
    exported = client.get(reverse("annotations:audit-log"), {"event": "exported"})
    second = client.get(
        reverse("annotations:audit-log"),
        {"event": "exported", "page": exported.context["page"].next_cursor},
    )

    assert "192.0.2.7" in first.content.decode()
    assert "192.0.2.7" not in exported.content.decode()
    assert (len(exported.context["page"].rows), len(second.context["page"].rows)) == (50, 1)


def test_a_person_sees_where_they_are_logged_in_and_ends_one(client: Client) -> None:
    make_user(username="ana")
    other = Client()
    log_in(other, "ana", headers={"User-Agent": "Elsewhere/1.0"})
    log_in(client, "ana", headers={"User-Agent": "Here/1.0"})
    page = client.get("/account").content.decode()
    assert "Elsewhere/1.0" in page
    assert page.count("(here)") == 1

    client.post(reverse("annotations:log-in-end", args=[LogIn.objects.get(browser="Elsewhere/1.0").pk]))

    assert other.get("/account").status_code == 302
    assert client.get("/account").status_code == 200


def test_nobody_ends_the_log_in_of_somebody_else(client: Client, editor_client: Client) -> None:
    make_user(username="ana")
    other = Client()
    log_in(other, "ana")

    answer = editor_client.post(reverse("annotations:log-in-end", args=[LogIn.objects.get().pk]))

    assert answer.status_code == 404
    assert other.get("/account").status_code == 200


def test_all_others_end_at_once_and_this_one_stays(client: Client) -> None:
    make_user(username="ana")
    others = [Client(), Client()]
    for browser in [*others, client]:
        log_in(browser, "ana")

    client.post(reverse("annotations:log-ins-end-others"))

    assert [browser.get("/account").status_code for browser in others] == [302, 302]
    assert client.get("/account").status_code == 200


def test_a_changed_password_ends_the_other_log_ins_and_keeps_this_one_listed(client: Client) -> None:
    person = make_user(username="ana")
    other = Client()
    log_in(other, "ana")
    log_in(client, "ana")
    fields = {"current": "correct horse", "password": "battery staple 9", "again": "battery staple 9"}

    answer = client.post(reverse("annotations:account-password"), password_fields(client, fields))

    assert answer.status_code == 302, answer.content.decode()
    assert other.get("/account").status_code == 302
    assert client.get("/account").status_code == 200
    assert LogIn.objects.filter(person=person).count() == 1


def password_fields(client: Client, values: dict[str, str]) -> dict[str, str]:
    """Return the values under the names that the form has, in its order."""
    names = list(client.get("/account").context["password_form"].fields)
    return dict(zip(names, values.values(), strict=True))
