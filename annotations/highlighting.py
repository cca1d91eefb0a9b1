"""Text and spans into segments for the page; pure, and safe where spans overlap.

A segment is a stretch over which the same spans lie. The segments of a paragraph, joined, are its text
exactly: the page's selection script counts on it.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Mark:
    """One span of one claim, in code points of the article's text."""

    start: int
    end: int
    claim_id: int
    role: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text with the marks over it, the innermost (shortest) first."""

    start: int
    text: str
    marks: tuple[Mark, ...]


def segments(text: str, start: int, end: int, marks: Iterable[Mark]) -> Iterator[Segment]:
    """Yield the segments of `text[start:end]`; marks may overlap, nest, and reach over either end."""
    inside = sorted((mark for mark in marks if mark.start < end and start < mark.end), key=_by_start)
    cuts = sorted(
        {start, end, *(max(mark.start, start) for mark in inside), *(min(mark.end, end) for mark in inside)}
    )
    open_marks: list[Mark] = []
    upcoming = iter(inside)
    following = next(upcoming, None)
    for left, right in pairwise(cuts):
        open_marks = [mark for mark in open_marks if mark.end > left]
        while following is not None and following.start <= left:
            open_marks.append(following)
            following = next(upcoming, None)
        yield Segment(left, text[left:right], tuple(sorted(open_marks, key=_by_length)))


def _by_start(mark: Mark) -> tuple[int, int, int]:
    return mark.start, mark.end, mark.claim_id


def _by_length(mark: Mark) -> tuple[int, int, str]:
    return mark.end - mark.start, mark.claim_id, mark.role


def marks_by_paragraph(paragraphs: Sequence[tuple[int, int]], marks: Iterable[Mark]) -> list[list[Mark]]:
    """Return, for each (start, end) in text order, the marks that lie over it."""
    starts = [start for start, _ in paragraphs]
    found: list[list[Mark]] = [[] for _ in paragraphs]
    for mark in marks:
        index = max(bisect_right(starts, mark.start) - 1, 0)
        while index < len(paragraphs) and paragraphs[index][0] < mark.end:
            if paragraphs[index][1] > mark.start:
                found[index].append(mark)
            index += 1
    return found
