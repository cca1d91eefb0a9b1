"""How far stated confidence is from the share that is right, in bands of equal width."""

from collections.abc import Iterable
from dataclasses import dataclass

from annotations.nlp.scoring.counting import Judgement
from annotations.nlp.scoring.figures import ratio

BANDS = 10


@dataclass(frozen=True, slots=True)
class Band:
    """The claims whose confidence is at least `low` and below `high`; 1 belongs to the last band."""

    low: float
    high: float
    claims: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """All bands, and the mean distance between confidence and share right, weighted by claims."""

    claims: int
    expected_error: float
    bands: tuple[Band, ...]


def calibration(judgements: Iterable[Judgement]) -> Calibration | None:
    """Return the calibration of the judgements; None where no claim states a confidence."""
    sorted_out: list[list[Judgement]] = [[] for _ in range(BANDS)]
    for judgement in judgements:
        sorted_out[min(BANDS - 1, int(judgement[0] * BANDS))].append(judgement)
    bands = tuple(_band(number, inside) for number, inside in enumerate(sorted_out))
    claims = sum(band.claims for band in bands)
    if not claims:
        return None
    distance = sum(band.claims * abs(band.confidence - band.right) for band in bands)
    return Calibration(claims, distance / claims, bands)


def _band(number: int, inside: list[Judgement]) -> Band:
    claims = len(inside)
    return Band(
        low=number / BANDS,
        high=(number + 1) / BANDS,
        claims=claims,
        confidence=ratio(sum(confidence for confidence, _ in inside), claims),
        right=ratio(sum(right for _, right in inside), claims),
    )
