"""Which of several candidates a pronoun, a shared surname or a role means.

A logistic model over features that can be said in words; what the features are is here, what they weigh is in
`resources/ranker.json`, fitted by `training/ranker.py`.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol

from annotations.choices import SpeakerKind
from annotations.nlp.directory import Entry, is_place
from annotations.nlp.discourse import Event, Form, Trace
from annotations.nlp.draft import Span
from annotations.nlp.lexicon import mostly_borne_by

SHIPPED = Path(__file__).parent / "resources" / "ranker.json"
# The weight of nobody: a candidate that draws less than this is not named.
NOBODY = "nobody"
_FAR = 2
# How much one mention draws under the fixed order, and how that fades with each sentence.
_SUBJECT, _OTHER, _SPOKE, _QUOTED = 1.0, 0.55, 1.25, 0.15
_DECAY, _UNKNOWN_GENDER = 0.72, 0.7
_ACTS = 1.0


@dataclass(frozen=True, slots=True)
class Query:
    """A mention that has to be settled: where it stands and what its words say.

    `family` is the set of weights: "person", "plural", "thing", "surname", "role" or "topic". `called` holds
    the gender of the pronouns that entries were given so far, `exact` the entries whose role is just the
    words, `described` those that the article describes by another.
    """

    family: str
    offset: int
    sentence: int
    paragraph: int
    gender: str = ""
    content: tuple[Span, ...] = ()
    called: Mapping[int, str] = field(default_factory=dict)
    last_speaker: Entry | None = None
    exact: frozenset[int] = frozenset()
    described: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with the chance that it is meant and what speaks for it most."""

    entry: Entry
    chance: float
    anchor: int | None
    features: Mapping[str, float]


class Order(Protocol):
    """Anything that puts candidates in order."""

    def rank(self, query: Query, traces: Sequence[Trace]) -> list[Ranked]:
        """Return the candidates, likeliest first."""


class Ranker:
    """The fitted model."""

    def __init__(self, weights: Mapping[str, Mapping[str, float]]) -> None:
        self.weights = weights

    def rank(self, query: Query, traces: Sequence[Trace]) -> list[Ranked]:
        """Return the candidates, likeliest first; their chances leave room for nobody."""
        weights = self.weights[query.family]
        described = [features(query, trace, traces) for trace in traces]
        scores = [math.exp(_dot(weights, found)) for found in described]
        total = math.exp(weights[NOBODY]) + sum(scores)
        ranked = [
            Ranked(trace.entry, score / total, _anchor(trace), found)
            for trace, score, found in zip(traces, scores, described, strict=True)
        ]
        return sorted(ranked, key=_by_chance)


class FixedOrder:
    """The order without a model: the most salient first, by weights set by hand."""

    def rank(self, query: Query, traces: Sequence[Trace]) -> list[Ranked]:
        """Return the candidates, the most salient first; the chance says no more than close or not."""
        pulls = [(_pull(query, trace), trace) for trace in traces]
        pulls = sorted((pair for pair in pulls if pair[0] > 0), key=_by_pull)
        total = sum(pull for pull, _ in pulls[:2]) or 1.0
        return [Ranked(trace.entry, pull / total, _anchor(trace), {}) for pull, trace in pulls]


@cache
def shipped_ranker() -> Ranker:
    """Return the ranker with the shipped weights."""
    return Ranker(json.loads(SHIPPED.read_text(encoding="utf-8"))["weights"])


