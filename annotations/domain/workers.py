"""Which worker processes are there. It is shown to whoever runs the desk and leaves no revision."""

from datetime import timedelta

from django.utils import timezone

from annotations.models import Worker

FORGOTTEN_AFTER = timedelta(days=1)


def say_alive(*, name: str) -> None:
    """Note that the worker of this name is there now; those silent for a day are forgotten."""
    now = timezone.now()
    Worker.objects.update_or_create(name=name, defaults={"seen_at": now})
    Worker.objects.filter(seen_at__lt=now - FORGOTTEN_AFTER).delete()


def sign_off(*, name: str) -> None:
    """Note that the worker of this name has stopped in good order."""
    Worker.objects.filter(name=name).delete()
