"""Write claims to a file or standard output, as the export page does; see docs/users/export.md."""

from argparse import ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotations.choices import ClaimState
from annotations.exports.cutting import SpanOutsideText
from annotations.exports.registry import FORMATS
from annotations.management.output import opened_output
from annotations.models import ArticleSet
from annotations.queries.export import ExportScope, export_of


class Command(BaseCommand):
    """Export claims as CSV, JSONL or a zip."""

    help = "Export claims as CSV, JSONL or a zip of tables."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--set", metavar="NAME", help="Only the articles of this set.")
        parser.add_argument(
            "--state",
            action="append",
            default=[],
            choices=[state.value for state in ClaimState],
            help="Only claims in this state; may be given again. All but rejected ones otherwise.",
        )
        parser.add_argument("--from", type=_day, metavar="DATE", help="Published on this day or later.")
        parser.add_argument("--to", type=_day, metavar="DATE", help="Published on this day or earlier.")
        parser.add_argument("--format", choices=list(FORMATS), default="csv")
        parser.add_argument("--output", metavar="FILE", help="Standard output otherwise.")
        parser.add_argument("--no-bom", action="store_true", help="Leave out the byte-order mark.")
        parser.add_argument(
            "--raw", action="store_true", help="Put no apostrophe before cells that a spreadsheet would run."
        )
        parser.add_argument("--include-rejected", action="store_true", help="Rejected claims as well.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the export. Raises CommandError, and leaves no file, where a claim does not fit its text."""
        scope = ExportScope(
            article_set=_set_named(options["set"]) if options["set"] else None,
            states=frozenset(options["state"]),
            published_from=options["from"],
            published_to=options["to"],
            include_rejected=options["include_rejected"],
        )
        export = export_of(scope, bom=not options["no_bom"], raw=options["raw"])
        try:
            with opened_output(options["output"]) as file:
                for chunk in FORMATS[options["format"]].stream(export):
                    file.write(chunk)
        except SpanOutsideText as error:
            raise CommandError(f"{error} Nothing after it was written.") from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is no date: write it as 2025-01-31.") from None


def _set_named(name: str) -> ArticleSet:
    if found := ArticleSet.objects.filter(name=name).first():
        return found
    names = ", ".join(ArticleSet.objects.values_list("name", flat=True)[:20])
    raise CommandError(f"There is no set named {name}. The sets are: {names or 'none yet'}.")
