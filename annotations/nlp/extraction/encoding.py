"""Text as the trained extractor reads it: words, their word pieces and features, in overlapping windows.

Training and annotation share this module, so that the two can't read a text differently.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from annotations.nlp.draft import Span
from annotations.nlp.quotations import Quotation

# Pieces that one window holds at most, and how many of them at either end another window reads better.
LONGEST_WINDOW = 384
MARGIN = 40
_MOST_PIECES = 8
_LONGEST_WORD = 100

PAD, UNKNOWN, START, SEPARATOR = "[PAD]", "[UNK]", "[CLS]", "[SEP]"

# Letter case, which the word pieces have lost.
LOWER, TITLE, UPPER, INITIAL, DIGIT, SIGN, NO_SHAPE = range(7)
# Where a word stands among the quotation marks.
OUTSIDE, INSIDE, OPENING, CLOSING = range(4)

_WORD = re.compile(r"``|''|[^\W_]+|\S")
_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "„": '"', "–": "-"})

Integers = NDArray[np.int64]


class Vocabulary:
    """Word pieces by their text; splits a word into the longest known pieces from its left (WordPiece).

    Wu et al. 2016, arXiv:1609.08144, as BERT uses it: pieces inside a word begin with `##`.
    """

    def __init__(self, pieces: Sequence[str]) -> None:
        self._ids: Mapping[str, int] = {piece: index for index, piece in enumerate(pieces)}
        self._known: dict[str, tuple[int, ...]] = {}
        self.pad, self.unknown = self._ids[PAD], self._ids[UNKNOWN]
        self.start, self.separator = self._ids[START], self._ids[SEPARATOR]

    def pieces(self, word: str) -> tuple[int, ...]:
        """Return the ids of the pieces of `word`, at least one and at most eight."""
        found = self._known.get(word)
        if found is None:
            found = self._known[word] = self._split(_plain(word))[:_MOST_PIECES]
        return found

    def _split(self, word: str) -> tuple[int, ...]:
        if not word or len(word) > _LONGEST_WORD:
            return (self.unknown,)
        found: list[int] = []
        start = 0
        while start < len(word):
            prefix = "##" if start else ""
            for end in range(len(word), start, -1):
                piece = self._ids.get(prefix + word[start:end])
                if piece is not None:
                    found.append(piece)
                    start = end
                    break
            else:
                return (self.unknown,)
        return tuple(found)


def _plain(word: str) -> str:
    """Return `word` in lower case, without accents, its marks straight: the vocabulary knows no others."""
    word = word.lower().translate(_PLAIN)
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFD", word) if unicodedata.category(c) != "Mn")


@dataclass(slots=True)
class EncodedText:
    """The words of a text with what the extractor reads of each: parallel lists, one entry a word.

    `starts` and `ends` are code points of the text, `paragraphs` counts the lines that were encoded.
    """

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    paragraphs: list[int] = field(default_factory=list)
    pieces: list[tuple[int, ...]] = field(default_factory=list)
    shapes: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.starts)


@dataclass(frozen=True, slots=True)
class Window:
    """Words [first, last) of a text that are read together; cues are sought in [core_first, core_last)."""

    first: int
    last: int
    core_first: int
    core_last: int


def encode(
    text: str, lines: Iterable[Span], quotations: Sequence[Quotation], vocabulary: Vocabulary
) -> EncodedText:
    """Return the words of those `lines` of `text`, with `quotations` in text order."""
    found = EncodedText()
    position = 0
    mark = vocabulary.pieces('"')
    for index, line in enumerate(lines):
        for match in _WORD.finditer(text, line.start, line.end):
            start, end, word = match.start(), match.end(), match.group()
            while position < len(quotations) and quotations[position].end <= start:
                position += 1
            around = quotations[position] if position < len(quotations) else None
            place = OUTSIDE if around is None else _place(around, start, end)
            pieces = vocabulary.pieces(word)
            if around is not None and place == OPENING and not around.opened:
                # The extractor sees the mark that was lost.
                pieces = (*mark, *pieces)[:_MOST_PIECES]
            elif place in (OPENING, CLOSING):
                # However a text writes its quotation marks, the extractor sees one kind.
                pieces = mark
            found.starts.append(start)
            found.ends.append(end)
            found.paragraphs.append(index)
            found.pieces.append(pieces)
            found.shapes.append(_shape(word))
            found.places.append(place)
    return found


def _place(quotation: Quotation, start: int, end: int) -> int:
    if start < quotation.start:
        return OUTSIDE
    if start == quotation.start:
        return OPENING
    return CLOSING if quotation.closed and end >= quotation.end else INSIDE


def _shape(word: str) -> int:
    if not word[0].isalnum():
        return SIGN
    if word.isdigit():
        return DIGIT
    if word[0].isupper():
        if len(word) == 1:
            return INITIAL
        return UPPER if word.isupper() else TITLE
    return LOWER


def windows(encoded: EncodedText, *, longest: int = LONGEST_WINDOW, margin: int = MARGIN) -> list[Window]:
    """Return windows of at most `longest` pieces, alike in length, whose cores cover every word once.

    A core ends `margin` pieces before its window does, unless the text ends there.
    """
    # A paragraph's separator counts with its first word.
    ends: list[int] = []
    total = 0
    for index, pieces in enumerate(encoded.pieces):
        total += len(pieces) + (index > 0 and encoded.paragraphs[index] != encoded.paragraphs[index - 1])
        ends.append(total)
    room = longest - 2 - _MOST_PIECES
    count = len(encoded)
    if total <= room:
        return [Window(0, count, 0, count)] if count else []
    number = -(-(total - 2 * margin) // (room - 2 * margin))
    step = (total - 2 * margin) / number
    # The first word of every core, then where the last core ends.
    cuts = [0, *(int(np.searchsorted(ends, margin + step * i)) for i in range(1, number)), count]
    found = []
    for core_first, core_last in pairwise(cuts):
        first = int(np.searchsorted(ends, ends[core_first] - margin)) if core_first else 0
        last = min(count, int(np.searchsorted(ends, ends[core_last - 1] + margin, "right")))
        found.append(Window(first, last, core_first, core_last))
    return found


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows as arrays: pieces, shapes and places are [windows, pieces]; firsts and wanted [windows, words].

    `firsts` says at which piece a word begins (0 where a window has no such word), `wanted` (0 or 1) in
    which words a cue is sought.
    """

    pieces: Integers
    shapes: Integers
    places: Integers
    firsts: Integers
    wanted: Integers

    def inputs(self) -> dict[str, Integers]:
        """Return the arrays by the names that the network gives its inputs."""
        return {
            "pieces": self.pieces,
            "shapes": self.shapes,
            "places": self.places,
            "firsts": self.firsts,
            "wanted": self.wanted,
        }


