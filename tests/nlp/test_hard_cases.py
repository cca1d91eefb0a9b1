"""The hard cases of real news, each with texts of our own: claims, kinds and names as a reader finds them."""

from collections import Counter
from dataclasses import replace

import pytest

from annotations.choices import ClaimKind, SpeakerKind
from annotations.nlp import pipeline
from annotations.nlp.draft import Draft, DraftClaim, DraftSpeaker, Span
from tests.nlp.hard_cases import FOLDER, Entry, Expected, described, load, located, mistakes

ENTRIES = load()
LEAST_CASES, LEAST_TEXTS = 21, 4
FEWEST_WORDS, MOST_WORDS = 40, 150


@pytest.mark.pipeline
@pytest.mark.parametrize("entry", ENTRIES, ids=str)
def test_claims_and_names_are_those_that_a_reader_finds(entry):
    draft = pipeline.annotate(entry.text)

    if wrong := mistakes(entry, draft):
        got = [described(entry.text, draft, claim) for claim in draft.claims]
        parts = [("expected", [str(claim) for claim in entry.claims]), ("got", got), ("wrong", wrong)]
        lists = "".join(f"\n\n{name}:\n  " + ("\n  ".join(lines) or "no claim") for name, lines in parts)
        pytest.fail(f"{entry}\n\n{entry.text}{lists}", pytrace=False)


# -- the cases themselves ----------------------------------------------------------------------------------


def test_there_are_more_than_twenty_cases_of_four_texts_and_more():
    texts = Counter(entry.case for entry in ENTRIES)

    assert set(texts) == {path.stem for path in FOLDER.glob("*.txt")}
    assert len(texts) >= LEAST_CASES
    assert {case: count for case, count in texts.items() if count < LEAST_TEXTS} == {}


def test_no_two_texts_of_a_case_share_their_heading():
    assert [str(entry) for entry, count in Counter(map(str, ENTRIES)).items() if count > 1] == []


@pytest.mark.parametrize("entry", ENTRIES, ids=str)
def test_a_text_is_short_and_holds_what_is_expected_of_it(entry):
    assert FEWEST_WORDS <= len(entry.text.split()) <= MOST_WORDS
    assert entry.claims or entry.complete
    assert entry.changed != ""
    for claim in entry.claims:
        located(entry, claim)


# -- what counts as a mistake ------------------------------------------------------------------------------

TEXT = "“We tried,” said Ann Lee. “Nothing worked.” Bo Roe said that the old bridge was safe."
LEE = Expected(("Ann Lee",), ("“We tried,”", "“Nothing worked.”"), ClaimKind.DIRECT, severable=False)
ROE = Expected(("Bo Roe",), ("that the old bridge was safe",), ClaimKind.INDIRECT, severable=False)
ENTRY = Entry("case", "heading", TEXT, (LEE, ROE), complete=True, changed=None)


def drafted(*claims):
    """Return a draft with claims of (kind, speaker, pieces)."""
    speakers = tuple(DraftSpeaker(name, SpeakerKind.PERSON) for name in ("Ann Lee", "Bo Roe"))
    names = [speaker.name for speaker in speakers]
    return Draft(
        "test",
        speakers=speakers,
        claims=tuple(
            DraftClaim(
                kind,
                tuple(Span(TEXT.index(piece), TEXT.index(piece) + len(piece)) for piece in pieces),
                speaker=None if name is None else names.index(name),
            )
            for kind, name, *pieces in claims
        ),
    )


DIRECT, INDIRECT = ClaimKind.DIRECT, ClaimKind.INDIRECT
LEES = (DIRECT, "Ann Lee", "“We tried,”", "“Nothing worked.”")
ROES = (INDIRECT, "Bo Roe", "the old bridge was safe")


def test_a_word_more_or_less_of_a_clause_is_no_mistake():
    assert mistakes(ENTRY, drafted(LEES, ROES)) == []


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ((LEES,), ["missing: Bo Roe"]),
        ((LEES, (INDIRECT, "Bo Roe", "the old")), ["missing: Bo Roe", "not expected: Bo Roe"]),
        (((DIRECT, "Ann Lee", "“We tried,”"), ROES), ["missing: Ann Lee", "not expected: Ann Lee"]),
        ((LEES, (INDIRECT, "Ann Lee", "that the old bridge was safe")), ["spoken by Ann Lee: Bo Roe"]),
        ((LEES, (INDIRECT, None, "that the old bridge was safe")), ["spoken by None: Bo Roe"]),
        (((ClaimKind.MIXED, *LEES[1:]), ROES), ["mixed, not direct: Ann Lee"]),
        ((LEES, (INDIRECT, None, "said"), ROES), ["not expected: -"]),
    ],
)
def test_what_is_missing_wrong_or_too_much_is_a_mistake(claims, words):
    found = mistakes(ENTRY, drafted(*claims))

    assert len(found) == len(words)
    for mistake, opening in zip(found, words, strict=True):
        assert mistake.startswith(opening)


def test_an_indirect_claim_too_many_counts_where_the_list_is_complete_alone():
    draft = drafted(LEES, (INDIRECT, None, "said"), ROES)

    assert mistakes(replace(ENTRY, complete=False), draft) == []


def test_severable_pieces_may_be_claims_of_their_own_but_all_are_wanted():
    entry = replace(ENTRY, claims=(replace(LEE, severable=True), ROE))
    first, second = (DIRECT, "Ann Lee", "“We tried,”"), (DIRECT, "Ann Lee", "“Nothing worked.”")

    assert mistakes(entry, drafted(first, second, ROES)) == []
    assert mistakes(entry, drafted(LEES, ROES)) == []
    assert len(mistakes(entry, drafted(first, ROES))) == 1


def test_a_claim_that_nobody_is_named_for_must_have_no_speaker():
    entry = replace(ENTRY, claims=(replace(LEE, speakers=(None,)), ROE))

    assert mistakes(entry, drafted((DIRECT, None, *LEES[2:]), ROES)) == []
    assert mistakes(entry, drafted(LEES, ROES)) == [f"spoken by Ann Lee: {entry.claims[0]}"]
