"""Who may speak: the traps that make a wrong speaker of a word, a place or the wrong one of two people."""

import pytest

from annotations.choices import SpeakerKind

pytestmark = pytest.mark.pipeline


# -- no speaker of words that name nobody ------------------------------------------------------------------


def test_participle_in_a_role_is_no_cue(read):
    text = (
        "“The new mill is fine,” said Ivo Tarn, the acting manager of Weir & Lock Millers, "
        "“but the old one made better bread.”"
    )

    reading = read(text)

    assert reading.contents() == [["“The new mill is fine,”", "“but the old one made better bread.”"]]
    assert reading.speaker("better bread") == "Ivo Tarn"


@pytest.mark.parametrize("source", ["Some", "Two", "Both", "Each"])
def test_words_that_count_nobody_in_particular_make_no_speaker(read, source):
    reading = read(f"{source} said that the mill would never open again.")

    assert reading.speaker("never open") is None
    assert reading.names() == []


def test_unnamed_source_keeps_its_article(read):
    reading = read("“The mill stays shut,” a spokesperson said.")

    assert reading.names() == ["a spokesperson"]


def test_firefighters_and_their_like_are_a_group(read):
    reading = read("Firefighters said that the mill had burnt for an hour.")

    assert [(s.name, s.kind) for s in reading.draft.speakers] == [("Firefighters", SpeakerKind.GROUP)]


@pytest.mark.parametrize("place", ["Weaver Street", "Osier Road"])
def test_street_is_no_person(read, place):
    reading = read(f"The mill stands near {place}. {place} was empty. “It is too quiet,” said Ann Lee.")

    assert reading.names() == ["Ann Lee"]


def test_name_is_cut_from_the_text(read):
    text = (
        "Weir & Lock Millers said that the mill will close. "
        "The staff of Weir & Lock Millers were told in May."
    )

    assert read(text).speaker("will close") == "Weir & Lock Millers"


# -- documents and bodies, not places ----------------------------------------------------------------------


def test_document_met_again_is_the_same_speaker(read):
    text = (
        "The dam could have held, a study published on Friday says.\n\n"
        "The study, written by the surveyors of Tarn Geology, finds that the wall was thin. "
        "It says that “a wet week” was enough."
    )

    reading = read(text)

    found = {reading.speaker(words) for words in ("was thin", "wet week")}
    assert [name.removesuffix(" published on Friday") for name in found] == ["a study"]


def test_place_is_no_referent_of_it(read):
    text = (
        "The report on the flood came out on Monday. It found that a drain under Weaver Street had been "
        "blocked. It says that nobody had looked."
    )

    assert read(text).speaker("nobody") != "Weaver Street"


def test_it_is_the_body_that_the_sentence_before_was_about(read):
    text = (
        "A survey says that the dam on Weaver Street was thin.\n\n"
        "The canal trust did not object. It promised to look at every dam by May."
    )

    assert read(text).speaker("to look") == "canal trust"


def test_place_alone_leaves_it_open(read):
    reading = read("The flood reached Tarnby on Monday. It was said that it had never been so high.")

    assert "Tarnby" not in reading.names()


def test_state_that_acts_can_be_it(read):
    reading = read("France rejected the plan on Monday. It said that the plan was too dear.")

    assert reading.speaker("too dear") == "France"


def test_leader_of_a_body_is_not_the_place_named_beside_it(read):
    text = "The council looked at the map. “We will pay for a bridge to Tarnby,” its leader said on Monday."

    reading = read(text)

    assert reading.speaker("will pay") != "Tarnby"
    assert "Tarnby" not in reading.names()


def test_body_that_people_work_for_is_no_person(read):
    text = "The list was made by the engineers of Tarn Hollis. Ann Lee said that it was long."

    assert read(text).names() == ["Ann Lee"]


# -- the right one of two ----------------------------------------------------------------------------------


def test_object_pronoun_never_means_its_own_subject(read):
    text = (
        "“They knew it,” said Mrs Varley.\n\n"
        "Three doors down lives Gil Tarn, who is not related to her and whose piano was lost. "
        "“I had it tuned on Sunday,” he said."
    )

    assert read(text).speaker("tuned") == "Gil Tarn"


def test_quotation_without_a_cue_does_not_leap_over_a_new_person(read):
    text = (
        "Asked what comes next, the retired baker shrugged. “A pump and a wall.”\n\n"
        "Three doors down lives Gil Varley, whose piano was lost. “I had it tuned on Sunday,” he said."
    )

    reading = read(text)

    assert reading.pieces("tuned") == ["“I had it tuned on Sunday,”"]
    assert reading.pieces("A pump") == ["“A pump and a wall.”"]


