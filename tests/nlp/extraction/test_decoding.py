"""Claims and names out of what the network says, with answers made by hand."""

import numpy as np
import pytest

from annotations.nlp.draft import Span
from annotations.nlp.extraction import decoding, encoding, tags
from annotations.nlp.paragraphs import paragraphs

VOCABULARY = encoding.Vocabulary([encoding.PAD, encoding.UNKNOWN, encoding.START, encoding.SEPARATOR])
TEXT = "Yesterday Ann Lee said that the bridge was safe , but Bo Roe told us it was not ."
CONTENT, SOURCE, CUE = range(3)
BESIDE = tags.BEFORE + tags.AFTER + 1
NOBODY = BESIDE
PERSON, PLACE = tags.ENTITIES.index("PERSON"), tags.ENTITIES.index("GPE")


def encoded(text=TEXT):
    return encoding.encode(text, list(paragraphs(text)), (), VOCABULARY)


def whole(found):
    return encoding.Window(0, len(found), 0, len(found))


def words(first, last, kind, sure=0.9):
    """Return the labels of the words [first, last) as one stretch, as {word: (label, probability)}."""
    begins = {first: (tags.begin(kind), sure)}
    return begins | {word: (tags.inside(kind), sure) for word in range(first + 1, last)}


def answer(*cues, windows=(), names=()):
    """Return an answer of (window, cue word, chance, labels, sources) with positions counted in windows.

    `windows` and `names` hold for each window how many words it has and the labels of its names.
    """
    labels = np.full((len(cues), BESIDE, tags.labels(tags.ROLES)), np.log(0.001), dtype=np.float32)
    labels[:, :, tags.OUTSIDE] = np.log(0.99)
    sources = np.full((len(cues), BESIDE + 1), np.log(0.001), dtype=np.float32)
    for row, (_, at, _, labelled, begins) in enumerate(cues):
        for word, (label, sure) in labelled.items():
            labels[row, word - at + tags.BEFORE, tags.OUTSIDE] = np.log(1 - sure)
            labels[row, word - at + tags.BEFORE, label] = np.log(sure)
        for word, sure in begins.items():
            sources[row, word if word == NOBODY else word - at + tags.BEFORE] = np.log(sure)
    named = np.full((len(windows), max(windows, default=0), tags.labels(tags.ENTITIES)), np.log(0.001))
    named[:, :, tags.OUTSIDE] = np.log(0.99)
    for row, labelled in enumerate(names):
        for word, (label, sure) in labelled.items():
            named[row, word, tags.OUTSIDE] = np.log(1 - sure)
            named[row, word, label] = np.log(sure)
    return decoding.Answer(
        found=np.array([[window, at] for window, at, *_ in cues], dtype=np.int64).reshape(-1, 2),
        chances=np.array([chance for _, _, chance, *_ in cues], dtype=np.float32),
        labels=labels,
        sources=sources,
        names=named.astype(np.float32),
    )


def claims(*cues, text=TEXT, windows=None, least=0.4):
    found = encoded(text)
    return decoding.claims(found, windows or [whole(found)], answer(*cues), least=least)


def said(spans, text=TEXT):
    return [span.of(text) for span in spans]


SAID = 3
SAID_LABELS = words(4, 9, CONTENT) | words(1, 3, SOURCE) | words(3, 4, CUE)
TOLD = 13
TOLD_LABELS = words(15, 18, CONTENT) | words(11, 13, SOURCE) | words(13, 15, CUE)


# -- claims ------------------------------------------------------------------------------------------------


def test_claim_has_the_words_that_were_labelled_for_its_cue():
    (claim,) = claims((0, SAID, 0.9, SAID_LABELS, {1: 0.8}))

    assert said(claim.content) == ["that the bridge was safe"]
    assert said(claim.source) == ["Ann Lee"]
    assert said(claim.cue) == ["said"]
    assert claim.at == claim.cue[0]


