"""Edges of extracted contents moved to where a reader would set them: whole quotations, no stray signs."""

import re
from collections.abc import Iterable, Sequence

from annotations.nlp.draft import Span
from annotations.nlp.paragraphs import trimmed
from annotations.nlp.quotations import Quotation, touching
from annotations.nlp.words import Words

# Words by which an extractor may miss a quotation's edge.
_NEAR = 3
# Words that a content can't end with, for they go with the next one.
_LOOSE = re.compile(
    r"\s(?:an?|the|and|or|but|as|at|by|for|from|in|into|of|on|than|that|to|which|who|with)\W*$"
)
# What somebody did besides calling a thing names: dismissed it as “a joke” before sitting down.
_DOING_BESIDES = re.compile(r"\s(?:after|before|while)\s\w+ing\b")
_CALLED = re.compile(r"\sas\s$")
_STRAY_BEFORE = " \t\n,;:.–—-)]"
_STRAY_AFTER = " \t\n,;:–—-(["


def snapped(text: str, content: Iterable[Span], quotations: Sequence[Quotation]) -> tuple[Span, ...]:
    """Return `content` with edges near a quotation's at its marks, and without signs that belong to nobody.

    A full stop at the end stays. Stretches that touch afterwards are one.
    """
    found: list[Span] = []
    for span in sorted(content):
        start, end = span.start, span.end
        near = touching(quotations, span)
        for quotation in near:
            if start > quotation.start and _words(text, quotation.start, start) <= _NEAR:
                start = quotation.start
            if end < quotation.end and _words(text, end, quotation.end) <= _NEAR:
                end = quotation.end
            # A word of the quotation's own frame that slipped in: `said: "We lost."`
            if start < quotation.start and not _words(text, start, quotation.start):
                start = quotation.start
            if end > quotation.end and not _words(text, quotation.end, end):
                end = quotation.end
        kept = bare(text, start, _without_loose_end(text, start, end, near))
        if not _words(text, kept.start, kept.end):
            continue
        if found and kept.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, kept.end))
        else:
            found.append(kept)
    return tuple(found)


def _without_loose_end(text: str, start: int, end: int, quotations: Sequence[Quotation]) -> int:
    """Return the end of a stretch, moved back to a quotation's where the words behind that are not said.

    They are not where they lead nowhere, nor where they tell what else the speaker did: behind a name that a
    thing is called there is no verb but the cue that they could belong to.
    """
    inside = [quotation for quotation in quotations if start < quotation.end <= end]
    if not inside:
        return end
    last = max(inside, key=_end)
    is_name = _CALLED.search(text, start, last.start) is not None
    does_besides = is_name and _DOING_BESIDES.match(text, last.end, end) is not None
    return last.end if does_besides or _LOOSE.search(text, last.end, end) else end


def _end(quotation: Quotation) -> int:
    return quotation.end


def _words(text: str, start: int, end: int) -> int:
    return len(Words(text, start, end).texts)


def bare(text: str, start: int, end: int) -> Span:
    """Return [start, end) without the signs at its edges that belong to nobody; empty where all are."""
    while start < end and text[start] in _STRAY_BEFORE:
        start += 1
    while start < end and text[end - 1] in _STRAY_AFTER:
        end -= 1
    return trimmed(text, start, end)
