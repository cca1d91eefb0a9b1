"""The people page of admins and everybody's account page, as a browser sees them."""

import re

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from annotations.choices import Role
from annotations.models import Revision, User
from tests.builders import make_user

pytestmark = pytest.mark.django_db

PEOPLE = reverse("annotations:people")


@pytest.fixture
def admin() -> User:
    """Somebody who may administer."""
    return make_user(role=Role.ADMIN, username="ada", first_name="Ada Quill")


@pytest.fixture
def admin_client(client: Client, admin: User) -> Client:
    """A browser in which the admin is logged in."""
    client.force_login(admin)
    return client


def message_of(answer: HttpResponse) -> tuple[str, str]:
    """Return level and text of the one message that the next page will show."""
    [message] = get_messages(answer.wsgi_request)  # type: ignore[attr-defined]
    return message.level_tag, str(message)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANNOTATOR, Role.EDITOR])
def test_people_are_tended_by_admins_alone(client: Client, role: Role) -> None:
    person = make_user()
    client.force_login(make_user(role=role))
    names = ["person-role", "person-deactivate", "person-reactivate", "person-password-link"]

    answers = [client.get(PEOPLE), client.post(reverse("annotations:person-invite"))]
    answers += [client.post(reverse(f"annotations:{name}", args=[person.pk])) for name in names]

    assert [answer.status_code for answer in answers] == [403] * 6
    assert Revision.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_people_page_query_count(admin_client: Client, count: int, django_assert_num_queries: object) -> None:
    for _ in range(count):
        make_user()

    with django_assert_num_queries(4):  # type: ignore[operator] # session, oneself, everybody, the switch
        admin_client.get(PEOPLE)


def test_people_page_lists_active_people_by_role_then_the_deactivated(admin_client: Client) -> None:
    make_user(username="zoe", role=Role.ADMIN)
    make_user(username="ed", role=Role.EDITOR)
    make_user(username="vi", role=Role.VIEWER)
    make_user(username="gone", role=Role.ADMIN, is_active=False)

    listed = [person.username for person in admin_client.get(PEOPLE).context["people"]]

    assert listed == ["ada", "zoe", "ed", "vi", "gone"]


def test_people_page_offers_no_change_of_oneself(admin_client: Client, admin: User) -> None:
    page = admin_client.get(PEOPLE).content.decode()

    assert f"/people/{admin.pk}/" not in page


def test_people_page_tells_who_was_invited_but_never_came(admin_client: Client) -> None:
    person = make_user(username="bo")
    person.set_unusable_password()
    person.save()

    page = admin_client.get(PEOPLE).content.decode()

    row = page[page.index(">bo") :]
    assert re.search(r"<td[^>]*>Never</td>\s*<td>Invited</td>", row)


def test_invitation_shows_a_link_that_works(admin_client: Client) -> None:
    answer = admin_client.post(
        reverse("annotations:person-invite"), {"username": "bo", "name": "Bo Vale", "role": "viewer"}
    )

    person = User.objects.get(username="bo")
    assert (answer.status_code, person.role, person.display_name) == (200, "viewer", "Bo Vale")
    assert answer.context["link"].startswith("http://testserver/invitation/")
    assert answer.context["link"] in answer.content.decode()
    assert Client().get(answer.context["link"]).status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"username": "ADA"}, "username"), ({"username": "a b"}, "username"), ({"role": "owner"}, "role")],
)
def test_invitation_form_refuses(admin_client: Client, changes: dict[str, str], field: str) -> None:
    answer = admin_client.post(
        reverse("annotations:person-invite"), {"username": "bo", "name": "", "role": "viewer", **changes}
    )

    assert (answer.status_code, User.objects.count(), Revision.objects.count()) == (422, 1, 0)
    assert field in answer.context["form"].errors


def test_password_link_is_shown_for_somebody_who_forgot_theirs(admin_client: Client) -> None:
    person = make_user()

    answer = admin_client.post(reverse("annotations:person-password-link", args=[person.pk]))

    assert Client().get(answer.context["link"]).status_code == 200
    person.refresh_from_db()
    assert person.check_password("correct horse")


def test_password_link_is_refused_for_the_deactivated(admin_client: Client) -> None:
    person = make_user(username="bo", is_active=False)

    answer = admin_client.post(reverse("annotations:person-password-link", args=[person.pk]))

    assert (answer["Location"], message_of(answer)) == (
        PEOPLE,
        ("error", "bo is deactivated. Reactivate them first."),
    )


