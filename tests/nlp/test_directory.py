"""Who is who among an article's names."""

from annotations.choices import SpeakerKind
from annotations.nlp.directory import Directory
from annotations.nlp.mentions import NameMention
from annotations.nlp.names import parse_name


def person(text, **fields):
    return NameMention(0, len(text), text, "PERSON", **fields)


def body(text, label="ORG"):
    return NameMention(0, len(text), text, label)


def found(*mentions):
    directory = Directory(mentions)
    return directory, [(entry.name.text, entry.kind) for entry in directory.entries]


def meanings(directory, text):
    return [entry.name.text for entry in directory.meanings(parse_name(text))]


def test_surname_title_and_slip_join_the_full_name():
    _, entries = found(
        person("Kowaslki"),
        person("Marta Kowalski"),
        person("Ms Kowalski"),
        person("Kowalski"),
        person("Marta"),
    )

    assert entries == [("Marta Kowalski", SpeakerKind.PERSON)]


def test_the_commoner_spelling_names_the_speaker():
    _, entries = found(person("Marta Kowaslki"), person("Marta Kowalski"), person("Marta Kowalski"))

    assert entries == [("Marta Kowalski", SpeakerKind.PERSON)]


def test_title_is_no_part_of_the_speakers_name():
    _, entries = found(person("Sir Bo Roe"), person("Mr Roe"))

    assert entries == [("Bo Roe", SpeakerKind.PERSON)]


def test_two_bearers_of_a_surname_stay_two_and_share_it():
    directory, entries = found(person("Ann Lee"), person("Bo Lee"), person("Lee"))

    assert entries == [("Ann Lee", SpeakerKind.PERSON), ("Bo Lee", SpeakerKind.PERSON)]
    assert sorted(meanings(directory, "Lee")) == ["Ann Lee", "Bo Lee"]


def test_title_tells_two_bearers_of_a_surname_apart():
    directory, _ = found(
        person("Ann Lee", role="the former businesswoman"),
        person("Bo Lee", role="her husband"),
        person("Lee"),
    )

    assert meanings(directory, "Mrs Lee") == ["Ann Lee"]
    assert meanings(directory, "Mr Lee") == ["Bo Lee"]


def test_unknown_surname_is_a_person_of_its_own():
    _, entries = found(person("Okafor"), person("Ann Lee"))

    assert ("Okafor", SpeakerKind.PERSON) in entries


def test_words_before_a_known_full_name_make_no_new_person():
    directory, entries = found(person("Ann Lee"), person("Miss Harbour Ann Lee"))

    assert entries == [("Ann Lee", SpeakerKind.PERSON)]
    assert meanings(directory, "Miss Harbour Ann Lee") == ["Ann Lee"]


def test_double_surname_is_completed_by_its_forename():
    _, entries = found(person("Mr. Vega Luna"), person("Pablo Vega Luna"), person("Vega Luna"))

    assert entries == [("Pablo Vega Luna", SpeakerKind.PERSON)]


def test_longer_name_completes_a_shorter_one_unless_it_only_stands_before_it():
    _, entries = found(person("Suu Lay"), person("Suu Lay"), person("Aung Min Suu Lay"))
    assert entries == [("Aung Min Suu Lay", SpeakerKind.PERSON)]

    _, entries = found(person("Ann Lee"), person("Ann Lee"), person("Harbour Ann Lee"))
    assert entries == [("Ann Lee", SpeakerKind.PERSON)]


def test_joined_nickname_means_the_bearer_alone():
    directory, _ = found(person("Edson Batista"), person("Pipoca"))

    directory.join(parse_name("Pipoca"), directory.entries[0])

    assert [entry.name.text for entry in directory.entries] == ["Edson Batista"]
    assert meanings(directory, "Pipoca") == ["Edson Batista"]


def test_particles_belong_to_the_surname():
    directory, entries = found(person("Greta van der Berg"), person("van der Berg"))

    assert entries == [("Greta van der Berg", SpeakerKind.PERSON)]
    assert meanings(directory, "Ms van der Berg") == ["Greta van der Berg"]


def test_acronym_joins_the_body_it_stands_for():
    directory, entries = found(body("Harbour River Trust"), body("HRT"))

    assert entries == [("Harbour River Trust", SpeakerKind.ORGANISATION)]
    assert meanings(directory, "HRT") == ["Harbour River Trust"]


def test_words_of_bodies_outweigh_a_wrong_entity_type():
    _, entries = found(person("Harbour Trust"))

    assert entries == [("Harbour Trust", SpeakerKind.ORGANISATION)]


def test_places_are_no_people():
    _, entries = found(person("Leeds", is_place=True), body("Leeds", "GPE"))

    assert entries == [("Leeds", SpeakerKind.ORGANISATION)]


def test_surname_that_is_also_a_sort_of_place_stays_a_person():
    _, entries = found(person("Nathan Hill"), person("Weaver Street"))

    assert entries == [("Nathan Hill", SpeakerKind.PERSON)]


def test_nobody_is_first_met_in_a_headline():
    directory, entries = found(person("Bridge Lee", is_headline=True), person("Ann Lee"))

    assert entries == [("Ann Lee", SpeakerKind.PERSON)]
    assert meanings(directory, "Lee") == ["Ann Lee"]


def test_role_and_gender_come_from_the_texts_own_words():
    directory, _ = found(person("Bo Roe", role="the harbour's chairman"), person("Ann Lee"))
    roe, lee = directory.entries

    assert (roe.role, roe.gender) == ("the harbour's chairman", "m")
    assert (lee.role, lee.gender) == ("", "")
