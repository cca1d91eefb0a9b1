"""The verbs about people: every exit, what they write, and the revision each leaves."""

import json
import threading
from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.db import connections

from annotations.choices import Role
from annotations.domain import people
from annotations.models import Revision, User
from tests.builders import make_user

pytestmark = pytest.mark.django_db


def revision() -> tuple[str, User | None, dict[str, object], dict[str, object]]:
    """Return verb, actor, before and after of the one revision there is."""
    found = Revision.objects.get()
    return found.verb, found.actor, found.before, found.after


def link_of(person: User, by: User) -> dict[str, str]:
    person_part, token = people.make_password_link(person=person, by=by)
    return {"person_part": person_part, "token": token}


def test_first_account_is_an_active_admin_who_can_log_in() -> None:
    person = people.create_first_account(username="ada", name="Ada Quill", password="plum tart")

    person.refresh_from_db()
    assert (person.username, person.display_name, person.role, person.is_active) == (
        "ada",
        "Ada Quill",
        "admin",
        True,
    )
    assert person.check_password("plum tart")


def test_first_account_leaves_a_revision_of_its_own_making() -> None:
    person = people.create_first_account(username="ada", name="", password="plum tart")

    assert revision() == (
        "create first account",
        person,
        {},
        {f"person:{person.pk}": {"username": "ada", "name": "", "role": "admin", "is_active": True}},
    )


@pytest.mark.parametrize("is_active", [True, False])
def test_first_account_is_refused_once_there_is_any(is_active: bool) -> None:
    make_user(username="edith", is_active=is_active)

    with pytest.raises(people.AccountsExist):
        people.create_first_account(username="ada", name="", password="plum tart")

    assert [person.username for person in User.objects.all()] == ["edith"]


def test_first_account_token_is_the_same_at_every_start_and_fits_into_an_address() -> None:
    token = people.first_account_token()

    assert people.first_account_token() == token
    assert token.replace("-", "").replace("_", "").isalnum()
    assert people.is_first_account_token(token)


@pytest.mark.parametrize("token", ["", "x", "ä"])
def test_first_account_token_can_not_be_guessed(token: str) -> None:
    assert not people.is_first_account_token(token)


def test_first_account_token_depends_on_the_secret(settings: object) -> None:
    token = people.first_account_token()

    settings.SECRET_KEY = "another secret of at least thirty-two characters"  # type: ignore[attr-defined]

    assert not people.is_first_account_token(token)


def test_invited_person_has_the_role_and_no_password_yet() -> None:
    admin = make_user(role=Role.ADMIN)

    person = people.invite_person(username="bo", name="Bo Vale", role=Role.VIEWER, by=admin)

    person.refresh_from_db()
    assert (person.username, person.display_name, person.role) == ("bo", "Bo Vale", "viewer")
    assert not person.has_usable_password()
    assert revision() == (
        "invite person",
        admin,
        {},
        {f"person:{person.pk}": {"username": "bo", "name": "Bo Vale", "role": "viewer", "is_active": True}},
    )


def test_invitation_is_refused_for_a_username_that_differs_only_in_case() -> None:
    admin = make_user(role=Role.ADMIN, username="Ada")

    with pytest.raises(people.UsernameTaken):
        people.invite_person(username="aDA", name="", role=Role.VIEWER, by=admin)

    assert (User.objects.count(), Revision.objects.count()) == (1, 0)


def test_password_link_lets_its_person_set_a_password_once() -> None:
    admin = make_user(role=Role.ADMIN)
    person = people.invite_person(username="bo", name="", role=Role.VIEWER, by=admin)
    link = link_of(person, admin)

    assert people.person_of_link(**link) == person
    people.set_password_by_link(**link, password="plum tart")

    person.refresh_from_db()
    assert person.check_password("plum tart")
    with pytest.raises(people.LinkSpent):
        people.set_password_by_link(**link, password="another tart")
    person.refresh_from_db()
    assert person.check_password("plum tart")


