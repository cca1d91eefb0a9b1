"""Annotated articles as what the network learns from: cue words, and the labels of words for each."""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from annotations.nlp.draft import Span
from annotations.nlp.extraction import encoding, tags
from annotations.nlp.paragraphs import paragraphs
from annotations.nlp.quotations import scan

_WITHOUT_MARKS = 0.04
_WITHOUT_SHAPES = 0.08
_WITH_OTHER_NAMES = 0.25
_SHORTEST = 160
_TRAINING_MARGIN = 16
# What torch leaves out of a loss.
_UNLABELLED = -100
_PERSON = (tags.begin(tags.ENTITIES.index("PERSON")), tags.inside(tags.ENTITIES.index("PERSON")))
_SOURCE_BEGINS = tags.begin(tags.ROLES.index("source"))


Pieces = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """One gold claim: the word its cue hangs on, and the labels of the words that are part of it."""

    cue: int
    labels: dict[int, int]


@dataclass(slots=True)
class Example:
    """One article's words with its gold claims and the labels of its names."""

    article: Mapping[str, Any]
    encoded: encoding.EncodedText
    links: list[Link] = field(default_factory=list)
    names: list[int] = field(default_factory=list)


def read_articles(path: Path) -> list[dict[str, Any]]:
    """Return the articles of a JSONL corpus."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def examples(
    articles: Iterable[Mapping[str, Any]],
    vocabulary: encoding.Vocabulary,
    weights: Mapping[str, float],
    names: Mapping[str, Sequence[Sequence[Any]]],
) -> list[Example]:
    """Return the articles as examples; `names` holds (start, end, kind) by article, `weights` cue words."""
    found = []
    for article in articles:
        text = article["text"]
        lines = list(paragraphs(text))
        encoded = encoding.encode(text, lines, scan(text, lines), vocabulary)
        example = Example(article, encoded)
        for gold in article["attributions"]:
            labels: dict[int, int] = {}
            for kind, role in enumerate(tags.ROLES):
                for start, end in gold[role]:
                    covered = _covered(encoded, start, end)
                    for position, word in enumerate(covered):
                        labels.setdefault(word, tags.inside(kind) if position else tags.begin(kind))
            cue = [word for start, end in gold["cue"] for word in _covered(encoded, start, end)]
            if cue:
                spelled = {w: text[encoded.starts[w] : encoded.ends[w]].lower() for w in cue}
                example.links.append(Link(max(cue, key=lambda w: weights.get(spelled[w], 0.0)), labels))
        example.names = [tags.OUTSIDE] * len(encoded)
        for start, end, kind in names.get(article["id"], ()):
            for position, word in enumerate(_covered(encoded, start, end)):
                at = tags.ENTITIES.index(kind)
                example.names[word] = tags.inside(at) if position else tags.begin(at)
        found.append(example)
    return found


def _covered(encoded: encoding.EncodedText, start: int, end: int) -> range:
    first = int(np.searchsorted(encoded.ends, start, "right"))
    last = int(np.searchsorted(encoded.starts, end, "left"))
    return range(first, last)


def cue_weights(articles: Iterable[Mapping[str, Any]], vocabulary: encoding.Vocabulary) -> dict[str, float]:
    """Return for every word how often it stood in a cue, as a share of all its uses."""
    seen: Counter[str] = Counter()
    cues: Counter[str] = Counter()
    for article in articles:
        text = article["text"]
        encoded = encoding.encode(text, [Span(0, len(text))], (), vocabulary)
        words = [text[s:e].lower() for s, e in zip(encoded.starts, encoded.ends, strict=True)]
        seen.update(words)
        for gold in article["attributions"]:
            for start, end in gold["cue"]:
                cues.update(words[w] for w in _covered(encoded, start, end))
    return {word: cues[word] / (seen[word] + 5) for word in cues}


@dataclass(frozen=True, slots=True)
class LearningBatch:
    """Arrays of one step: the network's input, and what it should say.

    `rows` and `at` are the gold cue words, `labels` [cues, words beside] and `sources` [cues] what each sees:
    where its source begins, beside it or nowhere.
    """

    inputs: encoding.Batch
    cues: np.ndarray
    rows: np.ndarray
    at: np.ndarray
    labels: np.ndarray
    sources: np.ndarray
    names: np.ndarray


def learning_batches(
    known: Sequence[Example], vocabulary: encoding.Vocabulary, rng: random.Random, size: int
) -> Iterator[LearningBatch]:
    """Yield one pass over the examples in windows of random length, about `size` pieces a batch."""
    items: list[tuple[Example, encoding.EncodedText, encoding.Window, int]] = []
    people: dict[int, list[Pieces]] = defaultdict(list)
    for example in known:
        for word, pieces in enumerate(example.encoded.pieces):
            if _is_person(example, word):
                people[len(pieces)].append(pieces)
    for example in known:
        longest = rng.randint(_SHORTEST, encoding.LONGEST_WINDOW)
        for window in encoding.windows(example.encoded, longest=longest, margin=_TRAINING_MARGIN):
            length = sum(map(len, example.encoded.pieces[window.first : window.last]))
            items.append((example, _worn(example, window, people, rng), window, length))
    rng.shuffle(items)
    # Windows of like length share a batch, so that little of it is padding.
    pool = 24 * max(1, size // encoding.LONGEST_WINDOW)
    batches = []
    for start in range(0, len(items), pool):
        group = sorted(items[start : start + pool], key=lambda item: item[3])
        while group:
            count = max(1, size // (group[-1][3] + 2))
            batches.append(group[-count:])
            del group[-count:]
    rng.shuffle(batches)
    for group in batches:
        yield _learning_batch([(e, worn, w) for e, worn, w, _ in group], vocabulary)


def _worn(
    example: Example, window: encoding.Window, people: Mapping[int, Sequence[Pieces]], rng: random.Random
) -> encoding.EncodedText:
    """Return the text as others might have it: without marks or capitals, or about other people.

    The corpus is about a few politicians of one year, whom the network must not learn by heart.
    """
    encoded = example.encoded
    chance = rng.random()
    if chance < _WITHOUT_MARKS:
        return replace(encoded, places=[encoding.OUTSIDE] * len(encoded))
    if chance < _WITHOUT_MARKS + _WITHOUT_SHAPES:
        capitals = (encoding.TITLE, encoding.UPPER)
        return replace(encoded, shapes=[encoding.LOWER if s in capitals else s for s in encoded.shapes])
    if chance < _WITHOUT_MARKS + _WITHOUT_SHAPES + _WITH_OTHER_NAMES:
        named = {encoded.pieces[w] for w in range(window.first, window.last) if _is_person(example, w)}
        # As many pieces each, so that the window keeps its size.
        others = {pieces: rng.choice(people[len(pieces)]) for pieces in sorted(named)}
        pieces = list(encoded.pieces)
        for word in range(window.first, window.last):
            if encoded.shapes[word] == encoding.TITLE:
                pieces[word] = others.get(pieces[word], pieces[word])
        return replace(encoded, pieces=pieces)
    return encoded


def _is_person(example: Example, word: int) -> bool:
    return example.names[word] in _PERSON and example.encoded.shapes[word] == encoding.TITLE


def _learning_batch(
    group: Sequence[tuple[Example, encoding.EncodedText, encoding.Window]], vocabulary: encoding.Vocabulary
) -> LearningBatch:
    inputs = encoding.batch([(worn, window) for _, worn, window in group], vocabulary)
    width = inputs.firsts.shape[1]
    beside = tags.BEFORE + tags.AFTER + 1
    cues = np.zeros((len(group), width), dtype=np.float32)
    names = np.full((len(group), width), _UNLABELLED, dtype=np.int64)
    rows, at, labels, sources = [], [], [], []
    for row, (example, _, window) in enumerate(group):
        names[row, : window.last - window.first] = example.names[window.first : window.last]
        for link in example.links:
            if not window.core_first <= link.cue < window.core_last:
                continue
            cues[row, link.cue - window.first] = 1.0
            rows.append(row)
            at.append(link.cue - window.first)
            line = np.full(beside, _UNLABELLED, dtype=np.int64)
            begin = link.cue - tags.BEFORE
            line[max(0, window.first - begin) : window.last - begin] = tags.OUTSIDE
            for word, label in link.labels.items():
                if window.first <= word < window.last and 0 <= word - begin < beside:
                    line[word - begin] = label
            labels.append(line)
            begins = np.flatnonzero(line == _SOURCE_BEGINS)
            sources.append(begins[0] if len(begins) else beside)
    stacked = np.stack(labels) if labels else np.zeros((0, beside), dtype=np.int64)
    return LearningBatch(
        inputs,
        cues,
        np.array(rows, dtype=np.int64),
        np.array(at, dtype=np.int64),
        stacked,
        np.array(sources, dtype=np.int64),
        names,
    )
