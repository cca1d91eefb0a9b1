"""Speech that set forms attribute: lines of a transcript, quotations that are signed, presented or answers.

Told from signs, capitals and a few words alone, so that no extractor has to have met the form before.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from annotations.nlp.draft import Span
from annotations.nlp.names import is_title
from annotations.nlp.paragraphs import trimmed
from annotations.nlp.quotations import Quotation, inside
from annotations.nlp.triples import Triple

_LINE = re.compile(
    r"\s*[\"“]?(?P<name>[A-Z][A-Z.’'\-]+(?: (?:[A-Z][A-Z.’'\-]+|[A-Z]\.)){0,3})(?P<colon>:)\s+(?=\S)"
)
_LEAST_NAME = 3
_SIGNATURE = re.compile(r"\s*(?P<dash>--|[-–—―~])\s*(?P<name>[^\W\d_a-z][^\n,(:;“\"]{1,60}?)\s*(?=[\n,(;]|$)")
_LONGEST_NAME = 5
_LEAST_SIGNED = 4
_NAME = r"[^\W\d_a-z][\w.’'-]*(?:\s(?:(?:al|da|de|del|di|du|la|van|von|der)\s)*[^\W\d_a-z][\w’'-]*){0,3}"
_PRESENTED = re.compile(
    r"\s*(?P<cue>(?:That|This|Such|So|Those|These)\s(?:is|was|were|are)\s"
    rf"(?:how|what|the\s(?:words?|answer|reply|verdict|message)\s(?:of|from)))\s(?P<name>{_NAME})\s"
)
_UNMARKED = re.compile(
    r"\s*(?P<content>[^\W\d_a-z][^\n.!?:;“”\"]{14,200}),\s(?P<cue>said|says)\s"
    rf"(?!\w+day\b)(?P<name>{_NAME})(?:,|\.?\s*$|\.\s)"
)
# The sentence with the question is looked for so far before the quotation, in code points.
_LONGEST_QUESTION = 400
_ANSWERED = re.compile(
    r"(?:^|[.!?]\s)(?:When\s)?[Aa]sked\b[^.!?\n“”\"]*,\s"
    rf"(?P<name>{_NAME}|(?:the|an?|his|her)(?:\s[a-z][\w-]*){{1,3}}?|he|she|they)\s"
    r"(?P<cue>[a-z]+ed)\b(?:\s[a-z]+){0,3}[.:]\s*$"
)
TRANSCRIPT, SIGNATURE, PRESENTED, UNMARKED = "transcript", "signature", "presented", "unmarked"
ANSWERED = "answered"
# All these forms are too rare in the corpus to take their share from it.
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


def presented_quotations(
    text: str, lines: Sequence[Span], quotations: Sequence[Quotation]
) -> Iterator[Triple]:
    """Yield the quotations that fill a line and that the next one presents: "That was how Lee put it."."""
    starts = [line.start for line in lines]
    for quotation in quotations:
        index = bisect_right(starts, quotation.start) - 1
        if index < 0 or index + 1 >= len(lines) or text[quotation.end : lines[index].end].strip():
            continue
        match = _PRESENTED.match(text, lines[index + 1].start, lines[index + 1].end)
        if match is not None and not text[lines[index].start : quotation.start].strip():
            cue, source = Span(*match.span("cue")), Span(*match.span("name"))
            yield Triple((quotation.span,), (cue,), (source,), PRESENTED, "be", _SHARE)


def answers(text: str, lines: Sequence[Span], quotations: Sequence[Quotation]) -> Iterator[Triple]:
    """Yield the quotations of who was asked in the sentence before: Asked why, he shrugged. "Why not?"."""
    starts = [line.start for line in lines]
    for quotation in quotations:
        index = bisect_right(starts, quotation.start) - 1
        if index < 0:
            continue
        first = max(lines[index].start, quotation.start - _LONGEST_QUESTION)
        match = _ANSWERED.search(text[first : quotation.start])
        if match is not None:
            cue, source = (
                Span(first + match.start(part), first + match.end(part)) for part in ("cue", "name")
            )
            yield Triple((quotation.span,), (cue,), (source,), ANSWERED, "answer", _SHARE)


def unmarked_line(text: str, line: Span, quotations: Sequence[Quotation]) -> Triple | None:
    """Return the triple of a line that opens with speech and "said Lee" but no mark; None for others."""
    match = _UNMARKED.match(text, line.start, line.end)
    if match is None or inside(quotations, match.start("content")) or is_title(match["name"].split()[0]):
        return None
    content, cue, source = (Span(*match.span(group)) for group in ("content", "cue", "name"))
    return Triple((content,), (cue,), (source,), UNMARKED, "say", _SHARE)


def _ends_line(text: str, match: re.Match[str], end: int) -> bool:
    # What is left of the line may say who the name is, in few words; a sentence is no signature.
    rest = text[match.end() : end].strip()
    return len(rest.split()) <= 8 and not rest.endswith((".", "!", "?"))
