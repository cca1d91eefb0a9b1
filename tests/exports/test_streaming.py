"""A million rows need no more memory than a thousand."""

import hashlib
import tracemalloc
from itertools import cycle, islice

import pytest

from annotations.exports.cutting import SpeakerCells
from annotations.exports.registry import FORMATS
from annotations.exports.row import Export
from tests.exports.rows import make_row

ROWS = [
    make_row(
        content=[(0, 19), (35, 44)],
        claim_no=number,
        speaker=SpeakerCells(number, f"Speaker {number}", "person"),
    )
    for number in range(1, 200)
]


def peak_bytes(name: str, count: int) -> int:
    """Return the most memory that Python held while `count` rows were written."""
    tracemalloc.start()
    try:
        for _ in FORMATS[name].stream(Export(rows=islice(cycle(ROWS), count))):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", FORMATS)
def test_first_bytes_come_long_before_the_last_row(name):
    drawn = 0

    def rows():
        nonlocal drawn
        for drawn in range(1, 10_001):
            # What repeats itself, a zip makes so small that it may well wait.
            yield make_row(article={"text_sha256": hashlib.sha512(str(drawn).encode()).hexdigest()})

    next(FORMATS[name].stream(Export(rows=rows())))

    assert 0 < drawn < 5_000


@pytest.mark.parametrize("name", FORMATS)
def test_memory_does_not_grow_with_the_rows(name):
    few = peak_bytes(name, 2_000)

    many = peak_bytes(name, 20_000)

    assert many < few + 500_000  # 18,000 rows more, of which the smallest form that is held takes 4 MB