def test_password_link_is_spent_by_a_log_in(client: "object") -> None:
    person = make_user()
    link = link_of(person, make_user(role=Role.ADMIN))

    client.force_login(person)  # type: ignore[attr-defined]

    with pytest.raises(people.LinkSpent):
        people.person_of_link(**link)


def test_password_link_of_another_person_does_not_fit() -> None:
    admin, one, other = make_user(role=Role.ADMIN), make_user(), make_user()
    links = [link_of(one, admin), link_of(other, admin)]

    with pytest.raises(people.LinkSpent):
        people.person_of_link(person_part=links[0]["person_part"], token=links[1]["token"])


@pytest.mark.parametrize("person_part", ["", "x", "OTk5OTk5", "ä", "////", "LTE", "OTk5" * 30])
def test_password_link_that_was_never_ours_is_spent(person_part: str) -> None:
    with pytest.raises(people.LinkSpent):
        people.person_of_link(person_part=person_part, token="x-y")


def test_password_link_stops_working_when_the_person_is_deactivated() -> None:
    admin, person = make_user(role=Role.ADMIN), make_user()
    link = link_of(person, admin)

    people.deactivate_person(person=person, by=admin)

    with pytest.raises(people.LinkSpent):
        people.set_password_by_link(**link, password="plum tart")


def test_password_link_is_refused_for_a_deactivated_person() -> None:
    with pytest.raises(people.Deactivated):
        people.make_password_link(person=make_user(is_active=False), by=make_user(role=Role.ADMIN))


def test_changed_password_is_the_one_that_counts() -> None:
    person = make_user()

    people.change_password(password="plum tart", by=person)

    person.refresh_from_db()
    assert (person.check_password("plum tart"), person.check_password("correct horse")) == (True, False)
    assert revision() == ("change password", person, {}, {f"person:{person.pk}": {}})


def test_changed_name_replaces_both_parts_of_the_old_one() -> None:
    person = make_user(username="bo", first_name="Bo", last_name="Vale")

    people.change_name(name="Bo Nightingale", by=person)

    person.refresh_from_db()
    assert person.display_name == "Bo Nightingale"
    assert (Revision.objects.get().before, Revision.objects.get().after) == (
        {f"person:{person.pk}": {"username": "bo", "name": "Bo Vale", "role": "editor", "is_active": True}},
        {
            f"person:{person.pk}": {
                "username": "bo",
                "name": "Bo Nightingale",
                "role": "editor",
                "is_active": True,
            }
        },
    )


@pytest.mark.parametrize("role", list(Role))
def test_changed_role_is_kept_with_who_changed_it(role: Role) -> None:
    admin, person = make_user(role=Role.ADMIN), make_user(username="bo", role=Role.VIEWER)

    people.change_role(person=person, role=role, by=admin)

    person.refresh_from_db()
    assert person.role == role
    state = {"username": "bo", "name": "", "is_active": True}
    assert revision() == (
        "change role",
        admin,
        {f"person:{person.pk}": {**state, "role": "viewer"}},
        {f"person:{person.pk}": {**state, "role": role.value}},
    )


def test_deactivated_person_is_barred_and_reactivated_as_they_were() -> None:
    admin, person = make_user(role=Role.ADMIN), make_user(role=Role.VIEWER)

    people.deactivate_person(person=person, by=admin)
    person.refresh_from_db()
    assert not person.is_active

    people.reactivate_person(person=person, by=admin)
    person.refresh_from_db()
    assert (person.is_active, person.role, person.check_password("correct horse")) == (True, "viewer", True)
    assert [found.verb for found in Revision.objects.all()] == ["deactivate person", "reactivate person"]


OTHER_ADMIN_VERBS: dict[str, Callable[[User, User], User]] = {
    "change_role": lambda person, by: people.change_role(person=person, role=Role.EDITOR, by=by),
    "deactivate_person": lambda person, by: people.deactivate_person(person=person, by=by),
}


