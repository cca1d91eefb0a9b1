"""Fit how sure the pipeline is of its finds on articles that the network did not learn from.

    python -m annotations.nlp.training.calibration dev.jsonl

Writes `resources/calibration.json` and prints the expected calibration error when each fifth of the articles
is judged by a model of the other four.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotations.nlp import trained
from annotations.nlp.draft import Span
from annotations.nlp.extraction import calibration
from annotations.nlp.extraction.component import TrainedExtractor
from annotations.nlp.paragraphs import paragraphs
from annotations.nlp.quotations import scan
from annotations.nlp.scoring.counting import count_article
from annotations.nlp.training.examples import read_articles

_FOLDS, _BANDS, _STEPS, _PENALTY = 5, 10, 30, 1.0

Floats = NDArray[np.float64]


def main(corpus: str) -> None:
    """Fit on `corpus`."""
    articles = read_articles(Path(corpus))
    rows = [(index, *row) for index, article in enumerate(articles) for row in judged(article)]
    fold = np.array([index % _FOLDS for index, _, _ in rows])
    known, right = np.array([row for _, row, _ in rows]), np.array([float(ok) for _, _, ok in rows])
    held_out = np.zeros(len(rows))
    for number in range(_FOLDS):
        weights = fit(known[fold != number], right[fold != number])
        held_out[fold == number] = 1 / (1 + np.exp(-known[fold == number] @ weights))
    weights = fit(known, right)
    facts = {
        "source": f"Fitted by annotations.nlp.training.calibration on {len(articles)} articles of a corpus.",
        "claims": len(rows),
        "expected_error_held_out": round(expected_error(held_out, right), 4),
        "weights": [round(float(weight), 4) for weight in weights],
    }
    calibration.RESOURCE.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(facts))


def judged(article: Mapping[str, Any]) -> Iterator[tuple[tuple[float, ...], bool]]:
    """Yield the features of each claim found in an article, and whether content and source are right."""
    text = article["text"]
    lines = list(paragraphs(text))
    quotations = scan(text, lines)
    extractor = trained.load().get_pipe("newsdesk_extractor")
    assert isinstance(extractor, TrainedExtractor)  # noqa: S101 - our own factory made it
    found, _ = extractor.extract(text, lines, quotations)
    # The scorer hands each claim's stated confidence back with its judgement: here its place in the list.
    claims = [
        {"content": _pairs(claim.content), "source": _pairs(claim.source), "confidence": place}
        for place, claim in enumerate(found)
    ]
    for place, right in count_article(article, claims).sources:
        claim = found[int(place)]
        yield calibration.features(claim, quoted=calibration.is_quoted(claim.content, quotations)), right


def fit(known: Floats, right: Floats) -> Floats:
    """Return the weights of a logistic model by Newton's method, held back a little from zero."""
    weights = np.zeros(known.shape[1])
    penalty = np.eye(known.shape[1]) * _PENALTY
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-known @ weights))
        slope = known.T @ (right - chance) - penalty @ weights
        curve = (known * (chance * (1 - chance))[:, None]).T @ known + penalty
        weights += np.linalg.solve(curve, slope)
    return weights


def expected_error(chances: Floats, right: Floats) -> float:
    """Return the mean gap between chance and share of right ones over ten bands, by their sizes."""
    bands = np.minimum((chances * _BANDS).astype(int), _BANDS - 1)
    gaps = [
        (bands == band).sum() * abs(chances[bands == band].mean() - right[bands == band].mean())
        for band in range(_BANDS)
        if (bands == band).any()
    ]
    return float(sum(gaps) / len(chances))


def _pairs(spans: Sequence[Span]) -> list[list[int]]:
    return [[span.start, span.end] for span in spans]


if __name__ == "__main__":
    main(*sys.argv[1:])
