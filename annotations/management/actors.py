"""On whose behalf a command acts: every change is recorded with a person."""

from django.core.management.base import CommandError, CommandParser

from annotations.choices import Role
from annotations.models import User


def add_actor_argument(parser: CommandParser) -> None:
    """Add `--by USERNAME`."""
    parser.add_argument(
        "--by", metavar="USERNAME", help="The person it is done for; the longest-standing admin otherwise."
    )


def actor_named(username: str | None) -> User:
    """Return the person of that name, or the active admin with the oldest account.

    Raises CommandError where there is no such person.
    """
    people = User.objects.filter(is_active=True)
    if username:
        if person := people.filter(username=username).first():
            return person
        raise CommandError(f"There is no active account named {username}.")
    if admin := people.filter(role=Role.ADMIN).order_by("pk").first():
        return admin
    raise CommandError("There is no admin yet: open Newsdesk and make the first account, or use --by.")
