"""Printed lines -> the paragraphs they were set from, by what typesetters do at a paragraph's end."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

_SENTENCE_END = re.compile(r"[.!?…:]['\"’”»)\]]*$")
_HYPHENATED = re.compile(r"([^\W\d_]+)[-\u2010]$")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
# Of the usual distance between lines; typesetters add half a line or more between paragraphs.
_LEAST_GAP = 1.3
# Of the usual length of lines; set ragged, a line that is not the last reaches three quarters of it.
_SHORT_LINE = 0.75
# In ems: a first line is set in by half to three ems.
_LEAST_INDENT, _MOST_INDENT = 0.4, 4.0


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: its text, the place of its first letter and its type size in points, its page.

    `y` grows upwards, as in PDF.
    """

    text: str
    x: float
    y: float
    size: float
    page: int


def join_lines(lines: Sequence[Line]) -> tuple[list[str], int]:
    """Return the paragraphs that the lines make, and how many words split by hyphens were put together.

    A paragraph ends where the gap or the type size changes, where the next line is set in, or where a
    sentence ends on a short line; and at the end of a page or column unless the sentence plainly goes on.
    """
    if not lines:
        return [], 0
    usual_gap = _usual_gap(lines)
    usual_length = median(len(line.text) for line in lines)
    margins = Counter(round(line.x) for line in lines)
    groups = [[lines[0]]]
    for above, below in pairwise(lines):
        if _goes_on(above, below, usual_gap, usual_length, margins):
            groups[-1].append(below)
        else:
            groups.append([below])
    words = Counter(
        word.casefold() for line in lines for word in _WORD.findall(_HYPHENATED.sub("", line.text))
    )
    paragraphs, joined = [], 0
    for group in groups:
        paragraph, count = _joined((line.text for line in group), words)
        paragraphs.append(paragraph)
        joined += count
    return paragraphs, joined


def _usual_gap(lines: Sequence[Line]) -> float:
    gaps = [
        above.y - below.y
        for above, below in pairwise(lines)
        if above.page == below.page and 0 < above.y - below.y < 3 * max(above.size, 1)
    ]
    return median(gaps) if gaps else 0.0


def _goes_on(above: Line, below: Line, usual_gap: float, usual_length: float, margins: Counter[int]) -> bool:
    """Tell whether the second line belongs to the same paragraph as the first."""
    is_full = len(above.text) >= _SHORT_LINE * usual_length
    is_sentence_end = bool(_SENTENCE_END.search(above.text))
    if abs(above.size - below.size) > 0.1 * max(above.size, below.size):
        return False
    gap = above.y - below.y
    if above.page != below.page or gap < 0:
        return is_full and not is_sentence_end and below.text[:1].islower()
    if gap > _LEAST_GAP * usual_gap or _is_set_in(below, margins):
        return False
    return is_full or not is_sentence_end


def _is_set_in(line: Line, margins: Counter[int]) -> bool:
    """Tell a first line by a commoner margin a little to the left of it."""
    here = margins[round(line.x)]
    nearest, farthest = _LEAST_INDENT * line.size, _MOST_INDENT * line.size
    return any(nearest <= line.x - margin <= farthest and count > here for margin, count in margins.items())


def _joined(lines: Iterable[str], words: Counter[str]) -> tuple[str, int]:
    paragraph, joined = "", 0
    for line in lines:
        if split := _HYPHENATED.search(paragraph):
            first = split[1]
            rest = match[0] if (match := re.match(r"[^\W\d_]+", line)) else ""
            if rest and rest[0].islower() and not _is_compound(first, rest, words):
                paragraph = paragraph[:-1]
                joined += 1
            paragraph += line
        else:
            paragraph = f"{paragraph} {line}" if paragraph else line
    return paragraph, joined


def _is_compound(first: str, rest: str, words: Counter[str]) -> bool:
    """Tell `well-/known`, whose hyphen stays, from `nego-/tiations` by the other words of the text."""
    first, rest = first.casefold(), rest.casefold()
    if words[first + rest]:
        return False
    return bool(words[f"{first}-{rest}"] or (words[first] and words[rest]))
