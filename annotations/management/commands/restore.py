"""Fill an empty desk from a backup."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from newsdesk.backups import BackupFailed, restore_backup


class Command(BaseCommand):
    """Restore database, waiting uploads and, where the backup has it, the secret key."""

    help = "Fill an empty database and data folder from an archive of the backup command."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="The archive.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore. Raises CommandError where the place is not empty or the archive is none."""
        try:
            restore_backup(options["file"].absolute())
        except BackupFailed as failed:
            raise CommandError(str(failed)) from failed
        self.stdout.write("Restored. `make run` or `manage.py migrate` brings it up to this version.")
