"""What an editor means by selected words: whole words, with the quotation marks that belong to them.

The one place for this rule: the page sends what was selected as it is. Offsets are code points, half-open.
"""

import unicodedata
from collections.abc import Sequence

from annotations.nlp.draft import Span
from annotations.nlp.lexicon import words
from annotations.nlp.quotations import Quotation, scan, touching
from annotations.nlp.snapping import bare

# Signs that hold a word together where they stand inside it: "don't", "U.S.", "1,000", and Hebrew's own.
_INNER = frozenset("’'.,·׳״")
_APOSTROPHES = frozenset("’'")
# Zero width joiner and non-joiner, which hold emoji and Persian words together.
_JOINERS = frozenset("\u200c\u200d")
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)
_STOPS = frozenset(".,!?…;:")
# Words that keep their full stop wherever they stand; those that end no sentence are in the word lists.
_STOPPED = frozenset({"jr", "sr", "inc", "co", "corp", "ltd", "bros"})
# Opening marks, and what closes each; a mark turned the wrong way still pairs with its like.
_PAIRS = {
    '"': '"”“',
    "“": '”"“',
    "„": '“”"',
    "‟": '”"',
    "”": "”",
    "«": "»",
    "»": "«",
    "'": "'’",
    "‘": "’'",
    "‚": "‘’",
    "‹": "›",
    "›": "‹",
    "``": "''",
    "''": "''",
}


def meant(text: str, line: Span, start: int, end: int, *, is_content: bool) -> Span:
    """Return what is meant by selecting [start, end) inside one line of `text`; empty where no word is.

    Half words become whole. Space and signs that belong to nobody fall off the edges. Quotation marks come
    along where the selection reaches the words beside them. A full stop stays at the end of what was said
    and goes from a cue or a source, unless it belongs to an abbreviation.
    """
    quotations = scan(text, [line])
    chosen = _without_foreign_signs(text, quotations, start, end)
    if not has_word(text, chosen.start, chosen.end):
        return Span(chosen.start, chosen.start)
    start, end = _whole_words(text, line, chosen)
    if not is_content:
        end = _bare(text, start, _without_stop(text, start, end)).end
    start, end = _with_outer_marks(text, quotations, start, end)
    return Span(*_with_adjacent_marks(text, line, start, end))


def has_word(text: str, start: int, end: int) -> bool:
    """Say whether [start, end) holds any letter or digit."""
    return any(character.isalnum() for character in text[start:end])


def is_inside_word(text: str, offset: int) -> bool:
    """Say whether an edge at `offset` would cut a word, or a sign of several code points."""
    if not 0 < offset < len(text):
        return False
    before, after = text[offset - 1], text[offset]
    if _extends(after) or before in _JOINERS:
        return True
    if ord(before) in _FLAG_LETTERS and ord(after) in _FLAG_LETTERS:
        return _flag_letters_before(text, offset) % 2 == 1
    if _is_lettered(before) and _is_lettered(after):
        return True
    if before in _INNER and _is_lettered(after):
        return offset > 1 and _is_lettered(text[offset - 2])
    if after in _INNER and _is_lettered(before):
        following = text[offset + 1 : offset + 2]
        return bool(following) and _is_lettered(following) and not _is_possessive(text, offset)
    return False


def _without_foreign_signs(text: str, quotations: Sequence[Quotation], start: int, end: int) -> Span:
    """Return the stretch without space, stray signs and lone marks of other words at its edges."""
    chosen = _bare(text, start, end)
    for quotation in touching(quotations, chosen):
        if quotation.start < chosen.start < quotation.end and not has_word(text, chosen.start, quotation.end):
            chosen = _bare(text, quotation.end, chosen.end)
        if quotation.start < chosen.end < quotation.end and not has_word(text, quotation.start, chosen.end):
            chosen = _bare(text, chosen.start, quotation.start)
    return _without_lone_brackets(text, chosen)


def _bare(text: str, start: int, end: int) -> Span:
    """Return the stretch without space and stray signs at its edges, in whatever order they stand there."""
    before, chosen = None, Span(start, end)
    while chosen != before:
        before, chosen = chosen, bare(text, chosen.start, chosen.end)
    return chosen


