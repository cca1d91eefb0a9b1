"""Fit the weights of the speaker ranker to articles whose speakers people wrote down.

    python -m annotations.nlp.training.ranker ARTICLES.jsonl NAMES.jsonl [--without ID ...]

Writes `resources/ranker.json` and prints how often the first candidate is right, each article judged by
weights that were fitted without it. The weights set by hand stay the centre that few examples cannot pull
far from.
"""

import argparse
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from annotations.nlp import trained
from annotations.nlp.directory import Directory, Entry
from annotations.nlp.discourse import Discourse, Trace
from annotations.nlp.draft import Span
from annotations.nlp.quotations import scan
from annotations.nlp.ranking import NOBODY, SHIPPED, Query, Ranked, Ranker, features
from annotations.nlp.regions import find_regions
from annotations.nlp.resolution import Resolver
from annotations.nlp.triples import Triple

_ROUNDS = 3
_STEPS, _RATE = 600, 0.05
_PULL_TO_PRIOR = 4.0
_LEAST_EXAMPLES = 8

Weights = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Choice:
    """One mention with the features of its candidates; `right` is the index of the one it means, or None."""

    article: str
    family: str
    candidates: tuple[Mapping[str, float], ...]
    right: int | None


class Recorder(Ranker):
    """A ranker that remembers what it was asked."""

    def __init__(self, weights: Weights) -> None:
        super().__init__(weights)
        self.asked: dict[tuple[int, str], tuple[tuple[Entry, ...], tuple[Mapping[str, float], ...]]] = {}

    def rank(self, query: Query, traces: Sequence[Trace]) -> list[Ranked]:
        """Rank as always and keep candidates and features."""
        self.asked[query.offset, query.family] = (
            tuple(trace.entry for trace in traces),
            tuple(features(query, trace, traces) for trace in traces),
        )
        return super().rank(query, traces)


def choices(
    articles: Iterable[dict[str, Any]], names: dict[str, list[Any]], weights: Weights
) -> Iterator[Choice]:
    """Yield what the resolver has to choose in `articles`, with the right answers by `names`."""
    for article in articles:
        text = article["text"]
        found = find_regions(text, title=article["title"])
        quotations = scan(text, [Span(p.start, p.end) for p in found])
        reading = trained.read(text, found, quotations)
        gold = {json.dumps(a["content"]): a["names"] for a in names[article["id"]]}
        known = [a for a in article["attributions"] if a["source"] and json.dumps(a["content"]) in gold]
        triples = [Triple(_spans(a["content"]), _spans(a["cue"]), _spans(a["source"]), "gold") for a in known]
        recorder = Recorder(weights)
        starts = [sentence.start for sentence in reading.sentences]
        directory = Directory(reading.mentions.names)
        Resolver(Discourse(text, reading.mentions, directory, starts), order=recorder).resolve_all(triples)
        for attribution in known:
            offset = attribution["source"][0][0]
            accepted = {_plain(name) for name in gold[json.dumps(attribution["content"])]}
            for (asked, family), (entries, described) in recorder.asked.items():
                if asked == offset and described:
                    right = [i for i, entry in enumerate(entries) if _plain(entry.name.text) in accepted]
                    yield Choice(article["id"], family, described, right[0] if right else None)


def fitted(known: Sequence[Choice], prior: Weights) -> Weights:
    """Return the weights that fit `known`, each family drawn to those of `prior`."""
    by_family: dict[str, list[Choice]] = defaultdict(list)
    for choice in known:
        by_family[choice.family].append(choice)
    return {
        family: _fitted(by_family[family], weights) if len(by_family[family]) >= _LEAST_EXAMPLES else weights
        for family, weights in prior.items()
    }


def _fitted(known: Sequence[Choice], prior: dict[str, float]) -> dict[str, float]:
    columns = [name for name in prior if name != NOBODY]
    start = np.array([*(prior[name] for name in columns), prior[NOBODY]])
    weights = start.copy()
    tables = [_table(choice, columns) for choice in known]
    for _ in range(_STEPS):
        slope = -_PULL_TO_PRIOR * (weights - start)
        for table, right in tables:
            scores = table @ weights
            shares = np.exp(scores - scores.max())
            slope += table[right] - (shares / shares.sum()) @ table
        weights = weights + _RATE * slope / max(1.0, len(tables) ** 0.5)
    return {name: round(float(value), 3) for name, value in zip([*columns, NOBODY], weights, strict=True)}


def _table(choice: Choice, columns: Sequence[str]) -> tuple[Any, int]:
    rows = [[*(found.get(name, 0.0) for name in columns), 0.0] for found in choice.candidates]
    rows.append([*(0.0 for _ in columns), 1.0])
    return np.array(rows), len(rows) - 1 if choice.right is None else choice.right


def right_shares(known: Sequence[Choice], prior: Weights) -> Counter[tuple[str, str]]:
    """Count by family the choices and the right first candidates, each article left out in turn."""
    counts: Counter[tuple[str, str]] = Counter()
    for article in sorted({choice.article for choice in known}):
        weights = fitted([choice for choice in known if choice.article != article], prior)
        for choice in (c for c in known if c.article == article and c.right is not None):
            scores = [
                sum(weights[choice.family].get(n, 0.0) * v for n, v in f.items()) for f in choice.candidates
            ]
            counts[choice.family, "all"] += 1
            counts[choice.family, "right"] += int(np.argmax(scores)) == choice.right
            by_hand = [
                sum(prior[choice.family].get(n, 0.0) * v for n, v in f.items()) for f in choice.candidates
            ]
            counts[choice.family, "right by hand"] += int(np.argmax(by_hand)) == choice.right
    return counts


def main() -> None:
    """Fit, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", type=Path)
    parser.add_argument("names", type=Path)
    parser.add_argument("--without", nargs="*", default=[], help="ids of articles to keep out, to check with")
    options = parser.parse_args()
    names = {
        row["id"]: row["attributions"]
        for row in map(json.loads, options.names.read_text(encoding="utf-8").splitlines())
        if row["id"] not in options.without
    }
    rows = map(json.loads, options.articles.read_text(encoding="utf-8").splitlines())
    articles = [row for row in rows if row["id"] in names]
    stored = json.loads(SHIPPED.read_text(encoding="utf-8"))
    weights: Weights = stored["weights"]
    for _ in range(_ROUNDS):
        # The memory that the features describe depends on the weights, so both settle together.
        known = list(choices(articles, names, weights))
        weights = fitted(known, stored["prior"])
    for (family, what), count in sorted(right_shares(known, stored["prior"]).items()):
        print(f"{family:8} {what:14} {count}")
    stored["weights"] = weights
    stored["fitted"] = {
        "articles": len(articles),
        "choices": dict(sorted(Counter(choice.family for choice in known).items())),
        "names": hashlib.sha256(options.names.read_bytes()).hexdigest(),
    }
    SHIPPED.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")


def _spans(pairs: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in pairs)


def _plain(name: str) -> str:
    kept = re.sub(r"['’]s\b", "", name.casefold()).replace(".", "")
    return re.sub(r"^(?:the|a|an|his|her|their|its|some|several) ", "", " ".join(re.findall(r"\w+", kept)))


if __name__ == "__main__":
    main()
