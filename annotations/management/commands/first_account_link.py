"""Print the link that creates the first account, while there is none."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.urls import reverse

from annotations.domain.people import first_account_token
from annotations.queries.people import desk_has_accounts
from newsdesk import env


class Command(BaseCommand):
    """Print the link on standard output, or nothing there where an account exists."""

    help = "Print the link that creates the first account, while there is none."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address under which people reach the desk."""
        parser.add_argument(
            "--address",
            default=_address(),
            help="the address of the desk that the link starts with (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the link; its absence is no failure."""
        if desk_has_accounts():
            self.stderr.write("There is an account already: log in, or ask an admin for an invitation.")
            return
        path = reverse("annotations:first-account", args=[first_account_token()])
        self.stdout.write(options["address"].rstrip("/") + path)


def _address() -> str:
    host = next((host.lstrip(".") for host in settings.ALLOWED_HOSTS if host != "*"), "localhost")
    return f"https://{host}" if settings.HTTPS else f"http://{host}:{env.integer('PORT', 8000)}"
