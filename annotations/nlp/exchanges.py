"""Turns of an exchange that have no cue of their own: a quoted line goes to the one whose turn it is.

In news a line without a cue mostly goes on what the line before says. Only a question, its answer or words
said to somebody make an exchange. Pure: reads triples and quotations, whoever found them.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from annotations.nlp.draft import Span
from annotations.nlp.quotations import Quotation
from annotations.nlp.triples import Triple

EXCHANGE = "exchange"
# A longer line is more likely a statement that goes on than a retort, in words.
_LONGEST_RETORT = 20
_CHANCE = 0.7
_ASKS = re.compile(r"ask(?:s|ed)$", re.IGNORECASE)
_TELLS = re.compile(r"(?:asks|asked|tells|told|to)$", re.IGNORECASE)
_TO = re.compile(r"\bto\b")
_WHOM = re.compile(
    r"\s+(?P<whom>him|her|them|(?:the|his|her)(?:\s+[a-z]+){1,2}"
    r"|(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)[^\W\d_a-z][\w’'-]*(?:\.?\s+[^\W\d_a-z][\w’'-]*)*)"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_ANYBODY = frozenset(
    {"he", "him", "she", "her", "his", "they", "them", "it", "we", "us", "you", "me", "the", "an"}
)
_NAME = re.compile(r"[^\W\d_a-z][\w’'-]+")


@dataclass(frozen=True, slots=True)
class _Turn:
    """What one line of an exchange says: whose turn it was, whether it asks and whom it is said to."""

    source: Span
    asks: bool
    frame: str
    addressee: Span | None = None
    follows: Span | None = None


def exchanged(
    text: str, triples: Iterable[Triple], lines: Sequence[Span], quotations: Sequence[Quotation]
) -> tuple[Triple, ...]:
    """Return the triples in text order, each line whose speaker its turn shows as a triple of its own."""
    found = list(triples)
    cued = _cued(found, lines)
    holders = {span: at for at, triple in enumerate(found) for span in triple.content}
    turns: dict[int, _Turn] = {}
    for index, line in enumerate(lines):
        bare = _bare(text, line, quotations)
        if bare is None:
            turn = _turn(text, line, [found[at] for at in cued.get(index, ())])
        else:
            turn = _next(text, bare, turns, index)
            if turn is not None and _give(text, found, holders.get(bare.span), bare.span, turn):
                found.append(Triple((bare.span,), (), (turn.source,), EXCHANGE, confidence=_CHANCE))
        if turn is not None:
            turns[index] = turn
    return tuple(sorted(found, key=_order))


def _order(triple: Triple) -> tuple[int, int]:
    return triple.content[0].start, triple.content[0].end


def _cued(triples: Sequence[Triple], lines: Sequence[Span]) -> Mapping[int, list[int]]:
    """Return the indices of the triples by the line that holds their cue."""
    starts = [line.start for line in lines]
    found: dict[int, list[int]] = {}
    for index, triple in enumerate(triples):
        if triple.cue:
            found.setdefault(bisect_right(starts, triple.cue[0].start) - 1, []).append(index)
    return found


def _bare(text: str, line: Span, quotations: Sequence[Quotation]) -> Quotation | None:
    """Return the quotation that is all of a line and that no other line goes on or is gone on by."""
    at = bisect_right(quotations, line.start, key=_start)
    index = at - 1 if at and quotations[at - 1].end > line.start else at
    if index >= len(quotations) or (index and quotations[index - 1].continues):
        return None
    quotation = quotations[index]
    fills = line.start <= quotation.start and quotation.end <= line.end
    around = text[line.start : quotation.start] + text[quotation.end : line.end]
    return quotation if fills and quotation.closed and not around.strip() else None


def _start(quotation: Quotation) -> int:
    return quotation.start


def _turn(text: str, line: Span, triples: Sequence[Triple]) -> _Turn | None:
    """Return the turn of a line in which one claim with a source quotes from the line's start."""
    quoting = [
        triple
        for triple in triples
        if triple.source and any(not text[line.start : span.start].strip() for span in _within(triple, line))
    ]
    if len(quoting) != 1:
        return None
    triple = quoting[0]
    last = max(_within(triple, line), key=lambda span: span.end)
    if text[last.start] not in "\"“‘'«„":
        return None
    source, cue = triple.source[0], triple.cue[-1]
    frame = text[cue.start : max(line.end, cue.end)].replace(source.of(text), " ")
    asks = text[last.start : last.end].rstrip("\"”’'»").endswith("?")
    whom = _WHOM.match(text, cue.end, line.end)
    told = asks and whom is not None and _ASKS.search(cue.of(text)) is not None and source.end <= cue.start
    return _Turn(source, asks, frame, Span(*whom.span("whom")) if told and whom is not None else None)


def _within(triple: Triple, line: Span) -> list[Span]:
    return [span for span in triple.content if line.start <= span.start and span.end <= line.end]


def _next(text: str, quotation: Quotation, turns: Mapping[int, _Turn], index: int) -> _Turn | None:
    """Return whose turn a line without a cue is, where the turns before it show that."""
    last, before, first = (turns.get(index - back) for back in (1, 2, 3))
    words = quotation.span.of(text)
    asks = words.rstrip("\"”’'»").endswith("?")
    if last is None:
        return None
    if last.addressee is not None:
        return _Turn(last.addressee, asks, "", follows=last.source)
    if before is None or (last.follows != before.source and not _differ(text, before.source, last.source)):
        return None
    if before.asks and not last.asks:
        # An answer was given: the next question is the asker's, and what is none goes on the answer.
        if asks:
            return _Turn(before.source, asks, "", follows=last.source)
        return _Turn(last.source, asks, "", follows=last.follows) if last.follows is not None else None
    if last.asks and first is not None and first.asks and first.source.of(text) == last.source.of(text):
        return _Turn(before.source, asks, "", follows=last.source)
    is_retort = len(words.split()) <= _LONGEST_RETORT and not before.asks
    if is_retort and _is_said_to(text, before, last):
        return _Turn(before.source, asks, "", follows=last.source)
    return None


def _differ(text: str, one: Span, two: Span) -> bool:
    """Say whether two sources name or describe two people; a pronoun may mean either."""
    first, second = ({word.casefold() for word in _WORD.findall(span.of(text))} for span in (one, two))
    return bool(first - second - _ANYBODY and second - first - _ANYBODY)


def _is_said_to(text: str, turn: _Turn, other: _Turn) -> bool:
    """Say whether the cue of a turn says that it was said to the speaker of the other one."""
    own = set(_NAME.findall(turn.source.of(text)))
    for name in set(_NAME.findall(other.source.of(text))) - own:
        at = re.search(rf"\b{re.escape(name)}\b", turn.frame)
        if at is not None:
            before = turn.frame[: at.start()].rstrip()
            return _TELLS.search(before) is not None or _TO.search(before) is not None
    return False


def _give(text: str, found: list[Triple], holder: int | None, quoted: Span, turn: _Turn) -> bool:
    """Take a line from the claim that holds it beside others; say whether it is nobody's now."""
    if holder is None:
        return True
    triple = found[holder]
    rest = tuple(span for span in triple.content if span != quoted)
    is_own = bool(triple.source) and triple.source[0].of(text) == turn.source.of(text)
    if not rest or is_own:
        return False
    found[holder] = replace(triple, content=rest)
    return True
