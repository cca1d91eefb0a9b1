"""The verbs about people: first account, invitations, roles, passwords.

Each is one transaction and leaves one revision, in which no password, hash or link ever stands. What a role
allows is in `annotations.views.access`.
"""

from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.core.signing import Signer
from django.db import connection, transaction
from django.utils.crypto import constant_time_compare
from django.utils.encoding import force_bytes, force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from annotations.choices import AuditEvent, Role
from annotations.domain import audit, history
from annotations.models import User
from annotations.queries.people import active_admins, desk_has_accounts


class AccountsExist(Exception):
    """The link for the first account was used when there already was one: log in instead."""


class UsernameTaken(Exception):
    """Somebody at the desk has this username, in whatever case: choose another."""


class LastAdmin(Exception):
    """This would leave the desk without an active admin: make somebody else admin first."""


class OwnAccount(Exception):
    """Nobody changes their own role or deactivates themselves: ask another admin."""


class Deactivated(Exception):
    """A deactivated person gets no link: reactivate them first."""


class LinkSpent(Exception):
    """The password link was used, is too old or was never ours: ask an admin for a new one."""


def first_account_token() -> str:
    """Return the secret part of the link that makes the first account.

    It is the same at every start, so that a link printed earlier still works while there is no account.
    """
    return Signer(salt="newsdesk.first-account").signature("first account")


def is_first_account_token(token: str) -> bool:
    """Say whether `token` was made by this desk; whether there is an account already is another question."""
    return constant_time_compare(token, first_account_token())


@transaction.atomic
def create_first_account(*, username: str, name: str, password: str) -> User:
    """Make the first account, an admin. Raises AccountsExist where there is one, active or not."""
    _hold_accounts()
    if desk_has_accounts():
        raise AccountsExist
    person = User(username=username, first_name=name, role=Role.ADMIN.value)
    person.set_password(password)
    person.save()
    history.record(verb="create first account", by=person, after=_state(person))
    return person


@transaction.atomic
def invite_person(*, username: str, name: str, role: Role, by: User) -> User:
    """Make an account that nobody can log in to before its password was set through a link.

    Raises UsernameTaken.
    """
    _hold_accounts()
    if User.objects.filter(username__iexact=username).exists():
        raise UsernameTaken
    person = User(username=username, first_name=name, role=role.value)
    person.set_unusable_password()
    person.save()
    history.record(verb="invite person", by=by, after=_state(person))
    audit.note(AuditEvent.INVITED, by=by, person=person, detail=role.label)
    return person


@transaction.atomic
def make_password_link(*, person: User, by: User) -> tuple[str, str]:
    """Return the two parts of a link through which the person sets a password, once and within three days.

    An earlier link of the person stays valid until one of them was used or the person logged in. Raises
    Deactivated.
    """
    if not person.is_active:
        raise Deactivated
    history.record(verb="make password link", by=by, after={_key(person): {}})
    audit.note(AuditEvent.LINK_MADE, by=by, person=person)
    return urlsafe_base64_encode(force_bytes(person.pk)), default_token_generator.make_token(person)


def person_of_link(*, person_part: str, token: str) -> User:
    """Return whom a password link is for. Raises LinkSpent."""
    try:
        person = User.objects.filter(
            pk=int(force_str(urlsafe_base64_decode(person_part))), is_active=True
        ).first()
    except (ValueError, OverflowError):  # no number, or no base 64
        raise LinkSpent from None
    if person is None or not default_token_generator.check_token(person, token):
        raise LinkSpent
    return person


@transaction.atomic
def set_password_by_link(*, person_part: str, token: str, password: str) -> User:
    """Set the password of the person whom the link is for, which spends the link. Raises LinkSpent."""
    _hold_accounts()
    person = person_of_link(person_part=person_part, token=token)
    person.set_password(password)
    person.save(update_fields=["password"])
    history.record(verb="set password by link", by=person, after={_key(person): {}})
    audit.note(AuditEvent.PASSWORD_CHANGED, by=person, person=person, detail="By link")
    return person


@transaction.atomic
def change_password(*, password: str, by: User) -> User:
    """Set one's own password; it ends one's log-ins elsewhere."""
    by.set_password(password)
    by.save(update_fields=["password"])
    history.record(verb="change password", by=by, after={_key(by): {}})
    audit.note(AuditEvent.PASSWORD_CHANGED, by=by, person=by)
    return by


@transaction.atomic
def change_name(*, name: str, by: User) -> User:
    """Change the name that colleagues see of oneself."""
    person = _locked(by)
    before = _state(person)
    person.first_name, person.last_name = name, ""
    person.save(update_fields=["first_name", "last_name"])
    history.record(verb="change name", by=by, before=before, after=_state(person))
    return person


@transaction.atomic
def change_role(*, person: User, role: Role, by: User) -> User:
    """Give the person another role. Raises OwnAccount and LastAdmin."""
    if person.pk == by.pk:
        raise OwnAccount
    if role != Role.ADMIN:
        _keep_an_admin_besides(person)
    person = _locked(person)
    before = _state(person)
    person.role = role.value
    person.save(update_fields=["role"])
    history.record(verb="change role", by=by, before=before, after=_state(person))
    was = Role(before[_key(person)]["role"]).label
    audit.note(AuditEvent.ROLE_CHANGED, by=by, person=person, detail=f"{was} to {role.label}")
    return person


@transaction.atomic
def deactivate_person(*, person: User, by: User) -> User:
    """Bar the person from the desk at once; what they did stays. Raises OwnAccount and LastAdmin."""
    if person.pk == by.pk:
        raise OwnAccount
    _keep_an_admin_besides(person)
    return _set_active(person, active=False, verb="deactivate person", by=by)


@transaction.atomic
def reactivate_person(*, person: User, by: User) -> User:
    """Let a deactivated person in again, with the password and role they had."""
    return _set_active(person, active=True, verb="reactivate person", by=by)


def _set_active(person: User, *, active: bool, verb: str, by: User) -> User:
    person = _locked(person)
    before = _state(person)
    person.is_active = active
    person.save(update_fields=["is_active"])
    history.record(verb=verb, by=by, before=before, after=_state(person))
    audit.note(AuditEvent.REACTIVATED if active else AuditEvent.DEACTIVATED, by=by, person=person)
    return person


def _hold_accounts() -> None:
    """Make a second transaction that adds an account wait for this one.

    On SQLite every transaction holds the write lock from its start (see `newsdesk.env`).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {User._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


def _keep_an_admin_besides(person: User) -> None:
    # All admins are locked, not only this one: two admins who bar each other at the same moment must not
    # both find the other still there.
    if {admin.pk for admin in active_admins().select_for_update()} <= {person.pk}:
        raise LastAdmin


def _locked(person: User) -> User:
    return User.objects.select_for_update().get(pk=person.pk)


def _key(person: User) -> str:
    return f"person:{person.pk}"


def _state(person: User) -> dict[str, Any]:
    return {
        _key(person): {
            "username": person.username,
            "name": person.get_full_name(),
            "role": person.role,
            "is_active": person.is_active,
        }
    }
