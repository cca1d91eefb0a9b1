"""Where the sentences of a paragraph end, told from its words and marks alone; never inside a quotation."""

import re
from collections.abc import Iterator, Sequence

from annotations.nlp.draft import Span
from annotations.nlp.lexicon import words
from annotations.nlp.paragraphs import trimmed
from annotations.nlp.quotations import Quotation, inside

# What ends a sentence, the marks that close with it, and what may open the next.
_END = re.compile(r"(?P<stop>[.!?…]+)[\"'”’»)\]]*\s+(?=[\"'“‘«(\[]*[^\W_a-z])")
_LAST_WORD = re.compile(r"[^\s(\[\"“‘]+$")
_INITIALS = re.compile(r"(?:[A-Z]\.)+[A-Z]?$|[A-Z]$")


def sentences(text: str, paragraph: Span, quotations: Sequence[Quotation]) -> Iterator[Span]:
    """Yield the sentences of one paragraph of `text`, without white space at their edges, in order."""
    start = paragraph.start
    for match in _END.finditer(text, paragraph.start, paragraph.end):
        covering = inside(quotations, match.end() - 1)
        # The white space after a closing mark lies outside, that between quoted sentences inside.
        if (covering is not None and covering.end >= match.end()) or _is_abbreviation(text, start, match):
            continue
        yield trimmed(text, start, match.end())
        start = match.end()
    last = trimmed(text, start, paragraph.end)
    if last.start < last.end:
        yield last


def _is_abbreviation(text: str, start: int, match: re.Match[str]) -> bool:
    if match["stop"] != ".":
        return False
    last = _LAST_WORD.search(text, start, match.start())
    if last is None:
        return False
    word = last.group()
    if word.casefold() == "no" and not text[match.end()].isdigit():
        return False
    return word.casefold() in words("never_last") or _INITIALS.match(word) is not None
