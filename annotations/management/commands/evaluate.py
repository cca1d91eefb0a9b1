"""Run the pipeline over a gold corpus and print how good it is; see docs/users/command-line.md."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotations.management.output import opened_output
from annotations.nlp.pipeline import annotate
from annotations.nlp.records import draft_as_record
from annotations.nlp.scoring import score, table

_NEEDED = ("id", "text", "attributions")
# Articles after which progress is said.
_STEP = 10


class Command(BaseCommand):
    """Score the pipeline."""

    help = "Run the pipeline over a gold corpus in JSONL and print precision, recall and F1."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("gold", metavar="GOLD.jsonl", type=Path)
        parser.add_argument(
            "--predictions", metavar="FILE", help="Write what was found as well, for another scorer."
        )
        parser.add_argument(
            "--bootstrap",
            metavar="N",
            type=int,
            default=0,
            help="Resample the articles so many times for intervals.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the table. Raises CommandError where the corpus can't be read."""
        gold = _read(options["gold"])
        predictions = []
        for number, article in enumerate(gold, start=1):
            predictions.append(_predicted(article))
            if number % _STEP == 0 or number == len(gold):
                self.stderr.write(f"{number} of {len(gold)} articles", self.style.NOTICE)
        if options["predictions"]:
            with opened_output(options["predictions"]) as file:
                for prediction in predictions:
                    file.write((json.dumps(prediction, ensure_ascii=False) + "\n").encode())
        self.stdout.write(table(score(gold, predictions, bootstrap=options["bootstrap"])))


def _read(path: Path) -> Sequence[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as file:
            return [_article(line, f"{path}, line {number}") for number, line in enumerate(file, start=1)]
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} can't be read: {error}.") from None


def _article(line: str, place: str) -> dict[str, Any]:
    try:
        article = json.loads(line)
    except ValueError:
        raise CommandError(f"{place}: this is no JSON.") from None
    if not isinstance(article, dict):
        raise CommandError(f"{place}: this is no JSON object.")
    if missing := [name for name in _NEEDED if name not in article]:
        raise CommandError(f"{place}: {', '.join(missing)} is missing.")
    return article


def _predicted(article: dict[str, Any]) -> dict[str, Any]:
    title = str(article.get("title") or "")
    draft = annotate(article["text"], title=title, model=settings.SPACY_MODEL)
    record = draft_as_record(draft, article_id=article["id"], source="", text=article["text"])
    return {"id": record["id"], "claims": record["claims"]}
