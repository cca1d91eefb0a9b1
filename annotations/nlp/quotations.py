"""Quotation marks of a text, paired paragraph by paragraph.

A lost mark costs at most its own paragraph. Straight, curly, doubled single (`''`), backtick, low and
angle marks count; single marks count only in texts (and first lines) that use no double ones.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from annotations.nlp.draft import Span
from annotations.nlp.paragraphs import paragraphs, trimmed

_DOUBLE = re.compile("``|''|[\"＂“”„‟«»]")
_DOUBLE_SIGN = re.compile("``|''|[\"＂“”„‟«]")
_FIRST_SIGN = re.compile(r"\S")
_SINGLE = re.compile("['‘’]")
_OPENERS = frozenset({"“", "‟", "„", "«", "``"})
_CLOSERS = frozenset({"”", "»"})
# Six foot two is written 6'2" or 6′2″; a mark after a bare number measures unless a quotation is open.
_FEET_AND_INCHES = re.compile(r"\d\s?['’′]\s?\d{1,2}(?:½|\.\d)?\s?$")
_BEFORE_OPENING = frozenset(" \t\xa0\u2009\u202f([{-–—/")
_REPORT = re.compile(
    r"[,?!] (?:(?:said|says|asked|added|warned) (?=[A-Z])"
    r"|(?:he|she|they|(?:[A-Z][\w.’'-]* ){1,3})\s?(?:said|says|asked|added|warned)\b)"
)
_ELISIONS = re.compile(r"(?:tis|twas|em|til|cause|n|bout|round|\d\d)s?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quotation:
    """One quotation of one paragraph, marks included.

    `closed` is false where the closing mark is missing and the quotation runs to the paragraph's end.
    `continues` is true where it then goes on in the next paragraph, which opens with a mark.
    """

    start: int
    end: int
    closed: bool = True
    continues: bool = False

    @property
    def span(self) -> Span:
        """The stretch of text, marks included."""
        return Span(self.start, self.end)


def uses_double_marks(text: str) -> bool:
    """Say whether `text` holds any double quotation mark."""
    return _DOUBLE_SIGN.search(text) is not None


def scan(text: str, lines: Sequence[Span] | None = None) -> tuple[Quotation, ...]:
    """Return the quotations of `text` in order, never overlapping, each inside one of its `lines`."""
    found: list[Quotation] = []
    singles = not uses_double_marks(text)
    opening = _FIRST_SIGN.search(text)
    first = opening.start() if opening else 0
    for line in paragraphs(text) if lines is None else lines:
        # Headlines keep to single marks whatever the article does.
        here = scan_paragraph(text, line, singles=singles or line.start <= first < line.end)
        if found and here and not found[-1].closed and _opens(text, line, here[0]):
            last = found[-1]
            goes_on = not text[last.end : line.start].strip()
            found[-1] = replace(last, continues=True) if goes_on else _without_report(text, last)
        elif found and not found[-1].closed and not here:
            found[-1] = _without_report(text, found[-1])
        found.extend(here)
    if found and not found[-1].closed:
        found[-1] = _without_report(text, found[-1])
    return tuple(found)


def _without_report(text: str, quotation: Quotation) -> Quotation:
    """Return a quotation whose closing mark was lost cut where the reporter goes on: "We lost, said Lee."."""
    report = _REPORT.search(text, quotation.start, quotation.end)
    return quotation if report is None or quotation.continues else replace(quotation, end=report.start() + 1)


def scan_paragraph(text: str, paragraph: Span, *, singles: bool = False) -> list[Quotation]:
    """Return the quotations of one paragraph; `singles` lets single marks count where no double one does."""
    found = list(_double_quotations(text, paragraph))
    if not found and singles:
        found = list(_single_quotations(text, paragraph))
    return found


def inside(quotations: Sequence[Quotation], offset: int) -> Quotation | None:
    """Return the quotation that covers `offset`, if any; `quotations` in text order."""
    index = bisect_right(quotations, offset, key=_start) - 1
    if index >= 0 and quotations[index].end > offset:
        return quotations[index]
    return None


def _start(quotation: Quotation) -> int:
    return quotation.start


def _opens(text: str, paragraph: Span, first: Quotation) -> bool:
    return not text[paragraph.start : first.start].strip()


def _double_quotations(text: str, paragraph: Span) -> Iterator[Quotation]:
    start: int | None = None
    reversed_angles = False
    for match in _DOUBLE.finditer(text, paragraph.start, paragraph.end):
        mark = match.group()
        if start is None:
            if _can_open(text, paragraph, match, mark):
                start = match.start()
                reversed_angles = mark == "»"
        elif _closes(text, paragraph, match, mark, opened_by=text[start], reversed_angles=reversed_angles):
            yield Quotation(start, match.end())
            start = None
    if start is not None:
        end = trimmed(text, start, paragraph.end).end
        # A lone mark at the end of a line quotes nothing.
        if end - start > 1 and any(character.isalnum() for character in text[start:end]):
            yield Quotation(start, end, closed=False)


def _can_open(text: str, paragraph: Span, match: re.Match[str], mark: str) -> bool:
    if mark in _OPENERS:
        return True
    following = text[match.end() : match.end() + 1] if match.end() < paragraph.end else ""
    if not following.strip():
        return False
    before = text[match.start() - 1] if match.start() > paragraph.start else " "
    if mark == "»":
        return before in _BEFORE_OPENING
    if mark == "”":
        # A wrong mark opens where only an opening one can stand: after a space and before a word.
        return before in _BEFORE_OPENING and following.isalnum()
    return not before.isdigit()


def _closes(
    text: str, paragraph: Span, match: re.Match[str], mark: str, *, opened_by: str, reversed_angles: bool
) -> bool:
    if mark == "«":
        return reversed_angles
    if mark == "“":
        return opened_by == "„"
    if mark in _OPENERS or (mark == "»" and reversed_angles):
        return False
    if mark in _CLOSERS:
        return True
    return _FEET_AND_INCHES.search(text, max(paragraph.start, match.start() - 8), match.start()) is None


def _single_quotations(text: str, paragraph: Span) -> Iterator[Quotation]:
    marks = list(_SINGLE.finditer(text, paragraph.start, paragraph.end))
    index = 0
    while index < len(marks):
        mark = marks[index]
        index += 1
        if not _single_opens(text, paragraph, mark):
            continue
        # A mark after punctuation closes for certain; after a bare word it may be a possessive, and then
        # a later one before the next opening mark is the better guess.
        closing: int | None = None
        for later in range(index, len(marks)):
            if _single_opens(text, paragraph, marks[later]):
                break
            if not _single_closes(text, paragraph, marks[later]):
                continue
            certain = text[marks[later].start() - 1] in ".,!?…"
            if closing is None or certain or text[marks[closing].start() - 1] == "s":
                closing = later
            if certain:
                break
        if closing is not None:
            yield Quotation(mark.start(), marks[closing].end())
            index = closing + 1


def _single_opens(text: str, paragraph: Span, mark: re.Match[str]) -> bool:
    if mark.group() == "’":
        return False
    before = text[mark.start() - 1] if mark.start() > paragraph.start else " "
    following = text[mark.end()] if mark.end() < paragraph.end else " "
    return (
        (before in _BEFORE_OPENING or before in ":")
        and (following.isalnum() or following in "…[(")
        and _ELISIONS.match(text, mark.end()) is None
    )


def _single_closes(text: str, paragraph: Span, mark: re.Match[str]) -> bool:
    before = text[mark.start() - 1]
    following = text[mark.end()] if mark.end() < paragraph.end else " "
    return not before.isspace() and mark.group() != "‘" and not following.isalnum()
