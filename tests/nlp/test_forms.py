"""The form of a mention and the kind of a claim, from words alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.choices import ClaimKind, MentionForm
from annotations.nlp.draft import Span
from annotations.nlp.forms import claim_kind, is_pronoun, mention_form


@pytest.mark.parametrize(
    ("words", "form"),
    [
        ("she", MentionForm.PRONOUN),
        ("They", MentionForm.PRONOUN),
        ("who", MentionForm.PRONOUN),
        ("Ann Lee", MentionForm.NAME),
        ("Mr Lee", MentionForm.NAME),
        ("Ann Lee, a nurse from Hull", MentionForm.NAME),
        ("Ursula von der Leyen", MentionForm.NAME),
        ("Hull councillor Ann Lee", MentionForm.NAME),
        ("the Institute for the Study of Rivers", MentionForm.NAME),
        ("the deputy prime minister", MentionForm.NOMINAL),
        ("The deputy mayor of Hull", MentionForm.NOMINAL),
        ("a spokesman for Acme", MentionForm.NOMINAL),
        ("officials", MentionForm.NOMINAL),
        ("42", MentionForm.NOMINAL),
        ("", MentionForm.NOMINAL),
    ],
)
def test_mention_form_of_common_mentions(words, form):
    assert mention_form(words) is form


def test_is_pronoun_ignores_case_and_space():
    assert is_pronoun(" He ")
    assert not is_pronoun("he said")


def kind(text, *pieces):
    spans = []
    for piece in pieces:
        start = text.index(piece)
        spans.append(Span(start, start + len(piece)))
    return claim_kind(text, spans)


def test_claim_kind_by_the_share_of_quoted_words():
    text = 'Ann said the plan was "quite dead" and "buried," and "gone."'

    assert kind(text, '"quite dead"') is ClaimKind.DIRECT
    assert kind(text, "quite dead", "buried") is ClaimKind.DIRECT
    assert kind(text, 'the plan was "quite dead"') is ClaimKind.MIXED
    assert kind(text, "the plan was") is ClaimKind.INDIRECT


def test_claim_kind_is_indirect_without_a_word():
    assert claim_kind('"..."', [Span(0, 5)]) is ClaimKind.INDIRECT


def test_claim_kind_reads_only_the_paragraphs_it_touches():
    text = 'A lost mark " here" and " there\n\nAnn said "no" to it.'

    assert kind(text, '"no"') is ClaimKind.DIRECT


def test_claim_kind_over_two_paragraphs():
    text = "“First part.\n\n“Second part,” she said."

    assert kind(text, "“First part.", "“Second part,”") is ClaimKind.DIRECT
    assert claim_kind(text, [Span(0, text.index(" she"))]) is ClaimKind.DIRECT


def test_claim_kind_counts_single_marks_where_no_double_ones_are():
    assert kind("'I will go,' she said.", "'I will go,'") is ClaimKind.DIRECT


@given(st.text(alphabet='ab "\n.', max_size=60), st.data())
def test_claim_kind_takes_any_span_of_any_text(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))

    assert claim_kind(text, [Span(start, end)]) in set(ClaimKind)