def batch(items: Sequence[tuple[EncodedText, Window]], vocabulary: Vocabulary) -> Batch:
    """Return windows, each with the text that it is of, as the arrays that the network reads."""
    rows = []
    for encoded, window in items:
        pieces, shapes, places, firsts = [vocabulary.start], [NO_SHAPE], [OUTSIDE], []
        for index in range(window.first, window.last):
            if index > window.first and encoded.paragraphs[index] != encoded.paragraphs[index - 1]:
                pieces.append(vocabulary.separator)
                shapes.append(NO_SHAPE)
                places.append(OUTSIDE)
            firsts.append(len(pieces))
            here = encoded.pieces[index]
            pieces.extend(here)
            shapes.extend([encoded.shapes[index]] * len(here))
            places.extend([encoded.places[index]] * len(here))
        pieces.append(vocabulary.separator)
        shapes.append(NO_SHAPE)
        places.append(OUTSIDE)
        wanted = [int(window.core_first <= i < window.core_last) for i in range(window.first, window.last)]
        rows.append((pieces, shapes, places, firsts, wanted))
    fills = (vocabulary.pad, NO_SHAPE, OUTSIDE, 0, 0)
    return Batch(*(_padded([row[i] for row in rows], fill) for i, fill in enumerate(fills)))


def _padded(rows: Sequence[Sequence[int]], fill: int) -> Integers:
    array = np.full((len(rows), max(map(len, rows))), fill, dtype=np.int64)
    for index, row in enumerate(rows):
        array[index, : len(row)] = row
    return array
