"""Write a backup of the whole desk into one file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from newsdesk.backups import BackupFailed, write_backup


class Command(BaseCommand):
    """Back up database, waiting uploads and, on request, the secret key."""

    help = "Write database and waiting uploads into one archive, while the desk goes on working."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="The archive to write, such as desk.tar.")
        parser.add_argument(
            "--with-secret",
            action="store_true",
            help="The secret key as well: whoever has the file can then log in as anybody.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the archive. Raises CommandError where it can't be; then there is no file."""
        try:
            write_backup(options["file"].absolute(), with_secret=options["with_secret"])
        except BackupFailed as failed:
            raise CommandError(str(failed)) from failed
        self.stdout.write(f"The backup is in {options['file']}.")
