"""The second factor: what turns it on and off, which codes are taken, and what each leaves behind."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from annotations.choices import Role
from annotations.domain import second_factor
from annotations.domain.people import OwnAccount
from annotations.domain.second_factor import (
    AlreadyOn,
    WrongCode,
    begin_second_factor,
    check_code,
    new_recovery_codes,
    reset_second_factor,
    turn_off_second_factor,
    turn_on_second_factor,
)
from annotations.models import AuditEntry, RecoveryCode, Revision, User
from annotations.queries.second_factor import has_second_factor, second_factor_of
from tests.builders import make_user

pytestmark = pytest.mark.django_db

LATER = timedelta(seconds=60)  # two codes on


def code_of(person: User) -> str:
    """Return what the person's app shows now."""
    return f"{totp(TOTPDevice.objects.get(user=person).bin_key):06d}"


def other_than(code: str) -> str:
    """Return six digits that are wrong, whichever of the codes around now is asked for."""
    return f"{(int(code) + 500_000) % 1_000_000:06d}"


def turn_on(person: User) -> list[str]:
    begin_second_factor(by=person)
    return turn_on_second_factor(code=code_of(person), by=person)


@pytest.fixture
def clock(db: None) -> time_machine.Traveller:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def test_an_app_that_was_never_confirmed_asks_for_nothing(editor: User) -> None:
    begin_second_factor(by=editor)

    assert not has_second_factor(editor)
    with pytest.raises(WrongCode):
        check_code(person=editor, code=code_of(editor))


def test_a_first_code_turns_it_on_and_gives_ten_recovery_codes(editor: User) -> None:
    codes = turn_on(editor)

    found = second_factor_of(editor)
    assert found is not None
    assert found.codes_left == len(set(codes)) == 10


def test_a_wrong_first_code_turns_nothing_on(editor: User) -> None:
    begin_second_factor(by=editor)

    with pytest.raises(WrongCode):
        turn_on_second_factor(code=other_than(code_of(editor)), by=editor)

    assert not has_second_factor(editor)


def test_nothing_is_turned_on_that_was_not_begun(editor: User) -> None:
    with pytest.raises(WrongCode):
        turn_on_second_factor(code="123456", by=editor)


def test_beginning_again_makes_another_secret(editor: User) -> None:
    begin_second_factor(by=editor)
    first = TOTPDevice.objects.get().key

    begin_second_factor(by=editor)

    assert TOTPDevice.objects.get().key != first


def test_an_app_that_is_on_is_not_replaced_without_a_code(editor: User) -> None:
    turn_on(editor)

    with pytest.raises(AlreadyOn):
        begin_second_factor(by=editor)


def test_a_code_works_once(editor: User, clock: time_machine.Traveller) -> None:
    turn_on(editor)
    with pytest.raises(WrongCode):
        check_code(person=editor, code=code_of(editor))  # the one that turned it on

    clock.shift(LATER)
    code = code_of(editor)
    check_code(person=editor, code=f"{code[:3]} {code[3:]}")
    with pytest.raises(WrongCode):
        check_code(person=editor, code=code)


def test_a_code_of_long_ago_is_refused(editor: User, clock: time_machine.Traveller) -> None:
    turn_on(editor)
    clock.shift(LATER)
    old = code_of(editor)

    clock.shift(timedelta(minutes=3))

    with pytest.raises(WrongCode):
        check_code(person=editor, code=old)


def test_after_wrong_codes_the_right_one_has_to_wait(editor: User, clock: time_machine.Traveller) -> None:
    turn_on(editor)
    clock.shift(LATER)
    for _ in range(8):
        clock.shift(timedelta(minutes=5))
        with pytest.raises(WrongCode):
            check_code(person=editor, code=other_than(code_of(editor)))

    with pytest.raises(WrongCode):
        check_code(person=editor, code=code_of(editor))
    clock.shift(timedelta(minutes=5))
    check_code(person=editor, code=code_of(editor))


def test_a_recovery_code_works_once_however_it_is_typed(editor: User) -> None:
    first, second, *_ = turn_on(editor)

    check_code(person=editor, code=first)
    check_code(person=editor, code=f" {second.lower().replace('-', ' ')} ")

    with pytest.raises(WrongCode):
        check_code(person=editor, code=first)
    assert RecoveryCode.objects.count() == 8


def test_a_recovery_code_is_its_persons_own(editor: User) -> None:
    codes = turn_on(editor)
    colleague = make_user()
    turn_on(colleague)

    with pytest.raises(WrongCode):
        check_code(person=colleague, code=codes[0])


def test_new_recovery_codes_end_the_old_ones(editor: User, clock: time_machine.Traveller) -> None:
    old = turn_on(editor)
    clock.shift(LATER)

    new = new_recovery_codes(code=code_of(editor), by=editor)

    assert not set(old) & set(new)
    with pytest.raises(WrongCode):
        check_code(person=editor, code=old[0])
    check_code(person=editor, code=new[0])


def test_turning_it_off_takes_a_code_and_forgets_everything(editor: User) -> None:
    codes = turn_on(editor)
    with pytest.raises(WrongCode):
        turn_off_second_factor(code="000000", by=editor)
    assert has_second_factor(editor)

    turn_off_second_factor(code=codes[0], by=editor)

    assert not has_second_factor(editor)
    assert not TOTPDevice.objects.exists()
    assert not RecoveryCode.objects.exists()


def test_an_admin_resets_somebody_elses_and_not_their_own(editor: User) -> None:
    admin = make_user(role=Role.ADMIN)
    for person in (editor, admin):
        turn_on(person)

    reset_second_factor(person=editor, by=admin)
    with pytest.raises(OwnAccount):
        reset_second_factor(person=admin, by=admin)

    assert not has_second_factor(editor)
    assert has_second_factor(admin)
    assert RecoveryCode.objects.filter(person=editor).count() == 0


def test_what_is_done_is_in_the_audit_log_and_the_revisions(
    editor: User, clock: time_machine.Traveller
) -> None:
    admin = make_user(role=Role.ADMIN)
    codes = turn_on(editor)
    check_code(person=editor, code=codes[0])
    clock.shift(LATER)
    new_recovery_codes(code=code_of(editor), by=editor)
    clock.shift(LATER)
    turn_off_second_factor(code=code_of(editor), by=editor)
    reset_second_factor(person=editor, by=admin)

    entries = AuditEntry.objects.order_by("pk").values_list("event", "actor", "person")
    assert list(entries) == [
        ("second_factor_on", editor.pk, editor.pk),
        ("recovery_code_used", editor.pk, editor.pk),
        ("recovery_codes_made", editor.pk, editor.pk),
        ("second_factor_off", editor.pk, editor.pk),
        ("second_factor_reset", admin.pk, editor.pk),
    ]
    assert list(Revision.objects.order_by("pk").values_list("verb", flat=True)) == [
        "turn on second factor",
        "make recovery codes",
        "turn off second factor",
        "reset second factor",
    ]


def test_no_recovery_code_stands_anywhere_as_it_is_typed(editor: User) -> None:
    codes = turn_on(editor)

    kept = json.dumps(
        [
            *RecoveryCode.objects.values_list("sha256", flat=True),
            *Revision.objects.values_list("before", "after"),
            *AuditEntry.objects.values_list("detail", flat=True),
        ]
    )
    for code in codes:
        assert code not in kept
        assert code.replace("-", "") not in kept


def test_recovery_codes_are_too_many_to_try() -> None:
    assert len(second_factor._LETTERS) ** second_factor._LENGTH >= 2**80