def test_he_is_the_husband_and_she_the_wife(read):
    text = (
        "“I like the noise of it,” said Edda Holm, who keeps the lock.\n\n"
        "Her husband, Jon Holm, was in the garden. “I hear nothing any more,” he wrote.\n\n"
        "“He hears what he wants to hear,” she said."
    )

    reading = read(text)

    assert [reading.speaker(words) for words in ("noise", "any more", "he wants")] == [
        "Edda Holm",
        "Jon Holm",
        "Edda Holm",
    ]


def test_someone_who_was_she_is_not_he(read):
    text = (
        "Robin Varley opened the lock. She said that the gate was stiff.\n\n"
        "Alex Holm watched Robin Varley and laughed. “It needs oil and patience,” he said."
    )

    assert read(text).speaker("patience") == "Alex Holm"


def test_possessed_person_is_not_whoever_was_talked_of(read):
    text = "Ann Lee walked along the dam with a map.\n\n“We cannot pay for all of it,” her lawyer said."

    assert read(text).speaker("cannot pay") == "her lawyer"


def test_relative_pronoun_leads_to_the_description_that_opens_the_sentence(read):
    reading = read("A council official who said that the dam was thin lost his post.")

    assert reading.speaker("thin") == "A council official"


def test_speakers_never_differ_by_their_article_alone(read):
    text = (
        "The rescue service said that nobody was hurt.\n\nAccording to rescue service, the water is falling."
    )

    folded = [name.casefold().removeprefix("the ") for name in read(text).names()]

    assert len(folded) == len(set(folded))


def test_titles_tell_a_couple_apart_whichever_comes_first(read):
    text = (
        "Petra Holm counted the boats. Her husband, Jon Holm, counted the oars.\n\n"
        "Mr Holm said he would send the bill. Mrs Holm said she would pay it."
    )

    reading = read(text)

    assert (reading.speaker("send the bill"), reading.speaker("pay it")) == ("Jon Holm", "Petra Holm")


# -- forms of a name ---------------------------------------------------------------------------------------


def test_nickname_that_the_text_gives_leads_to_the_full_name(read):
    text = (
        "Edson Batista, known to everyone as Pipoca, scored twice.\n\n“I run until they tire,” Pipoca said."
    )

    assert read(text).speaker("I run") == "Edson Batista"


def test_surname_of_many_words_is_completed_by_the_longer_name(read):
    text = (
        "Aung Min Suu Lay met the council. “It is late,” Suu Lay said.\n\nSuu Lay left. Suu Lay will return."
    )

    assert read(text).speaker("late") == "Aung Min Suu Lay"


def test_pronoun_behind_a_shared_surname_tells_whose_it_is(read):
    text = (
        "Karim Nasser and his sister, Dalia Nasser, have not spoken for a year.\n\n"
        "“My brother can keep the house,” Nasser told the hearing, before she walked out."
    )

    assert read(text).speaker("can keep") == "Dalia Nasser"


def test_two_who_speak_together_are_the_first_of_them_with_both_to_choose_from(read):
    reading = read("Ann Lee and Bo Roe met. “We will not pay for the bridge,” Ann Lee and Bo Roe said.")

    assert reading.speaker("not pay") == "Ann Lee"
    assert reading.candidates("not pay") == {"Ann Lee", "Bo Roe"}


# -- roles -------------------------------------------------------------------------------------------------


def test_vice_president_is_not_the_president(read):
    text = (
        "The meeting between President Bo Roe, Vice President Ann Lee and former President Jo Hall lasted "
        "for hours.\n\n"
        "“We agreed on the bridge,” the president said."
    )

    assert read(text).speaker("agreed") == "Bo Roe"


def test_lawyer_of_another_is_not_his_lawyer(read):
    text = (
        "Ann Lee's lawyer, Eva Marsh, left early. Bo Roe stayed until noon with a map.\n\n"
        "“He will not answer,” his lawyer said."
    )

    assert read(text).speaker("not answer") != "Eva Marsh"


# -- who says "I" ------------------------------------------------------------------------------------------


def test_i_of_the_article_is_its_byline(read):
    reading = read(
        "The bridge\n\nBy Ann Lee\n\nI believe that the bridge will never be mended, whatever it costs."
    )

    assert [
        reading.draft.speakers[c.speaker].name for c in reading.draft.claims if c.speaker is not None
    ] in (
        ["Ann Lee"],
        [],
    )
