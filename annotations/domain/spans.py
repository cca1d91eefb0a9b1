"""Spans that come from a page: checked against the article and cut at the ends of paragraphs."""

from collections.abc import Sequence

from annotations.choices import CLAIM_REGIONS
from annotations.models import Article
from annotations.nlp.draft import Span
from annotations.nlp.paragraphs import trimmed

MAX_PIECES = 100


class SpanError(ValueError):
    """Spans that do not fit the article. The message tells the person why, in one sentence."""


def pieces_of(text: str, spans: Sequence[tuple[int, int]]) -> list[Span]:
    """Return the spans in text order, without white space at their edges, one a paragraph, overlaps joined.

    Raises SpanError for a span outside the text, one that ends before it starts, or one without a word.
    """
    if len(spans) > MAX_PIECES:
        raise SpanError(f"A claim has at most {MAX_PIECES} pieces.")
    pieces: list[Span] = []
    for start, end in sorted(spans):
        if not 0 <= start < end <= len(text):
            raise SpanError("The selection lies outside the article's text: select it again.")
        found = list(_lines(text, start, end))
        if not found:
            raise SpanError("The selection holds no word: select the words that were said.")
        for piece in found:
            if pieces and piece.start < pieces[-1].end:
                pieces[-1] = Span(pieces[-1].start, max(pieces[-1].end, piece.end))
            else:
                pieces.append(piece)
    return pieces


def contents_of(article: Article, spans: Sequence[tuple[int, int]]) -> list[Span]:
    """Return the pieces of a claim's content, which must lie in headline or body.

    Raises SpanError where they do not, or where there is none.
    """
    pieces = pieces_of(article.text, spans)
    if not pieces:
        raise SpanError("A claim needs content: select the words that were said.")
    regions = list(article.paragraphs.values_list("start", "end", "region"))
    for piece in pieces:
        for start, end, region in regions:
            if start < piece.end and piece.start < end and region not in CLAIM_REGIONS:
                raise SpanError(
                    "Claims live in the headline and the body: turn this paragraph back into body first."
                )
    return pieces


def _lines(text: str, start: int, end: int) -> list[Span]:
    lines = []
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        piece = trimmed(text, start, stop)
        if any(character.isalnum() for character in piece.of(text)):
            lines.append(piece)
        start = stop + 1
    return lines
