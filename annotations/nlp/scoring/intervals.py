"""Bootstrap over articles: the articles of a corpus are drawn again and again, with replacement.

The generator is seeded, so that the figures of two runs can be compared, and two systems are judged on the
very same draws.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from annotations.nlp.scoring.counting import Counts


class Sums:
    """The counts of articles as rows, so that thousands of draws are added up fast."""

    def __init__(self, counts: Sequence[Counts]) -> None:
        self.keys = sorted(set[tuple[str, str]]().union(*counts))
        self.rows = [tuple(count[key] for key in self.keys) for count in counts]

    def over(self, articles: Iterable[int]) -> Counts:
        """Return the counts of the articles with these indices together."""
        columns = zip(*(self.rows[index] for index in articles), strict=True)
        return Counter(dict(zip(self.keys, map(sum, columns), strict=False)))


def resamples(articles: int, draws: int) -> Iterator[list[int]]:
    """Yield the indices of as many articles as there are, `draws` times."""
    # Nothing here is secret.
    generator = random.Random(0)  # noqa: S311 - not used for security
    for _ in range(draws):
        yield [generator.randrange(articles) for _ in range(articles)]


def interval(values: Iterable[float]) -> tuple[float, float]:
    """Return the 2.5th and the 97.5th percentile of at least one value."""
    drawn = sorted(values)
    count = len(drawn)
    return drawn[int(0.025 * count)], drawn[min(count - 1, int(0.975 * count))]
