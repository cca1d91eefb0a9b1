"""Fit which other contents are offered for a claim, on what the pipeline gets wrong in annotated articles.

    python -m annotations.nlp.training.alternatives articles.jsonl

Writes `resources/alternatives.json` and prints how often the right content was among the first offered when
each half of the articles is judged by a model of the other half.
"""

import json
import math
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from annotations.nlp.alternatives import SHIPPED, Weights, alternatives, places, shapes
from annotations.nlp.draft import DraftClaim, Span
from annotations.nlp.pipeline import annotate
from annotations.nlp.scoring.pairing import pairs
from annotations.nlp.training.examples import read_articles
from annotations.nlp.words import Words

_SAME_CLAIM, _FIRST = 0.5, (1, 2, 3, 5, 9)
_STEPS, _PENALTY, _LEAST_GAIN = 40, 0.5, 1e-4

Floats = NDArray[np.float64]
Choice = tuple[list[dict[str, float]], int]


@dataclass(frozen=True, slots=True)
class Miss:
    """A claim whose content the pipeline got wrong, and the words of the right one."""

    text: str
    words: Words
    claim: DraftClaim
    right: frozenset[int]


def main(corpus: str) -> None:
    """Fit on `corpus`."""
    halves: tuple[list[Miss], list[Miss]] = ([], [])
    for index, article in enumerate(read_articles(Path(corpus))):
        halves[index % 2].extend(misses(article))
    everything = halves[0] + halves[1]
    ranks = [rank for half, other in (halves, halves[::-1]) for rank in _ranks(half, _fitted(other))]
    facts = {
        "source": "Fitted by annotations.nlp.training.alternatives on what the pipeline got wrong.",
        "errors": len(everything),
        "held_out": {
            str(count): round(sum(rank < count for rank in ranks) / len(ranks), 3) for count in _FIRST
        },
    }
    weights = _fitted(everything)
    SHIPPED.write_text(json.dumps({**facts, "weights": weights}, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(facts))


def _held_out(ranks: Sequence[int]) -> dict[str, float]:
    return {str(count): round(sum(rank < count for rank in ranks) / len(ranks), 3) for count in _FIRST}


def misses(article: Mapping[str, object]) -> list[Miss]:
    """Return the claims of an article that were found with other words than the annotated ones."""
    text, gold = str(article["text"]), article["attributions"]
    assert isinstance(gold, list)  # noqa: S101 - the reader of the corpus made it
    words = Words(text)
    found = annotate(text).claims
    right = [words.covered(attribution["content"]) for attribution in gold]
    contents = [words.covered((span.start, span.end) for span in claim.content) for claim in found]
    return [
        Miss(text, words, found[j], frozenset(right[i]))
        for i, j in pairs(right, contents, _SAME_CLAIM)
        if right[i] != contents[j]
    ]


def fit(choices: Sequence[Choice]) -> dict[str, float]:
    """Return the weights of a conditional logistic model by Newton's method with halved steps."""
    names = sorted({name for options, _ in choices for option in options for name in option})
    column = {name: at for at, name in enumerate(names)}
    known = [np.array([_row(option, column) for option in options]) for options, _ in choices]
    goals = [goal for _, goal in choices]
    weights = np.zeros(len(names))
    likelihood = _likelihood(known, goals, weights)
    for _ in range(_STEPS):
        slope, curve = -_PENALTY * weights, _PENALTY * np.eye(len(names))
        for rows, goal in zip(known, goals, strict=True):
            chances = np.exp(rows @ weights - (rows @ weights).max())
            chances /= chances.sum()
            mean = chances @ rows
            slope += rows[goal] - mean
            curve += (rows * chances[:, None]).T @ rows - np.outer(mean, mean)
        step = np.linalg.solve(curve, slope)
        while _likelihood(known, goals, weights + step) < likelihood and abs(step).max() > _LEAST_GAIN:
            step /= 2
        weights = weights + step
        gained = _likelihood(known, goals, weights) - likelihood
        likelihood += gained
        if gained < _LEAST_GAIN:
            break
    return {name: round(float(weights[at]), 3) for name, at in column.items()}


def _row(option: Mapping[str, float], column: Mapping[str, int]) -> Floats:
    row = np.zeros(len(column))
    for name, value in option.items():
        row[column[name]] = value
    return row


def _likelihood(known: Sequence[Floats], goals: Sequence[int], weights: Floats) -> float:
    total = -_PENALTY / 2 * float(weights @ weights)
    for rows, goal in zip(known, goals, strict=True):
        scores = rows @ weights
        total += float(scores[goal] - scores.max() - math.log(np.exp(scores - scores.max()).sum()))
    return total


def _fitted(found: Sequence[Miss]) -> Weights:
    return {
        "start": fit(_choices(found, "start")),
        "end": fit(_choices(found, "end")),
        "shape": _shapes(found),
    }


def _choices(found: Sequence[Miss], edge: str) -> list[Choice]:
    choices = []
    for miss in found:
        words, claim = miss.words, miss.claim
        goal = words.starts[min(miss.right)] if edge == "start" else words.ends[max(miss.right)]
        options = list(places(miss.text, claim.content, claim.cue, claim.source, edge=edge))
        at = [index for index, (offset, _) in enumerate(options) if offset == goal]
        if at:
            choices.append(([features for _, features in options], at[0]))
    return choices


def _shapes(found: Sequence[Miss]) -> dict[str, float]:
    seen: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for miss in found:
        claim = miss.claim
        for name, pieces in shapes(miss.text, tuple(sorted(claim.content)), claim.cue, claim.source):
            seen[name] += 1
            right[name] += _covered(miss, pieces) == miss.right
    return {name: round(math.log((right[name] + 0.3) / (seen[name] + 2)), 3) for name in sorted(seen)}


def _ranks(found: Sequence[Miss], weights: Weights) -> list[int]:
    """Return the place of the right content among those offered, from 0; past the last where missing."""
    ranks = []
    for miss in found:
        claim = miss.claim
        offered = alternatives(miss.text, claim.content, cue=claim.cue, source=claim.source, weights=weights)
        at = [index for index, pieces in enumerate(offered) if _covered(miss, pieces) == miss.right]
        ranks.append(at[0] if at else len(offered) + max(_FIRST))
    return ranks


def _covered(miss: Miss, pieces: Sequence[Span]) -> frozenset[int]:
    return frozenset(miss.words.covered((piece.start, piece.end) for piece in pieces))


if __name__ == "__main__":
    main(*sys.argv[1:])
