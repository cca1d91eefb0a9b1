"""Words that two claims lay claim to: the claim whose cue is nearer gets them."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.nlp.draft import Span
from annotations.nlp.extraction.apportioning import apportioned
from annotations.nlp.extraction.decoding import Extracted
from annotations.nlp.paragraphs import paragraphs


def claim(text, cue, *content):
    """Return a claim with its cue and the parts of its content where they stand first in the text."""
    spans = tuple(Span(text.index(part), text.index(part) + len(part)) for part in content)
    at = Span(text.index(cue), text.index(cue) + len(cue))
    return Extracted(spans, (at,), (), at, 0.9, 0.9, 0.9)


def parted(text, *claims):
    """Return the contents of the apportioned claims by their cues."""
    found = apportioned(text, claims, list(paragraphs(text)))
    return {claim.at.of(text): [span.of(text) for span in claim.content] for claim in found}


@pytest.mark.parametrize(
    "text",
    [
        "“We lost it,” said Ann Lee.\n\n“It is still there,” added Bo Roe.",
        "“We lost it,” said Ann Lee. “It is still there,” added Bo Roe.",
        "“We lost it,” Mr. Lee said. “It is still there,” he added.",
        "Ann Lee said: “We lost it.” Bo Roe added: “It is still there,”",
        "Ann Lee said so. It rained. “We lost it.”\n\nBo Roe added: “It is still there,”",
    ],
)
def test_quotation_goes_to_the_cue_of_its_own_line_and_sentence(text):
    first = text[text.index("“We") : text.index("”") + 1]
    claims = [claim(text, "said", first), claim(text, "added", first, "“It is still there,”")]

    expected = {"said": [first], "added": ["“It is still there,”"]}
    assert parted(text, *claims) == parted(text, *reversed(claims)) == expected


def test_cue_of_another_sentence_is_farther_however_few_words_are_between():
    text = "“We lost it,” said Lee. “It is still there,” the deputy of the fire chief added."
    second = "“It is still there,”"

    assert parted(text, claim(text, "said", "“We lost it,”", second), claim(text, "added", second)) == {
        "said": ["“We lost it,”"],
        "added": [second],
    }


def test_quotation_goes_to_the_nearer_cue_of_its_sentence():
    text = "“We lost it,” she said, adding that it was “a very bad day for all of us”."
    last = "“a very bad day for all of us”"

    assert parted(text, claim(text, "said", "“We lost it,”", last), claim(text, "adding", last)) == {
        "said": ["“We lost it,”"],
        "adding": [last],
    }


def test_second_half_of_an_interrupted_sentence_stays_with_the_first():
    text = "“Every time,” Ann Lee said, meaning the storm of the year before, “you lose the bridge.”"
    said = claim(text, "said", "“Every time,”", "“you lose the bridge.”")
    meaning = claim(text, "meaning", "the storm of the year before, “you lose the bridge.”")

    assert parted(text, said, meaning) == {
        "said": ["“Every time,”", "“you lose the bridge.”"],
        "meaning": ["the storm of the year before"],
    }


@pytest.mark.parametrize(
    ("rest", "left"), [("until the last boat is in", ["until the last boat is in"]), ("at night", None)]
)
def test_words_beside_those_that_are_taken_stay_unless_they_are_few(rest, left):
    text = f"Ann Lee said that the bridge stays open {rest}, as Bo Roe asked."
    claims = [claim(text, "said", "that the bridge stays open"), claim(text, "asked", f"stays open {rest}")]

    found = parted(text, *claims)

    assert found["said"] == ["that the bridge stays open"]
    assert found.get("asked") == left


def test_claim_left_without_words_is_gone():
    text = "“We lost it all in a night,” said Ann Lee. The bridge was hailed. “It is over,” he added."
    claims = [
        claim(text, "said", "“We lost it all in a night,”"),
        claim(text, "hailed", "in a night,"),
        claim(text, "added", "“It is over,”"),
    ]

    assert set(parted(text, *claims)) == {"said", "added"}


def test_claim_inside_another_keeps_its_words():
    text = "Ann Lee said that Bo Roe believed that it was over."
    claims = [
        claim(text, "said", "that Bo Roe believed that it was over"),
        claim(text, "believed", "that it was over"),
    ]

    assert parted(text, *claims) == {
        "said": ["that Bo Roe believed that it was over"],
        "believed": ["that it was over"],
    }


def test_one_claim_found_twice_is_left_for_the_surer_to_win():
    text = "“We lost it,” Ann Lee said and repeated."
    claims = [claim(text, "said", "“We lost it,”"), claim(text, "repeated", "“We lost it,”")]

    assert parted(text, *claims) == {"said": ["“We lost it,”"], "repeated": ["“We lost it,”"]}


def test_claims_with_no_words_in_common_are_left_alone_and_come_in_text_order():
    text = "“We lost it,” said Ann Lee. “It is over,” added Bo Roe."
    claims = [claim(text, "added", "“It is over,”"), claim(text, "said", "“We lost it,”")]

    assert apportioned(text, claims, list(paragraphs(text))) == claims[::-1]


WORDS = st.lists(st.sampled_from(["one", "two,", "three.", "“", "”", "\n"]), max_size=60).map(" ".join)


@given(WORDS, st.data())
def test_what_is_left_was_there_before(text, data):
    at = st.integers(0, len(text))
    claims = []
    for _ in range(data.draw(st.integers(0, 5))):
        edges = sorted(data.draw(st.lists(at, min_size=4, max_size=4, unique=len(text) > 4)))
        spans = tuple(Span(*pair) for pair in (edges[:2], edges[2:]) if pair[0] < pair[1])
        cue = data.draw(at)
        if spans:
            claims.append(Extracted(spans, (Span(cue, cue + 1),), (), Span(cue, cue + 1), 0.9, 0.9, 0.9))

    found = apportioned(text, claims, list(paragraphs(text)))

    def covered(claim):
        return {offset for span in claim.content for offset in range(span.start, span.end)}

    assert len(found) <= len(claims)
    for part in found:
        assert any(part.at == whole.at and covered(part) <= covered(whole) for whole in claims)
    for one, two in combinations(found, 2):
        shared = covered(one) & covered(two)
        inside = two.at.start in covered(one) or one.at.start in covered(two)
        assert not shared or inside or len(claims) > 2 or len(shared) > 0.5 * len(covered(one) | covered(two))