def _without_lone_brackets(text: str, chosen: Span) -> Span:
    inside = chosen.of(text)
    if inside.startswith("(") and ")" not in inside:
        chosen = _bare(text, chosen.start + 1, chosen.end)
    if inside.endswith(")") and "(" not in inside:
        chosen = _bare(text, chosen.start, chosen.end - 1)
    return chosen


def _whole_words(text: str, line: Span, chosen: Span) -> tuple[int, int]:
    start, end = chosen.start, chosen.end
    while start > line.start and is_inside_word(text, start):
        start -= 1
    while end < line.end and is_inside_word(text, end):
        end += 1
    return start, end


def _extends(character: str) -> bool:
    """Say whether a code point only changes or goes on with the sign before it."""
    return (
        character in _JOINERS
        or unicodedata.category(character).startswith("M")
        or ord(character) in _SKIN_TONES
        or ord(character) in _TAGS
    )


def _is_lettered(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")


def _flag_letters_before(text: str, offset: int) -> int:
    count = 0
    while count < offset and ord(text[offset - 1 - count]) in _FLAG_LETTERS:
        count += 1
    return count


def _is_possessive(text: str, offset: int) -> bool:
    """Say whether 's ends the word at `offset`: "Trump" may be taken out of "Trump's"."""
    return (
        text[offset] in _APOSTROPHES
        and text[offset + 1 : offset + 2] in ("s", "S")
        and not _is_lettered(text[offset + 2 : offset + 3] or " ")
    )


def _without_stop(text: str, start: int, end: int) -> int:
    if end - start < 2 or text[end - 1] not in ".!?…":
        return end
    word = text[start:end].rsplit(maxsplit=1)[-1].rstrip(".")
    is_short = word.casefold() in words("never_last") | _STOPPED or len(word) == 1 or "." in word
    if text[end - 1] == "." and is_short:
        return end
    while end - start > 1 and text[end - 1] in ".!?…":
        end -= 1
    return end


def _with_outer_marks(text: str, quotations: Sequence[Quotation], start: int, end: int) -> tuple[int, int]:
    """Take in the marks of each quotation whose edge words the stretch reaches.

    A stretch that lies inside one quotation takes its marks only where it reaches both its edges: half a
    quotation is left without half its marks.
    """
    for quotation in touching(quotations, Span(start, end)):
        reaches_start = not has_word(text, quotation.start, start)
        reaches_end = not has_word(text, end, quotation.end)
        if reaches_start and (reaches_end or end > quotation.end):
            start = min(start, quotation.start)
        if reaches_end and (reaches_start or start < quotation.start):
            end = max(end, quotation.end)
        # Half a quotation that was selected with one of its marks.
        if start == quotation.start and end < quotation.end and not reaches_end:
            start = _bare(text, start + _mark_length(text, start), end).start
        if end == quotation.end and quotation.closed and start > quotation.start and not reaches_start:
            end = _before_mark(text, start, end)
    return start, end


def _mark_length(text: str, offset: int) -> int:
    return 2 if text[offset : offset + 2] in ("``", "''") else 1


def _before_mark(text: str, start: int, end: int) -> int:
    """Return the end of a stretch without the closing mark that it ends with."""
    return _bare(text, start, end - _mark_length(text, end - 2)).end


def _with_adjacent_marks(text: str, line: Span, start: int, end: int) -> tuple[int, int]:
    """Take in a pair of marks that stands right around the stretch: a quotation inside another, say."""
    stop = end
    while stop < line.end and text[stop] in _STOPS:
        stop += 1
    for opening, closings in _PAIRS.items():
        left = start - len(opening)
        right = stop + len(opening)
        closing = text[stop:right]
        if left < line.start or right > line.end or not closing or closing not in closings:
            continue
        # An apostrophe inside a word is no mark.
        if text.startswith(opening, left) and not any(is_inside_word(text, at) for at in (left, right)):
            return left, right
    return start, end
