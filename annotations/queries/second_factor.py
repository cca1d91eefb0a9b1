"""Who is asked for a second factor when they log in, and what is left of their recovery codes."""

import base64
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django_otp.plugins.otp_totp.models import TOTPDevice

from annotations.models import RecoveryCode, User


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """A second factor that is on: since when, and how many recovery codes were not used yet."""

    since: datetime | None
    codes_left: int


# Whether a person of the outer query is asked for one.
IS_ASKED = Exists(TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True))


def second_factor_of(person: User) -> SecondFactor | None:
    """Return the person's second factor, None where none is on."""
    app = TOTPDevice.objects.filter(user=person, confirmed=True).first()
    if app is None:
        return None
    return SecondFactor(app.created_at, RecoveryCode.objects.filter(person=person).count())


def has_second_factor(person: User) -> bool:
    """Say whether the person is asked for a code."""
    return bool(TOTPDevice.objects.filter(user=person, confirmed=True).exists())


def begun_app_of(person: User) -> TOTPDevice | None:
    """Return the app whose first code the person has not typed yet."""
    return TOTPDevice.objects.filter(user=person, confirmed=False).first()


def secret_of(app: TOTPDevice) -> str:
    """Return the app's secret as people type it: base 32, in groups of four."""
    secret = base64.b32encode(app.bin_key).decode()
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
