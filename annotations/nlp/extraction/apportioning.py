"""Words that two claims lay claim to given to one of them: the claim whose cue is nearer.

People never give the same words to two claims side by side; only a claim inside another shares its words.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from annotations.nlp.draft import Span
from annotations.nlp.extraction.decoding import SAME, Extracted
from annotations.nlp.lexicon import words
from annotations.nlp.snapping import bare
from annotations.nlp.words import Words

# What is left of a stretch that another claim takes, in words, is nothing below this.
_LEAST = 3
_END = re.compile(r"(?P<last>\w*)[.!?…]+[\"'”’)\]]*\s")

Content = tuple[Span, ...]
_Distance = tuple[bool, int, int, int]
_BREAKS_OFF = re.compile(r"[,–—-]\s*[\"'”’»]*$")
_TAKES_UP = re.compile(r"[,–—-]\s+[\"'“‘«]+[^\W\d_A-Z]")


def apportioned(text: str, found: Iterable[Extracted], lines: Sequence[Span]) -> list[Extracted]:
    """Return the claims in text order, no two of them with words in common but those inside each other.

    Two that share most of their words and nothing beside are left as they are: they are one claim twice.
    """
    claims = sorted(found, key=_opening)
    contents = [claim.content for claim in claims]
    starts = [line.start for line in lines]
    for first, claim in enumerate(claims):
        for second in range(first + 1, len(claims)):
            other = claims[second]
            if other.content[0].start >= claim.content[-1].end:
                break
            if not _is_inside(claim, other) and not _is_inside(other, claim):
                settled = _settled(text, starts, (claim, contents[first]), (other, contents[second]))
                contents[first], contents[second] = settled
    parted = zip(claims, contents, strict=True)
    return [replace(claim, content=content) for claim, content in parted if content]


def _opening(claim: Extracted) -> tuple[Span, Span]:
    return claim.content[0], claim.at


def _is_inside(claim: Extracted, other: Extracted) -> bool:
    return any(span.start < other.at.end and other.at.start < span.end for span in claim.content)


def _settled(
    text: str, starts: Sequence[int], one: tuple[Extracted, Content], two: tuple[Extracted, Content]
) -> tuple[Content, Content]:
    """Return the contents of two claims without what each must leave to the other."""
    (first, own), (second, others) = one, two
    kept, left = list(own), list(others)
    shared = 0
    for mine in own:
        for theirs in others:
            common = Span(max(mine.start, theirs.start), min(mine.end, theirs.end))
            if common.start >= common.end:
                continue
            shared += common.end - common.start
            if _distance(text, starts, first, mine) <= _distance(text, starts, second, theirs):
                left = _without(text, left, common)
            else:
                kept = _without(text, kept, common)
    if not shared:
        return own, others
    total = sum(span.end - span.start for span in (*own, *others)) - shared
    is_double = shared > SAME * total and not (set(kept) & set(own) and set(left) & set(others))
    return (own, others) if is_double else (tuple(kept), tuple(left))


def _without(text: str, content: Sequence[Span], common: Span) -> list[Span]:
    found = []
    for span in content:
        if span.end <= common.start or common.end <= span.start:
            found.append(span)
            continue
        for rest in (bare(text, span.start, common.start), bare(text, common.end, span.end)):
            if rest.start < rest.end and len(Words(text, rest.start, rest.end).texts) >= _LEAST:
                found.append(rest)
    return found


def _distance(text: str, starts: Sequence[int], claim: Extracted, span: Span) -> _Distance:
    """Return how far a stretch is from its cue, in lines, then in sentences, then in words.

    The second half of a sentence that the cue interrupts is nearer than anything.
    """
    before = [other for other in claim.content if other.end <= span.start]
    breaks_off = bool(before) and _BREAKS_OFF.search(before[-1].of(text)) is not None
    is_half = breaks_off and _TAKES_UP.search(text, max(0, span.start - 3), span.start + 3) is not None
    return (not is_half, *min(_between(text, starts, cue, span) for cue in claim.cue))


def _between(text: str, starts: Sequence[int], cue: Span, span: Span) -> tuple[int, int, int]:
    first, second = (cue, span) if cue.start < span.start else (span, cue)
    start, end = first.end, max(first.end, second.start)
    lines = bisect_right(starts, second.start) - bisect_right(starts, start)
    ends = sum(
        match["last"].casefold() not in words("never_last") for match in _END.finditer(text, start, end)
    )
    return lines, ends, len(Words(text, start, end).texts)
