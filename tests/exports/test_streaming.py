"""A million rows need no more memory than a thousand."""

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
def test_memory_does_not_grow_with_the_rows(name):
    few = peak_bytes(name, 2_000)

    many = peak_bytes(name, 20_000)

    assert many < few + 500_000  # 18,000 rows more, of which the smallest form that is held takes 4 MB
