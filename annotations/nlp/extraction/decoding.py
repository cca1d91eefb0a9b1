"""From what the network says of windows to claims: spans of content, cue and source with their chances."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotations.nlp.draft import Span
from annotations.nlp.extraction import tags
from annotations.nlp.extraction.encoding import EncodedText, Window

# Two finds that share more than this part of their words are one claim.
SAME = 0.5
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Extracted:
    """One claim as the network sees it; spans are code points, chances 0 to 1.

    `cue_chance` is how sure the network is that the cue word signals a claim at all, `content_chance` and
    `source_chance` how sure it is of the words of each.
    """

    content: tuple[Span, ...]
    cue: tuple[Span, ...]
    source: tuple[Span, ...]
    at: Span
    cue_chance: float
    content_chance: float
    source_chance: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What the network says of one batch of windows; the arrays are those of its outputs.

    `found` [cues, 2] holds window and word, `chances` [cues], `labels` [cues, words beside, labels],
    `sources` [cues, words beside + 1] and `names` [windows, words, labels] log-probabilities.
    """

    found: NDArray[np.int64]
    chances: Floats
    labels: Floats
    sources: Floats
    names: Floats


def claims(encoded: EncodedText, read: Sequence[Window], answer: Answer, *, least: float) -> list[Extracted]:
    """Return the claims of the windows `read` of a text whose cue's chance is `least` or more."""
    picked = np.flatnonzero(answer.chances >= least)
    found = []
    sequences = tags.best_sequences(answer.labels[picked])
    for index, sequence in zip(picked, sequences, strict=True):
        row, word = answer.found[index]
        window = read[int(row)]
        at = window.first + int(word)
        # The labels are those of the words around the cue, as far as the window goes.
        first = max(window.first, at - tags.BEFORE)
        last = min(window.last, at + tags.AFTER + 1)
        inside = slice(first - at + tags.BEFORE, last - at + tags.BEFORE)
        found.append(
            _extracted(
                encoded,
                first,
                at,
                sequence[inside].tolist(),
                answer.labels[index, inside],
                np.exp(answer.sources[index, inside]),
                float(answer.chances[index]),
            )
        )
    return [claim for claim in found if claim.content]


@dataclass(frozen=True, slots=True)
class Named:
    """A name in the text and what its bearer is, one of `tags.ENTITIES`."""

    start: int
    end: int
    kind: str


def names(encoded: EncodedText, read: Sequence[Window], answer: Answer) -> list[Named]:
    """Return the names that begin in the cores of the windows, in text order."""
    found = []
    for window, sequence in zip(read, tags.best_sequences(answer.names), strict=True):
        for kind, first, last in tags.runs(sequence[: window.last - window.first].tolist()):
            if window.core_first <= window.first + first < window.core_last:
                start, end = encoded.starts[window.first + first], encoded.ends[window.first + last - 1]
                found.append(Named(start, end, tags.ENTITIES[kind]))
    return found


def _extracted(
    encoded: EncodedText,
    begin: int,
    cue: int,
    sequence: list[int],
    labels: Floats,
    sources: Floats,
    chance: float,
) -> Extracted:
    """Return the claim of the word `cue`; labels and sources are those of the words from `begin` on."""
    spans: dict[str, list[tuple[float, Span]]] = {role: [] for role in tags.ROLES}
    for kind, first, last in tags.runs(sequence):
        span = Span(encoded.starts[begin + first], encoded.ends[begin + last - 1])
        either = np.exp(labels[first:last, [tags.begin(kind), tags.inside(kind)]]).sum(axis=1)
        role = tags.ROLES[kind]
        sure = sources[first:last].sum() if role == "source" else either.mean()
        spans[role].append((float(sure), span))
    # A claim has one source: of several the one that most probably begins it.
    source = max(spans["source"], default=None)
    at = Span(encoded.starts[cue], encoded.ends[cue])
    return Extracted(
        content=tuple(span for _, span in spans["content"]),
        cue=tuple(span for _, span in spans["cue"]) or (at,),
        source=() if source is None else (source[1],),
        at=at,
        cue_chance=chance,
        content_chance=min((chance for chance, _ in spans["content"]), default=0.0),
        source_chance=1.0 if source is None else source[0],
    )


def without_doubles(found: Iterable[Extracted]) -> list[Extracted]:
    """Return the claims in text order, of those that share most of their content the surest alone."""
    kept: list[tuple[Extracted, int]] = []
    holders: dict[int, list[int]] = defaultdict(list)
    for claim in sorted(found, key=lambda claim: -claim.cue_chance):
        covered = {at for span in claim.content for at in range(span.start, span.end)}
        shared = Counter(index for at in covered for index in holders.get(at, ()))
        if all(n <= SAME * (len(covered) + kept[index][1] - n) for index, n in shared.items()):
            for at in covered:
                holders[at].append(len(kept))
            kept.append((claim, len(covered)))
    return sorted((claim for claim, _ in kept), key=lambda claim: (claim.content[0], claim.at))
