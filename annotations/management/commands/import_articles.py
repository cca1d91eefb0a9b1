"""Read files or folders and store their articles, as an upload in the browser does, for scripts and cron."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from annotations.domain import articles, sets
from annotations.domain.uploads import limits
from annotations.management.actors import actor_named, add_actor_argument
from annotations.models import ArticleSet, User
from annotations.readers import Refused, SourceDocument, read_paths
from annotations.tasks import enqueue_runs


class Command(BaseCommand):
    """Import articles; reading happens here, pre-annotation in the worker."""

    help = "Store the articles of files or folders and queue their pre-annotation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", nargs="+", type=Path, help="Files or folders in any upload format.")
        parser.add_argument("--set", metavar="NAME", help="Put the articles into this set, made where new.")
        parser.add_argument("--outlet", default="", help="The outlet, in place of what the files say.")
        add_actor_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Store what can be read, with a line for each; the exit code is 1 where anything was refused."""
        by = actor_named(options["by"])
        article_set = _set_named(options["set"], by=by) if options["set"] else None
        refused = False
        for _, name, outcome in read_paths(options["path"], limits=limits()):
            if isinstance(outcome, Refused):
                refused = True
                self.stderr.write(f"{name}: {outcome}")
            else:
                document = replace(outcome, outlet=options["outlet"] or outcome.outlet)
                self._store(document, name=name, by=by, article_set=article_set)
        if refused:
            sys.exit(1)

    def _store(
        self, document: SourceDocument, *, name: str, by: User, article_set: ArticleSet | None
    ) -> None:
        try:
            run = articles.store_article(document=document, by=by, source_name=name, article_set=article_set)
        except articles.AlreadyThere as already:
            self.stdout.write(f"{name}: there already, as article {already.article.pk}")
            return
        enqueue_runs([run.pk])
        self.stdout.write(f"{name}: article {run.article_id}")


def _set_named(name: str, *, by: User) -> ArticleSet:
    return ArticleSet.objects.filter(name=name).first() or sets.create_set(name=name, by=by)