def test_claim_keeps_how_sure_the_network_is_of_each_part():
    labels = words(4, 6, CONTENT, sure=0.9) | words(7, 9, CONTENT, sure=0.6) | words(1, 3, SOURCE)

    (claim,) = claims((0, SAID, 0.7, labels, {1: 0.8}))

    assert claim.cue_chance == pytest.approx(0.7)
    assert claim.content_chance == pytest.approx(0.6, abs=0.01)  # its weakest stretch
    assert claim.source_chance == pytest.approx(0.8, abs=0.01)


def test_cue_less_likely_than_asked_makes_no_claim():
    cue = (0, SAID, 0.55, SAID_LABELS, {1: 0.8})

    assert len(claims(cue, least=0.5)) == 1
    assert claims(cue, least=0.6) == []


def test_every_cue_makes_its_own_claim():
    found = claims((0, SAID, 0.9, SAID_LABELS, {1: 0.8}), (0, TOLD, 0.9, TOLD_LABELS, {11: 0.8}))

    assert [said(claim.content) for claim in found] == [["that the bridge was safe"], ["it was not"]]
    assert [said(claim.source) for claim in found] == [["Ann Lee"], ["Bo Roe"]]
    assert [said(claim.cue) for claim in found] == [["said"], ["told us"]]


def test_content_may_come_in_pieces():
    (claim,) = claims((0, SAID, 0.9, words(0, 1, CONTENT) | words(4, 6, CONTENT) | words(7, 9, CONTENT), {}))

    assert said(claim.content) == ["Yesterday", "that the", "was safe"]


def test_cue_without_content_is_dropped():
    assert claims((0, SAID, 0.99, words(1, 3, SOURCE) | words(3, 4, CUE), {1: 0.9})) == []


def test_cue_that_nobody_labelled_is_its_own_word():
    (claim,) = claims((0, SAID, 0.9, words(4, 9, CONTENT), {}))

    assert said(claim.cue) == ["said"]


def test_claim_without_a_source_has_none_and_is_sure_of_that():
    (claim,) = claims((0, SAID, 0.9, words(4, 9, CONTENT), {NOBODY: 0.9}))

    assert (claim.source, claim.source_chance) == ((), 1.0)


@pytest.mark.parametrize(
    ("begins", "source"), [({1: 0.6, 11: 0.3}, "Ann Lee"), ({1: 0.3, 11: 0.6}, "Bo Roe")]
)
def test_of_several_sources_the_surest_begin_wins(begins, source):
    labels = words(4, 9, CONTENT) | words(1, 3, SOURCE) | words(11, 13, SOURCE)

    (claim,) = claims((0, SAID, 0.9, labels, begins))

    assert said(claim.source) == [source]
    assert claim.source_chance == pytest.approx(0.6, abs=0.01)


def test_no_cue_at_all_makes_no_claim():
    assert claims() == []


# -- claims at the edges of windows ------------------------------------------------------------------------


def test_words_of_a_later_window_are_found_where_they_stand_in_the_text():
    window = encoding.Window(first=10, last=19, core_first=12, core_last=19)
    shifted = {word - 10: label for word, label in TOLD_LABELS.items()}

    (claim,) = claims((0, TOLD - 10, 0.9, shifted, {1: 0.8}), windows=[window])

    assert said(claim.content) == ["it was not"]
    assert said(claim.source) == ["Bo Roe"]
    assert said(claim.cue) == ["told us"]


def test_cue_belongs_to_the_window_it_names():
    windows = [encoding.Window(0, 10, 0, 10), encoding.Window(9, 19, 10, 19)]
    shifted = {word - 9: label for word, label in TOLD_LABELS.items()}

    found = claims(
        (1, TOLD - 9, 0.9, shifted, {2: 0.8}), (0, SAID, 0.9, SAID_LABELS, {1: 0.8}), windows=windows
    )

    assert [said(claim.content) for claim in found] == [["it was not"], ["that the bridge was safe"]]


