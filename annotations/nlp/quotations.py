"""Quotation marks of a text, paired paragraph by paragraph.

A lost mark costs at most its own paragraph. Straight, curly, doubled single (`''`), backtick, low and
angle marks count; single marks count only in texts (and first lines) that use no double ones, or use them
inside single ones alone. Of quotations inside each other the outermost counts.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from annotations.nlp.draft import Span
from annotations.nlp.paragraphs import paragraphs, trimmed

_DOUBLE = re.compile("``|''|[\"＂“”„‟«»]")
_DOUBLE_SIGN = re.compile("``|''|[\"＂“”„‟«]")
_FIRST_SIGN = re.compile(r"\S")
_SINGLE = re.compile("['‘’]")
_OPENERS = frozenset({"“", "‟", "„", "«", "``"})
# Marks that close, whichever way their partner is turned.
_EITHER = frozenset({"”", '"', "''"})
_STOPS = tuple(",.!?…")
# Six foot two is written 6'2" or 6′2″; a mark after a bare number measures unless a quotation is open.
_FEET_AND_INCHES = re.compile(r"\d\s?['’′]\s?\d{1,2}(?:½|\.\d)?\s?$")
_INCHES = re.compile(r"\s\d{1,3}(?:½|\.\d)?$")
_BEFORE_OPENING = frozenset(" \t\xa0\u2009\u202f([{-–—/")
_BEFORE_INNER = _BEFORE_OPENING | frozenset("\"“'‘")
_REPORT = re.compile(
    r"[,?!] (?:(?:said|says|asked|added|warned) (?=[A-Z])"
    r"|(?:he|she|they|(?:[A-Z][\w.’'-]* ){1,3})\s?(?:said|says|asked|added|warned)\b)"
)
# No speaker says "..., said Lee", which tells a lost mark even where the next paragraph goes on with one.
_INVERTED_REPORT = re.compile(r"[,?!] (?:said|says) (?=[A-Z])")
_SAYS = re.compile(
    r"\s+(?:(?:he|she|they|(?:[A-Z][\w.’'-]*\s){1,3})\s?)?(?:said|says|asked|added|warned|wrote|writes)\b"
)
# Marks among which the end of an inner quotation is sought: a page of marks on one line must stay cheap.
_MOST_INNER = 40
_ELISIONS = re.compile(r"(?:tis|twas|em|til|cause|n|bout|round|\d\d)s?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quotation:
    """One quotation of one paragraph, marks included.

    `closed` is false where the closing mark is missing and the quotation runs to the paragraph's end, and
    `continues` true where it then goes on in the next paragraph, which opens with a mark. `opened` is false
    where the opening mark is missing and the quotation begins with its paragraph.
    """

    start: int
    end: int
    closed: bool = True
    continues: bool = False
    opened: bool = True

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
    told = list(paragraphs(text)) if lines is None else lines
    singles = not uses_double_marks(text) or _are_inner(text, told)
    opening = _FIRST_SIGN.search(text)
    first = opening.start() if opening else 0
    for line in told:
        # Headlines keep to single marks whatever the article does.
        here = scan_paragraph(text, line, singles=singles or line.start <= first < line.end)
        if found and not found[-1].closed:
            if here and _goes_on(text, line, found[-1], here[0]):
                report = _INVERTED_REPORT.search(text, found[-1].start, found[-1].end)
                cut = _without_report(text, found[-1]) if report else []
                found[-1:] = cut or [replace(found[-1], continues=True)]
            else:
                found[-1:] = _without_report(text, found[-1])
        found.extend(here)
    if found and not found[-1].closed:
        found[-1:] = _without_report(text, found[-1])
    return tuple(found)


def _goes_on(text: str, line: Span, open_one: Quotation, first: Quotation) -> bool:
    """Say whether a line opens with the mark of the quotation that the one before it left open."""
    follows = not text[open_one.end : line.start].strip() and _begins(text, line, first.start)
    return follows and text[open_one.start] == text[first.start]


def _without_report(text: str, quotation: Quotation) -> list[Quotation]:
    """Return a quotation whose closing mark was lost cut where the reporter goes on: "We lost, said Lee."."""
    report = _REPORT.search(text, quotation.start, quotation.end)
    if report is None:
        return [quotation]
    end = report.start() + 1
    return [replace(quotation, end=end), *_double_quotations(text, Span(end, quotation.end))]


def scan_paragraph(text: str, paragraph: Span, *, singles: bool = False) -> list[Quotation]:
    """Return the quotations of one paragraph; `singles` lets single marks count where no double one does.

    Where single marks count, a double one counts for nothing inside them.
    """
    if not singles:
        return list(_double_quotations(text, paragraph))
    outer = list(_single_quotations(text, paragraph))
    if any(not _holds(outer, mark) for mark in _DOUBLE.finditer(text, paragraph.start, paragraph.end)):
        outer = []
    return outer or list(_double_quotations(text, paragraph))


def _are_inner(text: str, lines: Sequence[Span]) -> bool:
    """Say whether the double marks of `text` all stand inside quotations in single ones."""
    for line in lines:
        marks = list(_DOUBLE.finditer(text, line.start, line.end))
        if marks:
            outer = list(_single_quotations(text, line))
            if not all(_holds(outer, mark) for mark in marks):
                return False
    return True


def _holds(quotations: Sequence[Quotation], mark: re.Match[str]) -> bool:
    covering = inside(quotations, mark.start())
    return covering is not None and covering.start < mark.start() and mark.end() < covering.end


def inside(quotations: Sequence[Quotation], offset: int) -> Quotation | None:
    """Return the quotation that covers `offset`, if any; `quotations` in text order."""
    index = bisect_right(quotations, offset, key=_start) - 1
    if index >= 0 and quotations[index].end > offset:
        return quotations[index]
    return None


def touching(quotations: Sequence[Quotation], span: Span) -> Sequence[Quotation]:
    """Return the quotations that share text with `span`; `quotations` in text order."""
    first = max(0, bisect_right(quotations, span.start, key=_start) - 1)
    last = bisect_left(quotations, span.end, key=_start)
    return [quotation for quotation in quotations[first:last] if quotation.end > span.start]


def _start(quotation: Quotation) -> int:
    return quotation.start


def _begins(text: str, paragraph: Span, offset: int) -> bool:
    return not text[paragraph.start : offset].strip()


def _double_quotations(text: str, paragraph: Span) -> Iterator[Quotation]:
    marks = list(_DOUBLE.finditer(text, paragraph.start, paragraph.end))
    start: int | None = None
    reversed_angles = False
    index = 0
    while index < len(marks):
        match = marks[index]
        if start is None:
            if _can_open(text, paragraph, match):
                start = match.start()
                reversed_angles = match.group() == "»"
            elif not index and _lost_its_opening(text, paragraph, match):
                yield Quotation(trimmed(text, paragraph.start, match.end()).start, match.end(), opened=False)
        elif after := _after_inner(text, paragraph, marks, index, text[start]):
            index = after
            continue
        elif report := _report_before(text, paragraph, marks, index):
            yield Quotation(start, report.start() + 1, closed=False)
            start = match.start()
        elif _closes(text, paragraph, marks, index, opened_by=text[start], reversed_angles=reversed_angles):
            yield Quotation(start, match.end())
            start = None
        index += 1
    if start is not None:
        end = trimmed(text, start, paragraph.end).end
        # A lone mark at the end of a line quotes nothing.
        if end - start > 1 and any(character.isalnum() for character in text[start:end]):
            yield Quotation(start, end, closed=False)


def _after_inner(
    text: str, paragraph: Span, marks: Sequence[re.Match[str]], index: int, opened_by: str
) -> int | None:
    """Return the index of the mark that closes the open quotation where one inside it begins; else None.

    There is one inside only where as many marks close as open before the paragraph ends: else a mark was
    lost, and each quotation stands for itself.
    """
    if marks[index].group() not in ('"', "“") or opened_by not in ('"', "“"):
        return None
    if not _may_open(text, paragraph, marks[index]):
        return None
    depth = 1
    for later in range(index, min(index + _MOST_INNER, len(marks))):
        if _may_open(text, paragraph, marks[later]):
            depth += 1
        elif marks[later].group() in _EITHER or marks[later].group() == "“":
            depth -= 1
        if depth == 0:
            return later
    return None


def _report_before(
    text: str, paragraph: Span, marks: Sequence[re.Match[str]], index: int
) -> re.Match[str] | None:
    """Return the report between an open mark and one that opens as well: the first one's partner was lost."""
    if not _may_open(text, paragraph, marks[index]):
        return None
    return _REPORT.search(text, marks[index - 1].end(), marks[index].start())


