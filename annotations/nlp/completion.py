"""Claims as an extractor left them made whole: quotations to their marks, paragraphs that carry one on.

Pure: reads triples and quotations, whoever found them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from annotations.nlp.draft import Span
from annotations.nlp.quotations import Quotation
from annotations.nlp.triples import Triple

# A quotation shorter than this that nobody claims may be a title or a scare quote.
_LEAST_ORPHAN = 6
_SAME = 0.5


def completed(
    text: str, triples: Iterable[Triple], lines: Sequence[Span], quotations: Sequence[Quotation]
) -> tuple[Triple, ...]:
    """Return the triples in text order with whole quotations, those that nobody took given to a neighbour."""
    found = [replace(triple, content=_whole(triple.content, quotations)) for triple in triples]
    found.sort(key=_order)
    for orphan in _orphans(text, found, lines, quotations):
        before = _claim_before(text, found, lines, orphan)
        if before is not None:
            content = tuple(sorted((*found[before].content, orphan.span)))
            found[before] = replace(found[before], content=content)
    return tuple(sorted(found, key=_order))


def without_overlaps(triples: Iterable[Triple], certain: Sequence[Triple]) -> list[Triple]:
    """Return the certain triples and those others that do not say again what a certain one says."""
    kept = sorted(certain, key=_order)
    starts = [triple.content[0].start for triple in kept]
    others = []
    for triple in triples:
        # A certain triple is one stretch with its name beside it, and they follow each other.
        index = bisect_right(starts, triple.content[-1].end)
        near = kept[max(0, index - 2) : index + 1]
        if not any(_says_again(triple, other) for other in near):
            others.append(triple)
    return [*kept, *others]


def _says_again(triple: Triple, certain: Triple) -> bool:
    if any(span.start < certain.cue[0].end and certain.cue[0].start < span.end for span in triple.cue):
        return True
    shared = _shared(triple, certain)
    return shared > _SAME * _length(triple) and _length(triple) > _SAME * _length(certain)


def _length(triple: Triple) -> int:
    return sum(span.end - span.start for span in triple.content)


def _shared(first: Triple, second: Triple) -> int:
    return sum(
        max(0, min(a.end, b.end) - max(a.start, b.start)) for a in first.content for b in second.content
    )


def _order(triple: Triple) -> tuple[int, int]:
    return triple.content[0].start, triple.content[0].end


def _whole(content: Sequence[Span], quotations: Sequence[Quotation]) -> tuple[Span, ...]:
    """Return direct content, each stretch with one edge at a quotation's mark drawn out to the other mark.

    Content that is quoted in part only stays as it is: its edges are the sentence's, not the quotation's.
    """
    found: list[Span] = []
    for span in content:
        around = next(
            (q for q in _touching(quotations, span) if q.start <= span.start and span.end <= q.end), None
        )
        if around is None:
            return tuple(content)
        is_cut = around.closed and (span.start == around.start) != (span.end == around.end)
        whole = around.span if is_cut else span
        if found and whole.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, whole.end))
        else:
            found.append(whole)
    return tuple(found)


def _touching(quotations: Sequence[Quotation], span: Span) -> Sequence[Quotation]:
    first = max(0, bisect_right(quotations, span.start, key=_start) - 1)
    return [
        q for q in quotations[first : bisect_left(quotations, span.end, key=_start)] if q.end > span.start
    ]


def _start(stretch: Quotation | Span) -> int:
    return stretch.start


def _orphans(
    text: str, triples: Sequence[Triple], lines: Sequence[Span], quotations: Sequence[Quotation]
) -> list[Quotation]:
    """Return the quotations that open their line and that no claim touches, in text order."""
    taken = sorted((span.start, span.end) for triple in triples for span in triple.content)
    opens = {line.start for line in lines}
    found = []
    for quotation in quotations:
        index = bisect_left(taken, (quotation.end, 0))
        touched = any(end > quotation.start for _, end in taken[max(0, index - 40) : index])
        words = len(text[quotation.start : quotation.end].split())
        if quotation.start in opens and not touched and words >= _LEAST_ORPHAN:
            found.append(quotation)
    return found


def _claim_before(
    text: str, triples: Sequence[Triple], lines: Sequence[Span], orphan: Quotation
) -> int | None:
    """Return the index of the claim whose quotation ends the line before the orphan's."""
    line = bisect_right(lines, orphan.start, key=_start) - 1
    if line <= 0:
        return None
    before = lines[line - 1]
    for index in range(bisect_left(triples, orphan.start, key=_opening) - 1, -1, -1):
        last = triples[index].content[-1]
        if before.start < last.end <= before.end:
            return None if text[last.end : before.end].strip(" .,") else index
        if triples[index].content[0].start < before.start:
            return None
    return None


def _opening(triple: Triple) -> int:
    return triple.content[0].start