def test_labels_beyond_the_window_are_not_read():
    window = encoding.Window(first=2, last=7, core_first=2, core_last=7)
    # "Ann" is outside, so that "Lee" has no begin; the content goes on outside.
    shifted = {word - 2: label for word, label in SAID_LABELS.items()}

    (claim,) = claims((0, SAID - 2, 0.9, shifted, {-1: 0.8}), windows=[window])

    assert said(claim.content) == ["that the bridge"]
    assert claim.source == ()


@pytest.mark.parametrize("at", [0, 1, 199, 398, 399], ids=str)
def test_labels_reach_as_far_as_the_network_looks_around_a_cue(at):
    text = " ".join(f"w{number}" for number in range(400))
    first, last = max(0, at - tags.BEFORE), min(400, at + tags.AFTER + 1)

    (claim,) = claims((0, at, 0.9, words(first, last, CONTENT), {}), text=text)

    assert said(claim.content, text) == [" ".join(f"w{number}" for number in range(first, last))]
    assert said([claim.at], text) == [f"w{at}"]


# -- names -------------------------------------------------------------------------------------------------


def test_names_have_their_words_and_what_they_name():
    found = encoded("Ann Lee met Hull council .")
    said_of = answer(windows=[6], names=[words(0, 2, PERSON) | words(3, 4, PLACE)])

    assert decoding.names(found, [whole(found)], said_of) == [
        decoding.Named(0, 7, "PERSON"),
        decoding.Named(12, 16, "GPE"),
    ]


def test_name_that_two_windows_see_is_found_once_where_it_begins_in_a_core():
    found = encoded("one two Ann Lee three four")
    windows = [encoding.Window(0, 5, 0, 3), encoding.Window(2, 6, 3, 6)]
    said_of = answer(windows=[5, 4], names=[words(2, 4, PERSON), words(0, 2, PERSON)])

    (name,) = decoding.names(found, windows, said_of)

    assert Span(name.start, name.end).of("one two Ann Lee three four") == "Ann Lee"


def test_padding_behind_a_shorter_window_holds_no_names():
    found = encoded("one Ann two three four")
    windows = [encoding.Window(0, 2, 0, 2), encoding.Window(2, 5, 2, 5)]
    said_of = answer(windows=[2, 3], names=[words(1, 3, PERSON), {}])

    assert decoding.names(found, windows, said_of) == [decoding.Named(4, 7, "PERSON")]


# -- doubles -----------------------------------------------------------------------------------------------


def extracted(*content, chance=0.5, at=0):
    spans = tuple(Span(*stretch) for stretch in content)
    return decoding.Extracted(spans, (Span(at, at + 1),), (), Span(at, at + 1), chance, 1.0, 1.0)


def test_of_claims_that_share_most_of_their_content_the_surest_stays():
    weak, sure = extracted((0, 20), chance=0.5, at=21), extracted((0, 18), chance=0.9, at=24)

    assert decoding.without_doubles([weak, sure]) == [sure]
    assert decoding.without_doubles([sure, weak]) == [sure]


def test_claims_that_share_little_both_stay():
    found = [extracted((0, 20), chance=0.5), extracted((15, 40), chance=0.9)]

    assert decoding.without_doubles(found) == found


def test_content_in_pieces_is_compared_as_a_whole():
    first = extracted((0, 10), (20, 30), chance=0.9)

    assert decoding.without_doubles([first, extracted((0, 10), (20, 29), chance=0.5)]) == [first]
    other = extracted((0, 10), (40, 60), chance=0.5)
    assert decoding.without_doubles([first, other]) == [first, other]


def test_claims_come_in_text_order_however_sure_they_are():
    found = [extracted((40, 50), chance=0.9), extracted((0, 10), chance=0.5), extracted((20, 30), chance=0.7)]

    assert [claim.content[0].start for claim in decoding.without_doubles(found)] == [0, 20, 40]


def test_a_find_dropped_as_a_double_takes_no_third_with_it():
    sure = extracted((0, 20), chance=0.9)
    double = extracted((4, 24), chance=0.8)
    third = extracted((10, 30), chance=0.7)

    assert decoding.without_doubles([double, third]) == [double]
    assert decoding.without_doubles([sure, double, third]) == [sure, third]
