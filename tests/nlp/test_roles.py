"""Reading the words that say what somebody is."""

import pytest

from annotations.nlp.roles import gender_of_role, head_noun, office_words, proper_words, role_words


def test_role_words_spell_out_abbreviations_and_cut_endings():
    assert role_words("the Ukrainian deputy PM") == role_words("The deputy prime minister of Ukraine")
    assert role_words("the French president") == role_words("president of France")
    assert role_words("the mayor") != role_words("the deputy mayor")


def test_chair_is_one_post_whoever_holds_it():
    assert role_words("the chairwoman") == role_words("the chairman") == role_words("the chair")


def test_office_words_make_another_office():
    assert office_words("the former vice president") == {"former", "vice"}
    assert office_words("the president") == frozenset()


@pytest.mark.parametrize(
    ("role", "gender"),
    [("his wife", "f"), ("the club's chairman", "m"), ("a nurse", ""), ("his father's wife", "f")],
)
def test_gender_is_told_by_the_words_of_a_role(role, gender):
    assert gender_of_role(role) == gender


def test_proper_words_are_those_that_a_sentence_does_not_capitalise():
    assert proper_words("The FBI director") == role_words("FBI")
    assert proper_words("The director") == frozenset()


def test_head_noun_stands_before_the_first_preposition():
    assert head_noun("the deputy prime minister of Ukraine") == "minister"
    assert head_noun("Ann Lee's campaign manager") == "manager"
