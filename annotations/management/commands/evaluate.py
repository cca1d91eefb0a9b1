"""Run the pipeline over a gold corpus and print how good it is; see docs/users/command-line.md."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotations.domain.annotation import PRE_ANNOTATED_LANGUAGES
from annotations.domain.uploads import limits
from annotations.management.output import opened_output
from annotations.models import ArticleSet
from annotations.nlp.gold import (
    GoldCorpus,
    GoldError,
    KnownText,
    TextsOf,
    left_out,
    read_gold,
    read_predictions,
    with_names,
)
from annotations.nlp.pipeline import annotate
from annotations.nlp.records import draft_as_record
from annotations.nlp.regions import first_body_sentence
from annotations.nlp.scoring import (
    Comparison,
    Score,
    calibration_table,
    compare,
    comparison_table,
    name_table,
    score,
    table,
    worst_table,
)
from annotations.nlp.words import WORD
from annotations.queries.reviewed import reviewed_corpus, texts_with
from annotations.readers import Refused, read_paths

# Articles after which progress is said.
_STEP = 10
_DRAWS = 500
_WORST = 50
_FIRST = "“We will see,” said Ann Lee."


@dataclass(slots=True)
class _Run:
    """What the pipeline found, {"id", "claims"} an article, and how long it took."""

    pipeline: str
    found: list[dict[str, Any]] = field(default_factory=list)
    words: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def read(self, article: Mapping[str, Any], title: str) -> None:
        """Let the pipeline read one article, and take the time."""
        started, cpu_started = perf_counter(), process_time()
        draft = annotate(article["text"], title=title, model=settings.SPACY_MODEL)
        self.seconds += perf_counter() - started
        self.cpu_seconds += process_time() - cpu_started
        self.words += sum(1 for _ in WORD.finditer(article["text"]))
        record = draft_as_record(draft, article_id=article["id"], source="", text=article["text"])
        self.found.append({"id": record["id"], "claims": record["claims"]})

    @property
    def words_per_second(self) -> float:
        """Words read in a second of the clock."""
        return self.words / self.seconds if self.seconds else 0.0

    @property
    def cpu_seconds_per_1000_words(self) -> float:
        """Seconds of the processor, of all its cores together."""
        return 1000 * self.cpu_seconds / self.words if self.words else 0.0

    def speed_line(self) -> str:
        """Return pipeline and speed in a line."""
        return (
            f"{self.pipeline}: {self.words_per_second:,.0f} words a second, "
            f"{self.cpu_seconds_per_1000_words:.2f} CPU seconds for 1,000 words "
            f"({self.words:,} words in {self.seconds:.1f} s, loading left out)"
        )


class Command(BaseCommand):
    """Score the pipeline."""

    help = "Run the pipeline over articles whose claims are known, and print how good it is."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "gold",
            metavar="GOLD",
            type=Path,
            nargs="?",
            help="A corpus in JSONL, a folder of brat's files, or an export of claims in CSV or JSONL.",
        )
        parser.add_argument(
            "--set", metavar="NAME", help="Instead of GOLD: the reviewed articles of this set."
        )
        parser.add_argument(
            "--reviewed", action="store_true", help="Instead of GOLD: all reviewed articles of the desk."
        )
        parser.add_argument(
            "--names", metavar="NAMES.jsonl", type=Path, help="Who speaks in the claims of GOLD."
        )
        parser.add_argument(
            "--texts",
            metavar="PATH",
            type=Path,
            help="For an export: where its articles are, as they were uploaded. The database otherwise.",
        )
        parser.add_argument(
            "--compare",
            metavar="OTHER.jsonl",
            type=Path,
            help="What another system, or an earlier run, found.",
        )
        parser.add_argument(
            "--predictions", metavar="FILE", help="Write what was found, to compare with later."
        )
        parser.add_argument("--json", metavar="FILE", help="Write all figures as JSON.")
        parser.add_argument(
            "--bootstrap",
            metavar="N",
            type=int,
            default=_DRAWS,
            help=f"Draw the articles so many times for intervals; {_DRAWS} otherwise, 0 for none.",
        )
        parser.add_argument(
            "--worst",
            metavar="N",
            type=int,
            default=_WORST,
            help=f"Name so many of the articles with the lowest F1; {_WORST} otherwise.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the figures. Raises CommandError where the corpus, or what to compare with, can't be read."""
        draws, name = options["bootstrap"], options["compare"]
        try:
            corpus = self._corpus(options)
            other = read_predictions(name) if name else None
        except GoldError as error:
            raise CommandError(str(error)) from None
        run = self._run_over(corpus)
        if options["predictions"]:
            _write_predictions(options["predictions"], run)
        result = score(corpus.articles, run.found, bootstrap=draws, stated_kinds=corpus.stated_kinds)
        comparison = None if other is None else _comparison(corpus, run, other, name=name, draws=draws)
        parts = [
            table(result),
            name_table(result),
            calibration_table(result),
            worst_table(result, options["worst"]) if options["worst"] else "",
            comparison_table(comparison, str(name)) if comparison else "",
            run.speed_line(),
        ]
        self.stdout.write("\n\n".join(part for part in parts if part))
        if options["json"]:
            _write_json(options["json"], run, result, comparison, draws=draws)

    def _corpus(self, options: dict[str, Any]) -> GoldCorpus:
        """Return the corpus that was asked for, without articles in languages the pipeline does not read."""
        asked = [bool(options[name]) for name in ("gold", "set", "reviewed")]
        if sum(asked) != 1:
            raise CommandError("Name one corpus: a file or folder, --set NAME, or --reviewed.")
        if options["gold"]:
            corpus = read_gold(options["gold"], texts_of=self._texts_of(options["texts"]))
        else:
            corpus = reviewed_corpus(_set_named(options["set"]) if options["set"] else None)
        if options["names"]:
            corpus = with_names(corpus, options["names"])
        for note in corpus.notes:
            self.stderr.write(note, self.style.NOTICE)
        read = [each for each in corpus.articles if each.get("language", "") in PRE_ANNOTATED_LANGUAGES]
        if others := len(corpus.articles) - len(read):
            note = left_out(others, "it is not in English", "they are not in English")
            self.stderr.write(note, self.style.NOTICE)
        if not read:
            raise CommandError("There is no article to measure with.")
        return GoldCorpus(read, stated_kinds=corpus.stated_kinds, desk_titles=corpus.desk_titles)

    def _texts_of(self, path: Path | None) -> TextsOf:
        """Return what finds the texts of an export: in the files below `path`, else in the database."""
        if path is None:
            return texts_with
        found = {}
        for _, name, outcome in read_paths([path], limits=limits()):
            if isinstance(outcome, Refused):
                self.stderr.write(f"{name}: {outcome}")
            else:
                sha256 = hashlib.sha256(outcome.text.encode()).hexdigest()
                found[sha256] = KnownText(outcome.text, outcome.title, outcome.language)
        return lambda hashes: {sha256: found[sha256] for sha256 in hashes if sha256 in found}

    def _run_over(self, corpus: GoldCorpus) -> _Run:
        # Loading is no part of the speed, and the first article would pay for it.
        run = _Run(pipeline=annotate(_FIRST, model=settings.SPACY_MODEL).pipeline)
        for number, article in enumerate(corpus.articles, start=1):
            run.read(article, _title(article, is_of_desk=corpus.desk_titles))
            if number % _STEP == 0 or number == len(corpus.articles):
                self.stderr.write(f"{number} of {len(corpus.articles)} articles", self.style.NOTICE)
        return run


