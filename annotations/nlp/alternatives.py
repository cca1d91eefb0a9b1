"""Other contents that a claim may have, likeliest first, for whoever sees that the suggested one is wrong.

Each edge may stand at any word of its line. How likely a place is, is a log-linear model over features that
can be said in words; what they weigh is in `resources/alternatives.json`, fitted by
`training/alternatives.py` on what the pipeline got wrong.
"""

import json
import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from annotations.nlp.draft import Span
from annotations.nlp.quotations import Quotation, scan, touching
from annotations.nlp.selections import has_word, meant
from annotations.nlp.words import Words

SHIPPED = Path(__file__).parent / "resources" / "alternatives.json"
# Words that an edge may move outwards and inwards, and places of each edge that are paired with the other's.
_OUTWARDS, _INWARDS, _PAIRED = 60, 200, 14
_SIGNS = (
    ("comma", ",;"),
    ("stop", ".!?…"),
    ("colon", ":"),
    ("dash", "–—-"),
    ("bracket", "()[]"),
    ("mark", "“”\"„«»’'‘"),
)
_CLASSES: Mapping[str, frozenset[str]] = {
    name: frozenset(members.split())
    for name, members in (
        ("that", "that"),
        ("to", "to"),
        ("wh", "what who whom whose which how why when where whether if"),
        ("and", "and but or nor"),
        ("link", "as because after before since while although though until unless than so"),
        ("preposition", "of in on at by for from with about into over against during between among through"),
        ("determiner", "a an the this these those his her its their our my your no any some"),
        ("pronoun", "i he she it we they you there"),
        (
            "verb",
            "is are was were be been has have had will would should could may might must can do does did",
        ),
    )
}
# “One piece,” she said, “and another.” with the second piece alone as the content. The pipeline made no such
# error in what the weights are fitted on, but a claim may come from elsewhere: this weight is set by hand.
_BEFORE_WHO_SAYS_IT = "with the quotation before who says it"
_SET_BY_HAND = {_BEFORE_WHO_SAYS_IT: -2.5}
Weights = Mapping[str, Mapping[str, float]]
Pieces = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where one edge may stand: an offset, and how likely it is, as a logarithm."""

    offset: int
    score: float


@cache
def shipped_weights() -> Weights:
    """Return the weights that come with the product."""
    found: Weights = json.loads(SHIPPED.read_text(encoding="utf-8"))["weights"]
    return found


def alternatives(
    text: str,
    content: Sequence[Span],
    *,
    cue: Sequence[Span] = (),
    source: Sequence[Span] = (),
    limit: int = 9,
    weights: Weights | None = None,
) -> list[Pieces]:
    """Return at most `limit` other contents of the claim, likeliest first, each as pieces in text order.

    No two of them, and none of them and `content`, hold the same words. Marks and signs at the edges are
    set as for a selection. `content` must lie inside `text` and hold a word.
    """
    weights = weights or shipped_weights()
    pieces = tuple(sorted(content))
    scored = [
        *_with_other_edges(text, pieces, cue, source, weights),
        *_in_other_shape(text, pieces, cue, source, weights),
    ]
    scored.sort(key=lambda found: -found[0])
    seen = {_words(text, pieces)}
    kept: list[Pieces] = []
    for _, found in scored:
        tidy = _tidied(text, found)
        key = _words(text, tidy)
        if key and key not in seen:
            seen.add(key)
            kept.append(tidy)
        if len(kept) == limit:
            break
    return kept


def places(
    text: str, content: Sequence[Span], cue: Sequence[Span], source: Sequence[Span], *, edge: str
) -> Iterator[tuple[int, dict[str, float]]]:
    """Yield each offset where an `edge` ("start" or "end") of the content may stand, with its features."""
    first, last = content[0], content[-1]
    if edge == "start":
        line = _line(text, first.start)
        words = Words(text, line.start, first.end)
        offsets, here = words.starts, first.start
        within = bisect_left(offsets, here)
        nearby = range(max(within - _OUTWARDS, 0), min(within + _INWARDS, len(offsets)))
    else:
        line = _line(text, last.start)
        words = Words(text, last.start, line.end)
        offsets, here = words.ends, last.end
        within = bisect_right(offsets, here)
        nearby = range(max(within - _INWARDS, 0), min(within + _OUTWARDS, len(offsets)))
    spoken = [(span, "cue") for span in cue] + [(span, "source") for span in source]
    quotations = touching(scan(text, [line]), line)
    now = _nearest(offsets, here)
    for index in nearby:
        moved = index - now
        yield offsets[index], _features(text, line, words, index, moved, spoken, quotations, edge)


def _nearest(offsets: Sequence[int], here: int) -> int:
    return min(range(len(offsets)), key=lambda index: abs(offsets[index] - here), default=0)


def _features(
    text: str,
    line: Span,
    words: Words,
    index: int,
    moved: int,
    spoken: Sequence[tuple[Span, str]],
    quotations: Sequence[Quotation],
    edge: str,
) -> dict[str, float]:
    """Return what can be said of an edge at the word `index`, `moved` words from where it is now."""
    if moved == 0:
        return {"stays": 1.0}
    outwards = (moved < 0) == (edge == "start")
    way = "out" if outwards else "in"
    found = {way: 1.0, f"{way} distance": math.log(abs(moved)), f"{way} one": float(abs(moved) == 1)}
    inner, outer = _neighbours(line, words, index, edge)
    offset = inner[0] if edge == "start" else inner[1]
    gap = text[outer[1] : inner[0]] if edge == "start" else text[inner[1] : outer[0]]
    for name, signs in _SIGNS:
        if any(sign in gap for sign in signs):
            found[f"{way} {name}"] = 1.0
    if outer[0] == outer[1]:
        found[f"{way} line"] = 1.0
    for side, (start, end) in (("inner", inner), ("outer", outer)):
        word = text[start:end].casefold()
        for name, members in _CLASSES.items():
            if word in members:
                found[f"{side} {name}"] = 1.0
        for span, role in spoken:
            if start < end and span.start < end and start < span.end:
                found[f"{way} {side} {role}"] = 1.0
    if any(quotation.start < offset < quotation.end for quotation in quotations):
        found[f"{way} quoted"] = 1.0
    return found


def _neighbours(line: Span, words: Words, index: int, edge: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the word inside an edge and the one outside it, which is empty at the end of the line."""
    other = index - 1 if edge == "start" else index + 1
    end_of_line = line.start if edge == "start" else line.end
    outer = (end_of_line, end_of_line)
    if 0 <= other < len(words.starts):
        outer = words.starts[other], words.ends[other]
    return (words.starts[index], words.ends[index]), outer


