"""The labels that the trained extractor gives to words, and how their most probable sequence is found."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

OUTSIDE = 0
# Words before and after a cue word that the network labels for it; a quotation after its cue can be long.
BEFORE, AFTER = 72, 152
# What a word is to one cue: its content, its source, the cue itself.
ROLES = ("content", "source", "cue")
# What a word is by itself: part of a name. The kinds are spaCy's, GPE and LOC taken together.
ENTITIES = ("PERSON", "ORG", "GPE", "NORP")
ENTITY_OF = {**dict(zip(ENTITIES, ENTITIES, strict=True)), "LOC": "GPE", "FAC": "GPE"}


def labels(kinds: Sequence[str]) -> int:
    """Return how many labels the `kinds` need: none of them, and the begin and the inside of each."""
    return 1 + 2 * len(kinds)


def begin(kind: int) -> int:
    """Return the label of the first word of a span of the given kind (by its index)."""
    return 1 + 2 * kind


def inside(kind: int) -> int:
    """Return the label of every further word of a span of the given kind (by its index)."""
    return 2 + 2 * kind


def best_sequences(scores: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the most probable allowed labels [rows, words] for log-probabilities [rows, words, labels].

    A label `inside` may follow the begin or inside of its own kind alone (Viterbi 1967).
    """
    rows, words, count = scores.shape
    if not words:
        return np.zeros((rows, 0), dtype=np.int64)
    blocked = np.zeros((count, count), dtype=np.float32)
    for label in range(2, count, 2):
        blocked[:, label] = -np.inf
        blocked[label - 1 : label + 1, label] = 0.0
    total = scores[:, 0].copy()
    total[:, 2::2] = -np.inf
    back = np.zeros((words, rows, count), dtype=np.int64)
    every, each = np.arange(rows)[:, None], np.arange(count)[None]
    for word in range(1, words):
        ways = total[:, :, None] + blocked
        back[word] = ways.argmax(axis=1)
        total = ways[every, back[word], each] + scores[:, word]
    found = np.zeros((rows, words), dtype=np.int64)
    found[:, -1] = total.argmax(axis=1)
    for word in range(words - 1, 0, -1):
        found[:, word - 1] = back[word, every[:, 0], found[:, word]]
    return found


def runs(sequence: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Yield the labelled stretches of a sequence as (kind, first word, word after the last)."""
    kind, start = -1, 0
    for index, label in enumerate(sequence):
        if kind >= 0 and label != inside(kind):
            yield kind, start, index
            kind = -1
        if label and label % 2:
            kind, start = (label - 1) // 2, index
    if kind >= 0:
        yield kind, start, len(sequence)
