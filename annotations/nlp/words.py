"""Words of a text and which of them a span covers: the unit in which contents are compared.

Punctuation and quotation marks are no words, so a mark more or less at the edge of a span changes nothing.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

# Letters and digits, held together by an apostrophe, full stop, comma or hyphen: "Mr", "won't", "1,000".
WORD = re.compile(r"[^\W_]+(?:[’'.,\-][^\W_]+)*")


class Words:
    """The words of a text, found by offset."""

    def __init__(self, text: str, start: int = 0, end: int | None = None) -> None:
        matches = list(WORD.finditer(text, start, len(text) if end is None else end))
        self.starts = [match.start() for match in matches]
        self.ends = [match.end() for match in matches]
        self.texts = [match.group() for match in matches]

    def covered(self, spans: Iterable[Sequence[int]]) -> set[int]:
        """Return the indices of the words of which more than half lies in one of `spans` (start, end)."""
        found: set[int] = set()
        for start, end in spans:
            index = bisect_right(self.ends, start)
            while index < len(self.starts) and self.starts[index] < end:
                first, last = self.starts[index], self.ends[index]
                if 2 * (min(last, end) - max(first, start)) > last - first:
                    found.add(index)
                index += 1
        return found
