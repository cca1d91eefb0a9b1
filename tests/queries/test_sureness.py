"""Confidence in words."""

import pytest

from annotations.queries.sureness import sureness


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (1.0, "sure 100 %"),
        (0.93, "sure 93 %"),
        (0.9, "sure 90 %"),
        (0.899, "fairly sure 89 %"),
        (0.75, "fairly sure 75 %"),
        (0.5, "unsure 50 %"),
        (0.29, "very unsure 29 %"),
        (0.0, "very unsure 0 %"),
        (None, ""),
    ],
)
def test_sureness_says_a_word_and_a_percentage_of_the_same_band(confidence: float | None, words: str) -> None:
    assert sureness(confidence).replace("\N{NO-BREAK SPACE}", " ") == words
