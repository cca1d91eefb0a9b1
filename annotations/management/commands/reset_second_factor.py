"""Let somebody log in without a code, where no other admin can: the last way in without app and codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotations.domain.second_factor import reset_second_factor
from annotations.models import User


class Command(BaseCommand):
    """Reset the second factor of one person; the audit log says so, and names nobody as who did it."""

    help = "Reset the second factor of somebody who has lost app and recovery codes."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the username."""
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        """Reset it. Raises CommandError where nobody has the username."""
        person = User.objects.filter(username=options["username"]).first()
        if person is None:
            raise CommandError(f"There is no account named {options['username']}.")
        reset_second_factor(person=person, by=None)
        self.stdout.write(f"{person.display_name} logs in with the password alone now.")
