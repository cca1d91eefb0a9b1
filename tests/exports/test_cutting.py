"""Text cells are cut from the article's text, and spans that do not fit it are an error."""

import pytest

from annotations.exports.cutting import SpanOutsideText, count_words
from tests.exports.rows import TEXT, make_row


def test_pieces_are_cut_at_their_spans():
    row = make_row(content=[(0, 19), (35, 44)], cue=[(20, 24)], source=[(25, 33)], source_form="name")

    assert row.content == ("“We will build it,”", "“By May.”")
    assert row.cue == ("said",)
    assert row.source == ("Ana Roth",)
    assert row.source_form == "name"


def test_place_is_where_the_content_starts():
    row = make_row(content=[(35, 44), (45, 57)])

    assert (row.paragraph, row.sentence, row.region) == (1, 2, "body")


def test_place_in_the_second_paragraph_counts_sentences_over_the_article():
    row = make_row(content=[(45, 57)], article={"paragraphs": [(0, 44, "body"), (45, 57, "caption")]})

    assert (row.paragraph, row.sentence, row.region) == (2, 3, "caption")


def test_place_between_two_sentences_is_unknown():
    row = make_row(content=[(34, 44)])

    assert (row.paragraph, row.sentence) == (1, None)


def test_contexts_are_sixty_characters_on_each_side():
    text = "a" * 70 + "BIRDS" + "z" * 70

    row = make_row(text, content=[(70, 75)])

    assert (row.left_context, row.right_context) == ("a" * 60, "z" * 60)


def test_contexts_stop_at_the_ends_of_the_text():
    row = make_row("ab BIRDS" + "z" * 70, content=[(3, 8)])

    assert (row.left_context, row.right_context) == ("ab ", "z" * 60)
    assert make_row("ab BIRDS yz", content=[(3, 8)]).right_context == " yz"


def test_contexts_lie_around_all_pieces():
    row = make_row("one two three four", content=[(4, 7), (8, 13)])

    assert (row.left_context, row.right_context) == ("one ", " four")


def test_words_are_counted_in_the_content_alone():
    row = make_row("“We won’t pay 1,000 euros – never!” he said.", content=[(0, 35)])

    assert row.words == 6


def test_count_words_adds_the_pieces():
    assert count_words(("Two words", "three more words")) == 5


def test_source_form_is_none_without_a_source():
    assert make_row(source=[], source_form="").source_form == "none"


@pytest.mark.parametrize("role", ["content", "cue", "source"])
@pytest.mark.parametrize("span", [(0, len(TEXT) + 1), (5, 5), (9, 4), (-3, 4)])
def test_span_that_does_not_fit_the_text_names_the_claim(role, span):
    with pytest.raises(SpanOutsideText) as caught:
        make_row(**{role: [span]})

    assert str(caught.value) == (
        f"Claim 12 of article 7 (“The bridge”) has the {role} span {span[0]}-{span[1]}, "
        f"which does not fit the article's text of {len(TEXT)} characters."
    )


def test_claim_without_content_is_an_error_that_names_it():
    with pytest.raises(
        SpanOutsideText, match=r"^Claim 12 of article 7 \(“The bridge”\) has no content span\.$"
    ):
        make_row(content=[])


def test_error_names_a_claim_that_is_not_stored_by_its_number():
    with pytest.raises(SpanOutsideText, match=r"^Claim number 3 of “The bridge” has no content span\.$"):
        make_row(content=[], claim_no=3, claim_id=None)
