"""Reading the words of a source."""

import pytest

from annotations.choices import SpeakerKind
from annotations.nlp.mentions import NameMention
from annotations.nlp.sources import head_noun, read_source


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
        ("Ann Lee and Bo Roe", ["Ann Lee", "Bo Roe"], SpeakerKind.GROUP),
        ("Ann Lee's lawyer", ["Ann Lee"], SpeakerKind.UNNAMED),
    ],
)
def test_source_without_a_name_is_described(text, names, kind):
    reading = read(text, *names)

    assert (reading.name, reading.kind) == (None, kind)


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


def test_head_noun_stands_before_the_first_preposition():
    assert head_noun("the deputy prime minister of Ukraine") == "minister"
    assert head_noun("Ann Lee's campaign manager") == "manager"
