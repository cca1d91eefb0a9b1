"""Everything that docs/accuracy.md says of the attribution pipeline, measured in one run.

    .venv/bin/python -m benchmarks.attribution CORPUS [--fp32 FILE.onnx]

CORPUS is a folder with PolNeAR's `dev.jsonl`. Prints and writes the tables: accuracy on dev and on the names
of `tests/data/names`, calibration, what each part of the pipeline adds, words a second beside the bare spaCy
model (each engine and the model in turn, on the same texts, on one core), memory of a real worker. `--fp32`
adds the file before its weights were made small, as the training leaves it.
"""

import argparse
import datetime
import json
import os
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import spacy

from annotations.nlp import trained
from annotations.nlp.gold import read_gold, with_names
from annotations.nlp.pipeline import DEFAULT_MODEL, Engine, annotate, pipeline_id
from annotations.nlp.ranking import FixedOrder
from annotations.nlp.records import draft_as_record
from annotations.nlp.scoring import Score, score
from benchmarks import worker_memory

PAGE = Path("docs/accuracy.md")
NAMES = Path("tests/data/names/names.jsonl")
_DRAWS = 500
_ROUNDS, _SPEED_ARTICLES = 3, 40

_FORMS = {
    "all": "any source",
    "name": "a name",
    "nominal": "a role or description",
    "pronoun": "a pronoun",
    "pronoun+nominal": "pronouns and roles together",
}

Article = Mapping[str, Any]
Annotate = Callable[..., Any]

# What peers reach on dev by the same scorer, and two trained annotators (run from
# their own packages and checkouts with spaCy 3.8.18 and en_core_web_sm 3.8.0).
PEERS = {
    ("attribution", "direct+mixed"): (51.2, 50.7, 65.4, 94.1),
    ("attribution", "direct"): (60.5, 48.0, 65.6, 97.3),
    ("attribution", "all"): (24.5, 41.2, 53.4, 75.3),
    ("overlap", "all"): (27.7, 49.0, 58.3, 79.3),
    ("exact", "all"): (12.4, 31.8, 39.4, 69.4),
}
SAID = {"attribution": "attribution", "overlap": "content, half of the words", "exact": "content, exact"}


def main() -> None:
    """Measure, print and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--fp32", type=Path)
    options = parser.parse_args()
    dev = options.corpus / "dev.jsonl"
    # The corpus holds its texts itself.
    articles = with_names(read_gold(dev, texts_of=lambda wanted: {}), NAMES).articles

    ablations = {"as shipped": _scored(articles, annotate)}
    if options.fp32:
        with _file(options.fp32):
            ablations["weights in fp32 instead of int8"] = _scored(articles, annotate)
    ablations["without the ranker (fixed order)"] = _scored(articles, annotate, order=FixedOrder())
    ablations["without the encoder (rules over a parse)"] = _scored(articles, annotate, engine=Engine.RULES)
    ablations["without either"] = _scored(articles, annotate, engine=Engine.RULES, order=FixedOrder())
    speeds = _speeds([article["text"] for article in articles[:_SPEED_ARTICLES]])
    memory = worker_memory.measure(dev)

    page = "\n".join(_page(ablations, speeds, memory, len(articles)))
    PAGE.write_text(page, encoding="utf-8")
    print(page)


@contextmanager
def _file(path: Path) -> Iterator[None]:
    """Let the trained engine read with another file."""
    shipped = trained.SHIPPED
    trained.load.cache_clear()
    trained.SHIPPED = path
    try:
        yield
    finally:
        trained.SHIPPED = shipped
        trained.load.cache_clear()


def _scored(articles: Sequence[Article], run: Annotate, **options: Any) -> Score:
    found = []
    for article in articles:
        draft = run(article["text"], title=article.get("title") or "", **options)
        record = draft_as_record(draft, article_id=article["id"], source="", text=article["text"])
        found.append({"id": record["id"], "claims": json.loads(json.dumps(record["claims"]))})
    return score(articles, found, bootstrap=_DRAWS)


def _speeds(texts: Sequence[str]) -> dict[str, float]:
    """Return words a CPU second of each, the median of rounds in which they take turns."""
    words = sum(len(text.split()) for text in texts)
    bare = spacy.load(DEFAULT_MODEL)
    runners: dict[str, Callable[[], Iterable[Any]]] = {
        "bare": lambda: list(bare.pipe(texts)),
        "trained": lambda: [annotate(text, engine=Engine.TRAINED) for text in texts],
        "rules": lambda: [annotate(text, engine=Engine.RULES) for text in texts],
    }
    taken: dict[str, list[float]] = {name: [] for name in runners}
    for _ in range(_ROUNDS + 1):
        for name, run in runners.items():
            began = time.process_time()
            run()
            taken[name].append(time.process_time() - began)
    # The first round warms up.
    return {name: words / statistics.median(seconds[1:]) for name, seconds in taken.items()}


def _page(
    ablations: Mapping[str, Score], speeds: Mapping[str, float], memory: Mapping[str, float], articles: int
) -> Iterable[str]:
    shipped = ablations["as shipped"]
    today = datetime.datetime.now(tz=datetime.UTC)
    yield f"""# How often the pipeline is right

Written by `make benchmark-attribution` on {today.day} {today:%B %Y}, with {pipeline_id(Engine.TRAINED)}.

