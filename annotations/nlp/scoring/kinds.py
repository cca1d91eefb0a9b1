"""The kind of a content by the rule with which the corpus' own kinds were made.

Simpler than the pipeline's scanner on purpose: double marks only, paired in order, line by line.
"""

import re
from collections.abc import Iterator

_MARK = re.compile("``|''|[“‟«”»\"＂]")
_OPENING = frozenset({"“", "‟", "«", "``"})
_CLOSING = frozenset({"”", "»"})
_LINE = re.compile(r"[^\n]+")


def kind_of(content: set[int], quoted: set[int]) -> str:
    """Return the kind of a content by the share of its words that are among the `quoted` ones."""
    inside = len(content & quoted)
    if not inside:
        return "indirect"
    return "direct" if inside == len(content) else "mixed"


def quoted_stretches(text: str) -> Iterator[tuple[int, int]]:
    """Yield what lies between double marks, marks left out."""
    for line in _LINE.finditer(text):
        start: int | None = None
        for mark in _MARK.finditer(text, line.start(), line.end()):
            sign = mark.group()
            closes = sign in _CLOSING or (sign not in _OPENING and start is not None)
            if closes:
                if start is not None and mark.start() > start:
                    yield start, mark.start()
                start = None
            elif start is None:
                opens_word = text[mark.end() : min(mark.end() + 1, line.end())].strip()
                if sign in _OPENING or opens_word:
                    start = mark.end()
        if start is not None and line.end() > start:
            yield start, line.end()