def test_role_is_changed(admin_client: Client) -> None:
    person = make_user(username="bo", role=Role.VIEWER)

    answer = admin_client.post(reverse("annotations:person-role", args=[person.pk]), {"role": "annotator"})

    person.refresh_from_db()
    assert (person.role, answer["Location"]) == ("annotator", PEOPLE)
    assert message_of(answer) == ("success", "bo is now annotator.")


def test_role_that_does_not_exist_is_refused(admin_client: Client) -> None:
    person = make_user(role=Role.VIEWER)

    answer = admin_client.post(reverse("annotations:person-role", args=[person.pk]), {"role": "owner"})

    person.refresh_from_db()
    assert (person.role, message_of(answer)) == ("viewer", ("error", "Choose one of the roles listed."))


def test_person_is_deactivated_and_reactivated(admin_client: Client) -> None:
    person = make_user()

    admin_client.post(reverse("annotations:person-deactivate", args=[person.pk]))
    person.refresh_from_db()
    assert not person.is_active

    admin_client.post(reverse("annotations:person-reactivate", args=[person.pk]))
    person.refresh_from_db()
    assert person.is_active


@pytest.mark.parametrize("name", ["person-role", "person-deactivate"])
def test_own_forged_change_is_refused(admin_client: Client, admin: User, name: str) -> None:
    answer = admin_client.post(reverse(f"annotations:{name}", args=[admin.pk]), {"role": "viewer"})

    admin.refresh_from_db()
    assert (admin.role, admin.is_active) == ("admin", True)
    assert message_of(answer) == (
        "error",
        "You can't do this to your own account. Ask another admin.",
    )


@pytest.mark.parametrize(
    "name", ["person-role", "person-deactivate", "person-reactivate", "person-password-link"]
)
def test_person_who_does_not_exist_is_404(admin_client: Client, name: str) -> None:
    answer = admin_client.post(reverse(f"annotations:{name}", args=[999_999]), {"role": "viewer"})

    assert answer.status_code == 404


@pytest.mark.parametrize("role", list(Role))
def test_account_page_is_everybodys(client: Client, role: Role) -> None:
    client.force_login(make_user(role=role))

    assert client.get(reverse("annotations:account")).status_code == 200


def test_account_page_says_what_a_password_must_be(editor_client: Client) -> None:
    page = editor_client.get("/account").content.decode()

    assert "Your password must contain at least 10 characters." in page


def test_own_name_is_changed(editor_client: Client, editor: User) -> None:
    answer = editor_client.post(reverse("annotations:account-name"), {"name": "Edith Marsh"})

    editor.refresh_from_db()
    assert (editor.display_name, answer["Location"]) == ("Edith Marsh", reverse("annotations:account"))


def test_own_name_that_is_too_long_is_refused(editor_client: Client, editor: User) -> None:
    answer = editor_client.post(reverse("annotations:account-name"), {"name": "x" * 151})

    editor.refresh_from_db()
    assert (answer.status_code, editor.display_name) == (422, "edith")


def test_own_password_is_changed_and_other_log_ins_end(editor_client: Client, editor: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(editor)

    editor_client.post(
        reverse("annotations:account-password"),
        {
            "old_password": "correct horse",
            "password": "plum tart in autumn",
            "password_again": "plum tart in autumn",
        },
    )

    editor.refresh_from_db()
    assert editor.check_password("plum tart in autumn")
    account = reverse("annotations:account")
    assert [editor_client.get(account).status_code, elsewhere.get(account).status_code] == [200, 302]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"old_password": "wrong horse"}, "old_password"),
        ({"password_again": "plum tart in winter"}, "password_again"),
        ({"password": "4711081547110815", "password_again": "4711081547110815"}, "password"),
    ],
)
def test_own_password_form_refuses(
    editor_client: Client, editor: User, changes: dict[str, str], field: str
) -> None:
    answer = editor_client.post(
        reverse("annotations:account-password"),
        {
            "old_password": "correct horse",
            "password": "plum tart in autumn",
            "password_again": "plum tart in autumn",
            **changes,
        },
    )

    editor.refresh_from_db()
    assert (answer.status_code, editor.check_password("correct horse")) == (422, True)
    assert list(answer.context["password_form"].errors) == [field]
