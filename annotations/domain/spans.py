"""Spans that come from a page: checked against the article and cut at the ends of paragraphs."""

from collections.abc import Sequence

from annotations.choices import CLAIM_REGIONS, SpanChange, SpanRole
from annotations.models import Article
from annotations.nlp.draft import Span
from annotations.nlp.paragraphs import trimmed
from annotations.nlp.selections import has_word, meant

Pairs = Sequence[tuple[int, int]]

MAX_PIECES = 100


class SpanError(ValueError):
    """Spans that do not fit the article. The message tells the person why, in one sentence."""


def pieces_of(text: str, spans: Pairs) -> list[Span]:
    """Return the spans in text order, without white space at their edges, one a paragraph, overlaps joined.

    Raises SpanError for a span outside the text, one that ends before it starts, or one without a word.
    """
    if len(spans) > MAX_PIECES:
        raise SpanError(f"A claim has at most {MAX_PIECES} pieces.")
    pieces: list[Span] = []
    for start, end in sorted(spans):
        _check_inside(text, start, end)
        found = list(_lines(text, start, end))
        if not found:
            raise SpanError("The selection holds no word: select the words that were said.")
        for piece in found:
            if pieces and piece.start < pieces[-1].end:
                pieces[-1] = Span(pieces[-1].start, max(pieces[-1].end, piece.end))
            else:
                pieces.append(piece)
    return pieces


def selected(text: str, spans: Pairs, role: SpanRole) -> Pairs:
    """Return what is meant by selecting `spans` for a role: whole words with their quotation marks.

    A place without words stays as it is. Raises SpanError as `pieces_of` does.
    """
    if all(start == end for start, end in spans):
        return spans
    found: list[tuple[int, int]] = []
    for piece in pieces_of(text, spans):
        line = Span(text.rfind("\n", 0, piece.start) + 1, _line_end(text, piece.end))
        chosen = meant(text, line, piece.start, piece.end, is_content=role == SpanRole.CONTENT)
        found.append((chosen.start, chosen.end))
    return found


def pieces_after(change: SpanChange, *, text: str, present: Pairs, spans: Pairs) -> list[Span]:
    """Return the pieces that `present` become where `spans` replace them, join or cut them, or are added.

    A cut takes the words of `spans` out; one without words divides the piece around it. A join takes in what
    lies between the pieces that `spans` touch, or between the two nearest to them.
    Raises SpanError where the change does not fit the article or the pieces.
    """
    match change:
        case SpanChange.REPLACE:
            return pieces_of(text, spans)
        case SpanChange.ADD:
            return pieces_of(text, [*present, *spans])
    for start, end in spans:
        _check_inside(text, start, end)
        present = (
            _cut(text, present, start, end) if change == SpanChange.CUT else _joined(present, start, end)
        )
    return pieces_of(text, present)


def check_content(article: Article, pieces: Sequence[Span]) -> None:
    """Raise SpanError unless the pieces can be a claim's content: words in headline or body."""
    if not pieces:
        raise SpanError("A claim needs content: select the words that were said.")
    others = article.paragraphs.filter(start__lt=pieces[-1].end, end__gt=pieces[0].start).exclude(
        region__in=CLAIM_REGIONS
    )
    for start, end in others.values_list("start", "end"):
        if any(start < piece.end and piece.start < end for piece in pieces):
            raise SpanError(
                "Claims live in the headline and the body: turn this paragraph back into body first."
            )


def _check_inside(text: str, start: int, end: int) -> None:
    if not 0 <= start <= end <= len(text):
        raise SpanError("The selection lies outside the article's text: select it again.")


def _cut(text: str, pieces: Pairs, start: int, end: int) -> Pairs:
    if not any(_reaches_into(start, end, left, right) for left, right in pieces):
        raise SpanError("There is nothing to cut here: go to a place inside the content.")
    cut: list[tuple[int, int]] = []
    for left, right in pieces:
        for part in ((left, min(right, start)), (max(left, end), right)):
            if part[0] < part[1] and has_word(text, *part):
                cut.append(part)
    if not cut:
        raise SpanError("That would leave nothing: reject the claim instead.")
    return sorted(set(cut))


def _reaches_into(start: int, end: int, left: int, right: int) -> bool:
    if start == end:
        return left < start < right
    return left < end and start < right


def _joined(pieces: Pairs, start: int, end: int) -> Pairs:
    if len(pieces) < 2:
        raise SpanError("There is nothing to join: this is one piece already.")
    touched = [at for at, (left, right) in enumerate(pieces) if left <= end and start <= right]
    first, last = (touched[0], touched[-1]) if len(touched) > 1 else _nearest(pieces, start, end)
    return [*pieces[:first], (pieces[first][0], pieces[last][1]), *pieces[last + 1 :]]


def _nearest(pieces: Pairs, start: int, end: int) -> tuple[int, int]:
    """Return the neighbours whose gap is nearest to the stretch."""

    def distance(gap: int) -> int:
        return max(pieces[gap][1] - start, end - pieces[gap + 1][0], 0)

    gap = min(range(len(pieces) - 1), key=distance)
    return gap, gap + 1


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return len(text) if end < 0 else end


def _lines(text: str, start: int, end: int) -> list[Span]:
    lines = []
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        piece = trimmed(text, start, stop)
        if has_word(text, piece.start, piece.end):
            lines.append(piece)
        start = stop + 1
    return lines
