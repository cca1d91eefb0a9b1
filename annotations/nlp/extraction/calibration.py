"""How likely an extracted claim is right, from the chances that the network gives its parts.

A network that learned its corpus well is too sure of itself. A logistic model over a few of its chances,
fitted on articles that it did not learn from, says how often such finds were right (Platt 1999).
"""

import json
import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from annotations.nlp.draft import Span
from annotations.nlp.extraction.decoding import Extracted
from annotations.nlp.quotations import Quotation, inside

RESOURCE = Path(__file__).parent.parent / "resources" / "calibration.json"
_LEAST, _MOST = 0.001, 0.999


def is_quoted(content: Sequence[Span], quotations: Sequence[Quotation]) -> bool:
    """Say whether content touches any of `quotations`, which are in text order."""
    return any(
        inside(quotations, span.start) is not None or inside(quotations, span.end - 1) is not None
        for span in content
    )


def features(claim: Extracted, *, quoted: bool) -> tuple[float, ...]:
    """Return what the model reads of a claim; `quoted` says whether its content is quoted."""
    return (
        1.0,
        _log_odds(claim.cue_chance),
        _log_odds(claim.content_chance),
        _log_odds(claim.source_chance),
        float(quoted),
        float(bool(claim.source)),
    )


def chance(claim: Extracted, *, quoted: bool) -> float:
    """Return the chance, 0 to 1, that content and source of `claim` are right."""
    return sigmoid(sum(w * x for w, x in zip(_weights(), features(claim, quoted=quoted), strict=True)))


def sigmoid(value: float) -> float:
    """Return the logistic function of `value`."""
    return 1 / (1 + math.exp(-value))


def _log_odds(value: float) -> float:
    held = min(_MOST, max(_LEAST, value))
    return math.log(held / (1 - held))


@cache
def _weights() -> Sequence[float]:
    weights: list[float] = json.loads(RESOURCE.read_text(encoding="utf-8"))["weights"]
    return weights
