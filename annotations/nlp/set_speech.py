"""Speech that the layout of a page attributes: lines of a transcript and quotations that are signed.

Told from signs and capitals alone, so that no extractor has to have met that layout before.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from annotations.nlp.draft import Span
from annotations.nlp.paragraphs import trimmed
from annotations.nlp.quotations import Quotation
from annotations.nlp.triples import Triple

_LINE = re.compile(
    r"\s*[\"“]?(?P<name>[A-Z][A-Z.’'\-]+(?: (?:[A-Z][A-Z.’'\-]+|[A-Z]\.)){0,3})(?P<colon>:)\s+(?=\S)"
)
_LEAST_NAME = 3
_SIGNATURE = re.compile(r"\s*(?P<dash>--|[-–—―~])\s*(?P<name>[^\W\d_a-z][^\n,(:;“\"]{1,60}?)\s*(?=[\n,(;]|$)")
_LONGEST_NAME = 5
_LEAST_SIGNED = 4
TRANSCRIPT, SIGNATURE = "transcript", "signature"
# Both forms are too rare in the corpus to take their share from it.
_SHARE = 0.9


def transcript_line(text: str, line: Span) -> Triple | None:
    """Return the triple of a line in which capitals and a colon name who speaks; None for others."""
    match = _LINE.match(text, line.start, line.end)
    if match is None or len(match["name"]) < _LEAST_NAME:
        return None
    content = trimmed(text, match.end(), line.end)
    cue, source = Span(*match.span("colon")), Span(*match.span("name"))
    return Triple((content,), (cue,), (source,), TRANSCRIPT, ":", _SHARE)


def signed_quotations(text: str, lines: Sequence[Span], quotations: Sequence[Quotation]) -> Iterator[Triple]:
    """Yield the quotations that a dash and a name close, on their own line or on the next."""
    starts = [line.start for line in lines]
    for quotation in quotations:
        index = bisect_right(starts, quotation.start) - 1
        if index < 0 or len(text[quotation.start : quotation.end].split()) < _LEAST_SIGNED:
            continue
        end = lines[index].end
        if not text[quotation.end : end].strip() and index + 1 < len(lines):
            end = lines[index + 1].end
        match = _SIGNATURE.match(text, quotation.end, end)
        if match is None or len(match["name"].split()) > _LONGEST_NAME or not _ends_line(text, match, end):
            continue
        if all(word[0].isupper() for word in match["name"].split() if len(word) > 3):
            cue, source = Span(*match.span("dash")), Span(*match.span("name"))
            yield Triple((quotation.span,), (cue,), (source,), SIGNATURE, "-", _SHARE)


def _ends_line(text: str, match: re.Match[str], end: int) -> bool:
    # What is left of the line may say who the name is, in few words; a sentence is no signature.
    rest = text[match.end() : end].strip()
    return len(rest.split()) <= 8 and not rest.endswith((".", "!", "?"))