def _may_open(text: str, paragraph: Span, match: re.Match[str]) -> bool:
    """Say whether a mark stands where an opening one does: before a word and not behind one."""
    before = text[match.start() - 1] if match.start() > paragraph.start else " "
    following = text[match.end()] if match.end() < paragraph.end else " "
    return not following.isspace() and (before in _BEFORE_INNER or not before.isprintable())


def _can_open(text: str, paragraph: Span, match: re.Match[str]) -> bool:
    mark = match.group()
    if mark in _OPENERS:
        return True
    following = text[match.end() : match.end() + 1] if match.end() < paragraph.end else ""
    before = text[match.start() - 1] if match.start() > paragraph.start else " "
    if mark == "”":
        # A wrong mark opens where only an opening one can stand: after a space and before a word.
        if following.isalnum():
            return _may_open(text, paragraph, match)
        ahead = text[match.end() : min(match.end() + 4, paragraph.end)].lstrip()
        return ahead.startswith(("…", "...")) and _begins(text, paragraph, match.start())
    if not following.strip():
        return False
    if mark == "»":
        return before in _BEFORE_OPENING
    return not before.isdigit()


def _lost_its_opening(text: str, paragraph: Span, match: re.Match[str]) -> bool:
    """Say whether the first mark of a paragraph closes what it opens with: `We lost,” said Lee.`."""
    if match.group() not in _EITHER or text[match.start() - 1 : match.start()] not in _STOPS:
        return False
    return _SAYS.match(text, match.end(), paragraph.end) is not None


def _closes(
    text: str,
    paragraph: Span,
    marks: Sequence[re.Match[str]],
    index: int,
    *,
    opened_by: str,
    reversed_angles: bool,
) -> bool:
    match = marks[index]
    mark = match.group()
    if mark == "«":
        return reversed_angles
    if mark == "“":
        # Turned the wrong way behind a word it closes, as “over there,“ does.
        return opened_by == "„" or not _may_open(text, paragraph, match)
    if mark in _OPENERS or (mark == "»" and reversed_angles):
        return False
    if mark == "»":
        return True
    near = max(paragraph.start, match.start() - 8)
    feet = _FEET_AND_INCHES.search(text, near, match.start())
    if feet and mark != "”":
        return False
    # A mark behind a number measures where the next one can do nothing but close.
    if feet or (mark != "”" and _INCHES.search(text, near, match.start())):
        following = marks[index + 1] if index + 1 < len(marks) else None
        return following is None or following.group() in _OPENERS or _may_open(text, paragraph, following)
    return True


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