def likely_places(
    text: str,
    pieces: Pieces,
    cue: Sequence[Span],
    source: Sequence[Span],
    weights: Mapping[str, float],
    *,
    edge: str,
) -> list[Place]:
    """Return the likeliest places of an edge, with their chances as logarithms."""
    found = [
        Place(offset, sum(weights.get(name, 0.0) * value for name, value in features.items()))
        for offset, features in places(text, pieces, cue, source, edge=edge)
    ]
    total = _log_sum(place.score for place in found)
    found.sort(key=lambda place: -place.score)
    return [Place(place.offset, place.score - total) for place in found[:_PAIRED]]


def _log_sum(scores: Iterable[float]) -> float:
    known = list(scores)
    most = max(known, default=0.0)
    return most + math.log(sum(math.exp(score - most) for score in known) or 1.0)


def _with_other_edges(
    text: str, pieces: Pieces, cue: Sequence[Span], source: Sequence[Span], weights: Weights
) -> Iterator[tuple[float, Pieces]]:
    starts = likely_places(text, pieces, cue, source, weights["start"], edge="start")
    ends = likely_places(text, pieces, cue, source, weights["end"], edge="end")
    for start in starts:
        for end in ends:
            found = [piece for piece in pieces if piece.end > start.offset and piece.start < end.offset]
            if found and start.offset < found[0].end and found[-1].start < end.offset:
                found[0] = Span(start.offset, found[0].end)
                found[-1] = Span(found[-1].start, end.offset)
                yield start.score + end.score, tuple(found)


def _in_other_shape(
    text: str, pieces: Pieces, cue: Sequence[Span], source: Sequence[Span], weights: Weights
) -> Iterator[tuple[float, Pieces]]:
    """Yield the content with a piece less or more, with its chance as a logarithm."""
    known = {**weights["shape"], **_SET_BY_HAND}
    for name, found in shapes(text, pieces, cue, source):
        yield known.get(name, -math.inf), found


def shapes(
    text: str, pieces: Pieces, cue: Sequence[Span], source: Sequence[Span]
) -> Iterator[tuple[str, Pieces]]:
    """Yield the contents that have a piece more or less, each with the name of what was done."""
    if len(pieces) > 1:
        yield "without the first", pieces[1:]
        yield "without the last", pieces[:-1]
        yield "joined", (Span(pieces[0].start, pieces[-1].end),)
    spoken = sorted([*cue, *source])
    inside = [span for span in spoken if any(p.start < span.end and span.start < p.end for p in pieces)]
    if inside:
        hole = Span(inside[0].start, inside[-1].end)
        yield "without who says it", tuple(_around(pieces, hole))
    line = _line(text, pieces[0].start)
    for quotation in scan(text, [line]):
        if quotation.end <= pieces[0].start:
            is_told_between = any(quotation.end <= span.start < pieces[0].start for span in spoken)
            name = _BEFORE_WHO_SAYS_IT if is_told_between else "with the quotation before"
            yield name, (quotation.span, *pieces)
        elif quotation.start >= pieces[-1].end:
            yield "with the quotation behind", (*pieces, quotation.span)
            break


def _around(pieces: Pieces, hole: Span) -> Iterator[Span]:
    for piece in pieces:
        for part in (
            Span(piece.start, min(piece.end, hole.start)),
            Span(max(piece.start, hole.end), piece.end),
        ):
            if part.start < part.end:
                yield part


def _tidied(text: str, pieces: Pieces) -> Pieces:
    """Return the pieces with their edges as a selection of them would be understood; none without words."""
    kept = []
    for piece in pieces:
        if has_word(text, piece.start, piece.end):
            kept.append(meant(text, _line(text, piece.start), piece.start, piece.end, is_content=True))
    return tuple(kept)


def _words(text: str, pieces: Pieces) -> tuple[int, ...]:
    return tuple(start for piece in pieces for start in Words(text, piece.start, piece.end).starts)


def _line(text: str, offset: int) -> Span:
    end = text.find("\n", offset)
    return Span(text.rfind("\n", 0, offset) + 1, len(text) if end < 0 else end)
