"""The second factor of a log-in: codes of an authenticator app, and recovery codes for when it is lost.

What is switched leaves a revision and a line in the audit log, in which no secret and no code ever stands.
Each check is one transaction with its person held, so that no code works twice, and a wrong one counts.
"""

import hashlib
import secrets

from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from annotations.choices import AuditEvent
from annotations.domain import audit, history
from annotations.domain.people import OwnAccount
from annotations.models import RecoveryCode, User

RECOVERY_CODES = 10
# Letters and digits that are not taken for one another; 16 of them are 80 bits, too many to try them all.
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_LENGTH, _GROUP = 16, 4


class WrongCode(Exception):
    """No code of this person's, or one that was used, is too old, or came too soon after wrong ones."""


class AlreadyOn(Exception):
    """One app at a time: turn the second factor off, which asks for a code, before another one is begun."""


@transaction.atomic
def begin_second_factor(*, by: User) -> None:
    """Make the secret of an app that is to be confirmed; an earlier one that never was is gone.

    Raises AlreadyOn.
    """
    _hold(by)
    if TOTPDevice.objects.filter(user=by, confirmed=True).exists():
        raise AlreadyOn
    TOTPDevice.objects.filter(user=by, confirmed=False).delete()
    TOTPDevice.objects.create(user=by, name="Authenticator app", confirmed=False)


def turn_on_second_factor(*, code: str, by: User) -> list[str]:
    """Ask for codes of the app that was begun from now on; return the recovery codes, never to be seen again.

    Raises WrongCode, also where no app was begun.
    """
    with transaction.atomic():
        _hold(by)
        begun = TOTPDevice.objects.filter(user=by, confirmed=False).first()
        is_right = begun is not None and begun.verify_token(_plain(code))
        if begun and is_right:
            begun.confirmed = True
            begun.save(update_fields=["confirmed"])
            _record("turn on second factor", AuditEvent.SECOND_FACTOR_ON, by, by)
            codes = _make_codes(by)
    # Outside, since a wrong code must have been counted.
    if not is_right:
        raise WrongCode
    return codes


def check_code(*, person: User, code: str) -> None:
    """Take a code of the person's app, or spend a recovery code. Raises WrongCode."""
    with transaction.atomic():
        _hold(person)
        is_right = _takes(person, code)
    if not is_right:
        raise WrongCode


def new_recovery_codes(*, code: str, by: User) -> list[str]:
    """Make new recovery codes in the place of the old ones, and return them. Raises WrongCode."""
    check_code(person=by, code=code)
    with transaction.atomic():
        _hold(by)
        _record("make recovery codes", AuditEvent.RECOVERY_CODES_MADE, by, by)
        return _make_codes(by)


def turn_off_second_factor(*, code: str, by: User) -> None:
    """Ask oneself for no code any more. Raises WrongCode."""
    check_code(person=by, code=code)
    with transaction.atomic():
        _hold(by)
        _forget(by)
        _record("turn off second factor", AuditEvent.SECOND_FACTOR_OFF, by, by)


@transaction.atomic
def reset_second_factor(*, person: User, by: User | None) -> None:
    """Ask somebody else for no code any more, who has lost app and recovery codes. Raises OwnAccount.

    `by` is None for whoever runs the site's commands.
    """
    if by and person.pk == by.pk:
        raise OwnAccount
    _hold(person)
    _forget(person)
    _record("reset second factor", AuditEvent.SECOND_FACTOR_RESET, person, by)


def _takes(person: User, code: str) -> bool:
    typed = _plain(code)
    if len(typed) == _LENGTH:
        spent, _ = RecoveryCode.objects.filter(person=person, sha256=_sha256(typed)).delete()
        if spent:
            audit.note(AuditEvent.RECOVERY_CODE_USED, by=person, person=person)
        return bool(spent)
    app = TOTPDevice.objects.filter(user=person, confirmed=True).first()
    return app is not None and bool(app.verify_token(typed))


def _plain(code: str) -> str:
    return "".join(code.split()).replace("-", "").upper()


def _make_codes(person: User) -> list[str]:
    RecoveryCode.objects.filter(person=person).delete()
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(person=person, sha256=_sha256(code)) for code in codes)
    return ["-".join(code[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP)) for code in codes]


def _forget(person: User) -> None:
    TOTPDevice.objects.filter(user=person).delete()
    RecoveryCode.objects.filter(person=person).delete()


def _hold(person: User) -> None:
    User.objects.select_for_update(no_key=True).get(pk=person.pk)


def _record(verb: str, event: AuditEvent, person: User, by: User | None) -> None:
    history.record(verb=verb, by=by, after={f"person:{person.pk}": {}})
    audit.note(event, by=by, person=person)


def _sha256(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
