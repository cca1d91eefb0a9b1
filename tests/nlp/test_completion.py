"""Claims made whole: quotations to their marks, paragraphs that carry one on, layouts before guesses."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.nlp.completion import completed, without_overlaps
from annotations.nlp.draft import Span
from annotations.nlp.paragraphs import paragraphs
from annotations.nlp.quotations import scan
from annotations.nlp.triples import Triple


def spans(text, *parts):
    """Return where the parts stand in the text, each searched behind the one before it."""
    found, at = [], 0
    for part in parts:
        at = text.index(part, at)
        found.append(Span(at, at + len(part)))
        at += len(part)
    return tuple(found)


def claim(text, *content, cue="said", source=None):
    return Triple(
        spans(text, *content), spans(text, cue), spans(text, source) if source else (), "trained", cue
    )


def whole(text, *triples):
    """Return the contents of the completed claims, piece by piece."""
    found = completed(text, triples, list(paragraphs(text)), scan(text))
    return [[span.of(text) for span in triple.content] for triple in found]


# -- whole quotations --------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["“We will rebuild the bridge", "the bridge by May,”"])
def test_quotation_taken_to_one_of_its_marks_is_taken_to_both(part):
    text = "“We will rebuild the bridge by May,” said Ann Lee."

    assert whole(text, claim(text, part)) == [["“We will rebuild the bridge by May,”"]]


def test_content_that_touches_no_mark_stays():
    text = "“We will rebuild the bridge by May,” said Ann Lee."

    assert whole(text, claim(text, "rebuild the bridge")) == [["rebuild the bridge"]]


def test_content_that_is_quoted_in_part_stays():
    text = "Ann Lee said that it was “a costly joke at our expense” and left."

    assert whole(text, claim(text, "that it was “a costly joke")) == [["that it was “a costly joke"]]


def test_quotation_that_lost_its_mark_before_the_cue_is_not_drawn_out_over_it():
    text = "“We lost it, Ann Lee wrote. She left.”"

    assert whole(text, claim(text, "“We lost it,", cue="wrote")) == [["“We lost it,"]]


def test_two_stretches_of_one_quotation_become_one():
    text = "“We tried it. We failed at it,” said Ann Lee."

    assert whole(text, claim(text, "“We tried it.", "failed at it,”")) == [
        ["“We tried it. We failed at it,”"]
    ]


def test_quotation_left_open_stays_as_it_was_taken():
    text = "Ann Lee said: “We will rebuild it. Then she left"

    assert whole(text, claim(text, "“We will rebuild it.")) == [["“We will rebuild it."]]


# -- what stands beside a quotation ------------------------------------------------------------------------


@pytest.mark.parametrize("cue", ["said of", "wrote about"])
def test_what_a_quotation_is_about_is_no_part_of_it(cue):
    text = f"“It is late,” Ann Lee {cue} the plan. “It is dear.”"

    assert whole(text, claim(text, "“It is late,”", "the plan", "“It is dear.”", cue=cue)) == [
        ["“It is late,”", "“It is dear.”"]
    ]


@pytest.mark.parametrize(
    ("text", "parts", "cue"),
    [
        ("Ann Lee spoke of the plan.", ["the plan"], "spoke of"),
        ("Ann Lee said of the “late” plan: “It is dear.”", ["the “late” plan", "“It is dear.”"], "said of"),
        ("“It is late,” Ann Lee said. The plan is dear.", ["“It is late,”", "The plan is dear"], "said"),
    ],
    ids=["nothing is quoted", "it is quoted", "another cue"],
)
def test_other_words_behind_a_cue_stay(text, parts, cue):
    assert whole(text, claim(text, *parts, cue=cue)) == [parts]


def test_whoever_stands_behind_by_is_the_source_of_a_claim_without_one():
    text = "The plan was dismissed as “a joke” by the owner of the mill, Bo Roe. It rained."
    triple = claim(text, "The plan", "“a joke” by the owner of the mill", cue="was dismissed as")

    (found,) = completed(text, [triple], list(paragraphs(text)), scan(text))

    assert [span.of(text) for span in found.content] == ["The plan", "“a joke”"]
    assert [span.of(text) for span in found.source] == ["the owner of the mill, Bo Roe"]


def test_words_behind_by_stay_where_the_claim_has_a_source():
    text = "Ann Lee dismissed “a joke” by Bo Roe."
    triple = Triple(
        spans(text, "“a joke” by Bo Roe"), spans(text, "dismissed"), spans(text, "Ann Lee"), "trained"
    )

    assert completed(text, [triple], list(paragraphs(text)), scan(text)) == (triple,)


def test_quotation_broken_off_at_a_dash_goes_to_the_claim_that_takes_it_up():
    text = "“Nobody” – and here Ann Lee looked up – “nobody leaves,” she said."

    assert whole(text, claim(text, "“nobody leaves,”")) == [["“Nobody”", "“nobody leaves,”"]]


def test_quotation_before_a_dash_that_another_claim_holds_stays():
    text = "“Nobody” – and Bo Roe agreed – “nobody leaves,” she said."

    assert whole(text, claim(text, "“nobody leaves,”"), claim(text, "“Nobody”", cue="agreed")) == [
        ["“Nobody”"],
        ["“nobody leaves,”"],
    ]


# -- quotations over many paragraphs -----------------------------------------------------------------------

FIRST, SECOND, THIRD = (
    "“This boat has carried brides.",
    "“It has never been late.",
    "“They can have the keys,”",
)


@pytest.mark.parametrize("part", [FIRST, SECOND, THIRD, "“It has never"])
def test_claim_that_holds_a_paragraph_of_a_quotation_holds_them_all(part):
    text = f"Ann Lee runs it.\n\n{FIRST}\n\n{SECOND}\n\n{THIRD} she said."

    assert whole(text, claim(text, part)) == [[FIRST, SECOND, THIRD]]


def test_claims_about_a_part_of_it_leave_the_paragraph_to_the_quotation():
    text = f"{FIRST}\n\n{SECOND}\n\n{THIRD} she said."

    assert whole(text, claim(text, FIRST), claim(text, "never been", cue="has")) == [
        [FIRST, SECOND, THIRD],
        ["never been"],
    ]


def test_paragraph_that_another_claim_holds_stays_that_claims():
    text = f"Ann Lee said: {FIRST}\n\n{SECOND}\n\n{THIRD} he added."

    assert whole(text, claim(text, FIRST), claim(text, THIRD, cue="added")) == [[FIRST, SECOND], [THIRD]]
    inner = claim(text, "It has never been late.", cue="It")
    assert whole(text, claim(text, FIRST), inner) == [[FIRST], ["It has never been late."]]


def test_paragraph_that_repeats_who_speaks_is_a_part_of_the_first_claim():
    text = f"She posted: {FIRST}\n\n{THIRD} she said in the post."
    claims = [claim(text, FIRST, cue="posted", source="She"), claim(text, THIRD, source="she")]

    (found,) = completed(text, claims, list(paragraphs(text)), scan(text))

    assert [span.of(text) for span in found.content] == [FIRST, THIRD]
    assert found.cue == spans(text, "posted")


@pytest.mark.parametrize("sources", [("Ann Lee", "Bo Roe"), ("She", "he")])
def test_paragraph_that_somebody_else_says_stays_a_claim_of_its_own(sources):
    text = f"{sources[0]} posted: {FIRST}\n\n{THIRD} {sources[1]} said."
    claims = [claim(text, FIRST, cue="posted", source=sources[0]), claim(text, THIRD, source=sources[1])]

    assert whole(text, *claims) == [[FIRST], [THIRD]]


# -- quotations that nobody took ---------------------------------------------------------------------------

NEXT = "“We heard the water at three in the morning.”"


def test_quotation_that_opens_a_line_goes_on_the_claim_whose_quotation_ends_the_line_before():
    text = f"Ann Lee said: “Nobody told us.”\n\n{NEXT}"

    assert whole(text, claim(text, "“Nobody told us.”")) == [["“Nobody told us.”", NEXT]]


def test_one_claim_may_go_on_over_many_lines():
    text = f"It rained, he added.\nAnn Lee said: “Nobody told us.”\n{NEXT}\n{NEXT}"
    claims = [claim(text, "It rained", cue="added"), claim(text, "“Nobody told us.”")]

    expected = [["It rained"], ["“Nobody told us.”", NEXT, NEXT]]
    assert whole(text, *claims) == whole(text, *reversed(claims)) == expected


@pytest.mark.parametrize(
    "text",
    [
        f"“Nobody told us,” said Ann Lee.\n\n{NEXT}",
        f"Ann Lee said: “Nobody told us,” and left.\n\n{NEXT}",
        f"Ann Lee said: “Nobody told us.”\n\nIt rained.\n\n{NEXT}",
        f"Ann Lee said: “Nobody told us.”\n\nBo Roe: {NEXT}",
        "Ann Lee said: “Nobody told us.”\n\n“The Harbour Master” is a song.",
    ],
    ids=["cue ends the line", "words end the line", "a line between", "not opening", "too short"],
)
def test_other_quotations_that_nobody_took_stay_nobodys(text):
    content = text[text.index("“") : text.index("”") + 1]

    assert whole(text, claim(text, content)) == [[content]]


def test_quotation_of_a_claim_of_its_own_is_not_given_away():
    text = f"Ann Lee said: “Nobody told us.”\n\n{NEXT} Bo Roe added."

    assert whole(text, claim(text, "“Nobody told us.”"), claim(text, NEXT, cue="added")) == [
        ["“Nobody told us.”"],
        [NEXT],
    ]


def test_quotation_of_which_a_claim_holds_a_part_is_not_given_away():
    text = f"Ann Lee said: “Nobody told us.”\n\n{NEXT} Bo Roe added."

    assert whole(text, claim(text, "“Nobody told us.”"), claim(text, "the water at", cue="added")) == [
        ["“Nobody told us.”"],
        ["the water at"],
    ]


def test_claims_come_in_text_order():
    text = "Ann Lee said that it rained. Bo Roe added that it poured."

    assert whole(text, claim(text, "that it poured", cue="added"), claim(text, "that it rained")) == [
        ["that it rained"],
        ["that it poured"],
    ]


# -- layouts before guesses --------------------------------------------------------------------------------

TRANSCRIPT = "LEE: We will rebuild the bridge. Bo said that it was safe."


def test_guess_that_says_again_what_the_layout_says_is_dropped():
    certain = claim(TRANSCRIPT, "We will rebuild the bridge. Bo said that it was safe.", cue=":")
    again = claim(TRANSCRIPT, "We will rebuild the bridge. Bo said that it was", cue="said")

    assert without_overlaps([again], [certain]) == [certain]


def test_guess_that_hangs_on_the_layouts_own_sign_is_dropped():
    certain = claim(TRANSCRIPT, "We will rebuild the bridge. Bo said that it was safe.", cue=":")

    assert without_overlaps([claim(TRANSCRIPT, "We will", cue=":")], [certain]) == [certain]


def test_guess_that_takes_the_layouts_sign_for_its_cue_from_the_line_before_is_dropped():
    text = f"It rained.\n{TRANSCRIPT}"
    certain = claim(text, "We will rebuild the bridge. Bo said that it was safe.", cue=":")

    assert without_overlaps([claim(text, "It rained", cue=":")], [certain]) == [certain]


def test_guess_that_runs_into_the_next_line_is_dropped_as_well():
    text = "LEE: We will rebuild the bridge.\nROE: No."
    certain = [claim(text, "We will rebuild the bridge.", cue=":")]
    certain.append(Triple(spans(text, "No."), (Span(36, 37),), (), "transcript"))
    again = Triple(spans(text, "will rebuild the bridge.", "No."), (), (), "trained")

    assert without_overlaps([again], certain) == certain


def test_claim_inside_a_line_of_a_transcript_stays():
    certain = claim(TRANSCRIPT, "We will rebuild the bridge. Bo said that it was safe.", cue=":")
    inner = claim(TRANSCRIPT, "that it was safe", cue="said")

    assert without_overlaps([inner], [certain]) == [certain, inner]


def test_guesses_elsewhere_stay():
    text = f"{TRANSCRIPT}\nHe added that it poured.\nROE: It did rain all night."
    certain = [claim(text, "We will rebuild the bridge. Bo said that it was safe.", cue=":")]
    certain.append(Triple(spans(text, "It did rain all night."), spans(text, "ROE:"), (), "transcript"))
    other = claim(text, "that it poured", cue="added")

    assert without_overlaps([other], certain) == [*certain, other]
    assert without_overlaps([other], []) == [other]


# -- any text ----------------------------------------------------------------------------------------------

PARTS = ["We go home now at last and rest", "she", "said", ".", ",", " ", " ", "\n", "“", "”", '"', "—", "😀"]


@given(st.one_of(st.lists(st.sampled_from(PARTS), max_size=40).map("".join), st.text(max_size=60)), st.data())
def test_contents_stay_in_the_text_in_order_and_lose_nothing(text, data):
    at = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=12, unique=True)))
    stretches = [Span(*pair) for pair in zip(at[::2], at[1::2], strict=False)]
    triples = [
        Triple((stretch,), (Span(0, 1),), (), "trained", str(index))
        for index, stretch in enumerate(stretches)
    ]

    found = completed(text, data.draw(st.permutations(triples)), list(paragraphs(text)), scan(text))

    assert sorted(triple.lemma for triple in found) == sorted(triple.lemma for triple in triples)
    for triple in found:
        taken = stretches[int(triple.lemma)]
        assert any(span.start <= taken.start and taken.end <= span.end for span in triple.content)
        assert all(0 <= span.start < span.end <= len(text) for span in triple.content)
        for before, after in pairwise(triple.content):
            assert before.end <= after.start
    assert [triple.content[0] for triple in found] == sorted(triple.content[0] for triple in found)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=8), st.integers(0, 8))
def test_certain_claims_always_stay_and_no_other_shares_their_cue(stretches, count):
    triples = [
        Triple((Span(start + 2, start + 2 + length),), (Span(start, start + 1),), (), "trained")
        for start, length in stretches
    ]
    certain, guesses = triples[:count], triples[count:]

    found = without_overlaps(guesses, certain)

    assert found[: len(certain)] == sorted(certain, key=lambda triple: triple.content[0])
    assert all(guess in guesses for guess in found[len(certain) :])
