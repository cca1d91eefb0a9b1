"""How sure the pipeline is of a claim, in words: the bands that the cards and the desk page share."""

from dataclasses import dataclass
from math import floor


@dataclass(frozen=True, slots=True)
class Band:
    """A range of confidence from `least` up to the next band, and the word for it."""

    word: str
    least: float
    label: str


BANDS = (
    Band("sure", 0.9, "90–100\N{NO-BREAK SPACE}%"),
    Band("fairly sure", 0.75, "75–89\N{NO-BREAK SPACE}%"),
    Band("unsure", 0.5, "50–74\N{NO-BREAK SPACE}%"),
    Band("very unsure", 0.0, "under 50\N{NO-BREAK SPACE}%"),
)


def percent(share: float) -> int:
    """Return the share in percent, rounded down, so that no number reaches into the band above its own."""
    # The tiny addition keeps 0.29 from being 28: it is held as a little less than it is.
    return floor(share * 100 + 1e-6)


def sureness(confidence: float | None) -> str:
    """Return the confidence in words and percent ("fairly sure 81 %"), empty where there is none."""
    return "" if confidence is None else percent_in_words(percent(confidence))


def percent_in_words(percents: int) -> str:
    """Return a confidence that is known in whole percent as `sureness` does."""
    band = next(band for band in BANDS if percents >= 100 * band.least)
    return f"{band.word} {percents}\N{NO-BREAK SPACE}%"
