"""Read files or folders and store their articles, as an upload in the browser does, for scripts and cron."""

import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotations.choices import UploadState
from annotations.domain import reading, sets, uploads
from annotations.management.actors import actor_named, add_actor_argument
from annotations.management.progress import Bar
from annotations.models import ArticleSet, Upload, User
from annotations.queries.progress import Progress, progress_of
from annotations.readers import read_paths
from annotations.tasks import runs_as_they_come

SECONDS_BETWEEN_LOOKS = 1.0


class Command(BaseCommand):
    """Import articles; reading happens here, pre-annotation in the worker."""

    help = "Store the articles of files or folders and queue their pre-annotation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", nargs="+", type=Path, help="Files or folders in any upload format.")
        parser.add_argument("--set", metavar="NAME", help="Put the articles into this set, made where new.")
        parser.add_argument("--outlet", default="", help="The outlet, in place of what the files say.")
        parser.add_argument(
            "--wait", action="store_true", help="Stay until the workers have annotated every article."
        )
        add_actor_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Store what can be read, a line for each; exit with 1 where anything was refused or failed."""
        by = actor_named(options["by"])
        article_set = _set_named(options["set"], by=by) if options["set"] else None
        described = uploads.Described(outlet=options["outlet"], article_set=article_set)
        upload = uploads.start_import(by=by, described=described)
        self._bar = Bar()
        self._read(upload, options["path"])
        if options["wait"]:
            self._wait(upload)
        self._bar.clear()
        upload.refresh_from_db()
        if upload.items_refused or (options["wait"] and upload.runs_failed):
            sys.exit(1)

    def _read(self, upload: Upload, paths: list[Path]) -> None:
        """Store what the paths hold, and hand it to the workers as it comes."""
        with runs_as_they_come() as enqueue:
            for number, (_, name, found) in enumerate(read_paths(paths, limits=uploads.limits()), start=1):
                if not Upload.objects.filter(pk=upload.pk, stopped_at__isnull=True).exists():
                    raise CommandError("The import was stopped on its page. Run this again to go on with it.")
                item, run_ids = reading.take_in(upload=upload, name=name, found=found)
                enqueue(run_ids)
                self._bar.clear()
                if item.state == UploadState.REFUSED:
                    self.stderr.write(f"{name}: {item.message}")
                elif item.state == UploadState.DUPLICATE:
                    self.stdout.write(f"{name}: there already, as article {item.article_id}")
                else:
                    self.stdout.write(f"{name}: article {item.article_id}")
                self._bar.show(None, f"{number} files and rows read")

    def _wait(self, upload: Upload) -> None:
        while (now := progress_of(upload.pk)).is_under_way:
            self._bar.show(now.share, _words(now))
            time.sleep(SECONDS_BETWEEN_LOOKS)


def _words(now: Progress) -> str:
    upload = now.upload
    parts = [f"{upload.runs_done} of {upload.runs_total} annotated", f"{upload.runs_failed} failed"]
    parts += [now.rate_in_words, f"{now.time_left} left" if now.time_left else "", f"{now.workers} workers"]
    return ", ".join(filter(None, parts))


def _set_named(name: str, *, by: User) -> ArticleSet:
    return ArticleSet.objects.filter(name=name).first() or sets.create_set(name=name, by=by)
