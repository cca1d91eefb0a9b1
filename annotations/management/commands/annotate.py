"""Pre-annotate files and write what was found; nothing is stored. See docs/users/command-line.md."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from annotations.domain.annotation import draft_of
from annotations.domain.uploads import limits
from annotations.exports.csv import stream_csv
from annotations.exports.drafts import rows_of_draft
from annotations.exports.row import Export
from annotations.management.output import opened_output
from annotations.nlp.draft import Draft
from annotations.nlp.records import draft_as_record
from annotations.nlp.regions import first_body_sentence
from annotations.readers import Refused, SourceDocument, read_paths

# Id, source name, article, what was found.
Annotated = tuple[str, str, SourceDocument, Draft]


class Command(BaseCommand):
    """Annotate files without a database."""

    help = "Find the claims in files or folders of any upload format and write them; nothing is stored."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", nargs="+", type=Path, help="Files or folders in any upload format.")
        parser.add_argument("--format", choices=["jsonl", "csv"], default="jsonl")
        parser.add_argument("--output", metavar="FILE", help="Standard output otherwise.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write one line an article, or one row a claim; the exit code is 1 where a file was refused."""
        self.has_refused = False
        annotated = self._annotated(options["path"])
        written = _as_csv(annotated) if options["format"] == "csv" else _as_jsonl(annotated)
        with opened_output(options["output"]) as file:
            for chunk in written:
                file.write(chunk)
                file.flush()
        if self.has_refused:
            sys.exit(1)

    def _annotated(self, paths: Iterable[Path]) -> Iterator[Annotated]:
        """Yield each article with its draft, in input order; what can't be read is said on standard error."""
        for id_, name, outcome in read_paths(paths, limits=limits()):
            if isinstance(outcome, Refused):
                self.has_refused = True
                self.stderr.write(f"{name}: {outcome}")
            else:
                # A title made of the text's first sentence says nothing about which line is the headline.
                draft = draft_of(outcome.text, language=outcome.language, title=outcome.title)
                title = outcome.title or first_body_sentence(outcome.text) or name
                yield id_, name, replace(outcome, title=title), draft


def _as_jsonl(annotated: Iterable[Annotated]) -> Iterator[bytes]:
    for id_, name, document, draft in annotated:
        record = draft_as_record(
            draft,
            article_id=id_,
            source=name,
            text=document.text,
            title=document.title,
            published_on=document.published_on,
        )
        yield (json.dumps(record, ensure_ascii=False) + "\n").encode()


def _as_csv(annotated: Iterable[Annotated]) -> Iterator[bytes]:
    rows = (row for _, _, document, draft in annotated for row in rows_of_draft(draft, document))
    return stream_csv(Export(rows=rows))
