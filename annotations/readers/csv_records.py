"""Records of a CSV whose quotation marks may be broken: one bad row costs that row alone."""

import csv
from collections.abc import Iterator

# Each unclosed mark is found at the end of the file only, and reading starts over after its line. A file
# made of nothing else would be read once a line.
_MOST_RESTARTS = 20


class _Lines:
    """The lines from `start` on, and whether they were asked for more than there are."""

    def __init__(self, lines: list[str], start: int) -> None:
        self._lines = lines
        self._next = start
        self.is_overrun = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if self._next >= len(self._lines):
            self.is_overrun = True
            raise StopIteration
        self._next += 1
        return self._lines[self._next - 1] + "\n"


def csv_records(text: str, delimiter: str) -> Iterator[list[str] | None]:
    r"""Yield the cells of each record, or None for one whose quotation mark is never closed.

    `text` has line ends `\n`. Blank lines give no record. Reading goes on in the line after the one in
    which such a record starts.
    """
    # The limit belongs to the process and exists to save memory, which the file's own limit does here.
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    lines = text.removesuffix("\n").split("\n")
    start = 0
    for _ in range(_MOST_RESTARTS):
        feed = _Lines(lines, start)
        reader = csv.reader(feed, delimiter=delimiter)
        record_start = start
        for cells in reader:
            if feed.is_overrun:
                break
            if cells:
                yield cells
            record_start = start + reader.line_num
        else:
            return
        yield None
        start = record_start + 1
