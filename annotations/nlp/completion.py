"""Claims as an extractor left them made whole: quotations to their marks, paragraphs that carry one on.

Pure: reads triples and quotations, whoever found them.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from annotations.nlp.draft import Span
from annotations.nlp.quotations import Quotation, touching
from annotations.nlp.triples import Triple

# A quotation shorter than this that nobody claims may be a title or a scare quote.
_LEAST_ORPHAN = 6
_SAME = 0.5
_SPEAKERS = frozenset({"he", "she", "they", "it"})
_TOPIC = re.compile(r"\b(?:of|about)$")
_LONGEST_TOPIC = 8
_AGENT = re.compile(r" by (?P<agent>[^\n.;:!?“”\"]*[^\s.;:!?“”\"])")
_LONGEST_AGENT = 12
# Adverbs that attribute their clause to somebody who is not named, and what continues such a clause.
_HEARSAY = re.compile(
    r"(?:(?P<auxiliary>is|are|was|were|has|have|had|been|being)\s)?"
    r"(?P<adverb>allegedly|purportedly|reportedly|supposedly)",
    re.IGNORECASE,
)
_CONTINUES = re.compile(
    r"\s(?:at|by|during|for|from|in|into|of|on|over|to|under|until|with)\s(?:[^,;:–—()\n.!?]|\.(?=\w))*[\w%]"
)
_ASIDE = re.compile(r"\s*[-–—]+[^\n]*\S[^\n]*[-–—]+\s*")
_LONGEST_ASIDE = 200


def completed(
    text: str, triples: Iterable[Triple], lines: Sequence[Span], quotations: Sequence[Quotation]
) -> tuple[Triple, ...]:
    """Return the triples in text order with whole quotations, those that nobody took given to a neighbour."""
    cut = (_without_topic(text, _without_agent(text, triple, quotations), quotations) for triple in triples)
    bare = (_with_whole_clause(text, triple) for triple in cut)
    found = [replace(triple, content=_whole(triple, quotations)) for triple in bare]
    found.sort(key=_order)
    found = _joined(text, _taken_up(text, found, quotations), quotations)
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
    return sum(_overlap(first.content, span) for span in second.content)


def _order(triple: Triple) -> tuple[int, int]:
    return triple.content[0].start, triple.content[0].end


def _without_topic(text: str, triple: Triple, quotations: Sequence[Quotation]) -> Triple:
    """Return a triple without what a quotation is about: the plan in “It is late,” she said of the plan."""
    if not triple.cue or not _TOPIC.search(triple.cue[-1].of(text)):
        return triple
    quoted = [span for span in triple.content if touching(quotations, span)]
    rest = tuple(
        span for span in triple.content if span in quoted or not _is_topic(text, triple.cue[-1], span)
    )
    return replace(triple, content=rest) if quoted else triple


def _is_topic(text: str, cue: Span, span: Span) -> bool:
    between = text[cue.end : span.start]
    return cue.end <= span.start and not between.strip() and len(span.of(text).split()) <= _LONGEST_TOPIC


def _without_agent(text: str, triple: Triple, quotations: Sequence[Quotation]) -> Triple:
    """Return a triple without a source with the one behind its quotation: was called “a joke” by Bo Roe."""
    last = triple.content[-1]
    inside = [quotation for quotation in touching(quotations, last) if quotation.end < last.end]
    if triple.source or not inside:
        return triple
    match = _AGENT.match(text, inside[-1].end)
    if match is None or match.start("agent") >= last.end or len(match["agent"].split()) > _LONGEST_AGENT:
        return triple
    content = (*triple.content[:-1], Span(last.start, inside[-1].end))
    return replace(triple, content=content, source=(Span(*match.span("agent")),))


def _with_whole_clause(text: str, triple: Triple) -> Triple:
    """Return a triple of hearsay with its whole clause: it [was] reportedly sold in Geneva [for a song]."""
    hearsay = _HEARSAY.fullmatch(triple.cue[-1].of(text)) if triple.cue else None
    if hearsay is None or triple.source:
        return triple
    cue = Span(triple.cue[-1].start + hearsay.start("adverb"), triple.cue[-1].end)
    last = triple.content[-1]
    rest = _CONTINUES.match(text, last.end) if cue.end < last.end else None
    content = [*triple.content[:-1], Span(last.start, rest.end() if rest else last.end)]
    if hearsay["auxiliary"]:
        auxiliary = Span(triple.cue[-1].start, triple.cue[-1].start + hearsay.end("auxiliary"))
        before = next((span for span in content if span.end + 1 == auxiliary.start), auxiliary)
        content = [span for span in content if span != before]
        content.append(Span(before.start, auxiliary.end))
    return replace(triple, cue=(*triple.cue[:-1], cue), content=tuple(sorted(content)))


def _whole(triple: Triple, quotations: Sequence[Quotation]) -> tuple[Span, ...]:
    """Return direct content, each stretch with one edge at a quotation's mark drawn out to the other mark.

    Content that is quoted in part only stays as it is: its edges are the sentence's, not the quotation's.
    So does content whose cue stands in the same quotation, for a mark was lost between them.
    """
    found: list[Span] = []
    for span in triple.content:
        around = next(
            (q for q in touching(quotations, span) if q.start <= span.start and span.end <= q.end), None
        )
        if around is None or any(around.start <= cue.start < around.end for cue in triple.cue):
            return triple.content
        begins, ends = span.start == around.start, span.end == around.end
        is_cut = begins != ends if around.closed else begins and around.continues
        whole = around.span if is_cut else span
        if found and whole.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, whole.end))
        else:
            found.append(whole)
    return tuple(found)


def _start(line: Span) -> int:
    return line.start


def _taken_up(text: str, triples: Sequence[Triple], quotations: Sequence[Quotation]) -> list[Triple]:
    """Return the triples with what they take up again: "Nobody" - he looked around - "nobody leaves"."""
    found = list(triples)
    holders = {span.start: index for index, triple in enumerate(found) for span in triple.content}
    for broken, goes_on in pairwise(quotations):
        index = holders.get(goes_on.start)
        between = text[broken.end : goes_on.start]
        if index is None or len(between) > _LONGEST_ASIDE or not _ASIDE.fullmatch(between):
            continue
        if not any(_overlap(triple.content, broken.span) for triple in found):
            found[index] = replace(found[index], content=_with(found[index].content, broken.span))
            holders[broken.start] = index
    return sorted(found, key=_order)


def _joined(text: str, triples: Sequence[Triple], quotations: Sequence[Quotation]) -> list[Triple]:
    """Return the triples in order, those that hold a part of a quotation over many paragraphs with the rest.

    A paragraph of it goes to the claim of the one before, else of the one after, unless it has its own. Its
    own with a pronoun for a source ("she said") only repeats who speaks, and is a part of the first.
    """
    found: list[Triple | None] = list(triples)
    holders = {span: index for index, triple in enumerate(triples) for span in triple.content}
    for chain in _chains(quotations):
        held = [holders.get(quotation.span) for quotation in chain]
        for order in (range(1, len(chain)), range(len(chain) - 2, -1, -1)):
            for at in order:
                beside = held[at - order.step]
                if held[at] is None and beside is not None and not _has_its_own(found, chain[at]):
                    _add(found, beside, [chain[at].span])
                    held[at] = beside
        for at in range(1, len(chain)):
            first, own = held[at - 1], held[at]
            if first is None or own is None or first == own:
                continue
            triple = found[own]
            if triple is not None and _repeats(text, found[first], triple):
                _add(found, first, triple.content)
                found[own] = None
                held = [first if index == own else index for index in held]
    return sorted((triple for triple in found if triple is not None), key=_order)


def _add(found: list[Triple | None], index: int, content: Iterable[Span]) -> None:
    triple = found[index]
    if triple is not None:
        for span in content:
            triple = replace(triple, content=_with(triple.content, span))
        found[index] = triple


def _repeats(text: str, first: Triple | None, triple: Triple) -> bool:
    """Say whether a claim's source is a pronoun that may mean the source of the first one."""
    if first is None or not triple.source or not first.source:
        return False
    before, own = (one.source[0].of(text).casefold() for one in (first, triple))
    return own in _SPEAKERS and (before == own or before not in _SPEAKERS)


def _chains(quotations: Sequence[Quotation]) -> Iterator[Sequence[Quotation]]:
    """Yield the quotations that go on over more than one paragraph."""
    first = 0
    for index, quotation in enumerate(quotations):
        if not quotation.continues:
            if index > first:
                yield quotations[first : index + 1]
            first = index + 1


def _has_its_own(triples: Iterable[Triple | None], quotation: Quotation) -> bool:
    """Say whether a claim takes most of a quotation."""
    least = _SAME * (quotation.end - quotation.start)
    return any(triple is not None and _overlap(triple.content, quotation.span) > least for triple in triples)


def _overlap(content: Iterable[Span], stretch: Span) -> int:
    return sum(max(0, min(span.end, stretch.end) - max(span.start, stretch.start)) for span in content)


def _with(content: Sequence[Span], more: Span) -> tuple[Span, ...]:
    """Return content with one more stretch, which swallows what lies inside it."""
    rest = [span for span in content if span.end <= more.start or more.end <= span.start]
    return tuple(sorted((*rest, more)))


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
