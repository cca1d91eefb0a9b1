"""The fewest keys of the caret mode that make one content of another, found before any is pressed.

The search runs over what the keys do (`static/js/caret.js`) on the places that the page itself takes for the
edges of words, clauses and sentences, so it knows what an editor sees: the other contents on offer, and where
each key would take an edge. Offsets in code points.
"""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from playwright.sync_api import Error, Page

from annotations.nlp.draft import Span
from benchmarks.browsing import wait_until
from benchmarks.sample_errors import same_words

Content = tuple[Span, ...]
State = TypeVar("State", Content, int)

# More keys than this are not looked for: an editor would select anew.
_MOST_KEYS = 9
_OPENS_WITHIN = 20.0  # seconds, on however busy a machine
# The places at which the page's own scripts let an edge stop, in order, from all paragraphs that it shows.
_PLACES = """async () => {
    const scripts = performance.getEntriesByType("resource").map((entry) => entry.name);
    const find = await import(scripts.find((name) => /boundaries[.\\w]*\\.js$/.test(name)));
    const texts = [...document.querySelectorAll("#article-text p.text")].map((paragraph) => [
        Number(paragraph.dataset.start), paragraph.textContent,
    ]);
    const places = (search) => texts.flatMap(([start, text]) =>
        search(text).map((units) => start + [...text.slice(0, units)].length));
    return {
        word_starts: places((text) => find.words(text).map(([start]) => start)),
        word_ends: places((text) => find.words(text).map(([, end]) => end)),
        likely_starts: places(find.likelyStarts),
        likely_ends: places(find.likelyEnds),
        sentence_starts: places((text) => find.sentences(text).map(([start]) => start)),
    };
}"""
_IS_OPEN = "document.querySelector('#article-text > .caret') !== null"
_OTHERS = """() => [...document.querySelectorAll("#other-contents [data-spans]")].map((button) =>
    button.dataset.spans.split(";").map((span) => span.split("-").map(Number)))"""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the edges of words, clauses and sentences are, each in order."""

    word_starts: list[int]
    word_ends: list[int]
    likely_starts: list[int]
    likely_ends: list[int]
    sentence_starts: list[int]


def keys_to_correct(
    page: Page, *, has: Content, wants: Content, text: str, goes_on: bool
) -> list[str] | None:
    """Return the keys that make the content right once `v` has opened the caret; None where there is no way.

    The last one takes the content; with `goes_on` the next claim is in hand then.
    """
    others = _opened(page)
    if others is None:
        return None
    for number, other in enumerate(others[:9], start=1):
        if goes_on and same_words(other, wants, text):
            return [str(number)]
    places = Places(**page.evaluate(_PLACES))
    # `v` shows the next of the other contents, `V` the one before; from there the edges can be moved as well.
    starts: list[tuple[Content, list[str]]] = [(has, [])]
    for number, other in enumerate(others, start=1):
        from_behind = len(others) + 1 - number
        starts.append((other, ["v"] * number if number <= from_behind else ["V"] * from_behind))
    moves = _edge_moves(places)
    keys = _fewest(starts, moves, lambda content: same_words(content, wants, text))
    return None if keys is None else [*keys, "Enter" if goes_on else "e"]


def keys_to_select(page: Page, piece: Span, *, has: Content, text: str) -> list[str] | None:
    """Return the keys that select `piece` anew once the caret is open; None where there is no way.

    `has` is the content at which it opened. The key that says what the selected words are comes after them.
    """
    if _opened(page) is None:
        return None
    places = Places(**page.evaluate(_PLACES))
    edges = sorted({*places.word_starts, *places.word_ends})
    first = has[0].start if has else 0
    last = has[-1].end if has else 0
    carets: list[tuple[int, list[str]]] = [(first, ["ArrowLeft"]), (last, ["ArrowRight"])]
    moves: dict[str, Callable[[int], int]] = {
        "ArrowLeft": lambda at: _before(edges, at),
        "ArrowRight": lambda at: _after(edges, at),
        "ArrowUp": lambda at: _before(places.sentence_starts, at),
        "ArrowDown": lambda at: _after(places.sentence_starts, at),
    }
    wanted = {piece.start, _after(places.word_starts, piece.start - 1)}
    there = _fewest(carets, moves, lambda at: at in wanted, most=40)
    if there is None:
        return None
    start = min(wanted, key=lambda at: abs(at - _arrived(carets, moves, there)))
    ends = {"p": lambda at: _after(places.likely_ends, at), "P": lambda at: _after(places.word_ends, at)}
    to_end = _fewest([(start, [])], ends, lambda at: same_words((Span(start, at),), (piece,), text), most=40)
    return None if to_end is None else [*there, *to_end]


def _opened(page: Page) -> list[Content] | None:
    """Wait until the caret is open; return the other contents that it offers, None where it does not open."""
    try:
        wait_until(page, _IS_OPEN, within=_OPENS_WITHIN)
    except Error:
        return None
    return [tuple(Span(*span) for span in spans) for spans in page.evaluate(_OTHERS)]


def _edge_moves(places: Places) -> dict[str, Callable[[Content], Content]]:
    """Return what each key that moves an edge makes of a content; signs at its edges are no words."""

    def first_word(content: Content) -> int:
        return min(_after(places.word_starts, content[0].start - 1), content[-1].end)

    def last_word(content: Content) -> int:
        return max(_before(places.word_ends, content[-1].end + 1), content[0].start)

    return {
        "u": lambda content: _from(content, _before(places.likely_starts, first_word(content))),
        "i": lambda content: _from(content, _after(places.likely_starts, first_word(content))),
        "U": lambda content: _from(content, _before(places.word_starts, first_word(content))),
        "I": lambda content: _from(content, _after(places.word_starts, first_word(content))),
        "o": lambda content: _to(content, _before(places.likely_ends, last_word(content))),
        "p": lambda content: _to(content, _after(places.likely_ends, last_word(content))),
        "O": lambda content: _to(content, _before(places.word_ends, last_word(content))),
        "P": lambda content: _to(content, _after(places.word_ends, last_word(content))),
    }


def _from(content: Content, start: int) -> Content:
    """Return the content from `start` on; pieces before it are dropped."""
    if start >= content[-1].end:
        return content
    kept = [piece for piece in content if piece.end > start]
    return (Span(start, kept[0].end), *kept[1:])


def _to(content: Content, end: int) -> Content:
    """Return the content up to `end`; pieces behind it are dropped."""
    if end <= content[0].start:
        return content
    kept = [piece for piece in content if piece.start < end]
    return (*kept[:-1], Span(kept[-1].start, end))


def _fewest(
    starts: Iterable[tuple[State, list[str]]],
    moves: dict[str, Callable[[State], State]],
    is_wanted: Callable[[State], bool],
    *,
    most: int = _MOST_KEYS,
) -> list[str] | None:
    """Return the fewest keys that lead from a start, each with the keys it takes, to what is wanted."""
    waiting = deque(sorted(starts, key=lambda start: len(start[1])))
    best: list[str] | None = None
    seen: dict[State, int] = {}
    while waiting:
        state, keys = waiting.popleft()
        if len(keys) >= min(seen.get(state, most + 1), len(best) if best is not None else most + 1):
            continue
        seen[state] = len(keys)
        if is_wanted(state):
            best = keys
            continue
        waiting.extend((move(state), [*keys, key]) for key, move in moves.items())
    return best


def _arrived(
    starts: Iterable[tuple[int, list[str]]], moves: dict[str, Callable[[int], int]], keys: Sequence[str]
) -> int:
    """Return where the keys lead."""
    at, first = next((at, first) for at, first in starts if first == list(keys[:1]))
    for key in keys[len(first) :]:
        at = moves[key](at)
    return at


def _before(places: list[int], at: int) -> int:
    index = bisect_left(places, at)
    return places[index - 1] if index else at


def _after(places: list[int], at: int) -> int:
    index = bisect_right(places, at)
    return places[index] if index < len(places) else at
