"""`manage.py reset_second_factor`"""

import pytest
from django.core.management import CommandError, call_command
from django_otp.plugins.otp_totp.models import TOTPDevice

from annotations.models import AuditEntry, User
from annotations.queries.second_factor import has_second_factor

pytestmark = pytest.mark.django_db


def test_the_last_admin_gets_in_again(admin: User, capsys: pytest.CaptureFixture[str]) -> None:
    TOTPDevice.objects.create(user=admin, name="app")

    call_command("reset_second_factor", admin.username)

    assert not has_second_factor(admin)
    assert capsys.readouterr().out == f"{admin.display_name} logs in with the password alone now.\n"
    entry = AuditEntry.objects.get()
    assert (entry.event, entry.actor, entry.person) == ("second_factor_reset", None, admin)


def test_a_name_that_nobody_has_is_told(admin: User) -> None:
    with pytest.raises(CommandError, match="There is no account named bo"):
        call_command("reset_second_factor", "bo")
