"""Reading the words of a source."""

import pytest

from annotations.choices import SpeakerKind
from annotations.nlp.mentions import NameMention
from annotations.nlp.sources import read_source


def read(text, *names):
    mentions = []
    for name in names:
        start = 10 + text.index(name)
        mentions.append(NameMention(start, start + len(name), name))
    return read_source(text, 10, mentions)


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("Ann Lee", ["Ann Lee"], "Ann Lee"),
        ("Ann Lee, a nurse at Acme", ["Ann Lee", "Acme"], "Ann Lee"),
        ("Ann Lee of Acme", ["Ann Lee", "Acme"], "Ann Lee"),
        ("Acme spokesman Bo Roe", ["Acme", "Bo Roe"], "Bo Roe"),
        ("the deputy mayor, Ann Lee,", ["Ann Lee"], "Ann Lee"),
        ("Bo Roe’s", ["Bo Roe"], "Bo Roe"),
        ("the Harbour Trust", ["Harbour Trust"], "Harbour Trust"),
        ("Ann Lee (D-Ohio)", ["Ann Lee"], "Ann Lee"),
        ("Rep. Ann Lee of Maine, the panel's ranking Democrat", ["Rep. Ann Lee", "Maine"], "Rep. Ann Lee"),
        ("Ann Lee responded", ["Ann Lee"], "Ann Lee"),
        ("HULL (AP) — Ann Lee", ["Ann Lee"], "Ann Lee"),
        ("Ann Lee and her aides", ["Ann Lee"], "Ann Lee"),
    ],
)
def test_source_names_its_speaker(text, names, expected):
    assert read(text, *names).name.text == expected


@pytest.mark.parametrize(
    ("text", "names", "kind"),
    [
        ("a spokesman for Acme", ["Acme"], SpeakerKind.UNNAMED),
        ("Lee aides", ["Lee"], SpeakerKind.GROUP),
        ("the Lee campaign", ["Lee"], SpeakerKind.ORGANISATION),
        ("a report by Acme", ["Acme"], SpeakerKind.DOCUMENT),
        ("three officials familiar with the talks", [], SpeakerKind.GROUP),
        ("a study by Ann Lee", ["Ann Lee"], SpeakerKind.DOCUMENT),
        ("a number of experts I met about Ann Lee", ["Ann Lee"], SpeakerKind.GROUP),
        ("The alliance, which includes Acme,", ["Acme"], SpeakerKind.ORGANISATION),
        ("Ann Lee's lawyer", ["Ann Lee"], SpeakerKind.UNNAMED),
    ],
)
def test_source_without_a_name_is_described(text, names, kind):
    reading = read(text, *names)

    assert (reading.name, reading.kind) == (None, kind)


def test_those_who_speak_together_are_read_in_order():
    reading = read("Ann Lee, Bo Roe and Acme", "Ann Lee", "Bo Roe", "Acme")

    assert (reading.name.text, [name.text for name in reading.others]) == ("Ann Lee", ["Bo Roe", "Acme"])


@pytest.mark.parametrize(
    ("text", "pronoun"),
    [("who in 2010", "who"), ("many of whom", "whom"), ("I laughed", "I"), ("she also", "she")],
)
def test_source_that_opens_with_a_pronoun_is_one(text, pronoun):
    reading = read(text)

    assert (reading.is_pronoun, reading.words) == (True, pronoun)


def test_two_posts_of_one_person_are_no_group():
    assert read("the former mayor and current senator").kind is SpeakerKind.UNNAMED
    assert read("the mayor and the senator").kind is SpeakerKind.GROUP


def test_description_loses_its_relative_clause():
    reading = read("a senior official who was not there")

    assert (reading.words, reading.head, reading.is_person, reading.is_definite) == (
        "a senior official",
        "official",
        True,
        False,
    )


def test_pronouns_are_told():
    assert read("She").is_pronoun
    assert not read("She-wolf").is_pronoun