def features(query: Query, trace: Trace, rivals: Sequence[Trace]) -> dict[str, float]:
    """Return what speaks for or against a candidate, by the words that the file of weights uses."""
    found: dict[str, float] = {}
    entry, event = trace.entry, _telling(trace)
    if event is not None:
        _add_place(found, query, trace, event, rivals)
    else:
        found["not lately mentioned"] = 1.0
    if query.gender:
        if entry.gender == query.gender:
            found["gender told by the text"] = 1.0
        elif forename := mostly_borne_by(entry.name.first) if entry.is_person else "":
            agrees = forename == query.gender
            found["forename agrees" if agrees else "forename differs"] = 1.0
        if before := query.called.get(id(entry), ""):
            found["called so before" if before == query.gender else "called otherwise before"] = 1.0
    found["often mentioned"] = math.log1p(len(entry.mentions)) / 3
    if any(mention.is_headline for mention in entry.mentions[:1]):
        found["in the headline"] = 1.0
    if query.last_speaker is entry:
        found["last to speak"] = 1.0
    if id(entry) in query.exact:
        found["exactly so called"] = 1.0
    if id(entry) in query.described:
        found["otherwise described"] = 1.0
    if entry.kind is SpeakerKind.UNNAMED:
        found["nameless"] = 1.0
    elif entry.kind is SpeakerKind.GROUP:
        found["group"] = 1.0
    elif entry.kind is SpeakerKind.DOCUMENT:
        found["document"] = 1.0
    elif is_place(entry):
        acts = any(event.is_subject for event in trace.events)
        found["place that acts" if acts else "place"] = 1.0
    if len(rivals) == 1:
        found["only candidate"] = 1.0
    return found


def _add_place(
    found: dict[str, float], query: Query, trace: Trace, event: Event, rivals: Sequence[Trace]
) -> None:
    distance = query.sentence - event.sentence
    found[
        "same sentence"
        if distance == 0
        else "sentence before"
        if distance == 1
        else "two sentences before"
        if distance == _FAR
        else "some sentences before"
    ] = 1.0
    if event.offset >= query.paragraph:
        found["same paragraph"] = 1.0
    if event.is_subject:
        found["subject"] = 1.0
    if event.form is Form.PRONOUN:
        found["pronoun before"] = 1.0
    if event.is_quoted:
        found["quoted only"] = 1.0
    if any(other.form is Form.CLAIM for other in trace.events):
        found["spoke lately"] = 1.0
    if all(trace is other or _position(other) < event.offset for other in rivals):
        found["nearest"] = 1.0
    if any(span.start <= event.offset < span.end for span in query.content):
        found["inside its own words"] = 1.0
    if distance == 1 and event.is_subject and _opens(event, rivals):
        found["opens the sentence before"] = 1.0
    if len(trace.events) > _FAR:
        found["mentioned again and again"] = 1.0


def _telling(trace: Trace) -> Event | None:
    """The latest event outside quotations, else the latest."""
    return next(
        (event for event in trace.events if not event.is_quoted), trace.events[0] if trace.events else None
    )


def _position(trace: Trace) -> int:
    event = _telling(trace)
    return -1 if event is None or event.is_quoted else event.offset


def _opens(event: Event, rivals: Sequence[Trace]) -> bool:
    return not any(
        other.sentence == event.sentence and other.offset < event.offset
        for rival in rivals
        for other in rival.events
    )


def _anchor(trace: Trace) -> int | None:
    event = _telling(trace)
    if event is not None:
        return event.offset
    return trace.entry.mentions[0].start if trace.entry.mentions else None


def _dot(weights: Mapping[str, float], found: Mapping[str, float]) -> float:
    return sum(weights.get(name, 0.0) * value for name, value in found.items())


def _pull(query: Query, trace: Trace) -> float:
    pull = 0.0
    for event in trace.events:
        if event.form is Form.PRONOUN:
            continue
        own = _SPOKE if event.form is Form.CLAIM else _SUBJECT if event.is_subject else _OTHER
        own = _QUOTED if event.is_quoted else own
        if query.family != "person" and own < _ACTS and is_place(trace.entry):
            continue
        pull = max(pull, own * _DECAY ** (query.sentence - event.sentence))
    return pull * (1.0 if not query.gender or trace.entry.gender else _UNKNOWN_GENDER)


def _by_chance(ranked: Ranked) -> tuple[float, int]:
    return -ranked.chance, -(ranked.anchor or 0)


def _by_pull(pair: tuple[float, Trace]) -> tuple[float, int]:
    return -pair[0], -(_anchor(pair[1]) or 0)
