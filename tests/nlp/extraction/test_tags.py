"""Labels of words: the best allowed sequence, and the stretches that it stands for."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from annotations.nlp.extraction import tags


def is_allowed(sequence):
    """Say whether every inside follows the begin or inside of its own kind."""
    return all(
        label == 0 or label % 2 or before in (label - 1, label)
        for before, label in zip((0, *sequence), sequence, strict=False)
    )


def worth(scores, sequence):
    return sum(float(scores[word, label]) for word, label in enumerate(sequence))


def scores_of(rows, words, kinds):
    # Sixteenths add up exactly, so that equal sums are equal.
    values = st.integers(min_value=-160, max_value=0).map(lambda value: value / 16)
    return arrays.arrays(np.float32, (rows, words, tags.labels(range(kinds))), elements=values)


@given(
    st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 2)).flatmap(lambda size: scores_of(*size))
)
def test_best_sequence_is_the_one_that_trying_all_would_find(scores):
    found = tags.best_sequences(scores)

    count = scores.shape[2]
    for row, sequence in zip(scores, found.tolist(), strict=True):
        allowed = [other for other in product(range(count), repeat=len(row)) if is_allowed(other)]
        assert is_allowed(sequence)
        assert worth(row, sequence) == max(worth(row, other) for other in allowed)


@given(st.integers(1, 12).flatmap(lambda words: scores_of(2, words, 4)))
def test_no_inside_stands_without_its_begin(scores):
    assert all(is_allowed(sequence) for sequence in tags.best_sequences(scores).tolist())


def test_likely_inside_brings_in_its_begin():
    scores = np.log(np.array([[[0.5, 0.45, 0.05], [0.05, 0.05, 0.9]]], dtype=np.float32))

    assert tags.best_sequences(scores).tolist() == [[tags.begin(0), tags.inside(0)]]


@pytest.mark.parametrize("shape", [(0, 5, 7), (3, 0, 7), (0, 0, 7)])
def test_nothing_to_label_gives_nothing(shape):
    assert tags.best_sequences(np.zeros(shape, dtype=np.float32)).shape == shape[:2]


STRETCHES = st.lists(
    st.tuples(st.integers(0, 3), st.integers(1, 4), st.integers(0, 3)),  # kind, words, words after it
    max_size=6,
)


@given(STRETCHES, st.integers(0, 3))
def test_runs_give_back_the_stretches_that_were_labelled(stretches, before):
    sequence, expected = [tags.OUTSIDE] * before, []
    for kind, length, after in stretches:
        expected.append((kind, len(sequence), len(sequence) + length))
        sequence += [tags.begin(kind), *[tags.inside(kind)] * (length - 1), *[tags.OUTSIDE] * after]

    assert list(tags.runs(sequence)) == expected


def test_runs_leave_out_an_inside_whose_begin_was_cut_off():
    assert list(tags.runs([tags.inside(0), tags.inside(0), tags.begin(1), tags.inside(0)])) == [(1, 2, 3)]


def test_every_kind_has_labels_of_its_own():
    labels = [tags.OUTSIDE, *(label(kind) for kind in range(3) for label in (tags.begin, tags.inside))]

    assert sorted(labels) == list(range(tags.labels(tags.ROLES)))