def _title(article: Mapping[str, Any], *, is_of_desk: bool) -> str:
    title: str = article["title"]
    # A title that was made of the text's first sentence says nothing about which line is the headline.
    return "" if is_of_desk and title == first_body_sentence(article["text"]) else title


def _set_named(name: str) -> ArticleSet:
    if found := ArticleSet.objects.filter(name=name).first():
        return found
    raise CommandError(f"There is no set named {name}.")


def _comparison(
    corpus: GoldCorpus, run: _Run, other: list[dict[str, Any]], *, name: Path, draws: int
) -> Comparison:
    try:
        return compare(corpus.articles, run.found, other, draws=draws, stated_kinds=corpus.stated_kinds)
    except ValueError as error:
        raise CommandError(f"{name}: {error}.") from None


def _write_predictions(path: str, run: _Run) -> None:
    with opened_output(path) as file:
        for prediction in run.found:
            file.write((json.dumps(prediction, ensure_ascii=False) + "\n").encode())


def _write_json(path: str, run: _Run, result: Score, comparison: Comparison | None, *, draws: int) -> None:
    figures = {
        "pipeline": run.pipeline,
        "draws": draws,
        **asdict(result),
        "speed": {
            "words": run.words,
            "seconds": run.seconds,
            "words_per_second": run.words_per_second,
            "cpu_seconds_per_1000_words": run.cpu_seconds_per_1000_words,
        },
        "comparison": comparison and asdict(comparison),
    }
    with opened_output(path) as file:
        file.write((json.dumps(figures, ensure_ascii=False, indent=1) + "\n").encode())
