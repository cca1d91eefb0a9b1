"""Paragraphs of a text: its non-empty lines, with offsets.

What a paragraph is (headline, body, ...) is decided in `regions`.
"""

import re
from collections.abc import Iterator

from annotations.nlp.draft import Span

_LINE = re.compile(r"[^\n]*\S[^\n]*")
_STEP = re.compile(r"\s+")


def paragraphs(text: str) -> Iterator[Span]:
    """Yield the lines of `text` that hold more than white space, without their line ends, in order."""
    for match in _LINE.finditer(text):
        yield Span(match.start(), match.end())


def trimmed(text: str, start: int, end: int) -> Span:
    """Return [start, end) without the white space at its edges; empty where there is nothing else."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def pieces(text: str, paragraph: Span, limit: int) -> Iterator[Span]:
    """Yield `paragraph` in consecutive pieces of at most `limit` code points, cut at white space.

    A parser's memory grows with the text it is given, and a crawl can hold a book on one line. A piece
    without any white space is cut at the limit.
    """
    start = paragraph.start
    while paragraph.end - start > limit:
        cut = start + limit
        # A sentence end in the last half is the best place to cut, then any white space.
        window = text[start + limit // 2 : cut]
        breaks = [match.end() for match in _STEP.finditer(window)]
        after_stop = [at for at in breaks if window[:at].rstrip()[-1:] in (".", "!", "?", "”", '"')]
        if chosen := after_stop or breaks:
            cut = start + limit // 2 + chosen[-1]
        yield Span(start, cut)
        start = cut
    if start < paragraph.end:
        yield Span(start, paragraph.end)