Figures are percent, by claim, on the {articles} articles of PolNeAR's dev part. The network did not learn
from them, but the pass of the training, the thresholds and the confidence were chosen on them, so that other
texts will do a little worse. A claim counts as right when it shares half of its words with a claim of the
corpus and has its source. In brackets: 95 % of {_DRAWS} draws of the articles.

| F1 | Newsdesk | textacy | Gender Gap Tracker | Citron, retrained | two trained people |
| --- | --- | --- | --- | --- | --- |"""
    for (measure, group), peers in PEERS.items():
        found = getattr(shipped.by_claim[group], measure)
        values = [f"**{_percent(found.f1)}** {_interval(found.interval)}", *(f"{peer:.1f}" for peer in peers)]
        yield f"| {SAID[measure]}, {group} | {' | '.join(values)} |"
    quoted = shipped.by_claim["direct+mixed"]
    yield f"""
Source right where the content matched, direct and mixed: **{_percent(quoted.source_accuracy)}** at a recall
of the content of {_percent(quoted.overlap.recall)} (Citron: 93.8 at 63.8). The peers were run from their own
packages and checkouts with spaCy 3.8.18 and `en_core_web_sm` 3.8.0 and counted by the same scorer; textacy
paragraph by paragraph, since it refuses articles with an odd number of marks.

## Full names
On 40 of the articles we read who speaks in each claim ([how](../tests/data/names/README.md)). No published
English system reports the full name of the speaker. The ranker was fitted on 32 of them; the eight that
were left unread do a little worse ([decision 17](decisions/17-a-ranker-that-can-be-read.md)).
"""
    yield from _names(shipped)
    yield from _calibration(shipped)
    yield """
## What each part adds

| F1 | attribution, direct+mixed | attribution, all | content exact, all | name, direct+mixed | name, all |
| --- | --- | --- | --- | --- | --- |"""
    for name, result in ablations.items():
        claims, names = result.by_claim, result.names
        values = [
            claims["direct+mixed"].attribution.f1,
            claims["all"].attribution.f1,
            claims["all"].exact.f1,
            *([names["direct+mixed"].end_to_end.f1, names["all"].end_to_end.f1] if names else []),
        ]
        yield f"| {name} | " + " | ".join(map(_percent, values)) + " |"
    yield f"""
What int8 costs, measured when the file was made, with the pipeline of that day (the fp32 file is not
shipped; more in the [model card](../annotations/nlp/resources/extractor.md)):

| F1 | attribution, direct+mixed | attribution, all | content exact, all | name, direct+mixed |
| --- | --- | --- | --- | --- |
| int8 | 90.6 | 76.4 | 66.4 | 86.4 |
| fp32 | 90.3 | 76.4 | 67.0 | 85.1 |

## Speed and memory
Words a second on one core of a processor {_instructions()}, each in turn over the same
{_SPEED_ARTICLES} articles in one process:

| | words a second | times the bare model |
| --- | --- | --- |
| bare spaCy model (`nlp.pipe`) | {speeds["bare"]:,.0f} | 1 |
| the whole pipeline | {speeds["trained"]:,.0f} | **{speeds["trained"] / speeds["bare"]:.2f}** |
| the rules, without the trained file | {speeds["rules"]:,.0f} | {speeds["rules"] / speeds["bare"]:.2f} |

The network multiplies in int8, and how much quicker that is depends on the processor. Runs on others, in
November 2026: ratios of 1.03, 0.87 and 0.67 with VNNI, which most server processors have since 2019 (AMD's
since 2022), and 0.51 without it.

A worker that annotated all {articles} articles one after the other holds **{memory["RSS"]:.0f} MB**
({memory["HWM"]:.0f} MB at its highest).
"""


def _names(result: Score) -> Iterator[str]:
    if result.names is None:
        return
    yield "| full name | direct+mixed | all |"
    yield "| --- | --- | --- |"
    groups = [result.names[name] for name in ("direct+mixed", "all")]
    ends = [f"**{_percent(g.end_to_end.f1)}** {_interval(g.end_to_end.interval)}" for g in groups]
    yield f"| content and name, F1 | {' | '.join(ends)} |"
    for form, label in _FORMS.items():
        shares = [f"{_percent(g.by_form[form].share)} of {g.by_form[form].of}" for g in groups]
        yield f"| right where the content matched, {label} | {' | '.join(shares)} |"


def _calibration(result: Score) -> Iterator[str]:
    yield "\n## How sure it says it is\n"
    yield "| confidence | claims | said | right |"
    yield "| --- | --- | --- | --- |"
    calibration = result.name_calibration or result.source_calibration
    if calibration is None:
        return
    for band in calibration.bands:
        said, right = _percent(band.confidence), _percent(band.right)
        yield f"| {band.low:.1f} to {band.high:.1f} | {band.claims} | {said} | {right} |"
    yield (
        "\nExpected calibration error over ten bands, right name and content on the 40 articles: "
        f"**{calibration.expected_error:.3f}**"
    )
    if result.source_calibration:
        yield f"; right source and content on all of dev: **{result.source_calibration.expected_error:.3f}**."


def _instructions() -> str:
    cpu = Path("/proc/cpuinfo")
    return "with VNNI" if cpu.exists() and "vnni" in cpu.read_text(encoding="utf-8") else "without VNNI"


def _percent(value: float) -> str:
    return f"{100 * value:.1f}"


def _interval(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else f"({_percent(interval[0])} to {_percent(interval[1])})"


if __name__ == "__main__":
    main()
