"""What property tests share: a database that each example finds as the test began with it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def rolled_back() -> Iterator[None]:
    """Take back whatever is stored inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