@pytest.mark.parametrize("verb", OTHER_ADMIN_VERBS.values(), ids=OTHER_ADMIN_VERBS)
def test_nobody_bars_themselves(verb: Callable[[User, User], User]) -> None:
    admin = make_user(role=Role.ADMIN)
    make_user(role=Role.ADMIN)

    with pytest.raises(people.OwnAccount):
        verb(admin, admin)

    assert Revision.objects.count() == 0


@pytest.mark.parametrize("verb", OTHER_ADMIN_VERBS.values(), ids=OTHER_ADMIN_VERBS)
def test_the_last_active_admin_stays(verb: Callable[[User, User], User]) -> None:
    last = make_user(role=Role.ADMIN)
    make_user(role=Role.ADMIN, is_active=False)
    former = make_user(role=Role.EDITOR)  # an admin until a moment ago, with the page still open

    with pytest.raises(people.LastAdmin):
        verb(last, former)

    last.refresh_from_db()
    assert (last.role, last.is_active, Revision.objects.count()) == ("admin", True, 0)


def test_no_revision_holds_a_password_a_hash_or_a_link() -> None:
    admin = people.create_first_account(username="ada", name="", password="plum tart")
    person = people.invite_person(username="bo", name="", role=Role.VIEWER, by=admin)
    link = link_of(person, admin)
    people.set_password_by_link(**link, password="fig tart")
    people.change_password(password="pear tart", by=admin)
    people.change_role(person=person, role=Role.EDITOR, by=admin)
    people.deactivate_person(person=person, by=admin)

    written = json.dumps([[found.before, found.after] for found in Revision.objects.all()])

    admin.refresh_from_db()
    person.refresh_from_db()
    assert identify_hasher(admin.password)
    secrets = [admin.password, person.password, link["token"], "tart"]
    assert [secret for secret in secrets if secret in written] == []


@pytest.mark.parametrize(
    "make",
    [
        lambda: people.create_first_account(username="ada", name="", password="plum tart"),
        lambda: people.invite_person(
            username="bo", name="", role=Role.VIEWER, by=make_user(role=Role.ADMIN, username="ada")
        ),
    ],
    ids=["create_first_account", "invite_person"],
)
def test_no_account_stands_where_its_revision_could_not_be_written(
    make: Callable[[], User], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**fields: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("annotations.domain.history.record", fail)

    with pytest.raises(RuntimeError):
        make()

    assert not User.objects.exclude(username="ada").exists()
    assert not User.objects.filter(username="ada", password="plum tart").exists()


def at_the_same_time(*calls: Callable[[], object]) -> list[str]:
    """Make the calls in threads that start together; return the sorted names of what each came to."""
    barrier = threading.Barrier(len(calls))
    outcomes: list[str] = []

    def run(call: Callable[[], object]) -> None:
        barrier.wait()
        try:
            outcomes.append(type(call()).__name__)
        except Exception as error:
            outcomes.append(type(error).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_of_two_first_accounts_at_the_same_time_one_is_made() -> None:
    outcomes = at_the_same_time(
        *(
            lambda username=username: people.create_first_account(
                username=username, name="", password="plum tart"
            )
            for username in ("ada", "bo", "cy", "di")
        )
    )

    assert outcomes == ["AccountsExist", "AccountsExist", "AccountsExist", "User"]
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_admins_can_not_bar_each_other_at_the_same_time() -> None:
    one, other = make_user(role=Role.ADMIN), make_user(role=Role.ADMIN)

    outcomes = at_the_same_time(
        lambda: people.deactivate_person(person=one, by=other),
        lambda: people.change_role(person=other, role=Role.VIEWER, by=one),
    )

    assert outcomes == ["LastAdmin", "User"]
    assert User.objects.filter(role="admin", is_active=True).count() == 1
